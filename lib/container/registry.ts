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
import { cacheDefinition, definition } from "./definition";

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

    private readonly caches: () => Repository;

    constructor(name: string, given: ContainerRegistryArgs = {}, options?: pulumi.ComponentResourceOptions) {
        const environment = Environment.current();
        const args = decided(name, given, environment.region);
        const { first, readers } = chainOf(environment, `ContainerRegistry "${name}"`);
        super("slipway:index:ContainerRegistry", name, {}, inEnvironment(options, args.crossProject));
        const child = childrenOf(this, args.transform);

        const usable = [...environment.enable(api), ...encryptionGrants(environment, name, args, api)];
        this.repository = new Repository(
            ...child("repository", name, definition(args, first?.project), {
                protect: environment.defaults.protect,
                // Another key makes another repository, of the same name.
                deleteBeforeReplace: true,
                dependsOn: [
                    ...usable,
                    ...(args.vulnerabilityScanning ? environment.enable("containerscanning.googleapis.com") : []),
                    // By this account the images of the first environment are read, which lets it by its name.
                    ...(first ? environment.makeAgent(api) : []),
                ],
                transformations: first && [crossing(first.stack)],
            }),
        );
        const { project, location, repositoryId } = this.repository;
        this.url = addressOf(this.repository);
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
        let cache: Repository | undefined;
        this.caches = () => {
            const options = { deleteBeforeReplace: true, dependsOn: usable };
            cache ??= new Repository(...child("cache", `${name}-cache`, cacheDefinition(args), options));
            return cache;
        };
        this.registerOutputs({ repository: this.repository, url: this.url });
    }
    /**
     * The name under which builds of an image keep their layers, as its tag has to move: in a repository beside this one, which
     * is made with the first of them.
     */
    buildCache(image: string): pulumi.Output<string> {
        return pulumi.interpolate`${addressOf(this.caches())}/${image}:cache`;
    }
}

const addressOf = ({ location, project, repositoryId }: Repository) =>
    pulumi.interpolate`${location}-docker.pkg.dev/${project}/${repositoryId}`;
