import { nameFormats } from "slipway/facts";
import type { Cloud } from "../cloud/cloud";
import { canEncrypt, keyLocation } from "../cloud/encryption";
import { GoogleError, inLog, OperationError } from "../cloud/errors";
import { serviceName } from "../cloud/projects";
import { policyTypes } from "../rules/policy";
import { type Context, type Inputs, type Service, type TypeRules, upperCase } from "../rules/rules";
import { verifyCleanup } from "./artifactregistry/cleanup";
import { verifyCredentials } from "./artifactregistry/credentials";
import { verifyMode, verifyUpstreams } from "./artifactregistry/modes";
import {
    agentOf,
    api,
    registryApi,
    repositoryLocations,
    repositoryName,
    repositoryPath,
} from "./artifactregistry/names";
import { verifyUpstream } from "./artifactregistry/upstream";

export { functionRepository, registryApi, repositoryName, repositoryTarget } from "./artifactregistry/names";

const formats = ["APT", "DOCKER", "GENERIC", "GO", "KFP", "MAVEN", "NPM", "PYTHON", "RUBY", "YUM"];

function verify(inputs: Inputs, { cloud }: Context, old?: Inputs): void {
    const { repositoryId, location, project, format, kmsKeyName: key } = inputs;
    if (!location) {
        // https://github.com/hashicorp/terraform-provider-google-beta/blob/main/google-beta/services/artifactregistry/resource_artifact_registry_repository.go
        throw new Error("Cannot determine location: set in this resource, or set provider-level 'region' or 'zone'.");
    }
    if (!repositoryLocations.includes(location)) {
        throw new GoogleError(
            403,
            `Permission 'artifactregistry.repositories.create' denied on resource '//${api}/projects/${project}/locations/${location}' (or it may not exist).`,
        );
    }
    if (
        !nameFormats.rows.artifactRegistryRepository.pattern.test(repositoryId) ||
        !formats.includes(upperCase(format))
    ) {
        throw new GoogleError(400, "Request contains an invalid argument.");
    }
    verifyMode(inputs);
    verifyCleanup(inputs.cleanupPolicies);
    // The upstream might have been deleted when the repository is updated.
    if (!old) {
        verifyUpstream(cloud, inputs);
    }
    if (inputs.virtualRepositoryConfig) {
        verifyUpstreams(cloud, inputs);
    }
    verifyCredentials(cloud, inputs, old);
    const agent = agentOf(cloud.projects.number(project));
    if (key && keyLocation(key) !== location) {
        throw new GoogleError(400, `The Cloud KMS key ${key} must be in the location of the repository: ${location}.`);
    }
    if (key && !canEncrypt(cloud, key, agent)) {
        throw new OperationError(
            7,
            "Permission denied on Cloud KMS key. Please ensure your Artifact Registry service account has been authorized to use the configured key.",
        );
    }
}

const repository: TypeRules = {
    noun: "Repository",
    generatedNoun: "ArtifactRegistryRepository",
    sendsOnlyChanges: true,
    api,
    id: (inputs) => repositoryPath(inputs, inputs.repositoryId),
    changesOnUpdate: ["updateTime"],
    alreadyExists: () => new GoogleError(409, "the repository already exists"),
    verify,
    state: (inputs, { cloud }, old) => {
        const { repositoryId, location, project, dockerConfig, vulnerabilityScanningConfig } = inputs;
        const format = upperCase(inputs.format);
        const now = new Date().toISOString();
        return {
            name: repositoryId,
            format,
            registryUri: `${location}-${format.toLowerCase()}.pkg.dev/${project}/${repositoryId}`,
            createTime: old?.createTime ?? now,
            updateTime: now,
            // The provider does not send `false`, and reads no block when the API returns none (`expandArtifactRegistryRepositoryDockerConfig`).
            ...(dockerConfig && !dockerConfig.immutableTags && { dockerConfig: undefined }),
            vulnerabilityScanningConfig: {
                enablementConfig: "",
                ...vulnerabilityScanningConfig,
                ...scanning(inputs, cloud),
            },
        };
    },
    // "Artifact Registry Service Agent": created with the first repository of a project.
    afterStore: ({ project }, { cloud }) => cloud.iam.admitAgent(project, agentOf(cloud.projects.number(project))),
    remove: (state, { cloud }) => {
        cloud.store.removeBelow(repositoryName(repositoryPath(state, state.repositoryId)));
    },
    read: (state, { cloud }) => {
        const found = cloud.store.read(repositoryName(repositoryPath(state, state.repositoryId)))?.state as Inputs;
        const scanned = found && { ...found.vulnerabilityScanningConfig, ...scanning(found, cloud) };
        return found && { ...found, vulnerabilityScanningConfig: scanned };
    },
};

const scanApi = "containerscanning.googleapis.com";

/** Whether images are scanned: if the project has the API enabled, and scanning is supported and not disabled. */
function scanning({ mode, project, vulnerabilityScanningConfig }: Inputs, cloud: Cloud): Inputs {
    const state = (enablementState: string, enablementStateReason: string) => ({
        enablementState,
        enablementStateReason,
    });
    if (mode === "VIRTUAL_REPOSITORY") {
        return state("SCANNING_UNSUPPORTED", "Repository mode VIRTUAL_REPOSITORY is not supported.");
    }
    if (vulnerabilityScanningConfig?.enablementConfig === "DISABLED") {
        return state("SCANNING_DISABLED", "Vulnerability scanning is disabled for this repository.");
    }
    return cloud.store.read(serviceName(project, scanApi))
        ? state("SCANNING_ACTIVE", "")
        : state("SCANNING_DISABLED", `API ${scanApi} is not enabled.`);
}

const service: Service = {
    titles: Object.fromEntries([registryApi]),
    methods: { artifactregistry: { operations: { "": "projects.locations.operations.get" } } },
    lookups: {
        "gcp:artifactregistry/getRepository:getRepository": {
            type: "gcp:artifactregistry/repository:Repository",
            method: "artifactregistry.projects.locations.repositories.get",
        },
    },
    types: {
        "gcp:artifactregistry/repository:Repository": repository,
        ...policyTypes({
            token: "gcp:artifactregistry/repositoryIam",
            property: "repository",
            api: registryApi,
            id: (inputs) => repositoryPath(inputs, inputs.repository),
            name: (inputs) => repositoryName(repositoryPath(inputs, inputs.repository)),
            describe: (inputs) => `artifactregistry repository "${repositoryPath(inputs, inputs.repository)}"`,
            missing: () =>
                new GoogleError(404, "Requested entity was not found.").recordedIn(
                    inLog("tags/v1beta1/tagslocationtagbinding/tagslocationtagbinding_artifactregistryrepository"),
                ),
        }),
    },
};

export default service;
