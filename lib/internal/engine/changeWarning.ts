import * as pulumi from "@pulumi/pulumi";
import { messageError, programPlace } from "../arguments/argumentsError";
import { previewHook } from "./hooks";
import { noteWarning } from "./replacements";

/**
 * The options of a component or a resource that warns of destructive changes, at preview as well. A component registers the relevant
 * arguments as its own inputs: when they change, the engine runs this hook with the old and new inputs. (A hook on deletions would
 * require `pulumi destroy` to run the program.) The component must not have resources among its outputs: the hook receives the old outputs too,
 * and would look up resources that this run has not registered yet.
 *
 * @param component the component in warnings: `CloudSqlInstance "sales"`
 * @param warning returns the warning for old and new inputs, if any; it may throw to refuse the change
 */
export function withChangeWarning<Options extends pulumi.ResourceOptions, Inputs extends object>(
    options: Options,
    component: string,
    warning: (component: string, before: object, now: Inputs) => string | undefined,
): Options {
    const place = programPlace();
    const hook = previewHook(`${component}: change`, async ({ urn, oldInputs, newInputs }) => {
        try {
            const text = warning(component, oldInputs ?? {}, (newInputs ?? {}) as Inputs);
            if (text) {
                noteWarning(urn, "warned");
                await pulumi.log.warn(text);
            }
        } catch (error) {
            noteWarning(urn, "refused");
            if (!pulumi.runtime.isDryRun() || !pulumi.RunError.isInstance(error)) {
                throw error;
            }
            // Fails the program: the engine would print an error of the hook with the hook's name.
            void Promise.reject(messageError(error.message, place));
        }
    });
    const { hooks = {} } = options;
    return { ...options, hooks: { ...hooks, beforeUpdate: [...(hooks.beforeUpdate ?? []), ...(hook ? [hook] : [])] } };
}
