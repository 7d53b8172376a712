import { autopilotLimits } from "slipway/facts";
import type { KubeObject } from "../api/api";
import { quantity } from "../nodes/quantity";

/** The resource names that Autopilot manages. */
const names = ["cpu", "memory", "ephemeral-storage"] as const;

type Amounts = Partial<Record<(typeof names)[number], string>>;

/** The requests and limits of a container. */
interface Resources {
    requests?: Amounts;
    limits?: Amounts;
}

/** "Default resource requests" of https://cloud.google.com/kubernetes-engine/docs/concepts/autopilot-resource-requests */
const defaults: Required<Amounts> = { cpu: "500m", memory: "2Gi", "ephemeral-storage": "1Gi" };

const { cpu: cpuLimit, memory: memoryLimit, ephemeralStorage: diskLimit, memoryPerCpu } = autopilotLimits.rows;

const mebi = 2 ** 20;
const millis = (cpu: string | undefined) => quantity(cpu) * 1000;
const mebibytes = (memory: string | undefined) => quantity(memory) / mebi;

/** The larger of an amount and a minimum, in its own form if it is large enough. */
const atLeast = (amount: string, minimum: string) => (quantity(amount) + 1e-9 < quantity(minimum) ? minimum : amount);

/**
 * The requests and limits that Autopilot gives a container of a general-purpose pod, in a cluster that supports bursting: its
 * minimums, and 1 to 6.5 GiB of memory for each CPU, of which it increases what is too small. Memory of 100 MiB with 100m
 * becomes 103 MiB, and limits may be above requests, except those of ephemeral storage. Without limits there is one of
 * ephemeral storage alone.
 */
export function adjusted({ requests: given = {}, limits: bounds = {} }: Resources): Required<Resources> {
    const requested = (name: keyof Amounts) => given[name] ?? bounds[name] ?? defaults[name];
    const storage = atLeast(requested("ephemeral-storage"), `${diskLimit.min}Mi`);
    const leastCpu = atLeast(requested("cpu"), `${cpuLimit.min}m`);
    const leastMemory = atLeast(requested("memory"), `${memoryLimit.min}Mi`);
    // GiB for each CPU, as MiB for each thousandth.
    const [minRatio, maxRatio] = [memoryPerCpu.min, memoryPerCpu.max].map((ratio) => (ratio * 1024) / 1000) as [
        number,
        number,
    ];
    const memory = atLeast(leastMemory, `${Math.ceil(millis(leastCpu) * minRatio - 1e-6)}Mi`);
    const cpu = atLeast(leastCpu, `${Math.ceil(mebibytes(memory) / maxRatio - 1e-6)}m`);
    const requests = { cpu, memory, "ephemeral-storage": storage };
    const limits: Amounts = { ...bounds, "ephemeral-storage": storage };
    for (const name of ["cpu", "memory"] as const) {
        const limit = limits[name];
        if (limit !== undefined) {
            limits[name] = atLeast(limit, requests[name]);
        }
    }
    return { requests: { ...given, ...requests }, limits };
}

/** The containers of a pod that run together: native sidecars are among its init containers. */
export const runningContainers = ({ initContainers = [], containers = [] }: KubeObject): KubeObject[] => [
    ...initContainers.filter(({ restartPolicy }: KubeObject) => restartPolicy === "Always"),
    ...containers,
];

/**
 * Whether the limits of general-purpose pods apply: other compute classes and accelerators have other ones, which are not
 * simulated.
 */
export function isGeneralPurpose({ nodeSelector = {} }: KubeObject): boolean {
    const computeClass = nodeSelector["cloud.google.com/compute-class"] ?? "general-purpose";
    return computeClass === "general-purpose" && nodeSelector["cloud.google.com/gke-accelerator"] === undefined;
}

/** Why Autopilot refuses a pod, in its own words or approximations of these. */
export function violations(spec: KubeObject, workload: string): string[] {
    if (!isGeneralPurpose(spec)) {
        return [];
    }
    const total = (name: keyof Amounts) =>
        runningContainers(spec).reduce((sum, { resources }) => sum + quantity(resources?.requests?.[name]), 0);
    const maximums: [name: keyof Amounts, max: number, text: string][] = [
        ["cpu", cpuLimit.max / 1000, String(cpuLimit.max / 1000)],
        ["memory", memoryLimit.max * mebi, `${memoryLimit.max / 1024}Gi`],
        ["ephemeral-storage", diskLimit.max * mebi, `${diskLimit.max / 1024}Gi`],
    ];
    const above = maximums.filter(([name, max]) => total(name) > max + 1e-6);
    // A preferred anti-affinity is accepted.
    const isSeparated = spec.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.length > 0;
    const cpu = Math.round(total("cpu") * 1000);
    return [
        ...above.map(
            ([name, , max]) =>
                `Total ${name} requested by containers for workload '${workload}' is higher than the Autopilot maximum of '${max}'.`,
        ),
        ...(isSeparated && cpu < 500
            ? [
                  `workload '${workload}' cpu requests '${cpu}m' is lower than the Autopilot minimum required of '500m' for using pod anti affinity.`,
              ]
            : []),
    ];
}
