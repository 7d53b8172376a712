import { getJob } from "@pulumi/gcp/cloudrunv2/getJob";
import { Job, type JobArgs } from "@pulumi/gcp/cloudrunv2/job";
import { JobIamMember } from "@pulumi/gcp/cloudrunv2/jobIamMember";
import * as pulumi from "@pulumi/pulumi";
import type { ContainerImage } from "../artifactregistry";
import { component } from "../component/component";
import { Environment, inEnvironment } from "../environment/environment";
import { type Existing, type ExistingRegionalArgs, lookUp, type Place, requireKnown } from "../environment/existing";
import { nameFormats } from "../facts/names";
import type { Runnable } from "../iam/invoker";
import type { AccountReference } from "../iam/serviceAccount";
import type { Capability } from "../internal/access/capability";
import { rolesOn, sharedOffers } from "../internal/access/roles";
import * as check from "../internal/arguments/check";
import { inSeconds } from "../internal/arguments/duration";
import { recordImages } from "../internal/arguments/image";
import type { Child } from "../internal/engine/children";
import { alertsOfRuns } from "../monitoring/alerts/componentAlerts";
import { signalsOfRunJob } from "../monitoring/signals/serving";
import type { Schedule } from "../scheduler";
import { cronOptions } from "../scheduler/job";
import { buildImage } from "./code";
import { executionAnnotation, executionTimeouts, lookUpJob, nextExecution, refuseBeside } from "./execution";
import { type CloudRunJobArgs, jobWorkload, type ResolvedArgs, resolveArgs } from "./jobArgs";
import { logsOfFailure } from "./logs";
import {
    binaryAuthorizationArgs,
    createAccount,
    imagesOf,
    networkNeeds,
    type RunWorkload,
    runWorkload,
    sharedNeeds,
    templateArgs,
} from "./workload";

/** A job that exists already. */
export interface ExistingJob
    extends Existing,
        Pick<CloudRunJob, "runUrl" | "runner" | "runnerWithOverrides" | "role"> {}

type JobPath = Record<"project" | "location" | "name", pulumi.Input<string>>;

/** The capabilities of a job, and the URL that runs it. */
function offers(component: string, job: JobPath) {
    const path = pulumi.interpolate`projects/${job.project}/locations/${job.location}/jobs/${job.name}`;
    const { offered, role } = rolesOn(component, JobIamMember, job, path);
    return {
        runUrl: pulumi.interpolate`https://run.googleapis.com/v2/${path}:run`,
        capabilities: {
            runner: offered("roles/run.invoker"),
            runnerWithOverrides: offered("roles/run.jobsExecutorWithOverrides"),
            role,
        },
    };
}

/**
 * A Cloud Run job: containers that run to completion when they are called, on a schedule, or in each deployment. It runs as its own
 * service account with only the granted roles. Only consumers of `runner` and the schedule of the job can run it. Protected from deletion
 * in production.
 * @example
 * ```ts
 * const database = new CloudSqlInstance("shop");
 * new CloudRunJob("migrate", {
 *     source: "./shop",
 *     registry: new ContainerRegistry("app"),
 *     args: ["migrate"],
 *     uses: { DATABASE: database.client },
 *     runOnDeploy: true,
 * });
 * ```
 */
export class CloudRunJob extends pulumi.ComponentResource implements Runnable {
    /** The job itself. */
    readonly job: Job;
    /** The service account of the code. */
    readonly account: AccountReference;
    /** The image that is built from `source`. */
    readonly image?: ContainerImage;
    /** The schedule that runs the job, if it has one. */
    readonly schedule?: Schedule;
    /** The URL of the API method that runs the job. */
    readonly runUrl: pulumi.Output<string>;
    /** Grants running the job as it is; the consumer receives its path, `projects/acme-dev/locations/europe-west1/jobs/migrate`. */
    readonly runner: Capability;
    /** Grants running the job also with other arguments, variables, tasks and timeout, and cancelling it; the consumer receives its path. */
    readonly runnerWithOverrides: Capability;
    /** A capability of any role on the job, for roles that no other one has; the consumer receives its path. */
    readonly role: (role: string) => Capability;

