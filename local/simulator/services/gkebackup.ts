import { randomUUID } from "node:crypto";
import { backupForGkeLimits, nameFormats } from "slipway/facts";
import { type Cron, parseCron, secondsIn, timeBetween } from "../../../lib/formats";
import type { Cloud } from "../cloud/cloud";
import { keyLocation } from "../cloud/encryption";
import { GoogleError } from "../cloud/errors";
import { isRegion } from "../cloud/regions";
import type { Context, Inputs, Service, TypeRules } from "../rules/rules";
import { clusterOf, clusterPath, findCluster } from "./gke/names";

const api = "gkebackup.googleapis.com";

const id = ({ project, location, name }: Inputs) => `projects/${project}/locations/${location}/backupPlans/${name}`;
const fullName = (inputs: Inputs) => `//${api}/${id(inputs)}`;

const { interval, retention, deleteLock, backupsOfRetention } = backupForGkeLimits.rows;
const daysOf = (duration: string) => secondsIn(duration) / 86_400;

const invalid = (reason: string) => new GoogleError(400, `Request contains an invalid argument: ${reason}`);

/** A cluster of the project, with the agent, which is a prerequisite of plans. */
function verifyCluster({ project, cluster, location }: Inputs, cloud: Cloud): void {
    const place = clusterOf({ cluster, project, location });
    const found = findCluster(cloud, place);
    if (!found || place.project !== project) {
        throw new GoogleError(404, `Resource '${clusterPath(place)}' was not found`);
    }
    if (!found.state.addonsConfig?.gkeBackupAgentConfig?.enabled) {
        throw new GoogleError(
            400,
            `Backup for GKE is not enabled on cluster ${clusterPath(place)}. Enable the Backup for GKE add-on of the cluster.`,
        );
    }
}

/** https://cloud.google.com/kubernetes-engine/docs/add-on/backup-for-gke/reference/rest/v1/projects.locations.backupPlans */
function verifyRetention({ backupSchedule, retentionPolicy }: Inputs): void {
    const { backupRetainDays: days = 0, backupDeleteLockDays: lock = 0 } = retentionPolicy ?? {};
    if (lock < 0 || lock > daysOf(deleteLock.max)) {
        throw invalid(`retention_policy.backup_delete_lock_days must be in [0, ${daysOf(deleteLock.max)}].`);
    }
    if (days < 0 || days > daysOf(retention.max)) {
        throw invalid(`retention_policy.backup_retain_days must be in [0, ${daysOf(retention.max)}].`);
    }
    if (days > 0 && days < lock) {
        throw invalid("retention_policy.backup_retain_days must be at least backup_delete_lock_days.");
    }
    const { cronSchedule, rpoConfig } = backupSchedule ?? {};
    if (cronSchedule && rpoConfig) {
        throw invalid("backup_schedule must have only one of cron_schedule and rpo_config.");
    }
    const minutes = cronSchedule ? minutesBetween(cronSchedule) : rpoMinutes(rpoConfig);
    if (minutes !== undefined && days === 0) {
        throw invalid("retention_policy.backup_retain_days must be set with a backup schedule.");
    }
    if (minutes !== undefined && days > (minutes * backupsOfRetention.max) / (24 * 60)) {
        throw invalid(
            `retention_policy.backup_retain_days must be at most ${backupsOfRetention.max} times the interval of the backup schedule.`,
        );
    }
}

function minutesBetween(cron: string): number {
    const parsed = parseCron(cron);
    const shortest = "problem" in parsed ? Number.NaN : timeBetween(parsed as Cron).shortest;
    if (!(shortest >= interval.min)) {
        throw invalid(
            `backup_schedule.cron_schedule must be a cron expression with at least ${interval.min} minutes between backups.`,
        );
    }
    return shortest;
}

