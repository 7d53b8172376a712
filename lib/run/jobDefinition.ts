import type { JobArgs } from "@pulumi/gcp/cloudrunv2/job";
import type { Environment } from "../environment/environment";
import type { AccountReference } from "../iam/serviceAccount";
import { inSeconds, secondsIn } from "../internal/duration";
import { binaryAuthorizationArgs, type RunWorkload, templateArgs } from "./definition";
import type { ResolvedArgs } from "./jobResolveArgs";

/** The arguments of the job resource, but the token of its execution. */
export function jobArgs(
    args: ResolvedArgs,
    workload: RunWorkload,
    account: AccountReference,
    environment: Environment,
): JobArgs {
    return {
        name: args.name,
        location: args.region,
        project: environment.project,
        binaryAuthorization: binaryAuthorizationArgs(args),
        labels: args.labels,
        template: {
            labels: args.labels,
            taskCount: args.tasks,
            parallelism: args.parallelism,
            template: {
                ...templateArgs(workload, account, args.vpcAccess, environment),
                maxRetries: args.retries,
                timeout: inSeconds(args.timeout),
            },
        },
        deletionProtection: environment.defaults.protect,
    };
}

const [start, longest] = [600, 30 * 24 * 3600];

/** How long an execution may take, with time for its start: the provider waits for 20 minutes by default. */
export function executionTimeouts({ tasks, parallelism = tasks, retries, timeout }: ResolvedArgs) {
    const seconds = Math.ceil(tasks / parallelism) * (retries + 1) * secondsIn(timeout) + start;
    const limit = `${Math.min(seconds, longest)}s`;
    return { create: limit, update: limit };
}
