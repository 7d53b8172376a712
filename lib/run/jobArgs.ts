import type { JobArgs } from "@pulumi/gcp/cloudrunv2/job";
import type { JobArgs as SchedulerJobArgs } from "@pulumi/gcp/cloudscheduler/job";
import type { AccountArgs } from "@pulumi/gcp/serviceaccount/account";
import type * as pulumi from "@pulumi/pulumi";
import { type ComponentArgs, componentArgs } from "../component/component";
import { encryptionKeyOf } from "../component/encryption";
import type { Environment } from "../environment/environment";
import { cloudRunJobLimits } from "../facts/limits/cloudRunContainers";
import { nameFormats } from "../facts/names";
import type { ResolvedVpcAccess } from "../iam/serverless/vpcAccess";
import * as check from "../internal/arguments/check";
import { type Duration, durationWithin, secondsIn } from "../internal/arguments/duration";
import { region } from "../internal/arguments/locations";
import { shortenName } from "../internal/arguments/names";
import { isPlainObject } from "../internal/arguments/value";
import { type Transform, transforms } from "../internal/engine/children";
import { type ComponentAlerts, componentAlerts } from "../monitoring/alerts/componentAlerts";
import { runJobSignals } from "../monitoring/signals/serving";
import { type CronSchedule, cronSchedule } from "../scheduler/job";
import { type Code, codeChecks, codeProblems, type ImageCode, type SourceCode } from "./code";
import { type ContainerHealth, containerHealth, healthProblems } from "./health";
import { type RunGpu, runGpu } from "./resources";
import {
    completeContainers,
    databaseWorkload,
    type ResolvedRunArgs,
    type RunArgs,
    resolveNetworks,
    runChecks,
    runDefaults,
    runProblems,
} from "./runArgs";

/** The arguments of a {@link CloudRunJob}. */
export type CloudRunJobArgs = Code &
    RunArgs &
    ComponentArgs &
    check.InsecureArgs & {
        /**
         * The number of {@link https://cloud.google.com/run/docs/configuring/task-count tasks} of an execution: 1 to 10,000. Each runs the
         * containers once, with its number in `CLOUD_RUN_TASK_INDEX`.
         * @default 1
         */
        tasks?: number;
        /**
         * The maximum number of tasks that run at the same time.
         * @default as many as possible
         */
        parallelism?: number;
        /**
         * How often a failed task is {@link https://cloud.google.com/run/docs/configuring/max-retries retried} before the execution fails:
         * 0 to 10.
         * @default 3
         */
        retries?: check.Short<
            number,
            {
                /** The number of retries of a failed task: 0 to 10. */
                max: number;
            }
        >;
        /**
         * The {@link https://cloud.google.com/run/docs/configuring/task-timeout timeout} of an attempt of a task: `"1 second"` to
         * `"7 days"`, with a GPU to `"1 hour"`.
         * @default "10 minutes"
         */
        timeout?: Duration;
        /**
         * The region of the job. Changing this replaces the job.
         * @default the environment's region
         */
        region?: string;
        /**
         * Runs the job in each deployment that changes it, and waits for its end: a failed execution fails the deployment, and what
         * depends on the job stays as it was. An unchanged job runs again only if it failed.
         * @default false
         */
        runOnDeploy?: boolean;
        /**
         * When the job runs: a cron expression in UTC, such as `"0 3 * * *"`, or a schedule with its options. An account of its own may
         * only run the job.
         * @default no schedule
         * @example
         * ```ts
         * schedule: { cron: "0 3 * * *", timeZone: "Europe/Berlin" }
         * ```
         */
        schedule?: pulumi.Input<string> | CronSchedule;
        /**
         * The startup probe of the main container, which only sidecars need that start after it.
         * @default none
         */
        health?: Pick<ContainerHealth, "startup">;
        /**
         * The {@link https://cloud.google.com/run/docs/configuring/jobs/gpu GPU} of each task, which the main container uses: its type,
         * such as `"nvidia-l4"`, or options.
         * @default none
         */
        gpu?: RunGpu["type"] | RunGpu;
        /**
         * Sends alerts about failed executions to the contacts of {@link Alerts}. An object also changes single signals:
         * `{ to: oncall, failedRuns: false }`.
         * @default no alerts
         */
        alerts?: ComponentAlerts<"failedRuns">;
        /** Callbacks that edit the arguments of child resources. */
        transform?: {
            job?: Transform<JobArgs>;
            account?: Transform<AccountArgs>;
            schedule?: Transform<SchedulerJobArgs>;
            scheduleAccount?: Transform<AccountArgs>;
        };
    };

