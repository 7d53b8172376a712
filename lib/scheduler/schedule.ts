import { Job } from "@pulumi/gcp/cloudscheduler/job";
import { Account } from "@pulumi/gcp/serviceaccount/account";
import * as pulumi from "@pulumi/pulumi";
import { component } from "../environment/component";
import { Environment, inEnvironment } from "../environment/environment";
import { use } from "../iam/capability";
import type { Child } from "../internal/children";
import { accountId, accountTitle } from "../internal/names";
import { signalsOfSchedule } from "../monitoring/signals/data";
import type { ScheduleArgs } from "./arguments";
import { hasToken, jobArgs, requestOf } from "./definition";
import { type ResolvedArgs, resolveArgs } from "./resolveArgs";

/**
 * A Cloud Scheduler job that calls a component or a URL, or publishes a message, on a cron schedule. It calls with a service
 * account of its own, which may invoke only that component.
 *
 * The service agent of Cloud Scheduler publishes the messages. It
 * {@link https://cloud.google.com/scheduler/docs/access-control may publish} to all topics of the project, so the component
 * grants no role for them.
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
        const request = requestOf(resolved);
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
        observe(signalsOfSchedule(this.job.name, this.job.region), args.alerts);
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
