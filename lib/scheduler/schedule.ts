import { Job, type JobArgs } from "@pulumi/gcp/cloudscheduler/job";
import { Account, type AccountArgs } from "@pulumi/gcp/serviceaccount/account";
import * as pulumi from "@pulumi/pulumi";
import { type ComponentArgs, component, componentArgs } from "../component/component";
import { Environment, inEnvironment } from "../environment/environment";
import { cloudSchedulerLimits } from "../facts/limits/cloudScheduler";
import { nameFormats } from "../facts/names";
import { use } from "../internal/access/capability";
import * as check from "../internal/arguments/check";
import { type Duration, durationWithin, inSeconds } from "../internal/arguments/duration";
import { region } from "../internal/arguments/locations";
import { accountId, accountTitle } from "../internal/arguments/names";
import { type Child, type Transform, transforms } from "../internal/engine/children";
import { type ComponentAlerts, componentAlerts } from "../monitoring/alerts/componentAlerts";
import { runSignals, signalsOfSchedule } from "../monitoring/signals/data";
import { call, callProblems, hasToken, httpTarget, type Request, requestOf, type ScheduledCall } from "./call";
import { type CronSchedule, cronChecks, description, retryConfig } from "./job";
import { messageChecks, messageProblem, pubsubTarget, type TopicMessage } from "./message";

/** A call of a component or a URL. */
interface CallTarget {
    /** The component to call, or a request. */
    call: ScheduledCall;
    /**
     * How long each attempt may take before it
     * {@link https://cloud.google.com/scheduler/docs/reference/rest/v1/projects.locations.jobs times out}: `"15 seconds"` to
     * `"30 minutes"`.
     * @default "3 minutes"
     */
    timeout?: Duration;
}

/** The arguments of a {@link Schedule}. */
export type ScheduleArgs = check.OneOf<CallTarget | TopicMessage> &
    CronSchedule &
    ComponentArgs &
    check.InsecureArgs & {
        /**
         * The description of the schedule: at most 500 characters.
         * @default none
         */
        description?: pulumi.Input<string>;
        /**
         * The region of the job: one of the
         * {@link https://cloud.google.com/scheduler/docs/locations Cloud Scheduler locations}. Changing this replaces the job.
         * @default the environment's region
         */
        region?: pulumi.Input<string>;
        /**
         * The job name, unique in its project and region: up to 500 letters, digits, `-` and `_`. Changing this replaces the
         * job.
         * @default the component's name
         */
        name?: pulumi.Input<string>;
        /**
         * Sends alerts about failed calls to the contacts of {@link Alerts}. An object also changes single signals:
         * `{ to: oncall, failedRuns: false }`.
         * @default no alerts
         */
        alerts?: ComponentAlerts<"failedRuns">;
        /** Callbacks that edit the arguments of child resources. */
        transform?: { job?: Transform<JobArgs>; account?: Transform<AccountArgs> };
    };

const scheduleArgs = check.options<ScheduleArgs>(
    {
        call,
        timeout: durationWithin(cloudSchedulerLimits.rows.attemptDeadline),
        ...messageChecks,
        ...cronChecks,
        description: check.input(description),
        region: check.publicInput(region),
        name: check.publicInput(check.nameOf(nameFormats.rows.schedulerJob)),
        alerts: componentAlerts(...runSignals),
        transform: transforms("job", "account"),
        ...check.insecureArgs,
        ...componentArgs,
    },
    "cron",
);

/**
 * A Cloud Scheduler job that calls a component or a URL, or publishes a message, on a cron schedule. It calls with a service
 * account of its own, which may invoke only that component.
 *
 * The service agent of Cloud Scheduler publishes the messages. It
 * {@link https://cloud.google.com/scheduler/docs/access-control may publish} to all topics of the project, so the component
 * grants no role for them.
 * @example
 * ```ts
 * const predict = new ServerlessFunction("predict", { source: "./predict", trigger: { http: {} } });
 * new Schedule("nightly", { cron: "0 3 * * MON-FRI", timeZone: "Europe/Berlin", call: predict, retries: 3 });
 * ```
 */
