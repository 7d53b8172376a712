import * as pulumi from "@pulumi/pulumi";

/**
 * The options of a component that warns, at preview already, of changes by which something is lost. The component has
 * what decides that as its own inputs: when the engine finds them changed, it runs this hook with the old ones. (A hook
 * on a deletion would make `pulumi destroy` run the program.) None of its outputs can be a resource: the hook gets the old ones
 * too, and those that the program has the class of would be asked for before this run has registered them.
 *
 * @param warning what to warn of, from the inputs before and now; nothing where nothing is lost, an error where it is refused
 */
export function warning(
    options: pulumi.ComponentResourceOptions,
    component: string,
    warning: (before: object, now: object) => string | undefined,
): pulumi.ComponentResourceOptions {
    const hook = () =>
        new pulumi.ResourceHook(
            `${component}: change`,
            async ({ oldInputs, newInputs }) => {
                const text = warning(oldInputs ?? {}, newInputs ?? {});
                await (text && pulumi.log.warn(text));
            },
            { onDryRun: true },
        );
    // The mocks with which programs are tested have no hooks.
    const monitor = pulumi.runtime.getMonitor() as object | undefined;
    const added = monitor && "registerResourceHook" in monitor ? [hook()] : [];
    const { hooks = {} } = options;
    return { ...options, hooks: { ...hooks, beforeUpdate: [...(hooks.beforeUpdate ?? []), ...added] } };
}
