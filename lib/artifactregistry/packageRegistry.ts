import { getRepository } from "@pulumi/gcp/artifactregistry/getRepository";
import { Repository, type RepositoryArgs } from "@pulumi/gcp/artifactregistry/repository";
import { RepositoryIamMember } from "@pulumi/gcp/artifactregistry/repositoryIamMember";
import * as pulumi from "@pulumi/pulumi";
import { component } from "../component/component";
import { idOfKey } from "../component/encryption";
import { Environment, inEnvironment } from "../environment/environment";
import { type Existing, type ExistingRegionalArgs, lookUp, type Place, requireKnown } from "../environment/existing";
import { nameFormats } from "../facts/names";
import type { Capability } from "../internal/access/capability";
import { rolesOn, sharedOffers } from "../internal/access/roles";
import * as check from "../internal/arguments/check";
import { packagePolicies } from "./cleanup";
import { type PackageRegistryArgs, type ResolvedPackageArgs, resolvePackageArgs } from "./packageRegistryArgs";
import { api, type RegistryKind } from "./registryKind";
import { remoteArgs, upstreamOf } from "./remote";
import { type AnyPackageRegistry, upstreamGrants, virtualArgs } from "./upstreams";

/** A registry of packages that exists already. */
export interface ExistingPackageRegistry
    extends Existing,
        AnyPackageRegistry,
        Pick<PackageRegistry, "indexUrl" | "writer" | "role"> {}

interface RepositoryPlace extends Record<"project" | "location" | "repositoryId", pulumi.Output<string>> {
    format: pulumi.Input<string>;
}

/**
 * The URLs of a repository: https://cloud.google.com/artifact-registry/docs/python/store-python and the pages of the other formats. Docker
 * needs no scheme, and packages of operating systems are in folders of the project.
 */
function urlsOf({ project, location, repositoryId, format }: RepositoryPlace) {
    const url = pulumi.all([project, location, repositoryId, format]).apply(([owner, place, id, name]) => {
        const kind = name.toLowerCase();
        const host = `${place}-${kind}.pkg.dev`;
        switch (kind) {
            case "docker":
                return `${host}/${owner}/${id}`;
            case "apt":
                return `https://${host}/projects/${owner}`;
            case "yum":
                return `https://${host}/projects/${owner}/${id}`;
            case "googet":
                return `https://${host}/projects/${owner}/repos/${id}`;
            default:
                return `https://${host}/${owner}/${id}/`;
        }
    });
    const indexUrl = pulumi.all([url, format]).apply(([all, name]) => (/^python$/i.test(name) ? `${all}simple/` : all));
    return { url, indexUrl };
}

/** The capabilities of a repository. */
function offers(name: string, place: RepositoryPlace, { url, indexUrl }: ReturnType<typeof urlsOf>) {
    const { project, location, repositoryId: repository } = place;
    const on = { project, location, repository };
    const { offered, role } = rolesOn(name, RepositoryIamMember, on, url);
    return {
        reader: { ...offered("roles/artifactregistry.reader"), value: indexUrl },
        writer: offered("roles/artifactregistry.writer"),
        role,
    };
}

/**
 * An {@link https://cloud.google.com/artifact-registry/docs/overview Artifact Registry} repository for packages of one format; only
 * consumers of its {@link reader} or {@link writer} have access. It has packages of its own, caches packages of a public
 * repository (`remote`), or finds packages in other registries (`upstreams`). Protected from deletion in production. For container images, see
 * `ContainerRegistry`.
 * @example
 * ```ts
 * const own = new PackageRegistry("own", { format: "python" });
 * const pypi = new PackageRegistry("pypi", { format: "python", remote: "pypi" });
 * const packages = new PackageRegistry("packages", { format: "python", upstreams: [own, pypi] });
 * ```
 */
