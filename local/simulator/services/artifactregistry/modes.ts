import { artifactRegistryLimits, packageFormats, packageSources } from "slipway/facts";
import type { Cloud } from "../../cloud/cloud";
import { GoogleError } from "../../cloud/errors";
import { type Inputs, upperCase } from "../../rules/rules";
import { repositoryName } from "./names";
import { canRead, denied } from "./upstream";

type Row = { isRemote?: boolean; isVirtual?: boolean };

const rowOf = (format: string): Row => (packageFormats.rows as Record<string, Row>)[format.toLowerCase()] ?? {};

/** The blocks of public sources, and their format. The API has one of them for each format, `RemoteRepositoryConfig`. */
const blocks: Record<string, string> = {
    aptRepository: "APT",
    dockerRepository: "DOCKER",
    mavenRepository: "MAVEN",
    npmRepository: "NPM",
    pythonRepository: "PYTHON",
    yumRepository: "YUM",
};

/** Each mode accepts only its own settings, and each format only the settings of its own: the API's message `Repository`. */
export function verifyMode(inputs: Inputs): void {
    const { mode, remoteRepositoryConfig, virtualRepositoryConfig, cleanupPolicies = [] } = inputs;
    const format = upperCase(inputs.format);
    const refuse = (words: string) => new GoogleError(400, words);
    const isRemote = mode === "REMOTE_REPOSITORY";
    if (isRemote !== (remoteRepositoryConfig !== undefined)) {
        const what = isRemote ? "needs" : "must not have";
        throw refuse(`A repository of the mode ${mode} ${what} a remote repository config.`);
    }
    if (virtualRepositoryConfig !== undefined && mode !== "VIRTUAL_REPOSITORY") {
        throw refuse(`A repository of the mode ${mode} must not have a virtual repository config.`);
    }
    // The provider leaves an empty list out: https://github.com/GoogleCloudPlatform/magic-modules/pull/18879
    if (mode === "VIRTUAL_REPOSITORY" && !virtualRepositoryConfig?.upstreamPolicies?.length) {
        throw refuse("Virtual repository config is not specified");
    }
    // https://cloud.google.com/artifact-registry/docs/repositories/virtual-overview
    if ((isRemote && !rowOf(format).isRemote) || (mode === "VIRTUAL_REPOSITORY" && !rowOf(format).isVirtual)) {
        throw refuse(`The mode ${mode} is not supported for repositories of the format ${format}.`);
    }
    for (const [block, owner] of [["mavenConfig", "MAVEN"] as const, ["dockerConfig", "DOCKER"] as const]) {
        if (inputs[block] && format !== owner) {
            throw refuse(`A repository of the format ${format} must not have a ${owner} config.`);
        }
    }
    // "for standard and remote repositories": https://cloud.google.com/artifact-registry/docs/repositories/cleanup-policy
    if (mode === "VIRTUAL_REPOSITORY" && cleanupPolicies.length > 0) {
        throw refuse("Cleanup policies are not supported for virtual repositories.");
    }
    const foreign = Object.keys(blocks).find((block) => remoteRepositoryConfig?.[block] && blocks[block] !== format);
    if (foreign) {
        throw refuse(`The remote source ${foreign} is not of the format ${format}.`);
    }
    verifyPath(remoteRepositoryConfig ?? {});
    verifyCustom(remoteRepositoryConfig ?? {});
}

/** A repository of Artifact Registry is a common repository, not a custom one. */
function verifyCustom(config: Inputs): void {
    const uris: string[] = Object.keys(blocks).flatMap((block) => config[block]?.customRepository?.uri ?? []);
    const isOwn = (uri: string) => /^(https:\/\/)?[a-z0-9-]+\.pkg\.dev(\/|$)|^projects\/[^/]+\/locations\//.test(uri);
    if (!config.disableUpstreamValidation && uris.some(isOwn)) {
        throw new GoogleError(
            400,
            "Failed to validate remote upstream: generic::invalid_argument: Artifact Registry repositories not supported as custom remote repository URI",
        ).recordedIn("https://github.com/hashicorp/terraform-provider-google/issues/20803");
    }
}

/** Which public sources have paths is the provider's schema; the path must not be empty. */
function verifyPath({ aptRepository, yumRepository }: Inputs): void {
    const { repositoryBase, repositoryPath } = (aptRepository ?? yumRepository)?.publicRepository ?? {};
    const isKnown = Object.values(packageSources.rows).some(({ id }) => id === repositoryBase);
    if (repositoryBase && (!isKnown || !repositoryPath)) {
        throw new GoogleError(400, "Request contains an invalid argument.");
    }
}

/**
 * Verifies the upstreams of a virtual repository: of its format and location, standard or remote, and readable for the service agent of
 * its project. https://cloud.google.com/artifact-registry/docs/repositories/virtual-repo
 */
export function verifyUpstreams(cloud: Cloud, inputs: Inputs): void {
    const policies: Inputs[] = inputs.virtualRepositoryConfig?.upstreamPolicies ?? [];
    const { max } = artifactRegistryLimits.rows.upstreams;
    if (policies.length > max) {
        throw new GoogleError(400, `A virtual repository can have at most ${max} upstream policies.`);
    }
    if (new Set(policies.map(({ id }) => id)).size < policies.length) {
        throw new GoogleError(400, "The IDs of upstream policies must be unique.");
    }
    for (const { repository } of policies) {
        const found = cloud.store.read(repositoryName(repository))?.state;
        if (!found || !canRead(cloud, inputs.project, repository)) {
            throw new GoogleError(403, denied(repository));
        }
        const format = upperCase(inputs.format);
        const fits = found.mode !== "VIRTUAL_REPOSITORY" && found.format === format;
        if (!fits || found.location !== inputs.location) {
            throw new GoogleError(
                400,
                `The upstream repository ${repository} must be a standard or remote repository of the format ${format} in ${inputs.location}.`,
            );
        }
    }
}
