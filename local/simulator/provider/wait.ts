import type { Entry, Properties } from "../cloud/store";
import type { Context, Inputs, TypeRules } from "../rules/rules";
import { waitError } from "./calls";
import { PartialFailure } from "./partialFailure";

/**
 * Waits for resources outside of the API after a creation, such as a cluster's control plane, adds the result to the
 * state and returns it. If it fails, the resource exists, and the next deployment waits again.
 *
 * @param name the full resource name
 */
export async function waitUntilReady(
    rules: TypeRules,
    { name, verb, context }: { name: string; verb: "create" | "update"; context: Context },
    { id, state }: Pick<Entry, "id" | "state">,
): Promise<Properties> {
    try {
        const found = await rules.waitUntilReady?.(state, context);
        const entry = found && context.cloud.store.read(name);
        if (entry) {
            context.cloud.store.write({ ...entry, state: { ...entry.state, ...found } });
        }
        return { ...state, ...found };
    } catch (error) {
        throw new PartialFailure(id, state, waitError({ verb, rules }, error as Error));
    }
}

/** Waits for resources outside of the API before a deletion. */
export async function waitBeforeDelete(rules: TypeRules, state: Inputs, context: Context): Promise<void> {
    try {
        await rules.beforeDelete?.(state, context);
    } catch (error) {
        throw new Error(waitError({ verb: "delete", rules }, error as Error), { cause: error });
    }
}
