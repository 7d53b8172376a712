import type * as pulumi from "@pulumi/pulumi";
import { isLater } from "../../internal/value";
import type { Boundary, Foreign } from "./boundary";

type Found = Foreign | undefined;

/** The other environments in whose projects providers make resources, as far as that is known. */
const foreign = new WeakMap<object, Found | Promise<Found>>();

const none: ReadonlySet<string> = new Set();

/** Takes in what project a provider makes resources in, whether or not it is allowed to. */
export function note(provider: pulumi.Resource, project: unknown, boundary: Boundary): Found | Promise<Found> {
    const found = foundIn(project, (known) => {
        const property = { type: "pulumi:providers:gcp", path: ["project"] };
        return typeof known === "string" ? boundary.crossed(known, property, none) : undefined;
    });
    foreign.set(provider, found);
    return found;
}

function foundIn(project: unknown, find: (known: unknown) => Found): Found | Promise<Found> {
    if (!isLater(project)) {
        return find(project);
    }
    // Not among the SDK's types: it resolves also where the value is not known.
    const promised = project instanceof Promise ? project : (project as { promise(): Promise<unknown> }).promise();
    // The provider itself tells of what goes wrong with it.
    return promised.then(find, () => undefined);
}

/** The other environment in whose project the provider of a resource makes it; nothing where that is the stack's own. */
export function providedBy(provider: pulumi.ProviderResource | undefined, boundary: Boundary): Found | Promise<Found> {
    if (provider === undefined || foreign.has(provider)) {
        return provider && foreign.get(provider);
    }
    // It was made before the guard was there.
    return note(provider, Reflect.get(provider, "project"), boundary);
}

/** The provider that makes a resource of Google Cloud, unless it is the default one. */
export function providerOf(type: string, { provider, parent }: pulumi.CustomResourceOptions) {
    return type.startsWith("gcp:") ? (provider ?? parent?.getProvider(type)) : undefined;
}
