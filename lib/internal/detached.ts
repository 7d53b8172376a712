import * as pulumi from "@pulumi/pulumi";

/**
 * The value of an output without the resources that it depends on, for a resource that must outlive them: the engine deletes one before
 * those that it replaces by deleting first, if a property depends on them. Such a resource names them in `dependsOn` instead.
 */
export function detached<Value>(output: pulumi.Output<Value>): pulumi.Output<Value> {
    const [value, resolve] = pulumi.deferredOutput<Value>();
    const { isKnown, isSecret } = output as unknown as Record<"isKnown" | "isSecret", Promise<boolean>>;
    const promise = () => (output as unknown as { promise(): Promise<Value> }).promise();
    resolve({ promise, isKnown, isSecret, allResources: async () => new Set() } as unknown as pulumi.Output<Value>);
    return value;
}
