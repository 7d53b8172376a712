import * as pulumi from "@pulumi/pulumi";

/** Everything whose change makes another subscription ("Subscription properties"). */
export interface Lasting {
    name: pulumi.Input<string>;
    topic: pulumi.Input<string>;
    filter?: pulumi.Input<string>;
    messageOrdering?: pulumi.Input<boolean>;
}

/**
 * Warns, at preview already, of changes that make another subscription, as what the old one has not delivered is lost.
 * The component has what lasts as its own inputs: when the engine finds them changed, it runs this hook with the old
 * ones. (A hook on a deletion would make `pulumi destroy` run the program.)
 */
export function warningHooks(component: string): pulumi.ResourceHook[] {
    const hook = () =>
        new pulumi.ResourceHook(
            `${component}: replacement`,
            async ({ oldInputs, newInputs }) => {
                const warning = replacementWarning(component, oldInputs, newInputs);
                await (warning && pulumi.log.warn(warning));
            },
            { onDryRun: true },
        );
    // The mocks with which programs are tested have no hooks.
    const monitor = pulumi.runtime.getMonitor() as object | undefined;
    return monitor && "registerResourceHook" in monitor ? [hook()] : [];
}

/** What to warn of; nothing where nothing that lasts has changed, or where the old inputs were not written down. */
export function replacementWarning(component: string, before: object = {}, now: object = {}): string | undefined {
    const text = (inputs: object, key: string) => JSON.stringify(Reflect.get(inputs, key));
    const changed = Object.keys({ ...before, ...now }).filter((key) => text(before, key) !== text(now, key));
    if (changed.length === 0 || Object.keys(before).length === 0) {
        return undefined;
    }
    return (
        `${component}: another ${changed.join(", ")} makes another subscription: messages that this one has not delivered` +
        " are lost. To keep them, make a second PubSubSubscription beside it, let consumers empty this one, then remove it."
    );
}
