import type { WorkerPoolArgs } from "@pulumi/gcp/cloudrunv2/workerPool";
import type { Environment } from "../environment/environment";
import type { AccountReference } from "../iam/serviceAccount";
import { binaryAuthorizationArgs, type RunWorkload, templateArgs } from "./definition";
import { probeArgs, type StartupProbe } from "./health";
import type { ResolvedArgs } from "./workerPoolResolveArgs";

/** The arguments of the worker pool resource. */
export function poolArgs(
    args: ResolvedArgs,
    workload: RunWorkload,
    account: AccountReference,
    environment: Environment,
): WorkerPoolArgs {
    const { containers, ...common } = templateArgs(workload, account, args.vpcAccess, environment);
    return {
        name: args.name,
        location: args.region,
        project: environment.project,
        description: args.description,
        binaryAuthorization: binaryAuthorizationArgs(args),
        labels: args.labels,
        scaling: scalingArgs(args),
        template: {
            containers: containers.map((container, index) => {
                const { startup, liveness } = workload.containers[index]?.health ?? {};
                return { ...container, startupProbe: poolProbe(startup), livenessProbe: poolProbe(liveness) };
            }),
            ...common,
            labels: args.labels,
        },
        deletionProtection: environment.defaults.protect,
    };
}

function scalingArgs({ scaling }: ResolvedArgs) {
    return "instances" in scaling
        ? // The mode is left out, as the API's reference has none.
          { manualInstanceCount: scaling.instances }
        : { scalingMode: "AUTOMATIC", minInstanceCount: scaling.min, maxInstanceCount: scaling.max };
}

/** A probe without headers, whose format differs in worker pools. */
function poolProbe(probe: StartupProbe | undefined) {
    const { httpGet, ...args } = probeArgs(probe, undefined) ?? {};
    return probe === undefined
        ? undefined
        : { ...args, ...(httpGet && { httpGet: { path: httpGet.path, port: httpGet.port } }) };
}
