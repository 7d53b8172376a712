import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { parse } from "yaml";
import { types } from "../../local/simulator/rules/catalogue";
import type { Inputs } from "../../local/simulator/rules/rules";

/** What Google's reference says about a field beyond its type. */
export interface Rule {
    rule: string;
    /** The page that has the rule, unless it is the source of the file. */
    source?: string;
    /** Inputs by their paths, set in the file's `accepted`, that are refused with `error` in the message; `null` removes one. */
    refused?: Inputs | Inputs[];
    error?: string;
    /** Inputs of the existing resource, which `refused` updates. */
    from?: Inputs;
    /** Inputs that are accepted: the edges of the rule. */
    accepted?: Inputs | Inputs[];
    /** The test that has the case, if it takes more than these inputs. */
    tested?: string;
    /** Why the local Google Cloud does not check the rule. */
    unchecked?: string;
}

/** The reading of Google's reference of one type, or of types that have the same fields and rules. */
export interface Reference {
    file: string;
    /** With its own inputs, which the other types have not or have with other values. */
    types: Record<string, Inputs>;
    source: string;
    /** The day of the reading. */
    read: string;
    /** The configuration of the provider, with the project and the region of all. */
    provider?: Inputs;
    /** Enabled before anything is created. */
    apis: string[];
    /** Resources that exist before, each by its type. */
    given?: Record<string, Inputs>[];
    accepted: Inputs;
    /** Rules by the path of the field. */
    fields: Record<string, Rule[]>;
    /** Paths of fields and blocks about which the reference says no more than the schema of the provider. */
    plain: string[];
}

/**
 * The readings of all types, which are next to the code that checks them.
 *
 * @param repository the folder of the repository
 */
export function readReferences(repository: string): Reference[] {
    const services = join(repository, "local", "simulator", "services");
    return readdirSync(services, { recursive: true, encoding: "utf8" })
        .filter((file) => file.endsWith(".reference.yaml"))
        .sort()
        .map((name) => {
            const content = parse(readFileSync(join(services, name), "utf8"));
            const own = Array.isArray(content.types)
                ? Object.fromEntries(content.types.map((type: string) => [type, {}]))
                : content.types;
            return { ...content, types: own, file: relative(repository, join(services, name)) };
        });
}

/** How many types have a reference that was read. */
export function readTypes(repository: string): string {
    const read = readReferences(repository).flatMap((reference) => Object.keys(reference.types));
    return `Google's reference of ${read.length} of ${Object.keys(types).length} types was read field by field.`;
}
