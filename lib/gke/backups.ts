import type { Cluster } from "@pulumi/gcp/container/cluster";
import { BackupPlan, type BackupPlanArgs } from "@pulumi/gcp/gkebackup/backupPlan";
import type * as pulumi from "@pulumi/pulumi";
import {
    type EncryptionKey,
    encryptionGrants,
    encryptionKey,
    idOfKey,
    keyRegionProblem,
} from "../component/encryption";
import type { Environment } from "../environment/environment";
import { backupForGkeLimits } from "../facts/limits/gke";
import { nameFormats } from "../facts/names";
import { type Cron, parseCron, timeBetween } from "../formats/cron";
import * as check from "../internal/arguments/check";
import { unixCron } from "../internal/arguments/cron";
import { type Duration, daysIn, wholeDays } from "../internal/arguments/duration";
import { labels } from "../internal/arguments/labels";
import { region } from "../internal/arguments/locations";
import { isPlainObject } from "../internal/arguments/value";
import type { Child } from "../internal/engine/children";
import { freshName } from "../internal/engine/freshName";
import type { CrossProject } from "../stack/crossing";
import { withoutWait } from "../stack/propagation";

/** When backups are made. */
export interface BackupSchedule {
    /** A cron expression in unix-cron format, in UTC. */
    cron: string;
    /**
     * Pauses the schedule.
     * @default false
     */
    paused?: boolean;
}

/** How long backups are kept. */
export interface BackupRetention {
    /** When Google Cloud deletes a backup, after its creation: `"1 day"` to `"365 days"`. */
    period: Duration;
    /**
     * How long nobody can delete a backup after its creation: `"1 day"` to `"90 days"`.
     * @default no lock: users with the permission can delete it
     */
    deleteLock?: Duration;
    /**
     * Locks this policy permanently: nobody can change it again, not even to a longer period.
     * @default false
     */
    locked?: boolean;
}

/**
 * A {@link https://cloud.google.com/kubernetes-engine/docs/add-on/backup-for-gke/how-to/backup-plan backup plan} of a cluster: what is
 * backed up, when, and for how long.
 */
export interface ClusterBackups {
    /**
     * When backups are made: a cron expression in UTC, `"0 9 * * MON"` for 9:00 on Mondays, with
     * {@link https://cloud.google.com/kubernetes-engine/docs/add-on/backup-for-gke/how-to/backup-schedule at least 10 minutes} between
     * backups. An object can pause it. `false` for only those that are made by hand.
     * @default "0 3 * * *"
     */
    schedule?: string | BackupSchedule | false;
    /**
     * How long each backup is kept: `"1 day"` to `"365 days"`, at least until the next one of the schedule, and at most for 360 of them
     * ({@link https://cloud.google.com/kubernetes-engine/docs/add-on/backup-for-gke/reference/rest/v1/projects.locations.backupPlans limits}).
     * An object also locks backups. A change is for later backups.
     * @default "30 days"; until the next backup, if that is longer; for 360 backups, if that is less
     */
    retention?: Duration | BackupRetention;
    /**
     * The region in which the backups are. Changing this replaces the plan.
     * @default the region of the cluster
     */
    region?: string;
    /**
     * The namespaces that are backed up: `["shop", "billing"]`.
     * @default all
     */
    namespaces?: string[];
    /**
     * The applications that are backed up, resources of the kind `ProtectedApplication`, by their namespaces:
     * `{ shop: ["cart", "orders"] }`. Not with `namespaces`.
     * @default all namespaces, with or without applications
     */
    applications?: Record<string, string[]>;
    /**
     * Includes Kubernetes Secrets in the backups.
     * @default true
     */
    secrets?: boolean;
    /**
     * Includes the data of volumes in the backups.
     * @default true
     */
    volumes?: boolean;
    /**
     * Makes a backup in spite of resources that may not be restored, such as volumes of an unsupported type, which otherwise fail it
     * ({@link https://cloud.google.com/kubernetes-engine/docs/add-on/backup-for-gke/troubleshoot/permissive-mode permissive mode}).
     * @default false
     */
    permissive?: boolean;
    /**
     * The Cloud KMS key of the backups, a `KmsKey` or its ID, in the region of the plan
     * ({@link https://cloud.google.com/kubernetes-engine/docs/add-on/backup-for-gke/concepts/about-cmek CMEK}). Volumes with a key of their
     * own are encrypted with that one.
     * @default Google-managed keys
     */
    encryptionKey?: EncryptionKey;
    /**
     * Labels of the plan: at most 64
     * ({@link https://cloud.google.com/resource-manager/docs/labels-overview requirements}).
     * @default the environment's labels
     */
    labels?: Record<string, pulumi.Input<string>>;
}

