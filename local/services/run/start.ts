import { isAllowedOn } from "../../cloud/access";
import type { Cloud } from "../../cloud/cloud";
import { OperationError } from "../../cloud/errors";
import { type Context, type Inputs, lastPart } from "../../rules/rules";
import { sourceOf, storedDigest, storeImage } from "../artifactregistry/images";
import { imageName } from "../artifactregistry/names";
import { findVersion, secretName, secretPath, withProjectNumber } from "../secretmanager/names";
import { revisionOf } from "./state";

/**
 * Images of unknown projects and other registries are assumed to exist. Images pulled through a remote repository by
 * digest remain there.
 */
function verifyImage(image: string, revision: string, cloud: Cloud): void {
    const name = imageName(image);
    if (!name || !cloud.projects.find(name.project) || storedDigest(cloud, name) !== undefined) {
        return;
    }
    const source = sourceOf(cloud, name);
    if (source === undefined) {
        throw new OperationError(
            5,
            `Revision '${revision}' is not ready and cannot serve traffic. Image '${image}' not found.`,
        );
    }
    if (source !== name.repository && name.version.startsWith("sha256:")) {
        storeImage(cloud, name, name.version);
    }
}

/** Revisions read secrets at startup, with their service account. */
function verifySecret(
    { secret, version = "latest" }: Inputs,
    { project, account, revision }: { project: string; account: string; revision: string },
    cloud: Cloud,
): void {
    const path = secretPath(cloud, secret, project);
    const at = `${withProjectNumber(cloud, path)}/versions/${version}`;
    const failed = `Revision '${revision}' is not ready and cannot serve traffic.`;
    const found = findVersion(cloud, path, version);
    if (!found) {
        throw new OperationError(5, `${failed} Secret ${at} was not found`);
    }
    if (!isAllowedOn(cloud, account, "secretmanager.versions.access", secretName(path))) {
        throw new OperationError(
            7,
            `${failed} Permission denied on secret: ${at} for Revision service account ${account}. The service account used must be granted the 'Secret Manager Secret Accessor' role (roles/secretmanager.secretAccessor) at the secret, project or higher level.`,
        );
    }
}

/** The operation: creates the first revision, with its images and secrets. */
export function start(inputs: Inputs, { cloud }: Context): void {
    const { project, name, template } = inputs;
    const revision = lastPart(revisionOf(name, 1));
    const account = template.serviceAccount ?? cloud.projects.defaultAccount(project);
    for (const { image, envs = [] } of template.containers) {
        verifyImage(image, revision, cloud);
        for (const { valueSource } of envs) {
            if (valueSource?.secretKeyRef) {
                verifySecret(valueSource.secretKeyRef, { project, account, revision }, cloud);
            }
        }
    }
    for (const { secret } of template.volumes ?? []) {
        for (const { version } of secret ? (secret.items ?? [{}]) : []) {
            verifySecret({ secret: secret.secret, version }, { project, account, revision }, cloud);
        }
    }
}
