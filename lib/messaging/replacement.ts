import type * as pulumi from "@pulumi/pulumi";

/** Everything whose change makes another subscription ("Subscription properties"). */
export interface Lasting {
    name: pulumi.Input<string>;
    topic: pulumi.Input<string>;
    filter?: pulumi.Input<string>;
    messageOrdering?: pulumi.Input<boolean>;
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
