import * as pulumi from "@pulumi/pulumi";
import { valueIfKnown } from "../internal/engine/pulumiSdk";

/** The provider of a resource; undefined if it is the engine's default one. */
export function providerOf(
    type: string,
    { provider, parent = pulumi.runtime.getStackResource() }: pulumi.CustomResourceOptions,
): pulumi.ProviderResource | undefined {
    return provider ?? parent?.getProvider(type);
}

/** The value of an output; undefined if it is unknown. */
export const known = async (output: pulumi.Output<string> | undefined) => output && valueIfKnown(output);

/** The settings of a provider that complete the inputs of its resources. */
export async function settingsOf(provider: pulumi.ProviderResource | undefined): Promise<Record<string, unknown>> {
    const names = ["project", "region", "zone"];
    const values = await Promise.all(
        names.map((name) => {
            const output = provider && Reflect.get(provider, name);
            return output ? known(output) : pulumi.runtime.getConfig(`gcp:${name}`);
        }),
    );
    const all = Object.fromEntries(names.map((name, index) => [name, values[index]]));
    return { ...all, location: all.region };
}
