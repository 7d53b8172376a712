import {
    quotaMetric,
    quotaUse,
    servingQuotas,
    trainingQuotas,
    type VertexMachines,
    type VertexUse,
} from "slipway/facts";
import type { Cloud } from "../../cloud/cloud";
import { GoogleError } from "../../cloud/errors";
import { serviceName } from "../../cloud/projects";
import type { Inputs } from "../../rules/rules";
import { fullName, locationOf, projectOf } from "./names";
import { hasEnded, type JobEntry, specOf } from "./trainingJob";

const quotasOf: Record<VertexUse, typeof servingQuotas | typeof trainingQuotas> = {
    serving: servingQuotas,
    training: trainingQuotas,
};

/** The quota in a region: that of a new project, or what `slipway local set` has given to the API of the project. */
function limitOf(cloud: Cloud, use: VertexUse, key: string, project: string, location: string): number {
    const quotas = (cloud.simulated.of(serviceName(project, "aiplatform.googleapis.com")).quotas ?? {}) as Record<
        string,
        number
    >;
    const rows: Record<string, { value: number; regions?: Readonly<Record<string, number>> }> = quotasOf[use].rows;
    const { value = Number.POSITIVE_INFINITY, regions = {} } = rows[key] ?? {};
    return quotas[quotaMetric(use, key)] ?? regions[location] ?? value;
}

/** @param path of a resource in the region */
function verify(cloud: Cloud, use: VertexUse, path: string, before: VertexMachines[], added: VertexMachines[]): void {
    const used = quotaUse(use, before);
    const [project, location] = [projectOf(path), locationOf(path)];
    const exceeded = [...quotaUse(use, added)]
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
const servingMachines = ({ machineSpec, minReplicaCount = 1 }: Inputs): VertexMachines => ({
    machineSpec,
    count: minReplicaCount,
});

/**
 * Throws if replicas of a model or of a pool exceed a quota of the region, with those of all endpoints and pools.
 * https://docs.cloud.google.com/gemini-enterprise-agent-platform/machine-learning/predictions/autoscaling
 *
 * @param path of the endpoint or pool
 * @param replaced the ID of a deployed model of the endpoint that these replicas replace
 */
export function verifyServingQuota(cloud: Cloud, path: string, dedicated: Inputs, replaced?: string): void {
    const region = fullName(`projects/${projectOf(path)}/locations/${locationOf(path)}`);
    const endpoints = cloud.store.list(region, "endpoints").map(({ id, state }) => ({ id, state: state as Inputs }));
    const deployed: Inputs[] = endpoints.flatMap(({ id, state: { deployedModels = [] } }) =>
        (deployedModels as Inputs[]).filter((one) => id !== path || one.id !== replaced),
    );
    const pools = cloud.store.list(region, "deploymentResourcePools").map(({ state }) => state as Inputs);
    const before = [...deployed, ...pools].flatMap(({ dedicatedResources }) => dedicatedResources ?? []);
    verify(cloud, "serving", path, before.map(servingMachines), [servingMachines(dedicated)]);
}

const trainingMachines = ({ workerPoolSpecs = [] }: Inputs, times = 1): VertexMachines[] =>
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
