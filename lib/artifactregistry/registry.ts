import { getRepository } from "@pulumi/gcp/artifactregistry/getRepository";
import { Repository, type RepositoryArgs } from "@pulumi/gcp/artifactregistry/repository";
import { RepositoryIamMember } from "@pulumi/gcp/artifactregistry/repositoryIamMember";
import * as pulumi from "@pulumi/pulumi";
import { component } from "../component/component";
import { encryptionGrants, idOfKey } from "../component/encryption";
import { Environment, inEnvironment } from "../environment/environment";
import { type Existing, type ExistingRegionalArgs, lookUp, type Place, requireKnown } from "../environment/existing";
import { nameFormats } from "../facts/names";
import type { Capability } from "../internal/access/capability";
import { rolesOn, sharedOffers } from "../internal/access/roles";
import { argumentsError } from "../internal/arguments/argumentsError";
import * as check from "../internal/arguments/check";
import { inSeconds } from "../internal/arguments/duration";
import { shortenName } from "../internal/arguments/names";
import { crossing } from "../stack/crossing";
import { type EnvironmentEntry, promotionChain } from "../stack/settings/entries";
import { cleanupPolicies } from "./cleanup";
import { type ContainerRegistryArgs, type ResolvedArgs, resolveArgs } from "./registryArgs";
import { api, type RegistryKind } from "./registryKind";

/** A repository that exists already. */
export interface ExistingRegistry extends Existing, Pick<ContainerRegistry, "url" | "reader" | "writer" | "role"> {
    readonly repository: Pick<Repository, "project" | "location" | "repositoryId">;
    /** @internal */
    readonly kind?: RegistryKind;
}

/** A registry of the stack, or one that exists already. */
export type AnyRegistry = ContainerRegistry | ExistingRegistry;

type RepositoryPath = Record<"project" | "location" | "repository", pulumi.Output<string>>;

/** The capabilities of a repository. */
function offers(name: string, repository: RepositoryPath, url: pulumi.Output<string>) {
    const { offered, role } = rolesOn(name, RepositoryIamMember, repository, url);
    return { reader: offered("roles/artifactregistry.reader"), writer: offered("roles/artifactregistry.writer"), role };
}

/**
 * An {@link https://cloud.google.com/artifact-registry/docs/overview Artifact Registry} repository for container images; only
 * consumers of its {@link reader} or {@link writer} have access. Images are pushed to the repository of the first environment.
 * In an environment that promotes another environment, the repository is a remote repository of the first environment's, with the same
 * digests. Protected from deletion in production.
 * @example
 * ```ts
 * const registry = new ContainerRegistry("app", { cleanup: { keep: 20 } });
 * new CloudRunService("web", { source: "./web", registry });
 * ```
 */
export class ContainerRegistry extends pulumi.ComponentResource {
    /** The repository itself. */
    readonly repository: Repository;
    /** The prefix of image names: `europe-west1-docker.pkg.dev/acme-dev/app`. */
    readonly url: pulumi.Output<string>;
    /** Grants pulling images; the consumer receives the {@link url}. */
    readonly reader: Capability;
    /** Grants pushing and pulling images; the consumer receives the {@link url}. A remote repository accepts no pushes. */
    readonly writer: Capability;

    /** A capability of any role on the repository, for roles that no other one has; the consumer receives the {@link url}. */
    readonly role: (role: string) => Capability;

    readonly #kind: RegistryKind;

    private readonly createCache: () => Repository;

    /** What is known at preview; not a property, which programs would export. @internal */
    get kind(): RegistryKind {
        return this.#kind;
    }

