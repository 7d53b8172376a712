import { isAllowedOn } from "../../cloud/access";
import type { Cloud } from "../../cloud/cloud";
import { GoogleError } from "../../cloud/errors";
import type { Inputs } from "../../rules/rules";
import { agentOf, repositoryName, repositoryPath } from "./names";

/** The upstream of a remote repository; undefined if it is another registry. */
export function upstreamOf({ remoteRepositoryConfig }: Inputs): string | undefined {
    const uri: string = remoteRepositoryConfig?.commonRepository?.uri ?? "";
    const [, location, project, repository] =
        /^https:\/\/([a-z0-9-]+)-[a-z]+\.pkg\.dev\/([^/]+)\/([^/]+)\/?$/.exec(uri) ?? [];
    if (repository !== undefined) {
        return repositoryPath({ project, location }, repository);
    }
    return /^projects\/[^/]+\/locations\/[^/]+\/repositories\/[^/]+$/.test(uri) ? uri : undefined;
}

/** The error for a missing or unreadable repository, which Artifact Registry does not distinguish. */
export const denied = (repository: string) =>
    `Permission 'artifactregistry.repositories.downloadArtifacts' denied on resource '${repositoryName(repository)}' (or it may not exist).`;

/** Whether a project's service agent can read a repository; it can read all of its own project. */
export function canRead(cloud: Cloud, project: string, repository: string): boolean {
    const owner = repository.split("/")[1] as string;
    const agent = agentOf(cloud.projects.number(project));
    const permission = "artifactregistry.repositories.downloadArtifacts";
    return owner === project || isAllowedOn(cloud, agent, permission, repositoryName(repository));
}

/** Verifies that the upstream of a remote repository exists and is supported. */
export function verifyUpstream(cloud: Cloud, inputs: Inputs): void {
    const upstream = upstreamOf(inputs);
    if (upstream === undefined || inputs.remoteRepositoryConfig.disableUpstreamValidation) {
        return;
    }
    const found = cloud.store.read(repositoryName(upstream))?.state;
    if (!found || !canRead(cloud, inputs.project, upstream)) {
        throw new GoogleError(403, denied(upstream));
    }
    if (found.mode !== "STANDARD_REPOSITORY" || found.format !== String(inputs.format).toUpperCase()) {
        throw new GoogleError(
            400,
            `The upstream repository ${upstream} must be a standard repository of the format ${String(inputs.format).toUpperCase()}.`,
        );
    }
}
