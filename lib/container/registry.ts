import { Repository } from "@pulumi/gcp/artifactregistry/repository";
import { RepositoryIamMember } from "@pulumi/gcp/artifactregistry/repositoryIamMember";
import * as pulumi from "@pulumi/pulumi";
import { crossing } from "../environment/crossing";
import { Environment, inEnvironment } from "../environment/environment";
import { type Capability, capability } from "../identity/capability";
import { encryptionGrants } from "../identity/encryption";
import { childrenOf } from "../internal/children";
import { type ContainerRegistryArgs, decided } from "./arguments";
import { chainOf } from "./chain";
import { definition } from "./definition";

const api = "artifactregistry.googleapis.com";

/**
 * A repository of Artifact Registry for container images, which nobody reads who was not given its {@link reader}. Images
 * are pushed to the one of the first environment. In an environment that promotes another one it passes those images on,
 * each by the digest that it has there, and keeps what was pulled. In production Pulumi refuses to delete it.
 */
export class ContainerRegistry extends pulumi.ComponentResource {
    readonly repository: Repository;
    /** What images' names start with: `europe-west1-docker.pkg.dev/acme-dev/app`. */
    readonly url: pulumi.Output<string>;
    /** Pulls images; the consumer gets the {@link url}. */
    readonly reader: Capability;
    /** Pushes images, and pulls them; the consumer gets the {@link url}. Nothing can be pushed where another is promoted. */
    readonly writer: Capability;

    constructor(name: string, given: ContainerRegistryArgs = {}, options?: pulumi.ComponentResourceOptions) {
        const environment = Environment.current();
        const args = decided(name, given, environment.region);
        const { first, readers } = chainOf(environment, `ContainerRegistry "${name}"`);
        super("slipway:index:ContainerRegistry", name, {}, inEnvironment(options, args.crossProject));
        const child = childrenOf(this, args.transform);

        this.repository = new Repository(
            ...child("repository", name, definition(args, first?.project), {
                protect: environment.defaults.protect,
                // Another key makes another repository, of the same name.
                deleteBeforeReplace: true,
                dependsOn: [
                    ...environment.enable(api),
                    ...(args.vulnerabilityScanning ? environment.enable("containerscanning.googleapis.com") : []),
                    ...encryptionGrants(environment, name, args, api),
                    // By this account the images of the first environment are read, which lets it by its name.
                    ...(first ? environment.makeAgent(api) : []),
                ],
                transformations: first && [crossing(first.stack)],
            }),
        );
        const { project, location, repositoryId } = this.repository;
        this.url = pulumi.interpolate`${location}-docker.pkg.dev/${project}/${repositoryId}`;
        const on = { project, location, repository: repositoryId };
        for (const { stack, member } of readers) {
            new RepositoryIamMember(
                ...child(
                    "grant",
                    `${name}-${stack}`,
                    { ...on, role: "roles/artifactregistry.reader", member },
                    { transformations: [crossing(stack)] },
                ),
            );
        }
        this.reader = capability(name, "roles/artifactregistry.reader", RepositoryIamMember, on, this.url);
        this.writer = capability(name, "roles/artifactregistry.writer", RepositoryIamMember, on, this.url);
        this.registerOutputs({ repository: this.repository, url: this.url });
    }
}
