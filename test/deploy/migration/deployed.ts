import { join } from "node:path";
import type { Exported } from "../../../local";
import type { Deployment } from "../deployment";

export const docs = join(__dirname, "..", "..", "..", "docs");

/** A deployed program of a guide: what its resources are made with. */
export class Deployed {
    private constructor(private readonly all: Exported[]) {}

    static async by(program: Deployment, environment?: NodeJS.ProcessEnv): Promise<Deployed> {
        await program.up("dev", environment);
        return new Deployed(await program.exported("dev"));
    }

    /** An input of a resource, such as `Function predict`, by its path: `serviceConfig.availableMemory`. */
    input(resource: string, path: string): unknown {
        const found = this.all.filter(({ type, urn }) => `${type.split(":")[2]} ${urn.split("::")[3]}` === resource);
        expect([resource, found.length]).toEqual([resource, 1]);
        const step = (value: unknown, key: string) => (value as Record<string, unknown> | undefined)?.[key];
        return path.split(".").reduce(step, found[0]?.inputs);
    }

    /** What users would recognize of the resources of the provider: without defaults, hashes of archives, and marks. */
    resources(): { type: string; name: string; inputs: Record<string, unknown> }[] {
        return this.all
            .filter(({ type }) => type.startsWith("gcp:"))
            .map(({ type, urn, inputs = {} }) => ({
                type: type.split(":")[2] ?? "",
                name: urn.split("::")[3] ?? "",
                inputs: withoutDefaults(inputs) as Record<string, unknown>,
            }));
    }

    /** An input of all resources of a type. */
    values(type: string, name: string): unknown[] {
        return this.all.flatMap((each) => (each.type === type ? [each.inputs?.[name]] : []));
    }

    /** The roles that a member has. */
    roles(member: string): string[] {
        const grants = this.all.filter(({ type }) => /I(am|AM)Member$/.test(type));
        return grants.flatMap(({ inputs }) => (inputs?.member === member ? [String(inputs?.role)] : [])).sort();
    }
}

/** Inputs without what the provider sets, and without the contents of objects, which programs give in several forms. */
function withoutDefaults(value: unknown): unknown {
    if (Array.isArray(value)) {
        return value.map(withoutDefaults);
    }
    if (typeof value !== "object" || value === null) {
        return value;
    }
    const { __defaults: defaults = [], ...own } = value as Record<string, unknown> & { __defaults?: string[] };
    const left = [...defaults, "content", "source", "object", "detectMd5hash"];
    return Object.fromEntries(
        Object.entries(own).flatMap(([name, each]) => (left.includes(name) ? [] : [[name, withoutDefaults(each)]])),
    );
}

/** `14d` and `120s` in seconds. */
export const seconds = (value: string) => Number.parseInt(value, 10) * (value.endsWith("d") ? 86_400 : 1);
