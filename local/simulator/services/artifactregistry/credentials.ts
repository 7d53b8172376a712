import { isAllowedOn } from "../../cloud/access";
import type { Cloud } from "../../cloud/cloud";
import { GoogleError } from "../../cloud/errors";
import type { Inputs } from "../../rules/rules";
import { findVersion, secretName, secretPath } from "../secretmanager/names";
import { agentOf } from "./names";

const credentialsOf = (inputs?: Inputs) =>
    inputs?.remoteRepositoryConfig?.upstreamCredentials?.usernamePasswordCredentials;

/**
 * Verifies that the project's service agent can read the password of a remote repository, when it is new or has changed.
 * https://cloud.google.com/artifact-registry/docs/repositories/configure-remote-authentication
 */
export function verifyCredentials(cloud: Cloud, inputs: Inputs, old?: Inputs): void {
    const version: string | undefined = credentialsOf(inputs)?.passwordSecretVersion;
    if (!version || inputs.remoteRepositoryConfig.disableUpstreamValidation) {
        return;
    }
    if (version === credentialsOf(old)?.passwordSecretVersion) {
        return;
    }
    const [, secret, number] = /^(projects\/[^/]+\/secrets\/[^/]+)\/versions\/([^/]+)$/.exec(version) ?? [];
    if (secret === undefined || number === undefined) {
        throw new GoogleError(400, "Request contains an invalid argument.");
    }
    const path = secretPath(cloud, secret, inputs.project);
    const found = findVersion(cloud, path, number);
    const agent = agentOf(cloud.projects.number(inputs.project));
    const isReadable = isAllowedOn(cloud, agent, "secretmanager.versions.access", secretName(path));
    if (!isReadable || !found || found.state.enabled === false || found.state.destroyTime) {
        throw new GoogleError(
            403,
            `Permission 'secretmanager.versions.access' denied on resource '//secretmanager.googleapis.com/${version}' (or it may not exist).`,
        );
    }
}
