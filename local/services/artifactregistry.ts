import { canEncrypt, keyLocation } from "../cloud/encryption";
import { GoogleError, OperationError } from "../cloud/errors";
import { isRegion } from "../cloud/regions";
import { policyTypes } from "../rules/policy";
import { type Context, type Inputs, type Service, type TypeRules, upperCase } from "../rules/rules";

const api = "artifactregistry.googleapis.com";

/** The API with its title, for the services that keep images. */
export const registryApi: [string, string] = [api, "Artifact Registry API"];

const multiRegions = ["us", "europe", "asia"];
const formats = ["APT", "DOCKER", "GENERIC", "GO", "KFP", "MAVEN", "NPM", "PYTHON", "RUBY", "YUM"];

/** What a remote repository may stand for, with what it then says of where that is. */
const remotes = ["apt", "common", "docker", "maven", "npm", "python", "yum"].map((kind) => `${kind}Repository`);
const remote = "remoteRepositoryConfig";
const ownOrPublic = ["docker", "maven", "npm", "python"].map((kind) => ({
    within: `${remote}.${kind}Repository`,
    properties: ["customRepository", "publicRepository"],
}));

const path = ({ project, location }: Inputs, repository: string) =>
    repository.includes("/") ? repository : `projects/${project}/locations/${location}/repositories/${repository}`;

export const repositoryName = (id: string) => `//${api}/${id}`;

function verify({ repositoryId, location, project, format, kmsKeyName: key }: Inputs, { cloud }: Context): void {
    if (!location) {
        throw new Error("Unable to determine location: region/zone not configured in resource/provider config");
    }
    if (!multiRegions.includes(location) && !isRegion(location)) {
        throw new GoogleError(
            403,
            `Permission 'artifactregistry.repositories.create' denied on resource '//${api}/projects/${project}/locations/${location}' (or it may not exist).`,
        );
    }
    if (!/^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/.test(repositoryId) || !formats.includes(upperCase(format))) {
        throw new GoogleError(400, "Request contains an invalid argument.");
    }
    const agent = `service-${cloud.projects.number(project)}@gcp-sa-artifactregistry.iam.gserviceaccount.com`;
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
    api,
    id: (inputs) => path(inputs, inputs.repositoryId),
    defaults: {
        mode: "STANDARD_REPOSITORY",
        "cleanupPolicies.condition.tagState": "ANY",
        "mavenConfig.versionPolicy": "VERSION_POLICY_UNSPECIFIED",
    },
    values: {
        mode: ["STANDARD_REPOSITORY", "VIRTUAL_REPOSITORY", "REMOTE_REPOSITORY"],
        "cleanupPolicies.action": ["DELETE", "KEEP"],
        "cleanupPolicies.condition.tagState": ["TAGGED", "UNTAGGED", "ANY"],
        "mavenConfig.versionPolicy": ["VERSION_POLICY_UNSPECIFIED", "RELEASE", "SNAPSHOT"],
        [`${remote}.aptRepository.publicRepository.repositoryBase`]: ["DEBIAN", "UBUNTU", "DEBIAN_SNAPSHOT"],
        [`${remote}.dockerRepository.publicRepository`]: ["DOCKER_HUB"],
        [`${remote}.mavenRepository.publicRepository`]: ["MAVEN_CENTRAL"],
        [`${remote}.npmRepository.publicRepository`]: ["NPMJS"],
        [`${remote}.pythonRepository.publicRepository`]: ["PYPI"],
        [`${remote}.yumRepository.publicRepository.repositoryBase`]: [
            "CENTOS",
            "CENTOS_DEBUG",
            "CENTOS_VAULT",
            "CENTOS_STREAM",
            "ROCKY",
            "EPEL",
        ],
        "vulnerabilityScanningConfig.enablementConfig": ["INHERITED", "DISABLED"],
    },
    exclusive: [
        { properties: [remote, "virtualRepositoryConfig"] },
        { within: remote, properties: remotes, required: true },
        ...ownOrPublic,
    ],
    replaceOnChange: [
        "repositoryId",
        "format",
        "project",
        "location",
        "kmsKeyName",
        "mode",
        "mavenConfig.allowSnapshotOverwrites",
        "mavenConfig.versionPolicy",
        remote,
        `!${remote}.disableUpstreamValidation`,
        `!${remote}.upstreamCredentials`,
    ],
    compared: { format: upperCase },
    sets: ["cleanupPolicies"],
    computed: ["vulnerabilityScanningConfig.enablementState", "vulnerabilityScanningConfig.enablementStateReason"],
    changesOnUpdate: ["updateTime"],
    taken: () => new GoogleError(409, "the repository already exists"),
    verify,
    state: (inputs, _, old) => {
        const { repositoryId, location, project, mode, vulnerabilityScanningConfig } = inputs;
        const format = upperCase(inputs.format);
        const now = new Date().toISOString();
        return {
            name: repositoryId,
            format,
            registryUri: `${location}-${format.toLowerCase()}.pkg.dev/${project}/${repositoryId}`,
            createTime: old?.createTime ?? now,
            updateTime: now,
            vulnerabilityScanningConfig: { enablementConfig: "", ...vulnerabilityScanningConfig, ...scanning(mode) },
        };
    },
};

function scanning(mode: string): Inputs {
    return mode === "VIRTUAL_REPOSITORY"
        ? {
              enablementState: "SCANNING_UNSUPPORTED",
              enablementStateReason: "Repository mode VIRTUAL_REPOSITORY is not supported.",
          }
        : {
              enablementState: "SCANNING_DISABLED",
              enablementStateReason: "API containerscanning.googleapis.com is not enabled.",
          };
}

const service: Service = {
    titles: Object.fromEntries([registryApi]),
    types: {
        "gcp:artifactregistry/repository:Repository": repository,
        ...policyTypes({
            token: "gcp:artifactregistry/repositoryIam",
            property: "repository",
            beside: ["project", "location"],
            api: registryApi,
            id: (inputs) => path(inputs, inputs.repository),
            name: (inputs) => repositoryName(path(inputs, inputs.repository)),
            described: (inputs) => `artifactregistry repository "${path(inputs, inputs.repository)}"`,
            missing: () => new GoogleError(404, "Requested entity was not found."),
        }),
    },
};

export default service;
