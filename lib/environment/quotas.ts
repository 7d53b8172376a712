import * as pulumi from "@pulumi/pulumi";
import type { Facts } from "../facts/facts";
import { appEngineLimits } from "../facts/limits/appEngine";
import { cloudRunLimits } from "../facts/limits/cloudRun";
import { cloudSchedulerLimits } from "../facts/limits/cloudScheduler";
import { cloudSqlLimits } from "../facts/limits/cloudSql";
import { cloudTasksLimits } from "../facts/limits/cloudTasks";
import { eventarcLimits } from "../facts/limits/eventarc";
import { gkeLimits } from "../facts/limits/gke";
import { customRoleLimits, iamLimits } from "../facts/limits/iam";
import { logBucketLimits, loggingLimits } from "../facts/limits/logging";
import { firewallLimits, networkLimits } from "../facts/limits/network";
import { pubSubLimits } from "../facts/limits/pubSub";
import { machineLimits } from "../facts/machines/limits";
import { seriesNameOf, vcpusOf } from "../facts/machines/machineTypes";
import { isKnown, valueIfKnown } from "../internal/pulumiSdk";
import { resourcesInState } from "../internal/stackState";
import { providerOf, settingsOf } from "./providerSettings";

/** The inputs of a resource that are known at preview, completed by the settings of its provider. */
type Known = Record<string, unknown>;

/** How much of something a project can have. */
interface Quota {
    max: number;
    unit: string;
    source: string;
    /** What the project, region or zone has together; undefined for a resource that does not count. */
    scope(known: Known): string | undefined;
    /** How much a resource uses: 1 by default. Resources with the same `same` count once. */
    amount?(known: Known): number;
    same?(known: Known): unknown;
    /** What helps in addition to a higher quota. */
    remedy?: string;
}

type Table = Facts<{ max?: number | string; unit?: string }>;

/** The quota of a row of facts. */
function quota<Rows extends Table["rows"]>(
    table: Omit<Table, "rows"> & { rows: Rows },
    row: keyof Rows,
    others: Partial<Quota> = {},
): Quota {
    const { max, unit, source = table.source } = table.rows[row] as { max: number; unit: string; source?: string };
    return { max, unit, source, scope: () => "the project", ...others };
}

const inRegion = { scope: ({ region, location = region }: Known) => place(location) };
const place = (location: unknown) => (typeof location === "string" ? location : undefined);
const regionOf = (zone: unknown) => place(zone)?.replace(/-[a-z]$/, "");

const cloudRunServices = quota(cloudRunLimits, "services", inRegion);
const triggers = quota(eventarcLimits, "triggers", inRegion);
const services = quota(appEngineLimits, "services", { same: ({ service }) => service });

/** CPUs of a machine: E2, N1, T2D and T2A have one quota together. */
const cpus = quota(machineLimits, "cpus", {
    scope: ({ zone, machineType }) => {
        const [region, series] = [regionOf(zone), seriesNameOf(String(machineType))];
        const all = ["e2", "n1", "t2d", "t2a"].includes(String(series)) ? "E2, N1, T2D and T2A" : series?.toUpperCase();
        return region && all && `${region} of ${all}`;
    },
    amount: ({ machineType }) => vcpusOf(String(machineType)) ?? 0,
});
const gpus = quota(machineLimits, "gpus", {
    amount: ({ guestAccelerators }) =>
        Array.isArray(guestAccelerators) ? guestAccelerators.reduce((sum, { count }) => sum + Number(count), 0) : 0,
});

/** The quotas that a resource of a type counts for. */
const quotas: Record<string, Quota[]> = {
    "gcp:appengine/flexibleAppVersion:FlexibleAppVersion": [services],
    "gcp:appengine/standardAppVersion:StandardAppVersion": [services],
    "gcp:cloudfunctionsv2/function:Function": [
        cloudRunServices,
        { ...triggers, scope: (known) => (known.eventTrigger === undefined ? undefined : triggers.scope(known)) },
    ],
    "gcp:cloudrunv2/job:Job": [quota(cloudRunLimits, "jobs", inRegion)],
    "gcp:cloudrunv2/service:Service": [cloudRunServices],
    "gcp:cloudscheduler/job:Job": [quota(cloudSchedulerLimits, "jobs", inRegion)],
    "gcp:cloudtasks/queue:Queue": [quota(cloudTasksLimits, "queues", inRegion)],
    "gcp:compute/firewall:Firewall": [quota(firewallLimits, "rules")],
    "gcp:compute/instance:Instance": [cpus, gpus],
    "gcp:compute/network:Network": [quota(networkLimits, "networks")],
    "gcp:container/cluster:Cluster": [quota(gkeLimits, "clusters", inRegion)],
    "gcp:eventarc/trigger:Trigger": [triggers],
    "gcp:logging/projectBucketConfig:ProjectBucketConfig": [quota(logBucketLimits, "buckets")],
    "gcp:logging/projectSink:ProjectSink": [quota(loggingLimits, "sinks")],
    "gcp:projects/iAMCustomRole:IAMCustomRole": [quota(customRoleLimits, "roles")],
    "gcp:pubsub/subscription:Subscription": [quota(pubSubLimits, "subscriptions")],
    "gcp:pubsub/topic:Topic": [quota(pubSubLimits, "topics")],
    "gcp:serviceaccount/account:Account": [
        quota(iamLimits, "serviceAccounts", {
            remedy: "Let components share accounts with their argument account",
        }),
    ],
    "gcp:sql/databaseInstance:DatabaseInstance": [quota(cloudSqlLimits, "instances")],
};

