import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageFolder } from "../../../toolchain/paths";
import { schemaVersion } from "../../schema/schema";

/** The functions of the provider's code that decide about a type, by name; paths have the form `lifecycleRules.condition.withState`. */
export interface Code {
    /** Where the type is declared, below `google-beta` of `terraform-provider-google-beta`. */
    file: string;
    /** The functions that check and change a plan, in their order. */
    customizeDiff?: string[];
    /** By path, the function that says what is no difference. */
    suppress?: Record<string, string>;
    /** By path, the function that normalizes a value before it is stored in the state. */
    state?: Record<string, string>;
    /** By path, the functions that validate a value, except those for a range, a pattern or a list. */
    validate?: Record<string, string[]>;
    /** The patterns of the IDs that an import accepts, in the order in which they are tried. */
    import?: string[];
    /** Whether the type cannot be imported. */
    withoutImport?: boolean;
    /**
     * What the state has of a new resource if the operation fails that its creation has begun: nothing, or the resource. Undefined if the
     * provider waits for no operation.
     */
    creation?: "forgotten" | "kept";
    /** The version of the state, if it is not 0. The provider upgrades a state without it from the first version. */
    schemaVersion?: number;
}

let all: Record<string, Code> | undefined;

/** The functions of all types that have rules or that components create, which the generator of the schema writes. */
export function providerCode(): Record<string, Code> {
    const file = join(packageFolder(), "local", "simulator", "rules", "plan", `functions-${schemaVersion}.json`);
    all ??= JSON.parse(readFileSync(file, "utf8")) as Record<string, Code>;
    return all;
}