    /**
     * A repository that exists already and is not managed by the stack, which only grants access to it:
     * `ContainerRegistry.existing("app", { region: "europe" })`, in a region or a multi-region. The preview fails if there is none.
     */
    static existing(name: string, args: ExistingRegionalArgs = {}): ExistingRegistry {
        requireKnown("ContainerRegistry", name, args);
        const format = check.nameOf(nameFormats.rows.artifactRegistryRepository);
        const find = async (place: Place, options: pulumi.InvokeOptions) => {
            await getRepository({ repositoryId: name, ...place }, options);
            return { ...place, repositoryId: name };
        };
        const path = ["project", "location", "repositoryId"] as const;
        const repository = lookUp("ContainerRegistry", name, format, args, find, ...path);
        const { project, location, repositoryId } = repository;
        const url = addressOf(repository);
        const all = offers(name, { project, location, repository: repositoryId }, url);
        return { existing: "ContainerRegistry", repository, url, ...sharedOffers(all) };
    }

    constructor(name: string, args: ContainerRegistryArgs = {}, options?: pulumi.ComponentResourceOptions) {
        const environment = Environment.current();
        const resolved = resolveArgs(name, args, environment.region);
        const { first, readers } = resolveChain(environment, `ContainerRegistry "${name}"`);
        super("slipway:index:ContainerRegistry", name, {}, inEnvironment(options, resolved.crossProject));
        const { child, bindTags } = component(this, name, resolved);

        this.#kind = { format: "docker", region: resolved.region, mode: first ? "remote" : "standard" };
        const usable = [...environment.enable(api), ...encryptionGrants(environment, name, resolved, api)];
        this.repository = new Repository(
            ...child("repository", name, repositoryArgs(resolved, first?.project), {
                protect: environment.defaults.protect,
                // The replacement of an encryption key keeps the repository's name.
                deleteBeforeReplace: true,
                dependsOn: [
                    ...usable,
                    ...(resolved.vulnerabilityScanning ? environment.enable("containerscanning.googleapis.com") : []),
                    // The service agent reads the first environment's images, which grants it access by its email address.
                    ...(first ? environment.makeAgent(api) : []),
                ],
                transformations: first && [crossing(first.stack)],
            }),
        );
        const { project, location, repositoryId } = this.repository;
        this.url = addressOf(this.repository);
        const repository = { project, location, repository: repositoryId };
        for (const { stack, member } of readers) {
            new RepositoryIamMember(
                ...child(
                    "grant",
                    `${name}-${stack}`,
                    { ...repository, role: "roles/artifactregistry.reader", member },
                    { transformations: [crossing(stack)] },
                ),
            );
        }
        ({ reader: this.reader, writer: this.writer, role: this.role } = offers(name, repository, this.url));
        let cache: Repository | undefined;
        this.createCache = () => {
            const options = { deleteBeforeReplace: true, dependsOn: usable };
            cache ??= new Repository(...child("cache", `${name}-cache`, cacheRepositoryArgs(resolved), options));
            return cache;
        };
        bindTags(this.repository);
        this.registerOutputs({ repository: this.repository, url: this.url });
    }
    /**
     * The image name for the layer cache of builds. It is in a separate repository with mutable tags, which is created with the
     * first cache.
     */
    buildCache(image: string): pulumi.Output<string> {
        return pulumi.interpolate`${addressOf(this.createCache())}/${image}:cache`;
    }
}

const addressOf = ({ location, project, repositoryId }: ExistingRegistry["repository"]) =>
    pulumi.interpolate`${location}-docker.pkg.dev/${project}/${repositoryId}`;

/** The position of a registry in the promotion between environments. */
interface PromotionChain {
    /** The environment whose repository images are pushed to, if it is not this one. */
    first?: { stack: string; project: string };
    /** The environments that pull this one's images, with the service agent that reads them. */
    readers: { stack: string; member: string }[];
}

/**
 * The promotion chain of a stack. Only the first environment has readers, as the upstream of a
 * {@link https://cloud.google.com/artifact-registry/docs/repositories/remote-repo remote repository} must be a standard
 * repository.
 */
