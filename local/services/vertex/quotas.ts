import { quotaMetric, servingQuotas, servingVcpus, trainingQuotas } from "slipway/facts";
import type { Cloud } from "../../cloud/cloud";
import { GoogleError } from "../../cloud/errors";
import { serviceName } from "../../cloud/projects";
import type { Inputs } from "../../rules/rules";
import { type EndpointEntry, poolsIn } from "./endpoints";
import { fullName, locationOf, projectOf } from "./names";
import { hasEnded, type JobEntry, specOf } from "./trainingJob";

/** Machines, whose CPUs and accelerators are counted. */
interface Machines {
    machineSpec?: Inputs;
    count: number;
}

type Use = "serving" | "training";

const quotasOf: Record<Use, typeof servingQuotas | typeof trainingQuotas> = {
    serving: servingQuotas,
    training: trainingQuotas,
};

/** The key of a machine type's CPUs: those of N1 and E2, and all that serve, have one quota. */
function cpusKey(use: Use, machineType: string): string {
    const [family = ""] = machineType.split("-");
    return use === "serving" || family === "n1" || family === "e2" ? "cpus" : `${family}_cpus`;
}

/** What machines use, by the keys of quotas. */
function usageOf(use: Use, machines: Machines[]): Map<string, number> {
    const used = new Map<string, number>();
    const add = (key: string, count: number) => used.set(key, (used.get(key) ?? 0) + count);
    for (const { machineSpec = {}, count } of machines) {
        const { machineType = "n1-standard-2", acceleratorType, acceleratorCount = 0 } = machineSpec;
        const cpus = servingVcpus(machineType) ?? Number(/-(\d+)$/.exec(machineType)?.[1] ?? 0);
        add(cpusKey(use, machineType), count * cpus);
        if (acceleratorType) {
            add(acceleratorType, count * acceleratorCount);
        }
    }
    return used;
}

/** The quota in a region: that of a new project, or what `slipway local set` has given to the API of the project. */
function limitOf(cloud: Cloud, use: Use, key: string, project: string, location: string): number {
    const quotas = (cloud.simulated.of(serviceName(project, "aiplatform.googleapis.com")).quotas ?? {}) as Record<
        string,
        number
    >;
    const rows: Record<string, { value: number; regions?: Readonly<Record<string, number>> }> = quotasOf[use].rows;
    const { value = Number.POSITIVE_INFINITY, regions = {} } = rows[key] ?? {};
    return quotas[quotaMetric(use, key)] ?? regions[location] ?? value;
}

/** @param path of a resource in the region */
function verify(cloud: Cloud, use: Use, path: string, before: Machines[], added: Machines[]): void {
    const used = usageOf(use, before);
    const [project, location] = [projectOf(path), locationOf(path)];
    const exceeded = [...usageOf(use, added)]
        .filter(
            ([key, count]) => count > 0 && count + (used.get(key) ?? 0) > limitOf(cloud, use, key, project, location),
        )
        .map(([key]) => `aiplatform.googleapis.com/${quotaMetric(use, key)}`);
    if (exceeded.length > 0) {
        throw new GoogleError(429, `The following quota metrics exceed quota limits: ${exceeded.join(",")}`).recordedIn(
            "https://docs.cloud.google.com/gemini-enterprise-agent-platform/machine-learning/training/neural-architecture-search/environment-setup",
        );
    }
}

/** "Calculated based on your deployed model's real-time usage of compute resources": the minimum, at the deployment. */
const servingMachines = ({ machineSpec, minReplicaCount = 1 }: Inputs): Machines => ({
    machineSpec,
    count: minReplicaCount,
});

/**
 * Throws if replicas of a model exceed a quota of the region, with those of all other endpoints and of pools.
 * https://docs.cloud.google.com/gemini-enterprise-agent-platform/machine-learning/predictions/autoscaling
 *
 * @param replaced the ID of a deployed model of the endpoint that these replicas replace
 */
export function verifyServingQuota(cloud: Cloud, endpoint: EndpointEntry, dedicated: Inputs, replaced?: string): void {
    const region = `projects/${projectOf(endpoint.id)}/locations/${locationOf(endpoint.id)}`;
    const endpoints = cloud.store.list(fullName(region), "endpoints") as EndpointEntry[];
    const deployed = endpoints.flatMap(({ id, state }) =>
        (state.deployedModels ?? []).filter((one) => id !== endpoint.id || one.id !== replaced),
    );
    const before = [
        ...deployed.flatMap(({ dedicatedResources }) => dedicatedResources ?? []),
        ...poolsIn(cloud, region).flatMap(({ state }) => state.dedicatedResources ?? []),
    ];
    verify(cloud, "serving", endpoint.id, before.map(servingMachines), [servingMachines(dedicated)]);
}

const trainingMachines = ({ workerPoolSpecs = [] }: Inputs, times = 1): Machines[] =>
    (workerPoolSpecs as Inputs[]).map(({ machineSpec, replicaCount = 0 }) => ({
        machineSpec,
        count: times * Number(replicaCount),
    }));

/** Throws if the machines of a job exceed a quota of the region, with those of the jobs that run. */
export function verifyTrainingQuota(cloud: Cloud, region: string, spec: Inputs, parallel = 1): void {
    const jobs = cloud.store.list(fullName(region), "customJobs", "hyperparameterTuningJobs") as JobEntry[];
    const running = jobs
        .filter((job) => !hasEnded(job, cloud))
        .flatMap(({ state }) => trainingMachines(specOf(state.kind, state), Number(state.parallelTrialCount ?? 1)));
    verify(cloud, "training", region, running, trainingMachines(spec, parallel));
}
