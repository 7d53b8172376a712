import { Job } from "@pulumi/gcp/cloudscheduler/job";
import { Account } from "@pulumi/gcp/serviceaccount/account";
import * as pulumi from "@pulumi/pulumi";
import { Environment, inEnvironment } from "../environment/environment";
import { use } from "../identity/capability";
import { type Child, childrenOf } from "../internal/children";
import { inSeconds } from "../internal/duration";
import { accountId } from "../internal/names";
import { retryConfig } from "../internal/scheduler";
import { type Decided, decided, type ScheduleArgs } from "./arguments";
import { hasToken, httpTarget, pubsubTarget, requestOf } from "./target";

/**
 * A job of Cloud Scheduler: at the times of a cron expression it calls a component or an address, or publishes a message. It
 * calls under a service account of its own, which may call that component and nothing else.
 *
 * Messages are published by Cloud Scheduler's own account, which may publish to every topic of the project since the API
 * was enabled ("Access control with IAM" of Cloud Scheduler), so that no role is granted for them.
 */
export class Schedule extends pulumi.ComponentResource {
    readonly job: Job;
    /** The account by which the call is made; nothing where no token is sent. */
    readonly account?: Account;

    constructor(name: string, given: ScheduleArgs, options?: pulumi.ComponentResourceOptions) {
        const environment = Environment.current();
        const args = decided(name, given, environment.region);
        super("slipway:index:Schedule", name, {}, inEnvironment(options, args.crossProject));
        const request = requestOf(args);
        const child = childrenOf(this, args.transform, {
            dependsOn: environment.enable("cloudscheduler.googleapis.com"),
        });

        this.account = request && hasToken(request) ? this.caller(name, args, child, environment) : undefined;
        const grants =
            this.account && request?.invoke
                ? use(name, { CALLED: request.invoke.invoker }, this.account.member, { parent: this }).grants
                : [];
        this.job = new Job(
            ...child(
                "job",
                name,
                {
                    name: args.name,
                    region: args.region,
                    description: args.description,
                    schedule: args.cron,
                    timeZone: args.timeZone,
                    paused: args.paused,
                    attemptDeadline: args.attemptDeadline && inSeconds(args.attemptDeadline),
                    retryConfig: args.retry && retryConfig(args.retry),
                    httpTarget: request && httpTarget(request, this.account),
                    pubsubTarget: pubsubTarget(args),
                },
                { dependsOn: grants },
            ),
        );
        this.registerOutputs({ job: this.job });
    }

    private caller(name: string, { name: job }: Decided, child: Child, environment: Environment): Account {
        const account = {
            accountId: accountId(name, "call"),
            displayName: pulumi.interpolate`Makes the calls of the schedule ${job}`,
        };
        const dependsOn = environment.enable("iam.googleapis.com");
        return new Account(...child("account", `${name}-call`, account, { dependsOn }));
    }
}
