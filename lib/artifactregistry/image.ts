import type { Image } from "@pulumi/docker-build/image";
import type { Provider } from "@pulumi/docker-build/provider";
import type { Repository } from "@pulumi/gcp/artifactregistry/repository";
import * as pulumi from "@pulumi/pulumi";
import { Environment, inEnvironment } from "../environment/environment";
import { type Artifact, promoted, promotedBuild, promotes, published } from "../environment/promotion";
import { argumentsError, deferredError } from "../internal/arguments/argumentsError";
import * as check from "../internal/arguments/check";
import { display, displayKnown } from "../internal/arguments/value";
import { childrenOf } from "../internal/engine/children";
import { imageArgs } from "./build/build";
import { warnOfMutableBaseImages } from "./build/dockerfile";
import { buildOrigin, ignoredInputs, pushedArgs, pushInputs } from "./build/origin";
import { docker, dockerBuild } from "./docker";
import {
    type BuiltImage,
    type ContainerImageArgs,
    isExisting,
    resolveBuild,
    resolveImageArgs,
    type TaggedImage,
} from "./imageArgs";
import type { AnyRegistry, ContainerRegistry } from "./registry";

/**
 * A container image that is built from a folder or exists already. Consumers receive its digest, even if a tag identifies it. An
 * environment that promotes another environment accepts only images that ran there; {@link ranBy} records that.
 * @example
 * ```ts
 * const registry = new ContainerRegistry("app");
 * const image = new ContainerImage("predict", { source: "./predict", registry });
 * new CloudRunService("predict", { image });
 * ```
 */
export class ContainerImage extends pulumi.ComponentResource {
    /** The image's full name with its digest: `europe-west1-docker.pkg.dev/acme-dev/app/predict@sha256:…`. */
    readonly reference: pulumi.Output<string>;
    /** `sha256:` and 64 hexadecimal digits. */
    readonly digest: pulumi.Output<string>;
    /** The resource that builds and pushes the image; undefined if the image exists already or another environment built it. */
    readonly build?: Image;
    /** The registry of the image, unless `reference` names it. */
    readonly registry?: AnyRegistry;

    private readonly artifact: Artifact;
    private readonly consumers: pulumi.Resource[] = [];
    private isPublished = false;

    constructor(name: string, args: ContainerImageArgs, options?: pulumi.ComponentResourceOptions) {
        const environment = Environment.current();
        const resolved = resolveImageArgs(name, args);
        // Both throw if the package is not installed, before anything is registered.
        if (resolved.source !== undefined) {
            dockerBuild(name);
        } else if (resolved.tag !== undefined) {
            docker(name);
        }
        super("slipway:index:ContainerImage", name, {}, inEnvironment(options, resolved.crossProject));
        const { registry, image, reference } = resolved;
        this.registry = registry;
        const about = { type: "ContainerImage", component: name, kind: "image" } as const;
        if (resolved.source === undefined) {
            const path = resolved.tag !== undefined ? "tag" : resolved.digest !== undefined ? "digest" : "reference";
            this.artifact = { ...about, path, digest: this.existingDigest(name, resolved) };
            this.digest = promoted(environment, this.artifact);
        } else {
            const isBuilt = !promotes(environment);
            const { origin, image: build } = buildImage(environment, this, name, resolved as BuiltImage, isBuilt);
            this.build = build;
            this.digest = build?.digest ?? promotedBuild(environment, { ...about, path: "source", build: origin });
            this.artifact = { ...about, path: "source", build: origin, digest: this.digest };
        }
        const repository = registry ? pulumi.interpolate`${registry.url}/${image}` : nameOf(reference as string);
        this.reference = pulumi.interpolate`${repository}@${this.digest}`;
        this.registerOutputs({ reference: this.reference, digest: this.digest });
    }

    /**
     * Records that these resources (a service, a job) run the image, once they are deployed. Environments that promote this one
     * then accept the image. Can be called several times, as long as the program does not await anything in between.
     */
    ranBy(...consumers: [pulumi.Resource, ...pulumi.Resource[]]): void {
        const { component } = this.artifact;
        if (this.isPublished) {
            const reason =
                "ranBy was called too late, after the program awaited a value since the first call. Call it for everything that runs the image before the program awaits.";
            throw argumentsError(`ContainerImage "${component}"`, [
                check.problem("", "artifactregistry/ran-by-too-late", reason),
            ]);
        }
        if (this.consumers.length === 0) {
            const all = Promise.resolve().then(() => {
                this.isPublished = true;
                return this.consumers;
            });
            published(Environment.current(), { ...this.artifact, digest: this.digest }, this, all);
        }
        this.consumers.push(...consumers);
    }

    private existingDigest(name: string, args: ContainerImageArgs): pulumi.Input<string> {
        if (args.reference !== undefined) {
            return digestOf(args.reference);
        }
        const tagged = args as TaggedImage;
        return args.digest ?? lookUpDigest(name, tagged, { parent: this, provider: this.dockerProvider(name, tagged) });
    }

