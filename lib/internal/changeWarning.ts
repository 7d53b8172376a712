import * as pulumi from "@pulumi/pulumi";
import { previewHook } from "./hook";

/**
 * The options of a component or a resource that warns of destructive changes, at preview as well. A component registers the relevant
 * arguments as its own inputs: when they change, the engine runs this hook with the old and new inputs. (A hook on deletions would
 * require `pulumi destroy` to run the program.) The component must not have resources among its outputs: the hook receives the old outputs too,
 * and would look up resources that this run has not registered yet.
 *
 * @param warning returns the warning for old and new inputs, if any; it may throw to refuse the change
 */
export function withChangeWarning<Options extends pulumi.ResourceOptions>(
    options: Options,
    component: string,
    warning: (before: object, now: object) => string | undefined,
): Options {
    const hook = previewHook(`${component}: change`, async ({ oldInputs, newInputs }) => {
        const text = warning(oldInputs ?? {}, newInputs ?? {});
        await (text && pulumi.log.warn(text));
    });
    const { hooks = {} } = options;
    return { ...options, hooks: { ...hooks, beforeUpdate: [...(hooks.beforeUpdate ?? []), ...(hook ? [hook] : [])] } };
}
