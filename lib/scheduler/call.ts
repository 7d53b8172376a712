import type { JobArgs } from "@pulumi/gcp/cloudscheduler/job";
import type { AccountArgs } from "@pulumi/gcp/serviceaccount/account";
import type * as pulumi from "@pulumi/pulumi";
import { type ComponentArgs, componentArgs } from "../environment/component";
import { cloudSchedulerLimits } from "../facts/limits/cloudScheduler";
import { pubSubLimits } from "../facts/limits/pubSub";
import { nameFormats } from "../facts/names";
import { callable, type Executable, type Invokable, invokable, type Runnable } from "../iam/invoker";
import * as check from "../internal/check";
import { type Transform, transforms } from "../internal/children";
import { type Duration, durationWithin } from "../internal/duration";
import { region } from "../internal/places";
import { body, type CronSchedule, cronChecks, description, headers, path } from "../internal/scheduler";
import { type ComponentAlerts, componentAlerts } from "../monitoring/alerts/componentAlerts";
import { runSignals } from "../monitoring/signals/data";
import type { AnyTopic } from "../pubsub/anyTopic";

/** An HTTP request that a schedule sends. */
export interface ScheduledRequest {
    /**
     * The HTTP method.
     * @default "POST"
     */
    method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE" | "HEAD" | "OPTIONS";
    /**
     * The body, only for POST, PUT and PATCH: a text, or an object that is sent as JSON with its content type.
     * @default none
     */
    body?: pulumi.Input<string> | Record<string, unknown>;
    /**
     * Headers in addition to those that Cloud Scheduler sets. The value of an authentication header must be a secret output.
     * @default none
     */
    headers?: Record<string, pulumi.Input<string>>;
}

/** A call of a component. The schedule's service account receives the invoker role on it. */
export interface CallOfComponent extends ScheduledRequest {
    /** The component to call, such as a `ServerlessFunction`. */
    invoke: Invokable;
    /**
     * The path after the component's URL, starting with `/`.
     * @default none
     */
    path?: string;
}

/** A call of any URL. */
export interface CallOfUrl extends ScheduledRequest {
    /** The URL, with `https://`; with `insecure` also `http://`. */
    url: pulumi.Input<string>;
    /**
     * Sends an OpenID Connect (OIDC) token of the schedule's service account with this audience, for Cloud Run and services
     * outside of Google.
     * @default no OIDC token
     */
    audience?: pulumi.Input<string>;
    /**
     * Sends an OAuth token of the schedule's service account with this scope, for Google APIs:
     * `https://www.googleapis.com/auth/cloud-platform`. Grant the roles that the call needs to `account`.
     * @default no OAuth token
     */
    scope?: string;
}

/** What a {@link Schedule} calls: a component, or an explicit request. A {@link CloudRunJob} and a {@link Workflow} are run. */
export type ScheduledCall = Invokable | Runnable | Executable | check.OneOf<CallOfComponent | CallOfUrl>;

/** A message that a schedule publishes. It needs a body or an attribute. */
export interface TopicMessage {
    /** The topic to publish to. */
    topic: AnyTopic;
    /**
     * The message body: a text, or an object that is sent as JSON.
     * @default none
     */
    message?: pulumi.Input<string> | Record<string, unknown>;
    /**
     * Attributes of the message: {@link https://cloud.google.com/pubsub/quotas#resource_limits at most 100}, with keys of up to
     * 256 bytes and values of up to 1,024.
     * @default none
     */
    attributes?: Record<string, pulumi.Input<string>>;
}

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
         * A description: at most 500 characters.
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

const bytes = (max: number, what: string) =>
    check.pipe(
        check.text(),
        check.refine((text) => Buffer.byteLength(String(text)) <= max, `${what} must have up to ${max} bytes`),
    );

const attributes = check.pipe(
    check.record(bytes(256, "an attribute's key"), check.input(bytes(1024, "an attribute's value"))),
    check.atMost(pubSubLimits.rows.attributes),
);

const request = {
    method: check.oneOf("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"),
    body,
    headers,
};

/** Whether a call is an explicit request, not only a component. */
export function isRequest(call: ScheduledCall | undefined): call is check.OneOf<CallOfComponent | CallOfUrl> {
    return call !== undefined && !check.isResource(call);
}

const call = check.either(
    check.isResource,
    callable,
    check.variant({
        invoke: check.options<CallOfComponent>(
            {
                ...request,
                invoke: invokable,
                path,
            },
            "invoke",
        ),
        url: check.options<CallOfUrl>(
            {
                ...request,
                url: check.input(
                    check.pipe(
                        check.matching(/^https?:\/\/[^\s/]+\S*$/, "must be an address that starts with https://"),
                        check.safe((url) => String(url).startsWith("https:"), "is not encrypted", "Use https://."),
                    ),
                ),
                audience: check.input(check.text()),
                scope: check.matching(
                    /^https:\/\/www\.googleapis\.com\/auth\/\S+$/,
                    "must be a scope such as https://www.googleapis.com/auth/cloud-platform",
                ),
            },
            "url",
        ),
    }),
);

export const scheduleArgs = check.options<ScheduleArgs>(
    {
        call,
        timeout: durationWithin(cloudSchedulerLimits.rows.attemptDeadline),
        topic: check.component("PubSubTopic"),
        message: body,
        attributes,
        ...cronChecks,
        description: check.input(description),
        region: check.input(region),
        name: check.input(check.nameOf(nameFormats.rows.schedulerJob)),
        alerts: componentAlerts(...runSignals),
        transform: transforms("job", "account"),
        ...check.insecureArgs,
        ...componentArgs,
    },
    "cron",
);
