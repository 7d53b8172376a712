import { relative, sep } from "node:path";
import type { Problem } from "../../internal/arguments/check";
import * as check from "../../internal/arguments/check";

/** Collects what cannot be converted from the files of an application. */
export class Findings {
    /** Errors, and keys that are not supported. */
    readonly problems: Problem[] = [];
    /** Keys without an effect. */
    readonly ignored: string[] = [];
    private readonly used = new Set<string>();

    /**
     * @param folder the folder of the files
     * @param without the unsupported keys to ignore: `error_handlers`, `beta_settings.cloud_sql_instances`
     */
    constructor(
        readonly folder: string,
        private readonly without: string[],
    ) {}

    /** The path of a file relative to the folder, as errors show it. */
    nameOf(file: string): string {
        return relative(this.folder, file).replaceAll(sep, "/");
    }

    /** Adds an error for a key that affects the application and has no equivalent, unless `without` names it. */
    unsupported(place: string, key: string, reason: string): void {
        const name = key.replaceAll(/\.\d+(?=\.|$)/g, "");
        const match = this.without.find((one) => name === one || name.startsWith(`${one}.`));
        if (match !== undefined) {
            this.used.add(match);
        } else {
            const text = `${reason.replace(/\.$/, "")}, or ignore it with without: ["${name}"].`;
            this.problems.push(check.problem(`${place}: ${key}`, "appengine/yaml-key-unsupported", text));
        }
    }

    /** Adds a key without an effect. */
    ignore(place: string, key: string): void {
        this.ignored.push(`${key} (${place})`);
    }

    /** Checks for names in `without` that match no unsupported key, which may be misspelled. */
    unusedExceptions(): Problem[] {
        return this.without.flatMap((name, index) => {
            const reason = `is not lost (got "${name}"). Remove it.`;
            return this.used.has(name)
                ? []
                : [check.problem(`without.${index}`, "appengine/yaml-nothing-lost", reason)];
        });
    }
}
