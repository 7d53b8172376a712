import type * as pulumi from "@pulumi/pulumi";
import { packageSources } from "../facts/packageFormats";
import * as check from "../internal/arguments/check";
import type { ExistingSecret, Secret } from "../secretmanager";
import { type AnyPackageFormat, formatsWith, type RegistryKind } from "./registryKind";
import { pathOf, type UpstreamRegistry, upstream, upstreamProblems } from "./upstreams";

/** A public repository that Artifact Registry knows by name, as gcloud spells it. */
export type PublicSource = keyof typeof packageSources.rows;

/** Where the packages of a remote repository come from: a public repository, a URL, or another registry. */
export type RemoteSource = PublicSource | `https://${string}` | UpstreamRegistry;

/** An account of the source. */
export interface RemoteCredentials {
    /** The name of the user at the source. */
    username: pulumi.Input<string>;
    /** The password or token. The registry grants Artifact Registry's service agent access to it. */
    password: Secret | ExistingSecret;
}

/** The source of a {@link https://cloud.google.com/artifact-registry/docs/repositories/remote-overview remote repository}. */
export interface RemoteRepository {
    /**
     * A public repository of the format such as `"pypi"`, a URL such as `"https://proxy.golang.org"`, or another registry. Changing this
     * replaces the repository.
     */
    source: RemoteSource;
    /**
     * The path of one of the repositories that a public source of `apt` or `yum` has: `"debian/dists/bookworm"`. Required there, and only
     * there. Changing this replaces the repository.
     */
    path?: string;
    /**
     * The account with which Artifact Registry reads the source.
     * @default anonymous
     */
    credentials?: RemoteCredentials;
    /**
     * Whether Artifact Registry tries the source and the credentials when it creates the repository. `false` for a secret whose value is
     * added later.
     * @default true
     */
    validation?: boolean;
}

const names = Object.keys(packageSources.rows) as PublicSource[];

const source = check.either(
    check.isResource,
    upstream,
    check.matching<PublicSource | `https://${string}`>(
        new RegExp(String.raw`^(${names.join("|")}|https://[^\s/]+(/\S*)?)$`),
        `must be ${names.join(", ")}, a URL such as https://proxy.golang.org, or a registry`,
    ),
) as check.Check<RemoteSource>;

/** Checks a source, or an object with one. */
export const remote = check.either<RemoteSource, RemoteRepository>(
    (value) => typeof value !== "object" || check.isResource(value),
    source,
    check.options<RemoteRepository>(
        {
            source,
            path: check.matching(/^[^\s/][^\s]*$/, 'must be a path without "/" at its start'),
            credentials: check.options<RemoteCredentials>(
                {
                    username: check.input(check.matching(/\S/, "must not be empty")),
                    password: check.component<Secret | ExistingSecret>("Secret"),
                },
                "username",
                "password",
            ),
            validation: check.flag(),
        },
        "source",
    ),
) as check.Check<RemoteSource | RemoteRepository>;

/** Completes the short form. */
export const resolveRemote = (value: RemoteSource | RemoteRepository): RemoteRepository =>
    typeof value === "string" || check.isResource(value)
        ? { source: value as RemoteSource }
        : (value as RemoteRepository);

const isPublic = (value: RemoteSource): value is PublicSource =>
    typeof value === "string" && Object.hasOwn(packageSources.rows, value);

/** The registry that is the source, if it is one. */
export const upstreamOf = ({ source }: RemoteRepository): UpstreamRegistry | undefined =>
    typeof source === "string" ? undefined : source;

interface PublicRow {
    format: AnyPackageFormat;
    id: string;
    hasPaths?: boolean;
}

/** What is wrong with the source of a remote repository. */
export function remoteProblems(
    { source, path, credentials }: RemoteRepository,
    own: RegistryKind,
): (check.Problem | undefined)[] {
    const { format } = own;
    const row: PublicRow | undefined = isPublic(source) ? packageSources.rows[source] : undefined;
    const registry = upstreamOf({ source });
    const ofFormat = names.filter((name) => packageSources.rows[name].format === format);
    return [
        check.when(
            !formatsWith("isRemote").includes(format),
            "remote",
            "artifactregistry/remote-format",
            `is only for the formats ${formatsWith("isRemote").join(", ")} (got ${format}).`,
        ),
        check.when(
            row && row.format !== format,
            "remote.source",
            "artifactregistry/source-other-format",
            `has packages of the format ${row?.format} (got ${format}). Use ${[...ofFormat, "a URL"].join(", ")}.`,
        ),
        check.when(
            (row?.hasPaths === true) !== (path !== undefined),
            "remote.path",
            "artifactregistry/remote-path",
            row?.hasPaths
                ? "is missing: the source has many repositories. Set one, such as debian/dists/bookworm."
                : `is only for public sources of apt and yum (got "${path}"). Remove it.`,
        ),
        check.when(
            credentials && registry,
            "remote.credentials",
            "artifactregistry/remote-credentials",
            "is only for other sources: Artifact Registry reads registries with its service agent. Remove it.",
        ),
        ...(registry ? upstreamProblems("remote.source", registry, own) : []),
    ];
}

/** The provider's block for a public source of a format. */
function publicArgs({ format, id }: PublicRow, path?: string) {
    const withPath = { publicRepository: { repositoryBase: id, repositoryPath: path as string } };
    switch (format) {
        case "apt":
            return { aptRepository: withPath };
        case "yum":
            return { yumRepository: withPath };
        case "docker":
            return { dockerRepository: { publicRepository: id } };
        case "maven":
            return { mavenRepository: { publicRepository: id } };
        case "npm":
            return { npmRepository: { publicRepository: id } };
        default:
            return { pythonRepository: { publicRepository: id } };
    }
}

/** The arguments of a remote repository. */
export function remoteArgs({ source, path, credentials, validation = true }: RemoteRepository) {
    return {
        mode: "REMOTE_REPOSITORY",
        remoteRepositoryConfig: {
            ...(isPublic(source)
                ? publicArgs(packageSources.rows[source], path)
                : { commonRepository: { uri: typeof source === "string" ? source : pathOf(source) } }),
            upstreamCredentials: credentials && {
                usernamePasswordCredentials: {
                    username: credentials.username,
                    passwordSecretVersion: credentials.password.accessor.value,
                },
            },
            disableUpstreamValidation: validation ? undefined : true,
        },
    };
}