/**
 * Warns of the quotas that the resources of a program exceed on their own, if the preview creates some of them: the user who has deployed all of them
 * has a higher quota.
 */
export async function warnOfQuotas(registered: readonly pulumi.ResourceTransformationArgs[]): Promise<void> {
    const counted = registered.filter(({ type }) => Object.hasOwn(quotas, type));
    // Most programs have too few resources for any quota, and need not be compared.
    const possible = new Set(
        counted.flatMap(({ type }) => quotas[type] ?? []).filter((one) => isPossible(one, counted)),
    );
    if (possible.size === 0) {
        return;
    }
    const uses = await Promise.all(counted.map(useOf));
    for (const one of possible) {
        await warnOfQuota(one, uses);
    }
}

const isPossible = (one: Quota, counted: readonly pulumi.ResourceTransformationArgs[]) =>
    one.amount !== undefined ||
    counted.filter(({ type }) => quotas[type]?.some((other) => isSame(one, other))).length > one.max;

const isSame = (one: Quota, other: Quota) => one.unit === other.unit && one.source === other.source;

interface Use {
    args: pulumi.ResourceTransformationArgs;
    known: Known;
}

async function useOf(args: pulumi.ResourceTransformationArgs): Promise<Use> {
    const given = Object.entries(args.props).filter(([, value]) => value !== undefined);
    // A value that is not known yet is not that of the provider.
    const own = await Promise.all(given.map(async ([key, value]) => [key, await plain(value)]));
    return { args, known: { ...(await settingsOf(providerOf(args.type, args.opts))), ...Object.fromEntries(own) } };
}

async function plain(value: unknown): Promise<unknown> {
    if (!pulumi.Output.isInstance(value)) {
        return value;
    }
    return (await isKnown(value)) ? valueIfKnown(value) : undefined;
}

/** Warns of a quota in each project and place where it is exceeded. */
async function warnOfQuota(one: Quota, uses: readonly Use[]): Promise<void> {
    const groups = new Map<string, Use[]>();
    for (const use of uses) {
        const own = quotas[use.args.type]?.find((other) => isSame(one, other));
        const scope = own?.scope(use.known);
        const key = `${use.known.project} ${scope}`;
        const others = groups.get(key) ?? [];
        const isCounted = one.same && others.some(({ known }) => one.same?.(known) === one.same?.(use.known));
        if (scope !== undefined && use.known.project !== undefined && !isCounted) {
            groups.set(key, [...others, use]);
        }
    }
    for (const [key, group] of groups) {
        const count = group.reduce((sum, { known }) => sum + (one.amount?.(known) ?? 1), 0);
        if (count > one.max && (await isAnyNew(group))) {
            const [project, where] = [group[0]?.known.project, key.slice(key.indexOf(" ") + 1)];
            const scope = where === "the project" ? "a project" : where;
            const remedies = [one.remedy, `request a higher quota of ${project}, or use a second project`];
            const remedy = remedies.filter((each) => each !== undefined).join(", ");
            pulumi.log.warn(
                `The stack has ${count} ${one.unit}, and ${scope} can have ${one.max} by default, including other stacks: ${one.source}. ${remedy[0]?.toUpperCase()}${remedy.slice(1)}.`,
            );
        }
    }
}

/** Whether the state lacks some of the resources. */
async function isAnyNew(group: readonly Use[]): Promise<boolean> {
    const state = await resourcesInState();
    const urns = await Promise.all(group.map(({ args }) => valueIfKnown(args.resource.urn)));
    return urns.some((urn) => urn === undefined || !state?.has(urn));
}
