import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

export type Inputs = Record<string, unknown>;

/** Computed outputs in the format of Google Cloud, by resource types and functions: a folder has those of its components in `computed.ts`. */
export type ComputedBy = Record<string, (inputs: Inputs, project: string) => Record<string, unknown>>;

const computedBy = new Map(
    readdirSync(__dirname)
        .map((folder) => join(__dirname, folder, "computed.ts"))
        .filter((file) => existsSync(file))
        .flatMap((file) => Object.entries((require(file) as { computedBy: ComputedBy }).computedBy)),
);

/** The outputs of a resource or a function of the provider. */
export function computed(token: string, name: string, inputs: Inputs, project: string): Inputs {
    const isOfProject = token.startsWith("gcp:") && !token.startsWith("gcp:projects/");
    return { id: `${name}-id`, ...(isOfProject ? { project } : {}), ...computedBy.get(token)?.(inputs, project) };
}
