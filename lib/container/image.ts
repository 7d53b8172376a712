import type { Image } from "@pulumi/docker-build/image";
import * as pulumi from "@pulumi/pulumi";
import { Environment, inEnvironment } from "../environment/environment";
import { type Artifact, promoted, promotedBuild, promotes, published } from "../environment/promotion";
import { built } from "./build/build";
import { docker, dockerBuild } from "./docker";
import { type BuiltImage, type ContainerImageArgs, checkedImage, type TaggedImage } from "./imageArguments";
import { lookedUp } from "./lookup";
import type { ContainerRegistry } from "./registry";

/**
 * A container image, built from a folder or one that exists already: whatever names it, what runs it gets the digest. In an
 * environment that promotes another one, only an image that ran there is taken; {@link ranBy} says that it ran.
 */
export class ContainerImage extends pulumi.ComponentResource {
    /** What runs the image takes this: `europe-west1-docker.pkg.dev/acme-dev/app/predict@sha256:…`. */
    readonly reference: pulumi.Output<string>;
    /** `sha256:` and 64 hexadecimal digits. */
    readonly digest: pulumi.Output<string>;
    /** What builds the image and pushes it: nothing where it exists already, or another environment has built it. */
    readonly build?: Image;
    /** The registry that the image is in, where it is one of this program. */
    readonly registry?: ContainerRegistry;

    private readonly artifact: Artifact;
    private readonly consumers: pulumi.Resource[] = [];
    private isTold = false;

    constructor(name: string, given: ContainerImageArgs, options?: pulumi.ComponentResourceOptions) {
        const environment = Environment.current();
        const args = checkedImage(name, given);
        // Both throw where the package is not installed, before anything is registered.
        if (args.build !== undefined) {
            dockerBuild(name);
        } else if (args.tag !== undefined) {
            docker(name);
        }
        super("slipway:index:ContainerImage", name, {}, inEnvironment(options, args.crossProject));
        const { registry, image, reference } = args;
        this.registry = registry;
        const about = { type: "ContainerImage", component: name, kind: "image" } as const;
        if (args.build === undefined) {
            const path = args.tag !== undefined ? "tag" : args.digest !== undefined ? "digest" : "reference";
            this.artifact = { ...about, path, digest: this.found(name, args) };
            this.digest = promoted(environment, this.artifact);
        } else {
            const isBuilt = !promotes(environment);
            const { origin, image: build } = built(environment, this, name, args as BuiltImage, isBuilt);
            this.build = build;
            this.digest = build?.digest ?? promotedBuild(environment, { ...about, path: "build", build: origin });
            this.artifact = { ...about, path: "build", build: origin, digest: this.digest };
        }
        const repository = registry ? pulumi.interpolate`${registry.url}/${image}` : nameOf(reference as string);
        this.reference = pulumi.interpolate`${repository}@${this.digest}`;
        this.registerOutputs({ reference: this.reference, digest: this.digest });
    }

    /**
     * Says that these run the image, once they are deployed: a service, a job. The environments that promote this one take
     * the image from then on. It can be said of one after the other, as long as the program does not wait in between.
     */
    ranBy(...consumers: [pulumi.Resource, ...pulumi.Resource[]]): void {
        const { component } = this.artifact;
        if (this.isTold) {
            throw new pulumi.RunError(
                `ContainerImage "${component}": ranBy comes too late, as the program waited since it was called first. Call it with all that runs the image, before the program waits.`,
            );
        }
        if (this.consumers.length === 0) {
            const all = Promise.resolve().then(() => {
                this.isTold = true;
                return this.consumers;
            });
            published(Environment.current(), { ...this.artifact, digest: this.digest }, this, all);
        }
        this.consumers.push(...consumers);
    }

    private found(name: string, args: ContainerImageArgs): pulumi.Input<string> {
        if (args.reference !== undefined) {
            return digestOf(args.reference);
        }
        const tagged = args as TaggedImage;
        return args.digest ?? lookedUp(name, tagged, { parent: this, provider: this.docker(name, tagged) });
    }

    /**
     * The provider that asks, unless the program has given one. It signs in as Docker does on this machine: an access token
     * would be another one at each run, so that no two would be the same, and would lie in the state.
     */
    private docker(name: string, { registry: { repository } }: TaggedImage): pulumi.ProviderResource {
        const address = pulumi.interpolate`${repository.location}-docker.pkg.dev`;
        const { Provider } = docker(name);
        return (
            this.getProvider("docker:index:any") ??
            new Provider(name, { disableDockerDaemonCheck: true, registryAuth: [{ address }] }, { parent: this })
        );
    }
}

const digestOf = (reference: pulumi.Input<string>) =>
    pulumi.output(reference).apply((known) => known.slice(known.indexOf("@") + 1));

const nameOf = (reference: pulumi.Input<string>) =>
    pulumi.output(reference).apply((known) => known.slice(0, known.indexOf("@")));
