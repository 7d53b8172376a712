import * as pulumi from "@pulumi/pulumi";
import { composerQuotas } from "../facts/composerLimits";
import { dataflowLimits } from "../facts/dataflow";
import type { Facts } from "../facts/facts";
import { appEngineLimits } from "../facts/limits/appEngine";
import { cloudRunLimits } from "../facts/limits/cloudRun";
import { cloudRunGpuQuotas } from "../facts/limits/cloudRunContainers";
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
import {
    quotaUse,
    type RegionalQuota,
    servingQuotas,
    trainingQuotas,
    type VertexMachines,
    type VertexUse,
} from "../facts/vertex/quotas";
import { isKnown, nameOf, resourcesOf, valueIfKnown } from "../internal/engine/pulumiSdk";
import { resourcesInState } from "../internal/engine/stackState";
import { providerOf, settingsOf } from "./providerSettings";

/** The inputs of a resource that are known at preview, completed by the settings of its provider. */
type Known = Record<string, unknown>;

/** How much of something a project can have. */
interface Quota {
    /** A number, or the numbers of places by their names. */
    max: number | ((place: string) => number);
    /** Whether nobody gets more. */
    isFixed?: true;
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

const inRegion = { scope: ({ location }: Known) => place(location) };
const place = (location: unknown) => (typeof location === "string" ? location : undefined);
const regionOf = (zone: unknown) => place(zone)?.replace(/-[a-z]$/, "");

const cloudRunServices = quota(cloudRunLimits, "services", inRegion);
const triggers = quota(eventarcLimits, "triggers", inRegion);
const dataflowJobs = quota(dataflowLimits, "jobs", { unit: "Dataflow jobs" });
const services = quota(appEngineLimits, "services", { same: ({ service }) => service });

/** Routers of a network in a region. The ID of a network is only known after its creation. */
const routers = quota(networkLimits, "routers", {
    isFixed: true,
    scope: ({ region, network }) =>
        network && place(region) ? `${region} in the network ${lastPart(network)}` : undefined,
    remedy: "Let the gateways of a network share the router of a region",
});
const lastPart = (path: unknown) => String(path).replace(/^.*\//, "");

/** The clusters of environments of Cloud Composer 2. */
const groupManagers = quota(composerQuotas, "instanceGroupManagers", {
    scope: ({ config, region }) => {
        const { softwareConfig } = Object(config);
        return String(softwareConfig?.imageVersion).startsWith("composer-2") ? place(region) : undefined;
    },
    amount: () => composerQuotas.rows.ofEnvironment.max,
    remedy: "Use Cloud Composer 3",
});

/** The GPUs of Cloud Run's instances of a type, without zonal redundancy. */
const runGpus = Object.entries(cloudRunGpuQuotas.rows).map(
    ([type, { count }]): Quota => ({
        max: count,
        unit: `${type} GPUs for Cloud Run`,
        source: cloudRunGpuQuotas.source,
        scope: ({ template, location }) => (acceleratorOf(template) === type ? place(location) : undefined),
        amount: ({ template, scaling }) => {
            const { parallelism, scaling: ofRevision } = Object(template);
            const { maxInstanceCount, manualInstanceCount } = { ...Object(ofRevision), ...Object(scaling) };
            return Number(manualInstanceCount ?? maxInstanceCount ?? parallelism ?? 1);
        },
    }),
);
const acceleratorOf = (template: unknown): unknown => {
    const { nodeSelector, template: ofTask } = Object(template);
    return (nodeSelector ?? ofTask?.nodeSelector)?.accelerator;
};

/** The CPUs and GPUs of Vertex AI's machines, of which each region has its own quota. */
const vertexQuotas = (
    use: VertexUse,
    { rows, source }: Pick<typeof servingQuotas | typeof trainingQuotas, "rows" | "source">,
    machines: (known: Known) => VertexMachines[],
): Quota[] =>
    Object.entries(rows as Record<string, RegionalQuota>).map(([key, { value, regions = {} }]) => ({
        max: (region) => regions[region] ?? value,
        unit: `${vertexUnit(key)} for ${use === "serving" ? "predictions" : "training"}`,
        source,
        scope: ({ location }) => place(location),
        amount: (known) => quotaUse(use, machines(known)).get(key) ?? 0,
    }));
const vertexUnit = (key: string) =>
    key === "cpus"
        ? "vCPUs"
        : key.endsWith("_cpus")
          ? `${key.replace("_cpus", "").toUpperCase()} vCPUs`
          : `${key} GPUs`;

/** The replicas that a deployment of models starts with. */
const servingMachines = (dedicated: unknown): VertexMachines[] => {
    const { machineSpec, minReplicaCount = 1 } = Object(dedicated);
    return machineSpec ? [{ machineSpec, count: Number(minReplicaCount) }] : [];
};
const trainingMachines = ({ spec, tuning }: Known): VertexMachines[] =>
    (Object(spec).workerPoolSpecs ?? []).map(({ machineSpec, replicaCount = 0 }: Known) => ({
        machineSpec,
        count: Number(replicaCount) * Number(Object(tuning).parallelTrialCount ?? 1),
    }));
const served = vertexQuotas("serving", servingQuotas, ({ models, dedicatedResources, deployConfig }) => [
    ...Object.values(Object(models)).flatMap((model) => servingMachines(Object(model).dedicatedResources)),
    ...servingMachines(dedicatedResources ?? Object(deployConfig).dedicatedResources),
]);

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
    "gcp:cloudrunv2/job:Job": [quota(cloudRunLimits, "jobs", inRegion), ...runGpus],
    "gcp:cloudrunv2/service:Service": [cloudRunServices, ...runGpus],
    "gcp:cloudrunv2/workerPool:WorkerPool": runGpus,
    "gcp:cloudscheduler/job:Job": [quota(cloudSchedulerLimits, "jobs", inRegion)],
    "gcp:cloudtasks/queue:Queue": [quota(cloudTasksLimits, "queues", inRegion)],
    "gcp:composer/environment:Environment": [groupManagers],
    "gcp:compute/firewall:Firewall": [quota(firewallLimits, "rules")],
    "gcp:compute/instance:Instance": [cpus, gpus],
    "gcp:compute/network:Network": [quota(networkLimits, "networks")],
    "gcp:compute/router:Router": [routers],
    "gcp:container/cluster:Cluster": [quota(gkeLimits, "clusters", inRegion)],
    "gcp:dataflow/flexTemplateJob:FlexTemplateJob": [dataflowJobs],
    "gcp:dataflow/job:Job": [dataflowJobs],
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
    "gcp:vertex/aiDeploymentResourcePool:AiDeploymentResourcePool": served,
    "gcp:vertex/aiEndpointWithModelGardenDeployment:AiEndpointWithModelGardenDeployment": served,
    "pulumi-nodejs:dynamic/model:Deployments": served,
    "pulumi-nodejs:dynamic/model:TrainingJob": vertexQuotas("training", trainingQuotas, trainingMachines),
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
    const uses = await Promise.all(counted.map((one) => useOf(one, registered)));
    for (const one of possible) {
        await warnOfQuota(one, uses);
    }
}

const isPossible = (one: Quota, counted: readonly pulumi.ResourceTransformationArgs[]) =>
    one.amount !== undefined ||
    typeof one.max === "function" ||
    counted.filter(({ type }) => quotas[type]?.some((other) => isSame(one, other))).length > one.max;

const isSame = (one: Quota, other: Quota) => one.unit === other.unit && one.source === other.source;

interface Use {
    args: pulumi.ResourceTransformationArgs;
    known: Known;
}

async function useOf(
    args: pulumi.ResourceTransformationArgs,
    registered: readonly pulumi.ResourceTransformationArgs[],
): Promise<Use> {
    // Deployed models only name their endpoint, which has the same parent.
    const endpoint = registered.find(
        ({ type, opts }) => type === "gcp:vertex/aiEndpoint:AiEndpoint" && opts.parent === args.opts.parent,
    );
    const props = { ...(args.type.endsWith("/model:Deployments") ? endpoint?.props : undefined), ...args.props };
    const given = Object.entries(props).filter(([, value]) => value !== undefined);
    // A value that is not known yet is not that of the provider.
    const own = await Promise.all(given.map(async ([key, value]) => [key, await plain(value)]));
    const known: Known = { ...(await settingsOf(providerOf(args.type, args.opts))), ...Object.fromEntries(own) };
    const location = Object.hasOwn(props, "location") ? known.location : known.region;
    return { args, known: { ...known, location, network: await networkOf(props) } };
}

async function plain(value: unknown): Promise<unknown> {
    if (!pulumi.Output.isInstance(value)) {
        return value;
    }
    return (await isKnown(value)) ? valueIfKnown(value) : undefined;
}

/** The network of a resource, or the name of the new resource that is its network. */
async function networkOf({ network }: pulumi.Inputs): Promise<unknown> {
    const [resource] = pulumi.Output.isInstance(network) ? resourcesOf(network) : [];
    return (await plain(network)) ?? (resource && nameOf(resource));
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
            others.push(use);
            groups.set(key, others);
        }
    }
    for (const [key, group] of groups) {
        const [project, where] = [group[0]?.known.project, key.slice(key.indexOf(" ") + 1)];
        const max = typeof one.max === "number" ? one.max : one.max(where);
        const count = group.reduce((sum, { known }) => sum + (one.amount?.(known) ?? 1), 0);
        if (count > max && (await isAnyNew(group))) {
            const scope = where === "the project" ? "a project" : where;
            const counted = `${count} ${count === 1 ? one.unit.replace("GPUs", "GPU") : one.unit}`;
            const remedies = [
                one.remedy,
                ...(one.isFixed
                    ? []
                    : [`request a higher quota of ${project}${max > 0 ? ", or use a second project" : ""}`]),
            ];
            const remedy = remedies.filter((each) => each !== undefined).join(", ");
            pulumi.log.warn(
                `The stack has ${counted}, and ${scope} can have ${max}${one.isFixed ? "" : " by default"}, including other stacks: ${one.source}. ${remedy[0]?.toUpperCase()}${remedy.slice(1)}.`,
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