const { tasks, retries, taskTimeout } = cloudRunJobLimits.rows;

/** Whether retries have the form of those with a backoff, which tasks do not have. */
const isMaximum = (value: unknown) => isPlainObject(value) && Object.keys(value).join() === "max";

const cloudRunJobArgs = check.options<CloudRunJobArgs>({
    ...codeChecks,
    ...runChecks,
    encryptionKey: encryptionKeyOf("run.googleapis.com/Job"),
    tasks: check.limit(tasks),
    parallelism: check.limit(tasks),
    retries: check.short(check.limit(retries), ({ max }: { max: number }) => max, isMaximum),
    timeout: durationWithin(taskTimeout),
    runOnDeploy: check.flag(),
    region,
    schedule: cronSchedule,
    health: containerHealth,
    gpu: runGpu,
    name: check.nameOf(nameFormats.rows.cloudRunService),
    alerts: componentAlerts(...runJobSignals),
    transform: transforms("job", "account", "schedule", "scheduleAccount"),
    ...check.insecureArgs,
    ...componentArgs,
});

type Defaulted = "cpu" | "memory" | "tasks" | "retries" | "timeout" | "runOnDeploy" | "health" | "region";

/** Validated arguments with their defaults. */
export interface ResolvedArgs
    extends Omit<ResolvedRunArgs, "cpu" | "memory">,
        Partial<ImageCode & SourceCode>,
        Required<Pick<check.Long<CloudRunJobArgs>, Defaulted>>,
        Pick<CloudRunJobArgs, "alerts" | "parallelism" | "schedule" | "transform"> {
    gpu?: Required<RunGpu>;
    vpcAccess?: ResolvedVpcAccess;
}

/** The title of a job in errors, and its kind. */
export const jobWorkload = (component: string) => ({ title: `CloudRunJob "${component}"`, kind: "job" });

/** Completes the arguments with their defaults and validates the result. */
export function resolveArgs(component: string, args: CloudRunJobArgs, environment: Environment): ResolvedArgs {
    const named = jobWorkload(component);
    const withDefaults = check.withDefaults(args, {
        ...runDefaults(),
        name: shortenName(component, nameFormats.rows.cloudRunService.max),
        tasks: 1,
        retries: 3,
        timeout: "10 minutes",
        runOnDeploy: false,
        health: {},
        region: environment.region,
    });
    const resolved = check.resolved(named.title, withDefaults, cloudRunJobArgs, completeContainers, (all) => [
        ...codeProblems(all),
        // Jobs run in the second generation execution environment.
        ...runProblems(databaseWorkload(named, all), { ...all, args: all, regions: [all.region], isGen2: true }),
        ...all.containers.flatMap(({ at, health }) => [
            ...healthProblems(health, false, `${at}health`),
            check.when(
                health.liveness !== undefined,
                `${at}health.liveness`,
                "run/liveness-of-job",
                "is not supported in jobs, whose failed tasks are retried. Remove it.",
            ),
        ]),
        ...taskProblems(all),
    ]);
    const networks = resolveNetworks(databaseWorkload(named, resolved), resolved, [resolved.region]);
    return { ...resolved, vpcAccess: networks[resolved.region] };
}

function taskProblems({ tasks, parallelism = 1, timeout, gpu }: ResolvedArgs): check.Problem[] {
    const { max } = cloudRunJobLimits.rows.gpuTaskTimeout;
    return [
        ...(parallelism > tasks
            ? [
                  check.problem(
                      "parallelism",
                      "run/parallelism-above-tasks",
                      `must not be above tasks, ${tasks} (got ${parallelism}).`,
                  ),
              ]
            : []),
        ...(gpu && secondsIn(timeout) > max
            ? [check.problem("timeout", "run/timeout-of-gpu", `must be 1 hour at most with a GPU (got "${timeout}").`)]
            : []),
    ];
}
