import type { Image } from "@pulumi/docker-build/image";
import type { Provider } from "@pulumi/docker-build/provider";
import * as pulumi from "@pulumi/pulumi";
import type { Environment } from "../../environment/environment";
import { childrenOf } from "../../internal/children";
import { dockerBuild } from "../docker";
import type { BuiltImage } from "../imageArguments";
import { wholeBuild } from "./arguments";
import { definition, freshTag, incidental, originOf, warnOfMoving } from "./definition";

/** A build as a component has it. */
export interface Build {
    /** What the image is built from, by its SHA-256. */
    origin: pulumi.Output<string>;
    /** The resource that builds it, where one does. */
    image?: Image;
}

/**
 * Builds an image, or says what it would be built from in an environment that takes what another one built.
 *
 * @param parent the component
 */
export function built(
    environment: Environment,
    parent: pulumi.ComponentResource,
    name: string,
    { registry, image: path = name, build: given, transform }: BuiltImage,
    isBuilt: boolean,
): Build {
    const component = `ContainerImage "${name}"`;
    const build = wholeBuild(given);
    const { cache = (build.platforms ?? []).length > 1 ? false : {} } = build;
    const to = { url: registry.url, image: path };
    const kept = isBuilt && cache !== false ? pulumi.output(cache.ref ?? registry.buildCache(path)) : undefined;
    const docker = dockerBuild(name);
    const child = childrenOf(parent, transform);
    const [own, args, options] = child("image", name, definition(component, build, kept), {
        provider: parent.getProvider("docker-build:index:any") ?? builders(environment, docker),
        ignoreChanges: incidental,
        // What was built stays as long as its registry: what ran once may come back, here and in environments that follow.
        retainOnDelete: true,
    });
    const origin = originOf(build, args, to);
    if (!isBuilt) {
        return { origin: origin.build };
    }
    warnOfMoving(component, build);
    const tags = pulumi.all([args.tags ?? [], freshTag(origin, to)]).apply(([others, tag]) => [tag, ...(others ?? [])]);
    // Another tag, and so another resource: the one that was pushed cannot be moved.
    const image = new docker.Image(own, { ...args, tags }, { ...options, replacementTrigger: origin.trigger });
    return { origin: origin.build, image };
}

const providers = new WeakMap<Environment, Provider>();

/**
 * The provider of all builds. It signs in as Docker does on this machine, so that nothing of that lies in the state; where
 * Docker is, it finds by itself too, as that differs from machine to machine.
 */
function builders(environment: Environment, { Provider }: typeof import("@pulumi/docker-build/provider")): Provider {
    const provider = providers.get(environment) ?? new Provider("builds", { host: "" }, { parent: environment });
    providers.set(environment, provider);
    return provider;
}