const { interval, retention: retentionLimit, deleteLock, backupsOfRetention } = backupForGkeLimits.rows;
const dayInMinutes = 24 * 60;

/** The time between the runs of a valid expression. */
const between = (cron: string) => timeBetween(parseCron(cron) as Cron);

const cron = check.pipe(
    unixCron,
    check.refine(
        // The check of the expression reports an invalid one.
        (value) => "problem" in parseCron(value) || between(value).shortest >= interval.min,
        `must have at least ${interval.min} minutes between backups`,
    ),
);

const kubernetesName = check.matching(
    /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/,
    "must be a name of Kubernetes: up to 63 lower-case letters, digits and hyphens",
);

const names = check.pipe(
    check.list(kubernetesName),
    check.refine(
        (all) => all.length > 0 && new Set(all).size === all.length,
        "must have at least one name, and each once",
    ),
);

const period = wholeDays("1 day", retentionLimit.max);

/** Checks each plan. */
export const backups = check.record(
    check.matching(nameFormats.rows.backupPlan.pattern, `a plan's name ${nameFormats.rows.backupPlan.rule}`),
    check.options<ClusterBackups>({
        schedule: check.literalOr<false, string | BackupSchedule>(
            false,
            check.either(
                isPlainObject,
                check.options<BackupSchedule>({ cron, paused: check.flag() }, "cron"),
                cron,
            ) as check.Check<string | BackupSchedule>,
        ),
        retention: check.either(
            isPlainObject,
            check.options<BackupRetention>(
                { period, deleteLock: wholeDays("1 day", deleteLock.max), locked: check.flag() },
                "period",
            ),
            period,
        ),
        region,
        namespaces: names,
        applications: check.pipe(
            check.record(kubernetesName, names),
            check.refine((all) => Object.keys(all).length > 0, "must have a namespace with applications"),
        ),
        secrets: check.flag(),
        volumes: check.flag(),
        permissive: check.flag(),
        encryptionKey,
        labels,
    }),
);

/** The plans of a cluster by name, and whether it has the agent. */
interface BackedUp {
    backups?: Record<string, ClusterBackups>;
    backupAgent?: boolean;
}

/** The schedule of a plan with its defaults; undefined without a schedule. */
function scheduleOf({ schedule = "0 3 * * *" }: ClusterBackups): BackupSchedule | undefined {
    return schedule === false ? undefined : typeof schedule === "string" ? { cron: schedule } : schedule;
}

/** For how many days backups are kept: at least until the next one, and at most for as many as Google Cloud keeps of a plan. */
function keptDays(schedule: BackupSchedule | undefined): { least: number; most: number } {
    const { longest, shortest } = schedule ? between(schedule.cron) : { longest: 0, shortest: Infinity };
    const most = Math.floor((shortest * backupsOfRetention.max) / dayInMinutes);
    return { least: Math.ceil(longest / dayInMinutes), most: Math.min(most, daysIn(retentionLimit.max)) };
}

function retentionOf({ retention }: ClusterBackups, { least, most }: { least: number; most: number }): BackupRetention {
    return typeof retention === "object"
        ? retention
        : { period: retention ?? `${Math.min(Math.max(30, least), most)} days` };
}

/** Refuses plans that Google Cloud refuses, and that leave a cluster without a backup. */
export function backupProblems(
    { backups: plans = {}, backupAgent }: BackedUp,
    clusterRegion: string,
): (check.Problem | undefined)[] {
    const all = Object.entries(plans);
    const noAgent = "cannot be false, because the agent makes the backups. Remove it, or backups.";
    return [
        check.when(backupAgent === false && all.length > 0, "backupAgent", "gke/backups-without-agent", noAgent),
        ...all.flatMap(([name, plan]) => planProblems(`backups.${name}`, plan, clusterRegion)),
    ];
}