export class PackageRegistry extends pulumi.ComponentResource implements AnyPackageRegistry {
    /** The repository itself. */
    readonly repository: Repository;
    /**
     * The URL of the repository, to which clients publish: `https://europe-west1-python.pkg.dev/acme-dev/packages/`. Of Debian packages, it
     * is the one of the project.
     */
    readonly url: pulumi.Output<string>;
    /**
     * The URL from which clients install: the {@link url}, of Python packages `https://europe-west1-python.pkg.dev/acme-dev/packages/simple/`.
     */
    readonly indexUrl: pulumi.Output<string>;
    /** Grants installing packages; the consumer receives the {@link indexUrl}. */
    readonly reader: Capability;
    /**
     * Grants publishing and installing packages; the consumer receives the {@link url}. A registry with `remote` or `upstreams` accepts no
     * packages.
     */
    readonly writer: Capability;
    /** A capability of any role on the repository, for roles that no other one has; the consumer receives the {@link url}. */
    readonly role: (role: string) => Capability;
    readonly #kind: RegistryKind;

    /** What is known at preview; not a property, which programs would export. @internal */
    get kind(): RegistryKind {
        return this.#kind;
    }

    /**
     * A registry that exists already and is not managed by the stack, which only grants access to it:
     * `PackageRegistry.existing("packages", { region: "europe" })`, in a region or a multi-region. The preview fails if there is none.
     */
    static existing(name: string, args: ExistingRegionalArgs = {}): ExistingPackageRegistry {
        requireKnown("PackageRegistry", name, args);
        const form = check.nameOf(nameFormats.rows.artifactRegistryRepository);
        const find = async (place: Place, options: pulumi.InvokeOptions) => {
            const { format } = await getRepository({ repositoryId: name, ...place }, options);
            return { ...place, repositoryId: name, format };
        };
        const found = lookUp(
            "PackageRegistry",
            name,
            form,
            args,
            find,
            "project",
            "location",
            "repositoryId",
            "format",
        );
        const { project, location, repositoryId } = found;
        const urls = urlsOf(found);
        const repository = { project, location, repositoryId };
        return { existing: "PackageRegistry", repository, ...urls, ...sharedOffers(offers(name, found, urls)) };
    }

    constructor(name: string, args: PackageRegistryArgs, options?: pulumi.ComponentResourceOptions) {
        const environment = Environment.current();
        const resolved = resolvePackageArgs(name, args, environment.region);
        super("slipway:index:PackageRegistry", name, {}, inEnvironment(options, resolved.crossProject));
        const { child } = component(this, name, resolved, { apis: [api], encryptedBy: [api] });

        // The service agent of another provider's project is not the environment's.
        const isInEnvironment = this.getProvider("gcp:index:any") === environment.provider;
        this.#kind = { format: resolved.format, region: resolved.region, mode: resolved.mode };
        this.repository = new Repository(
            ...child("repository", name, repositoryArgs(resolved), {
                protect: environment.defaults.protect,
                // The replacement keeps the repository's name.
                deleteBeforeReplace: true,
                dependsOn: isInEnvironment ? agentGrants(resolved, environment) : [],
            }),
        );
        const { project, location, repositoryId } = this.repository;
        const place = { project, location, repositoryId, format: resolved.format };
        const urls = urlsOf(place);
        ({ url: this.url, indexUrl: this.indexUrl } = urls);
        ({ reader: this.reader, writer: this.writer, role: this.role } = offers(name, place, urls));
        this.registerOutputs({ repository: this.repository, url: this.url });
    }
}

/** The access of the service agent to the password of the source, and to registries that exist already. */
function agentGrants({ remote, upstreams = [], crossProject }: ResolvedPackageArgs, environment: Environment) {
    const source = remote && upstreamOf(remote);
    const password = remote?.credentials?.password;
    return [
        ...upstreamGrants(source ? [source] : upstreams, environment, crossProject),
        ...(password ? environment.grantAgent(api, password.accessor, crossProject) : []),
    ];
}

/** The arguments of the repository. */
function repositoryArgs(args: ResolvedPackageArgs): RepositoryArgs {
    const { remote, upstreams, cleanup, maven } = args;
    return {
        repositoryId: args.name,
        location: args.region,
        format: args.format.toUpperCase(),
        description: args.description,
        ...(upstreams ? virtualArgs(upstreams) : remote ? remoteArgs(remote) : {}),
        ...(cleanup && { cleanupPolicies: packagePolicies(cleanup), cleanupPolicyDryRun: cleanup.dryRun === true }),
        mavenConfig: maven && {
            versionPolicy: maven.versionPolicy?.toUpperCase(),
            allowSnapshotOverwrites: maven.allowSnapshotOverwrites,
        },
        kmsKeyName: idOfKey(args.encryptionKey),
        labels: args.labels,
    };
}