export class Schedule extends pulumi.ComponentResource {
    /** The job itself. */
    readonly job: Job;
    /** The service account of the call; undefined if the call sends no token. */
    readonly account?: Account;

    constructor(name: string, args: ScheduleArgs, options?: pulumi.ComponentResourceOptions) {
        const environment = Environment.current();
        const resolved = resolveArgs(name, args, environment.region);
        super("slipway:index:Schedule", name, {}, inEnvironment(options, resolved.crossProject));
        const request = requestOf(resolved.call);
        const { child, observe } = component(this, name, resolved, { apis: ["cloudscheduler.googleapis.com"] });

        this.account =
            request && hasToken(request) ? this.createAccount(name, resolved, child, environment) : undefined;
        const grants =
            this.account && request?.granted
                ? use(name, { CALLED: request.granted }, this.account.member, { parent: this }).grants
                : [];
        this.job = new Job(
            ...child("job", name, jobArgs(resolved, request, this.account), {
                dependsOn: grants,
                // Cloud Scheduler ignores the deadline of messages, and returns another one than the provider's default.
                ignoreChanges: request ? [] : ["attemptDeadline"],
            }),
        );
        observe("Entry", signalsOfSchedule(this.job.name, this.job.region), args.alerts);
        this.registerOutputs({ job: this.job });
    }

    private createAccount(name: string, { name: job }: ResolvedArgs, child: Child, environment: Environment): Account {
        const account = {
            accountId: accountId(name, "call"),
            displayName: pulumi.interpolate`Makes the calls of the schedule ${job}`.apply(accountTitle),
        };
        const dependsOn = environment.enable("iam.googleapis.com");
        // The account stays under another name of the job, and deployers create accounts but need not update them.
        const ignoreChanges = ["displayName"];
        return new Account(...child("account", `${name}-call`, account, { dependsOn, ignoreChanges }));
    }
}

/** Validated arguments with their defaults. */
type ResolvedArgs = ReturnType<typeof resolveArgs>;

/** Completes the arguments with their defaults and validates the result. */
function resolveArgs(component: string, args: ScheduleArgs, region: string) {
    const completed = check.withDefaults(args, { name: component, region, timeZone: "Etc/UTC", paused: false });
    return check.checked(`Schedule "${component}"`, completed, scheduleArgs, problems);
}

function problems(args: ScheduleArgs): (check.Problem | undefined)[] {
    return [...targetProblems(args), ...callProblems(args.call)];
}

function targetProblems({ call, topic, message, attributes, timeout }: ScheduleArgs) {
    const messageArgs = Object.entries({ message, attributes }).filter(([, value]) => value !== undefined);
    if ((call === undefined) === (topic === undefined)) {
        return [
            check.problem(
                "",
                "scheduler/call-or-topic",
                `must have exactly one of call, topic (got ${call ? "both" : "neither"}).`,
            ),
        ];
    }
    if (call !== undefined) {
        return messageArgs.map(([path]) =>
            check.problem(
                path,
                "scheduler/option-without-topic",
                "is only valid with a topic. Set the body of a call in call.body.",
            ),
        );
    }
    return [
        messageProblem({ message, attributes }),
        check.when(
            timeout !== undefined,
            "timeout",
            "scheduler/timeout-of-message",
            `has no effect on a message, which needs no response (got "${timeout}"). Remove it.`,
        ),
    ];
}

/** The arguments of the job resource. */
function jobArgs(args: ResolvedArgs, request: Request | undefined, account: Account | undefined): JobArgs {
    return {
        name: args.name,
        region: args.region,
        description: args.description,
        schedule: args.cron,
        timeZone: args.timeZone,
        paused: args.paused,
        attemptDeadline: args.timeout && inSeconds(args.timeout),
        retryConfig: retryConfig(args.retries),
        httpTarget: request && httpTarget(request, account),
        pubsubTarget: pubsubTarget(args),
    };
}