    /**
     * The provider that looks up tags, unless the program passes one. It uses the credentials of the local Docker
     * configuration: an access token would differ in every run and be stored in the state.
     */
    private dockerProvider(name: string, { registry: { repository } }: TaggedImage): pulumi.ProviderResource {
        const address = pulumi.interpolate`${repository.location}-docker.pkg.dev`;
        const { Provider } = docker(name);
        return (
            this.getProvider("docker:index:any") ??
            new Provider(name, { disableDockerDaemonCheck: true, registryAuth: [{ address }] }, { parent: this })
        );
    }
}

/** The image of a container: a component of this program, or a name with its digest. */
export type ImageSource = ContainerImage | pulumi.Input<string>;

const digestOf = (reference: pulumi.Input<string>) =>
    pulumi.output(reference).apply((known) => known.slice(known.indexOf("@") + 1));

const nameOf = (reference: pulumi.Input<string>) =>
    pulumi.output(reference).apply((known) => known.slice(0, known.indexOf("@")));

/** The digest of a tag in a registry. */
function lookUpDigest(
    component: string,
    { registry, image, tag }: TaggedImage,
    options: pulumi.InvokeOptions,
): pulumi.Output<string> {
    const { getRegistryImage } = docker(component);
    // The id is known once the repository exists: a preview before that has no registry to ask. A repository that the stack does not
    // manage has none.
    const { id } = registry.repository as Partial<Pick<Repository, "id">>;
    return pulumi.all([registry.url, tag, id]).apply(async ([url, known]) => {
        try {
            return (await getRegistryImage({ name: `${url}/${image}:${known}` }, options)).sha256Digest;
        } catch (error) {
            const shown = await displayKnown(tag, known);
            const message = registryMessage(error);
            const isShown = shown === display(known);
            throw lookupError(component, url, shown, isShown ? message : message.replaceAll(known, shown));
        }
    });
}

/** The registry's error message without the wrapping messages of the provider. */
function registryMessage(error: unknown): string {
    const message = (error as Error).message.replaceAll(/\s+/g, " ").trim();
    return message.slice(Math.max(0, message.lastIndexOf("Got error when"))).replace(/\.$/, "");
}

function lookupError(component: string, url: string, tag: string, message: string): pulumi.RunError {
    const [host] = url.split("/");
    const hint = `Push the image, and sign in to the registry as 'gcloud auth configure-docker ${host}' does.`;
    const reason = `cannot be looked up (got ${tag}). ${message}. ${hint}`;
    return deferredError(`ContainerImage "${component}"`, [
        check.problem("tag", "artifactregistry/tag-lookup-failed", reason),
    ]);
}

/** The build of an image. */
interface Build {
    /** The SHA-256 of the sources. */
    origin: pulumi.Output<string>;
    /** The resource that builds the image, unless another environment built it. */
    image?: Image;
}

/**
 * Builds an image, or only computes its origin in an environment that promotes another environment's image.
 * @param parent the component
 */
function buildImage(
    environment: Environment,
    parent: pulumi.ComponentResource,
    name: string,
    { registry, image: path = name, transform, ...args }: BuiltImage,
    isBuilt: boolean,
): Build {
    const component = `ContainerImage "${name}"`;
    const build = resolveBuild(args);
    const hasSeveral = (build.platforms ?? []).length > 1;
    const { cache = hasSeveral || isExisting(registry) ? false : {} } = build;
    const destination = { url: registry.url, image: path };
    // A registry that exists already has a cache only with its own reference.
    const ref =
        isBuilt && cache !== false ? (cache.ref ?? (registry as ContainerRegistry).buildCache(path)) : undefined;
    const cacheRef = ref === undefined ? undefined : pulumi.output(ref);
    const docker = dockerBuild(name);
    const child = childrenOf(parent, transform);
    const [childName, inputs, options] = child("image", name, imageArgs(component, build, cacheRef), {
        provider: parent.getProvider("docker-build:index:any") ?? buildProvider(environment, docker),
        ignoreChanges: [...ignoredInputs, ...pushInputs],
        // A built image stays until its registry deletes it: an older version may run again, here and in later environments.
        retainOnDelete: true,
    });
    const origin = buildOrigin(build, inputs, destination);
    if (!isBuilt) {
        return { origin: origin.build };
    }
    warnOfMutableBaseImages(component, build);
    // Another version is a new resource, as the earlier one is kept.
    const image = new docker.Image(childName, pushedArgs(inputs, origin, destination), {
        ...options,
        replacementTrigger: origin.trigger,
    });
    return { origin: origin.build, image };
}

const providers = new WeakMap<Environment, Provider>();

/**
 * The provider of all builds. It uses the credentials of the local Docker configuration, so that none are in the state. It also
 * finds the Docker host itself, as that differs between machines.
 */
function buildProvider(
    environment: Environment,
    { Provider }: typeof import("@pulumi/docker-build/provider"),
): Provider {
    const provider = providers.get(environment) ?? new Provider("builds", { host: "" }, { parent: environment });
    providers.set(environment, provider);
    return provider;
}
