import type { Cloud } from "../../cloud/cloud";
import { OperationError } from "../../cloud/errors";
import { projectName } from "../../cloud/projects";
import { type Context, type Inputs, lastPart } from "../../rules/rules";
import { imageName } from "../artifactregistry/names";
import { keep, kept, sourceOf } from "../artifactregistry/pulled";
import { findVersion, numbered, secretName, secretPath } from "../secretmanager/names";
import { revisionOf } from "./state";

/**
 * Images of projects that are not in the cloud, and those of other registries, are believed. What is pulled through a remote
 * repository by its digest stays there.
 */
function verifyImage(image: string, revision: string, cloud: Cloud): void {
    const name = imageName(image);
    if (!name || !cloud.projects.find(name.project) || kept(cloud, name) !== undefined) {
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
        keep(cloud, name, name.version);
    }
}

const readers = ["roles/secretmanager.secretAccessor", "roles/secretmanager.admin"];

/** A revision reads its secrets when it starts, as the account that it runs as. */
function verifySecret(
    { secret, version = "latest" }: Inputs,
    { project, account, revision }: { project: string; account: string; revision: string },
    cloud: Cloud,
): void {
    const path = secretPath(cloud, secret, project);
    const at = `${numbered(cloud, path)}/versions/${version}`;
    const broken = `Revision '${revision}' is not ready and cannot serve traffic.`;
    const found = findVersion(cloud, path, version);
    if (!found) {
        throw new OperationError(5, `${broken} Secret ${at} was not found`);
    }
    const places = [secretName(path), projectName(path.split("/")[1] as string)];
    if (!places.some((on) => cloud.iam.has(on, readers, `serviceAccount:${account}`))) {
        throw new OperationError(
            7,
            `${broken} Permission denied on secret: ${at} for Revision service account ${account}. The service account used must be granted the 'Secret Manager Secret Accessor' role (roles/secretmanager.secretAccessor) at the secret, project or higher level.`,
        );
    }
}

/** What happens after the answer: the first revision is made of its images and secrets. */
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
