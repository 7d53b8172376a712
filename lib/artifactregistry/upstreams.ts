import type { Repository } from "@pulumi/gcp/artifactregistry/repository";
import * as pulumi from "@pulumi/pulumi";
import type { Environment } from "../environment/environment";
import { artifactRegistryLimits } from "../facts/limits/artifactRegistry";
import type { Capability } from "../internal/access/capability";
import * as check from "../internal/arguments/check";
import type { CrossProject } from "../stack/crossing";
import type { AnyRegistry } from "./registry";
import { api, type RegistryKind } from "./registryKind";

/** A registry of packages: a {@link PackageRegistry} of the stack, or one that exists already. */
export interface AnyPackageRegistry {
    readonly repository: Pick<Repository, "project" | "location" | "repositoryId">;
    /** The URL of the repository. */
    readonly url: pulumi.Output<string>;
    /** Grants installing packages; the consumer receives the URL to install from. */
    readonly reader: Capability;
    /** @internal */
    readonly kind?: RegistryKind;
}

/** A registry that a remote or virtual repository reads. */
export type UpstreamRegistry = AnyPackageRegistry | AnyRegistry;

const isRegistry = (type: string) => check.component<UpstreamRegistry>(type);

/** Checks a registry. */
export const upstream = check.either<UpstreamRegistry, UpstreamRegistry>(
    (value) => isContainer(value),
    isRegistry("ContainerRegistry"),
    isRegistry("PackageRegistry"),
) as check.Check<UpstreamRegistry>;

const isContainer = (value: unknown): boolean => typeof value === "object" && value !== null && !("indexUrl" in value);

/** Checks the upstreams of a virtual repository. */
export const upstreams = check.pipe(
    check.list(upstream) as check.Check<UpstreamRegistry[]>,
    check.refine((list) => (list as UpstreamRegistry[]).length > 0, "must have an upstream at least"),
    check.refine((list) => new Set(list as UpstreamRegistry[]).size === (list as object[]).length, "must differ"),
    check.atMost(artifactRegistryLimits.rows.upstreams),
);

/** What is known at preview of a registry that components can read. */
export function kindOf(registry: UpstreamRegistry): Partial<RegistryKind> {
    return registry.kind ?? (isContainer(registry) ? { format: "docker" } : {});
}

/** The problems of a registry that this one reads, which must have its format, and for a virtual repository its region. */
export function upstreamProblems(
    path: string,
    registry: UpstreamRegistry,
    own: RegistryKind,
): (check.Problem | undefined)[] {
    const { format, region, mode } = kindOf(registry);
    const isElsewhere = typeof region === "string" && typeof own.region === "string" && region !== own.region;
    return [
        check.when(
            format !== undefined && format !== own.format,
            path,
            "artifactregistry/upstream-other-format",
            `must be a registry of the format ${own.format} (got one of ${format}).`,
        ),
        check.when(
            own.mode === "virtual" && isElsewhere,
            path,
            "artifactregistry/upstream-other-location",
            `must be in ${own.region}, as this registry is (got one in ${region}).`,
        ),
        check.when(
            mode === "virtual" || (own.mode === "remote" && mode === "remote"),
            path,
            "artifactregistry/upstream-mode",
            `must be a ${own.mode === "remote" ? "registry with packages of its own" : "registry that is not virtual"} (got a ${mode} one).`,
        ),
    ];
}

/**
 * The problem of a remote repository before one with own packages: who publishes a package of the same name in public would replace an own
 * one. https://cloud.google.com/artifact-registry/docs/repositories/virtual-overview
 */
export function orderProblem(registries: readonly UpstreamRegistry[]): check.Problem | undefined {
    const modes = registries.map((registry) => kindOf(registry).mode);
    const remote = modes.indexOf("remote");
    const reason =
        "must have registries with packages of your own before remote ones, whose packages would replace yours of the same name.";
    return remote >= 0 && modes.lastIndexOf("standard") > remote
        ? { ...check.problem("upstreams", "artifactregistry/remote-upstream-first", reason), isPolicy: true }
        : undefined;
}

/** The resource name of a registry's repository. */
export const pathOf = ({ repository: { project, location, repositoryId } }: UpstreamRegistry): pulumi.Output<string> =>
    pulumi.interpolate`projects/${project}/locations/${location}/repositories/${repositoryId}`;

/**
 * Lets the service agent read registries that can be in another project; it reads all of its own:
 * https://cloud.google.com/artifact-registry/docs/ar-service-account
 */
export function upstreamGrants(
    registries: readonly UpstreamRegistry[],
    environment: Environment,
    crossProject?: CrossProject,
): pulumi.Resource[] {
    return registries
        .filter((registry) => "existing" in registry)
        .flatMap(({ reader }) => environment.grantAgent(api, reader, crossProject));
}

/** The upstreams of a virtual repository: a higher number takes precedence. */
export function virtualArgs(registries: readonly UpstreamRegistry[]) {
    const upstreamPolicies = registries.map((registry, index) => ({
        id: `upstream-${index + 1}`,
        repository: pathOf(registry),
        priority: (registries.length - index) * 10,
    }));
    return { mode: "VIRTUAL_REPOSITORY", virtualRepositoryConfig: { upstreamPolicies } };
}
