import type { JobArgs } from "@pulumi/gcp/cloudrunv2/job";
import type { JobArgs as SchedulerJobArgs } from "@pulumi/gcp/cloudscheduler/job";
import type { AccountArgs } from "@pulumi/gcp/serviceaccount/account";
import type * as pulumi from "@pulumi/pulumi";
import { type ComponentArgs, componentArgs } from "../environment/component";
import { cloudRunJobLimits } from "../facts/limits/cloudRunContainers";
import { nameFormats } from "../facts/names";
import * as check from "../internal/check";
import { type Transform, transforms } from "../internal/children";
import { type Duration, duration } from "../internal/duration";
import { region } from "../internal/places";
import { type CronSchedule, cronSchedule } from "../internal/scheduler";
import { type ComponentAlerts, componentAlerts } from "../monitoring/alerts/componentAlerts";
import { runJobSignals } from "../monitoring/signals/serving";
import { type Code, codeChecks, type RunArgs, runChecks } from "./arguments";
import { type ContainerHealth, containerHealth } from "./health";
import { type RunGpu, runGpu } from "./resources";

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
        retries?: number;
        /**
         * The {@link https://cloud.google.com/run/docs/configuring/task-timeout timeout} of an attempt of a task: `"1 second"` to
         * `"7 days"`, with a GPU to `"1 hour"`.
         * @default "10 minutes"
         */
        timeout?: Duration;
        /**
         * The region. Changing this replaces the job.
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

const { tasks, retries } = cloudRunJobLimits.rows;

export const cloudRunJobArgs = check.options<CloudRunJobArgs>({
    ...codeChecks,
    ...runChecks,
    tasks: check.limit(tasks),
    parallelism: check.limit(tasks),
    retries: check.limit(retries),
    timeout: duration("1 second", "7 days"),
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
