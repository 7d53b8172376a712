import type { RepositoryArgs } from "@pulumi/gcp/artifactregistry/repository";
import type * as pulumi from "@pulumi/pulumi";
import { type ComponentArgs, componentArgs } from "../component/component";
import { type EncryptionKey, encryptionKeyOf, keyRegionProblem } from "../component/encryption";
import { nameFormats } from "../facts/names";
import * as check from "../internal/arguments/check";
import { labels } from "../internal/arguments/labels";
import { type Transform, transforms } from "../internal/engine/children";
import { type PackageCleanup, packageCleanup, packageCleanupProblems } from "./cleanup";
import { type AnyPackageFormat, formatRows, formatsWith, type RegistryKind } from "./registryKind";
import { type RemoteRepository, type RemoteSource, remote, remoteProblems, resolveRemote } from "./remote";
import { orderProblem, type UpstreamRegistry, upstreamProblems, upstreams } from "./upstreams";

/** Options of a repository for Maven packages. */
export interface MavenOptions {
    /**
     * Accepts only releases, or only snapshots. Changing this replaces the repository.
     * @default both
     */
    versionPolicy?: "release" | "snapshot";
    /**
     * Whether a snapshot can be published again. Changing this replaces the repository.
     * @default false
     */
    allowSnapshotOverwrites?: boolean;
}

/** The arguments of a {@link PackageRegistry}. */
export interface PackageRegistryArgs extends ComponentArgs, check.InsecureArgs {
    /**
     * The {@link https://cloud.google.com/artifact-registry/docs/supported-formats format} of the packages: `"kfp"` for templates of
     * Kubeflow pipelines, `"generic"` for files. `"docker"` is only for a registry with `remote` or `upstreams`: a `ContainerRegistry` has
     * images of its own. Changing this replaces the repository.
     */
    format: AnyPackageFormat;
    /**
     * The {@link https://cloud.google.com/artifact-registry/docs/repositories/create-repos repository ID}, unique in its project and
     * region: 1 to 63 lower-case letters, digits and hyphens, starting with a letter. Changing this replaces the repository.
     * @default the component's name
     */
    name?: pulumi.Input<string>;
    /**
     * The {@link https://cloud.google.com/artifact-registry/docs/repositories/repo-locations region} such as
     * `"europe-west1"`, or one of the multi-regions `"europe"`, `"us"` and `"asia"`. Changing this replaces the repository.
     * @default the environment's region
     */
    region?: string;
    /**
     * Makes the repository a {@link https://cloud.google.com/artifact-registry/docs/repositories/remote-overview remote repository}, which
     * caches the packages of a source: `"pypi"`, a URL, another registry, or an object with credentials. Not with `upstreams`.
     * @default a repository for packages of your own
     */
    remote?: RemoteSource | RemoteRepository;
    /**
     * Makes the repository a {@link https://cloud.google.com/artifact-registry/docs/repositories/virtual-overview virtual repository},
     * which finds packages in other registries of its format and region: at most 30
     * ({@link https://cloud.google.com/artifact-registry/quotas limit}), the first one first. Registries with packages of your own are
     * before remote ones, unless `insecure` is set.
     * @default a repository for packages of your own
     */
    upstreams?: UpstreamRegistry[];
    /**
     * Which packages are deleted automatically. Not with `upstreams`.
     * @default none
     */
    cleanup?: PackageCleanup;
    /**
     * Options of Maven packages. Only with the format `"maven"`, for packages of your own.
     * @default releases and snapshots, which are not overwritten
     */
    maven?: MavenOptions;
    /**
     * The Cloud KMS key, a `KmsKey`, a `KmsKeyHandle`, or an ID, in the repository's region that encrypts the packages. Changing this
     * replaces the repository.
     * @default a Google-managed key
     */
    encryptionKey?: EncryptionKey;
    /**
     * The description of the repository.
     * @default none
     */
    description?: pulumi.Input<string>;
    /**
     * Labels of the repository: at most 64 ({@link https://cloud.google.com/artifact-registry/docs/repositories/label-repos
     * requirements}).
     * @default the environment's labels
     */
    labels?: Record<string, pulumi.Input<string>>;
    /** Callbacks that edit the arguments of child resources. */
    transform?: { repository?: Transform<RepositoryArgs> };
}

