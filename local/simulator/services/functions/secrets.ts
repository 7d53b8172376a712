import { isAllowedOn } from "../../cloud/access";
import type { Cloud } from "../../cloud/cloud";
import { GoogleError, OperationError } from "../../cloud/errors";
import type { Inputs } from "../../rules/rules";
import { findVersion, secretName, secretPath, withProjectNumber } from "../secretmanager/names";

/** "Configure secrets": roles that allow a service account to read them. */

/** A secret that a function uses, and its field in the Cloud Run service. */
interface SecretReference {
    path: string;
    version: string;
    field: string;
}

function secretReferences(cloud: Cloud, { project, serviceConfig = {} }: Inputs): SecretReference[] {
    const { secretEnvironmentVariables = [], secretVolumes = [] } = serviceConfig;
    const pathOf = ({ secret, projectId }: Inputs) => secretPath(cloud, secret, projectId ?? project);
    return [
        ...secretEnvironmentVariables.map((variable: Inputs, index: number) => ({
            path: pathOf(variable),
            version: variable.version,
            field: `containers[0].env[${index}].value_from.secret_key_ref.name`,
        })),
        ...secretVolumes.flatMap((volume: Inputs, index: number) =>
            (volume.versions?.length ? volume.versions : [{ version: "latest" }]).map(({ version }: Inputs) => ({
                path: pathOf(volume),
                version,
                field: `volumes[${index}].secret.secret`,
            })),
        ),
    ];
}

/** Reads all secrets, like Cloud Run before it starts a revision; throws if one cannot be read. */
export function verifySecrets(inputs: Inputs, cloud: Cloud): void {
    const account = inputs.serviceConfig?.serviceAccountEmail ?? cloud.projects.defaultAccount(inputs.project);
    for (const { path, version, field } of secretReferences(cloud, inputs)) {
        const fail = (reason: string) => {
            throw new OperationError(
                3,
                `Could not create or update Cloud Run service ${inputs.name}, spec.template.spec.${field}: ${reason}`,
            );
        };
        const versionPath = `${withProjectNumber(cloud, path)}/versions/${version}`;
        if (!cloud.store.read(secretName(path))) {
            fail(`Secret ${versionPath} was not found`);
        }
        if (!isAllowedOn(cloud, account, "secretmanager.versions.access", secretName(path))) {
            fail(
                `Permission denied on secret: ${versionPath} for Revision service account ${account}. The service account used must be granted the 'Secret Manager Secret Accessor' role (roles/secretmanager.secretAccessor) at the secret, project or higher level.`,
            );
        }
        const found = findVersion(cloud, path, version);
        if (!found || found.state.enabled === false || found.state.destroyTime) {
            fail(`Secret ${versionPath} was not found`);
        }
    }
}

/** Throws if two secrets have the same mount path. */
export function verifyMounts({ serviceConfig = {} }: Inputs): void {
    const paths = (serviceConfig.secretVolumes ?? []).map(({ mountPath }: Inputs) => mountPath);
    const twice = paths.find((path: string, index: number) => paths.indexOf(path) < index);
    if (twice) {
        throw new GoogleError(400, `Invalid secret volumes: mount path ${twice} is used more than once.`);
    }
}
