import { nameFormats } from "slipway/facts";
import type { Cloud } from "../../cloud/cloud";
import { canEncrypt, keyLocation } from "../../cloud/encryption";
import { GoogleError } from "../../cloud/errors";
import { isRegion } from "../../cloud/regions";
import type { Context, Inputs } from "../../rules/rules";
import { sourceOf, verifyClone, verifyOtherBackups } from "./clones";
import { instanceName, invalid } from "./names";
import { verifyConnection, verifyNetwork } from "./network";
import { verifyPassword } from "./passwords";
import { hasReplicas, isPromotion, primaryOf, verifyCluster, verifyReplica } from "./replicas";
import { verifySettings } from "./settings";
import { defaultUser, engineOf, isSameVersion, isUpgrade, isVersion } from "./versions";

export const alreadyExists = () =>
    new GoogleError(
        409,
        "The Cloud SQL instance already exists. When you delete an instance, you can't reuse the name of the deleted instance until one week from the deletion date.",
        { reason: "instanceAlreadyExists" },
    ).recordedIn("https://github.com/terraform-google-modules/terraform-google-gke-gitlab/issues/81");

export const name = (inputs: Inputs) => instanceName(inputs.project, inputs.name);

/** "Instance settings": format of names, and the maximum length of the name with the project ID. */
function verifyName({ project, name }: Inputs): void {
    if (
        !nameFormats.rows.cloudSqlInstance.pattern.test(name) ||
        `${project}:${name}`.length > nameFormats.rows.cloudSqlInstance.max
    ) {
        throw invalid(`Invalid instance name (${name}).`);
    }
}

/**
 * "About customer-managed encryption keys": the key must be in the instance's region and usable by Cloud SQL's service
 * agent.
 */
function verifyKey({ encryptionKeyName: key, project, region }: Inputs, cloud: Cloud): void {
    if (!key) {
        return;
    }
    if (keyLocation(key) !== region) {
        throw invalid(`The KMS key ${key} must be in the region of the instance: ${region}.`);
    }
    const agent = `service-${cloud.projects.number(project)}@gcp-sa-cloud-sql.iam.gserviceaccount.com`;
    if (!canEncrypt(cloud, key, agent)) {
        throw invalid(`The service account ${agent} does not have permission to use the KMS key ${key}.`);
    }
}

/** The provider updates the version first, in a separate request; a newer version is kept. */
function verifyUpgrade({ databaseVersion: to, includeReplicasForMajorVersionUpgrade }: Inputs, old: Inputs): void {
    const from = old.databaseVersion;
    if (isSameVersion(to, from)) {
        return;
    }
    const why = !isUpgrade(from, to)
        ? `Not allowed to do major version upgrade from ${from} to ${to}.`
        : engineOf(from) === "POSTGRES" && old.replicaNames.length > 0 && !includeReplicasForMajorVersionUpgrade
          ? "The major version of an instance with replicas can only be upgraded together with them."
          : undefined;
    if (why) {
        const { message } = invalid(why);
        throw new Error(`Error, failed to patch instance settings for : ${message}`);
    }
}

/** The provider itself changes the password of the default user. */
function verifyNewPassword({ databaseVersion, rootPassword, settings }: Inputs, old: Inputs): void {
    if (engineOf(databaseVersion) === "SQLSERVER" && old.rootPassword && !rootPassword) {
        throw new Error("Error, root password cannot be empty for SQL Server instance.");
    }
    if (rootPassword === old.rootPassword) {
        return;
    }
    try {
        verifyPassword(settings?.passwordValidationPolicy, defaultUser(databaseVersion), rootPassword);
    } catch (error) {
        throw new Error(`Error, failed to update root_password : ${(error as Error).message}`, { cause: error });
    }
}

function verifyNew(inputs: Inputs, cloud: Cloud): void {
    const { clone, databaseVersion, region } = inputs;
    if (!isVersion(databaseVersion, cloud.now())) {
        throw new GoogleError(
            400,
            `Invalid value at 'body.database_version' (type.googleapis.com/google.cloud.sql.v1beta4.SqlDatabaseVersion), "${databaseVersion}"`,
            { reason: "invalid" },
        );
    }
    if (!isRegion(region ?? "")) {
        throw invalid(`Invalid region (${region}).`);
    }
    verifyName(inputs);
    if (clone) {
        verifyClone(inputs, sourceOf(inputs, cloud) as Inputs, cloud);
    }
    verifyOtherBackups(inputs);
    verifyKey(inputs, cloud);
    if (cloud.store.read(name(inputs)) || cloud.blocked.has(name(inputs))) {
        throw alreadyExists();
    }
}

/** Changes that require a certain state of the instance. */
function verifyChange(inputs: Inputs, old: Inputs): void {
    verifyUpgrade(inputs, old);
    verifyNewPassword(inputs, old);
    const stops = inputs.settings?.activationPolicy === "NEVER" && old.settings.activationPolicy !== "NEVER";
    if (stops && old.replicaNames.length > 0) {
        throw hasReplicas();
    }
    if (stops && old.masterInstanceName) {
        throw invalid("This operation isn't valid for a read replica instance.");
    }
}

/** Throws if a creation or change is not valid. */
export function verify(inputs: Inputs, { cloud }: Context, old?: Inputs): void {
    if (inputs.settings) {
        verifyConnection(inputs, cloud, old);
    }
    const primary = primaryOf(isPromotion(inputs, old) ? { ...inputs, masterInstanceName: "" } : inputs, cloud);
    if (old) {
        verifyChange(inputs, old);
    } else {
        verifyNew(inputs, cloud);
    }
    if (inputs.settings) {
        const input = { ...inputs, masterInstanceName: inputs.masterInstanceName ?? old?.masterInstanceName };
        verifySettings(isPromotion(inputs, old) ? inputs : input, old);
        verifyNetwork(inputs, cloud);
        if (primary && !old) {
            verifyReplica(inputs, primary, cloud);
        }
    }
    verifyCluster(inputs, cloud, old);
}
