import { relative, sep } from "node:path";
import { closest } from "fastest-levenshtein";
import type { Problem } from "../../internal/check";

/** What is found in the files of an application beside what is carried over. */
export class Findings {
    /** What is wrong, or would be lost. */
    readonly problems: Problem[] = [];
    /** Keys that have no effect any more. */
    readonly left: string[] = [];
    private readonly met = new Set<string>();

    /**
     * @param folder where the files are
     * @param without the keys that the program does without: `error_handlers`, `beta_settings.cloud_sql_instances`
     */
    constructor(
        readonly folder: string,
        private readonly without: string[],
    ) {}

    /** A file's path as errors have it, seen from the folder. */
    nameOf(file: string): string {
        return relative(this.folder, file).replaceAll(sep, "/");
    }

    /** Something that cannot be used as it is. */
    wrong(place: string, key: string, reason: string): void {
        this.problems.push({ path: key ? `${place}: ${key}` : place, reason });
    }

    /** Something that changes what the application does, and that nothing here can do. */
    lost(place: string, key: string, reason: string): void {
        const name = key.replaceAll(/\.\d+(?=\.|$)/g, "");
        const given = this.without.find((one) => name === one || name.startsWith(`${one}.`));
        if (given !== undefined) {
            this.met.add(given);
        } else {
            this.wrong(place, key, `${reason.replace(/\.$/, "")}, or do without it by without: ["${name}"].`);
        }
    }

    /** Something that has no effect any more. */
    leave(place: string, key: string): void {
        this.left.push(`${key} (${place})`);
    }

    /** What the program does without although nothing of it is lost, which may be a mistake in writing. */
    needless(): Problem[] {
        return this.without.flatMap((name, index) => {
            const reason = `is nothing that is lost (got "${name}"). Leave it out.`;
            return this.met.has(name) ? [] : [{ path: `without.${index}`, reason }];
        });
    }
}

/** A name that is none of those that are known, and the nearest of them. */
export function nearest(kind: string, name: string, known: string[]): string {
    return `unknown ${kind} "${name}"; did you mean "${closest(name, known)}"?`;
}