    /**
     * A job that exists already and is not managed by the stack, which only grants access to it: `CloudRunJob.existing("migrate")`.
     * The preview fails if there is none.
     */
    static existing(name: string, args: ExistingRegionalArgs = {}): ExistingJob {
        requireKnown("CloudRunJob", name, args);
        const format = check.nameOf(nameFormats.rows.cloudRunService);
        const find = async (place: Place, options: pulumi.InvokeOptions) => {
            await getJob({ name, ...place }, options);
            return { ...place, name };
        };
        const job = lookUp("CloudRunJob", name, format, args, find, "project", "location", "name");
        const { runUrl, capabilities } = offers(name, job);
        return { existing: "CloudRunJob", runUrl, ...sharedOffers(capabilities) };
    }

    constructor(name: string, args: CloudRunJobArgs, options?: pulumi.ComponentResourceOptions) {
        const environment = Environment.current();
        const resolved = environment.resolved(() => resolveArgs(name, args, environment));
        super("slipway:index:CloudRunJob", name, {}, inEnvironment(options, resolved.crossProject));

        this.image = buildImage(name, resolved, this);
        const workload = runWorkload(jobWorkload(name), resolved, this.image);
        const { child, observe, bindTags } = component(this, name, resolved, sharedNeeds(workload, resolved.vpcAccess));
        const { account, grants } = createAccount(name, workload, child, this);
        this.account = account;
        const needs = [...grants, ...networkNeeds(workload, resolved.vpcAccess, environment)];
        this.job = this.createJob(name, resolved, workload, child, needs, environment);
        const { project, location, name: job } = this.job;
        const { runUrl, capabilities } = offers(name, { project, location, name: job });
        this.runUrl = runUrl;
        ({ runner: this.runner, runnerWithOverrides: this.runnerWithOverrides, role: this.role } = capabilities);
        this.schedule = this.createSchedule(name, resolved);
        recordImages(imagesOf(workload), this.job);
        observe("Processing", signalsOfRunJob(resolved.name), args.alerts);
        bindTags(this.job);
        this.registerOutputs({ job: this.job });
    }

    private createJob(
        name: string,
        resolved: ResolvedArgs,
        workload: RunWorkload,
        child: Child,
        needs: pulumi.Resource[],
        environment: Environment,
    ): Job {
        const { project, defaults } = environment;
        const [childName, args, options] = child("job", name, jobArgs(resolved, workload, this.account, environment), {
            dependsOn: needs,
            protect: defaults.protect,
            // Tools write their own names there.
            ignoreChanges: ["client", "clientVersion"],
            ...(resolved.runOnDeploy && { customTimeouts: executionTimeouts(resolved) }),
        });
        const execution = resolved.runOnDeploy
            ? this.nextExecution(
                  workload.title,
                  { project, location: resolved.region, name: resolved.name },
                  args.template,
              )
            : undefined;
        return new Job(
            childName,
            {
                ...args,
                ...(execution && {
                    annotations: { ...args.annotations, [executionAnnotation]: execution.name },
                    runExecutionToken: execution.token as pulumi.Output<string>,
                }),
            },
            logsOfFailure(workload.title, { project, job: resolved.name }, options),
        );
    }

    /** The execution for the template after its transform. Labels do not change what the job does. */
    private nextExecution(
        title: string,
        place: { project: string; location: string; name: string },
        template: pulumi.Input<object>,
    ) {
        const deployed = lookUpJob(title, place, { parent: this });
        return pulumi.unsecret(
            pulumi.all([pulumi.output(template), deployed]).apply(([known, before]) => {
                const { labels: _, annotations: __, ...content } = known as Record<string, unknown>;
                const next = nextExecution(content, before);
                if (next.name !== before.execution) {
                    refuseBeside(title, place.name, before);
                }
                return next;
            }),
        );
    }

    private createSchedule(
        name: string,
        { name: job, region, schedule, alerts, transform = {} }: ResolvedArgs,
    ): Schedule | undefined {
        if (schedule === undefined) {
            return undefined;
        }
        const args = {
            ...cronOptions(schedule),
            name: `${job}-schedule`,
            region,
            call: this,
            alerts: alertsOfRuns(alerts),
            transform: { job: transform.schedule, account: transform.scheduleAccount },
        };
        // Loaded when it is needed, as services are in this field as well.
        const workflow: typeof import("../scheduler/schedule") = require("../scheduler/schedule");
        return new workflow.Schedule(`${name}-schedule`, args, { parent: this });
    }
}

/** The arguments of the job resource, but the token of its execution. */
function jobArgs(
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
