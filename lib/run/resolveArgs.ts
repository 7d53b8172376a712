import type { ComponentArgs } from "../environment/component";
import { attachmentsOf } from "../iam/capability";
import { databases } from "../iam/cloudSql";
import { type DatabaseWorkload, databaseProblems, resolveNetwork } from "../iam/serverless/databases";
import { type ResolvedVpcAccess, validateNetwork, type Workload } from "../iam/serverless/vpcAccess";
import type { Problem } from "../internal/check";
import { regionProblem } from "../internal/places";
import type { RunArgs } from "./arguments";
import { containerProblems, type ResolvedContainer } from "./container";
import { databaseWay } from "./databases";
import { type ExecutionEnvironment, executionEnvironmentProblems, gpuRegionProblem, type RunGpu } from "./resources";
import { gen2Volume, volumeProblems } from "./volumes";

type Defaulted = "name" | "uses" | "env" | "sidecars" | "startAfter" | "volumes";

/** The arguments that all workloads have, with their defaults. */
export interface ResolvedRunArgs
    extends Omit<RunArgs, Defaulted>,
        Required<Pick<RunArgs, Defaulted>>,
        Pick<ComponentArgs, "crossProject"> {
    /** The main container, then the sidecars. */
    containers: ResolvedContainer[];
}

/** The defaults of arguments that all workloads have. */
export const runDefaults = () => ({ uses: {}, env: {}, sidecars: {}, startAfter: [], volumes: {} });

/** A workload in errors, and how it connects to databases. */
export function databaseWorkload(workload: Workload, { network }: Pick<RunArgs, "network">): DatabaseWorkload {
    return { ...workload, way: databaseWay(network) };
}

/** What is checked together for all workloads. */
interface Checked {
    args: ResolvedRunArgs;
    regions: readonly string[];
    gpu?: RunGpu;
    executionEnvironment?: ExecutionEnvironment;
    /** Whether it always runs in the second generation execution environment. */
    isGen2?: boolean;
}

/** Checks combinations of the arguments that all workloads have. */
export function runProblems(
    workload: DatabaseWorkload,
    { args, regions, gpu, executionEnvironment, isGen2 }: Checked,
): (Problem | undefined)[] {
    const { containers, network, volumes, encryptionKey } = args;
    const [main] = containers as [ResolvedContainer];
    const reached = containers.flatMap(({ uses }) => databases(attachmentsOf(uses)));
    const hasNetwork = network !== undefined || reached.some(({ attachment }) => workload.way(attachment).network);
    return [
        ...containerProblems(workload.kind, containers, volumes),
        ...volumeProblems(volumes, hasNetwork),
        ...executionEnvironmentProblems({
            ...main,
            gpu,
            executionEnvironment,
            gen2For: isGen2 ? `a ${workload.kind}` : gen2Volume(volumes),
        }),
        ...regions.flatMap((region) => [
            validateNetwork(workload, network, region),
            regionProblem("encryptionKey", encryptionKey, region, `the ${workload.kind}`),
            gpuRegionProblem(gpu, region),
            ...containers.flatMap(({ at, uses, env }) =>
                databaseProblems(workload, uses, env, network, region).map((each) =>
                    each.path.startsWith("network") ? each : { ...each, path: `${at}${each.path}` },
                ),
            ),
        ]),
    ];
}

/** The VPC access of each region. */
export function resolveNetworks(
    workload: DatabaseWorkload,
    { network, containers }: ResolvedRunArgs,
    regions: readonly string[],
): Record<string, ResolvedVpcAccess | undefined> {
    const uses = Object.fromEntries(
        containers.flatMap(({ at, uses }) => Object.entries(uses).map(([name, used]) => [`${at}${name}`, used])),
    );
    return Object.fromEntries(regions.map((region) => [region, resolveNetwork(workload, uses, network, region)]));
}