function planProblems(path: string, plan: ClusterBackups, clusterRegion: string): (check.Problem | undefined)[] {
    const schedule = scheduleOf(plan);
    const days = keptDays(schedule);
    const { period, deleteLock: lock } = retentionOf(plan, days);
    const periodPath = typeof plan.retention === "object" ? `${path}.retention.period` : `${path}.retention`;
    const { least, most } = days;
    return [
        check.when(
            plan.applications !== undefined && plan.namespaces !== undefined,
            `${path}.applications`,
            "gke/backup-scope",
            "cannot be combined with namespaces. Make two plans.",
        ),
        check.when(
            daysIn(period) > most,
            periodPath,
            "gke/backup-retention-too-long",
            `must be at most ${most} days, ${backupsOfRetention.max} backups of "${schedule?.cron}" (got "${period}").`,
        ),
        check.when(
            daysIn(period) < least,
            periodPath,
            "gke/backup-retention-too-short",
            `must be at least ${least} days, because there would be no backup before the next one of "${schedule?.cron}" (got "${period}").`,
        ),
        check.when(
            lock !== undefined && daysIn(lock) > daysIn(period),
            `${path}.retention.deleteLock`,
            "gke/backup-lock-too-long",
            `must be at most the period, ${period} (got "${lock}").`,
        ),
        keyRegionProblem(`${path}.encryptionKey`, plan.encryptionKey, plan.region ?? clusterRegion, "the backup plan"),
    ];
}

/** Whether the cluster has the agent of Backup for GKE; undefined for GKE's default. */
export const hasBackupAgent = ({ backups: plans = {}, backupAgent }: BackedUp): boolean | undefined =>
    backupAgent ?? (Object.keys(plans).length > 0 ? true : undefined);

/** Creates the backup plans of a cluster. A plan remains when its backups do, so that they outlive the cluster. */
export function createBackupPlans(
    component: string,
    args: BackedUp & { name: string; region: string; crossProject?: CrossProject },
    cluster: Cluster,
    environment: Environment,
    child: Child,
): Record<string, BackupPlan> {
    const { protect } = environment.defaults;
    const created = Object.entries(args.backups ?? {}).map(([key, plan]) => {
        const fresh = freshName("name", `${args.name}-${key}`, nameFormats.rows.backupPlan.max);
        const { encryptionKey: key_, labels: own } = plan;
        const inputs: BackupPlanArgs = {
            name: fresh.name,
            location: plan.region ?? args.region,
            cluster: cluster.id,
            ...planInputs(plan),
            labels: own,
            // Google Cloud deletes no plan that has backups.
            deletionPolicy: protect ? "DELETE" : "ABANDON",
        };
        const grants = encryptionGrants(
            environment,
            `${component}-${key}`,
            { encryptionKey: key_, crossProject: args.crossProject },
            "container.googleapis.com",
        );
        const options = { ...fresh.options, protect, dependsOn: grants.map(withoutWait) };
        return [key, new BackupPlan(...child("backupPlan", `${component}-${key}`, inputs, options))];
    });
    return Object.fromEntries(created);
}

/** What is backed up, when, and for how long, in the form of the provider. */
function planInputs(plan: ClusterBackups) {
    const { namespaces, applications, secrets = true, volumes = true, permissive = false } = plan;
    const schedule = scheduleOf(plan);
    const { period, deleteLock: lock, locked = false } = retentionOf(plan, keptDays(schedule));
    const namespacedNames = Object.entries(applications ?? {}).flatMap(([namespace, all]) =>
        all.map((name) => ({ namespace, name })),
    );
    const key = idOfKey(plan.encryptionKey);
    return {
        backupSchedule: schedule && { cronSchedule: schedule.cron, paused: schedule.paused ?? false },
        retentionPolicy: {
            backupRetainDays: daysIn(period),
            backupDeleteLockDays: lock === undefined ? 0 : daysIn(lock),
            locked,
        },
        backupConfig: {
            ...(namespaces
                ? { selectedNamespaces: { namespaces } }
                : applications
                  ? { selectedApplications: { namespacedNames } }
                  : { allNamespaces: true }),
            includeSecrets: secrets,
            includeVolumeData: volumes,
            permissiveMode: permissive,
            encryptionKey: key === undefined ? undefined : { gcpKmsEncryptionKey: key },
        },
    };
}
