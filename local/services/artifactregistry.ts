import { GoogleError } from "../cloud/errors";
import { policyTypes } from "../rules/policy";
import type { Inputs, Service } from "../rules/rules";

const api = "artifactregistry.googleapis.com";
const multiRegions = ["us", "europe", "asia"];
const path = ({ project, location }: Inputs, repository: string) =>
    repository.includes("/") ? repository : `projects/${project}/locations/${location}/repositories/${repository}`;

export const repositoryName = (id: string) => `//${api}/${id}`;

const service: Service = {
    titles: { [api]: "Artifact Registry API" },
    types: {
        "gcp:artifactregistry/repository:Repository": {
            noun: "Repository",
            api,
            id: (inputs) => path(inputs, inputs.repositoryId),
            replaceOnChange: [
                "repositoryId",
                "format",
                "project",
                "location",
                "kmsKeyName",
                "mode",
                "mavenConfig.allowSnapshotOverwrites",
                "mavenConfig.versionPolicy",
                "remoteRepositoryConfig.aptRepository",
                "remoteRepositoryConfig.commonRepository",
                "remoteRepositoryConfig.description",
                "remoteRepositoryConfig.dockerRepository",
                "remoteRepositoryConfig.mavenRepository",
                "remoteRepositoryConfig.npmRepository",
                "remoteRepositoryConfig.pythonRepository",
                "remoteRepositoryConfig.yumRepository",
            ],
            defaults: { mode: "STANDARD_REPOSITORY" },
            exclusive: [{ properties: ["remoteRepositoryConfig", "virtualRepositoryConfig"] }],
            values: { mode: ["STANDARD_REPOSITORY", "VIRTUAL_REPOSITORY", "REMOTE_REPOSITORY"] },
            taken: () => new GoogleError(409, "the repository already exists"),
            verify: ({ repositoryId, location, project }) => {
                if (!/^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/.test(repositoryId)) {
                    throw new GoogleError(
                        400,
                        "The repository ID must start with a lowercase letter, may contain lowercase letters, numbers and hyphens, and must be at most 63 characters.",
                    );
                }
                if (!multiRegions.includes(location) && !/^[a-z]+-[a-z]+\d+$/.test(location)) {
                    throw new GoogleError(
                        400,
                        `Location ${location} is not found or access is unauthorized in project ${project}.`,
                    );
                }
            },
            state: (inputs, _, old) => ({
                name: inputs.repositoryId,
                registryUri: `${inputs.location}-docker.pkg.dev/${inputs.project}/${inputs.repositoryId}`,
                createTime: old?.createTime ?? new Date().toISOString(),
                updateTime: new Date().toISOString(),
                vulnerabilityScanningConfig: {
                    enablementConfig: "INHERITED",
                    enablementState: "SCANNING_DISABLED",
                    enablementStateReason: "API containerscanning.googleapis.com is not enabled.",
                    ...inputs.vulnerabilityScanningConfig,
                },
            }),
            changesOnUpdate: ["updateTime"],
        },
        ...policyTypes({
            token: "gcp:artifactregistry/repositoryIam",
            property: "repository",
            api,
            id: (inputs) => path(inputs, inputs.repository),
            name: (inputs) => repositoryName(path(inputs, inputs.repository)),
            described: (inputs) => `artifactregistry repository "${path(inputs, inputs.repository)}"`,
            missing: () => new GoogleError(404, "Requested entity was not found."),
        }),
    },
};

export default service;