function resolveChain({ environments }: Environment, component: string): PromotionChain {
    const stack = pulumi.getStack();
    const first = promotionChain(stack, environments).at(-1);
    if (first !== undefined) {
        const { project } = environments[first] as EnvironmentEntry;
        requireProjectNumber(environments[stack]?.number, stack, first, component);
        return { first: { stack: first, project }, readers: [] };
    }
    const later = Object.entries(environments).filter(([name]) => promotionChain(name, environments).includes(stack));
    warnOfMissingNumbers(
        component,
        later.filter(([, { number }]) => number === undefined).map(([name]) => name),
    );
    return { readers: later.flatMap(([name, { number }]) => (number === undefined ? [] : reader(name, number))) };
}

/**
 * The {@link https://cloud.google.com/iam/docs/service-agents service agent} with which Artifact Registry reads the upstream.
 */
function reader(stack: string, number: string) {
    return { stack, member: `serviceAccount:service-${number}@gcp-sa-artifactregistry.iam.gserviceaccount.com` };
}

/** Without the project number, the first environment cannot grant this one access to its images. */
function requireProjectNumber(number: string | undefined, stack: string, first: string, component: string): void {
    if (number === undefined) {
        const path = `slipway:environments.${stack}.number`;
        const reason = `is missing: ${first} lets this environment read its images by the number of its project.`;
        throw argumentsError(component, [
            check.problem(path, "artifactregistry/project-number-missing", `${reason} Set it in Pulumi.yaml.`),
        ]);
    }
}

/** Only warns, as an environment may be planned before its project exists. */
function warnOfMissingNumbers(component: string, stacks: string[]): void {
    if (stacks.length > 0) {
        const paths = stacks.map((stack) => `slipway:environments.${stack}.number`);
        const what = `${component}: ${stacks.join(", ")} cannot read its images, because the project's number is missing.`;
        void pulumi.log.warn(`${what} Set ${paths.join(", ")} in Pulumi.yaml.`);
    }
}

/** The arguments of the repository resource: a standard repository, or a remote one of another project's repository. */
function repositoryArgs(args: ResolvedArgs, upstream: string | undefined): RepositoryArgs {
    const { cleanup, vulnerabilityScanning: scanning } = args;
    return {
        repositoryId: args.name,
        location: args.region,
        format: "DOCKER",
        description: args.description,
        ...(upstream === undefined
            ? standardRepository(args.immutableTags, cleanup)
            : remoteRepository(args, upstream)),
        vulnerabilityScanningConfig:
            scanning === undefined ? undefined : { enablementConfig: scanning ? "INHERITED" : "DISABLED" },
        kmsKeyName: idOfKey(args.encryptionKey),
        labels: args.labels,
    };
}

function standardRepository(immutableTags: boolean, cleanup: ResolvedArgs["cleanup"]) {
    return {
        // The provider does not send `false`, and every preview would show the block as added.
        dockerConfig: immutableTags ? { immutableTags } : undefined,
        cleanupPolicies: cleanup === false ? undefined : cleanupPolicies(cleanup),
        cleanupPolicyDryRun: cleanup !== false && cleanup.dryRun === true,
    };
}

/** Tags come from the upstream, which makes them immutable. Images that run here must not be cleaned up here. */
function remoteRepository({ region, name }: ResolvedArgs, upstream: string) {
    return {
        mode: "REMOTE_REPOSITORY",
        remoteRepositoryConfig: {
            commonRepository: {
                uri: pulumi.interpolate`projects/${upstream}/locations/${region}/repositories/${name}`,
            },
        },
    };
}

/** The arguments of the repository for build caches. Nothing runs from it, so that old layers can be deleted. */
function cacheRepositoryArgs({ name, region, encryptionKey, labels }: ResolvedArgs): RepositoryArgs {
    const condition = { tagState: "ANY", olderThan: inSeconds("30 days") };
    return {
        repositoryId: pulumi.output(name).apply((id) => `${shortenName(id, 57)}-cache`),
        location: region,
        format: "DOCKER",
        description: pulumi.interpolate`Layers that builds of images for ${name} have kept`,
        cleanupPolicies: [{ id: "delete-old", action: "DELETE", condition }],
        vulnerabilityScanningConfig: { enablementConfig: "DISABLED" },
        kmsKeyName: idOfKey(encryptionKey),
        labels,
    };
}