/** From an hour to 60 days. */
function rpoMinutes(rpoConfig: Inputs | undefined): number | undefined {
    const minutes = rpoConfig?.targetRpoMinutes;
    if (minutes !== undefined && !(minutes >= 60 && minutes <= 86_400)) {
        throw invalid("backup_schedule.rpo_config.target_rpo_minutes must be in [60, 86400].");
    }
    return minutes;
}

/** What can never be changed again. */
function verifyChange(inputs: Inputs, old: Inputs): void {
    if (old.deactivated) {
        throw new GoogleError(400, `BackupPlan ${id(old)} is deactivated and cannot be updated.`);
    }
    const policy = ({ retentionPolicy: each }: Inputs) =>
        JSON.stringify([each?.backupRetainDays ?? 0, each?.backupDeleteLockDays ?? 0, each?.locked ?? false]);
    if (old.retentionPolicy?.locked && policy(inputs) !== policy(old)) {
        throw new GoogleError(400, `The retention policy of BackupPlan ${id(old)} is locked and cannot be updated.`);
    }
}

function verify(inputs: Inputs, { cloud }: Context, old?: Inputs): void {
    const { location, name, backupConfig } = inputs;
    if (!isRegion(location)) {
        throw new GoogleError(403, `Permission denied on 'locations/${location}' (or it may not exist).`);
    }
    if (!nameFormats.rows.backupPlan.pattern.test(name)) {
        throw invalid(
            "backup_plan_id must have 1 to 63 lower-case letters, digits and hyphens, start with a letter and end with a letter or digit.",
        );
    }
    if (old) {
        verifyChange(inputs, old);
    } else {
        verifyCluster(inputs, cloud);
    }
    verifyRetention(inputs);
    const key = backupConfig?.encryptionKey?.gcpKmsEncryptionKey;
    // "This key must live in the same region as the BackupPlan itself": .../backup-for-gke/concepts/about-cmek
    if (key && keyLocation(key) !== location) {
        throw invalid(`the key ${key} must be in the location ${location} of the backup plan.`);
    }
}

/** The blocks of a plan that it has, with their defaults. */
const completed = (inputs: Inputs, defaults: Record<string, Inputs>) =>
    Object.fromEntries(
        Object.entries(defaults).flatMap(([name, values]) =>
            inputs[name] ? [[name, { ...values, ...inputs[name] }]] : [],
        ),
    );

const backupPlan: TypeRules = {
    noun: "BackupPlan",
    generatedNoun: "GKEBackupBackupPlan",
    api,
    id,
    simulated: { backups: "number" },
    alreadyExists: (inputs) => new GoogleError(409, `Resource '${id(inputs)}' already exists`),
    verify,
    state: (inputs, _, old) => ({
        deactivated: inputs.deactivated ?? false,
        etag: String(Number(old?.etag ?? 0) + 1),
        protectedNamespaceCount: old?.protectedNamespaceCount ?? 0,
        protectedPodCount: old?.protectedPodCount ?? 0,
        state: inputs.deactivated ? "DEACTIVATED" : "READY",
        stateReason: "",
        uid: old?.uid ?? randomUUID(),
        ...completed(inputs, {
            backupConfig: { includeSecrets: false, includeVolumeData: false, permissiveMode: false },
            backupSchedule: { paused: false },
            retentionPolicy: { backupDeleteLockDays: 0, backupRetainDays: 0, locked: false },
        }),
    }),
    changesOnUpdate: ["etag"],
    remove: (state, { cloud }) => {
        // https://github.com/hashicorp/terraform-provider-google/issues/15309
        if (Number(cloud.simulated.of(fullName(state)).backups ?? 0) > 0) {
            throw new GoogleError(400, `BackupPlan ${id(state)} contains Backups. Delete them first.`);
        }
        cloud.simulated.forget(fullName(state));
    },
};

const service: Service = {
    titles: { [api]: "Backup for GKE API" },
    methods: { gkebackup: { operations: { "": "projects.locations.operations.get" } } },
    types: { "gcp:gkebackup/backupPlan:BackupPlan": backupPlan },
};

export default service;