const packageRegistryArgs = check.options<PackageRegistryArgs>(
    {
        format: check.oneOf(...(Object.keys(formatRows) as AnyPackageFormat[])),
        name: check.publicInput(check.nameOf(nameFormats.rows.artifactRegistryRepository)),
        region: check.matching(
            /^([a-z]+-[a-z]+\d+|europe|us|asia)$/,
            "must be a region such as europe-west1, or one of europe, us, asia",
        ),
        remote,
        upstreams,
        cleanup: packageCleanup,
        maven: check.options<MavenOptions>({
            versionPolicy: check.oneOf("release", "snapshot"),
            allowSnapshotOverwrites: check.flag(),
        }),
        encryptionKey: encryptionKeyOf("artifactregistry.googleapis.com/Repository"),
        description: check.input(check.text()),
        labels,
        transform: transforms("repository"),
        ...check.insecureArgs,
        ...componentArgs,
    },
    "format",
);

/** Validated arguments with their defaults. */
export type ResolvedPackageArgs = ReturnType<typeof resolvePackageArgs>;

/** Completes the arguments with their defaults and validates the result. */
export function resolvePackageArgs(component: string, args: PackageRegistryArgs, environmentRegion: string) {
    return check.resolved(
        `PackageRegistry "${component}"`,
        check.withDefaults(args, { name: component }),
        packageRegistryArgs,
        ({ region = environmentRegion, remote, ...given }) => ({
            ...given,
            region,
            remote: remote === undefined ? undefined : resolveRemote(remote),
            mode: modeOf({ remote, upstreams: given.upstreams }),
        }),
        problems,
    );
}

const modeOf = ({ remote, upstreams }: Pick<PackageRegistryArgs, "remote" | "upstreams">): RegistryKind["mode"] =>
    upstreams !== undefined ? "virtual" : remote !== undefined ? "remote" : "standard";

type Completed = Omit<PackageRegistryArgs, "region" | "remote"> & {
    region: string;
    remote: RemoteRepository | undefined;
    mode: RegistryKind["mode"];
};

function problems(resolved: Completed): (check.Problem | undefined)[] {
    const { format, region, remote, upstreams = [], cleanup, maven, mode, encryptionKey } = resolved;
    const own = { format, region, mode };
    return [
        check.when(
            format === "docker" && mode === "standard",
            "format",
            "artifactregistry/docker-packages",
            'is only "docker" for a registry with remote or upstreams. Use a ContainerRegistry for images of your own.',
        ),
        check.when(
            remote !== undefined && mode === "virtual",
            "upstreams",
            "artifactregistry/remote-and-virtual",
            "cannot be combined with remote. Create a registry for each, and name the remote one in upstreams.",
        ),
        check.when(
            mode === "virtual" && !formatsWith("isVirtual").includes(format),
            "upstreams",
            "artifactregistry/virtual-format",
            `is only for the formats ${formatsWith("isVirtual").join(", ")} (got ${format}).`,
        ),
        check.when(
            cleanup !== undefined && mode === "virtual",
            "cleanup",
            "artifactregistry/cleanup-of-virtual",
            "is for registries that have packages: a virtual one has none. Set it for the upstreams.",
        ),
        check.when(
            maven !== undefined && (format !== "maven" || mode !== "standard"),
            "maven",
            "artifactregistry/maven-options",
            `is only for registries with Maven packages of your own (got a ${mode} one of the format ${format}).`,
        ),
        ...(cleanup ? packageCleanupProblems(cleanup, formatRows[format].hasTags === true) : []),
        ...(remote ? remoteProblems(remote, { ...own, mode: "remote" }) : []),
        ...upstreams.flatMap((one, index) => upstreamProblems(`upstreams[${index}]`, one, { ...own, mode: "virtual" })),
        orderProblem(upstreams),
        keyRegionProblem("encryptionKey", encryptionKey, region, "the registry"),
    ];
}
