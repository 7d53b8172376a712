import type { Context, Inputs, TypeRules } from "../rules/rules";
import { waited } from "./calls";
import { PartlyMade } from "./partlyMade";
import type { Answer } from "./provider";

/**
 * Waits for what goes on outside of the API once a resource is there, such as a cluster's control plane; what comes of it
 * belongs to the resource. When it fails, the resource is there, and the next deployment waits again.
 *
 * @param name the full resource name
 */
export async function started(
    rules: TypeRules,
    { name, verb, context }: { name: string; verb: "create" | "update"; context: Context },
    { id, state }: Answer,
): Promise<Answer> {
    try {
        const found = await rules.started?.(state, context);
        const entry = found && context.cloud.store.read(name);
        if (entry) {
            context.cloud.store.write({ ...entry, state: { ...entry.state, ...found } });
        }
        return { id, state: { ...state, ...found } };
    } catch (error) {
        throw new PartlyMade(id, state, waited({ verb, rules }, error as Error));
    }
}

/** Waits for what has to end outside of the API before a resource is removed. */
export async function ended(rules: TypeRules, state: Inputs, context: Context): Promise<void> {
    try {
        await rules.ending?.(state, context);
    } catch (error) {
        throw new Error(waited({ verb: "delete", rules }, error as Error), { cause: error });
    }
}
