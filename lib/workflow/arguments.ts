import type { JobArgs } from "@pulumi/gcp/cloudscheduler/job";
import type { AccountArgs } from "@pulumi/gcp/serviceaccount/account";
import * as pulumi from "@pulumi/pulumi";
import { type ComponentArgs, componentArgs } from "../environment/component";
import { type Invokable, invokable } from "../identity/invoker";
import * as check from "../internal/check";
import { type Transform, transforms } from "../internal/children";
import { cron, timeZone } from "../internal/cron";
import { type Duration, duration } from "../internal/duration";
import { region } from "../internal/places";
import { body, description, headers, path, retry, type ScheduleRetry } from "../internal/scheduler";
import type { PubSubTopic } from "../messaging";
import { attributes, problemsTogether } from "./limits";

/** What a schedule sends. */
export interface ScheduledRequest {
    /**
     * The method of the request.
     * @default "POST"
     */
    method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE" | "HEAD" | "OPTIONS";
    /**
     * The body, for POST, PUT and PATCH alone: a text, or an object, which is sent as JSON with that type of content.
     * @default none
     */
    body?: pulumi.Input<string> | Record<string, unknown>;
    /**
     * Headers beside those that Cloud Scheduler sets. One that authenticates takes a secret output only.
     * @default none
     */
    headers?: Record<string, pulumi.Input<string>>;
}

/** A call of a component, which the schedule's account is allowed to make. */
export interface CallOfComponent extends ScheduledRequest {
    /** The component, such as a ServerlessFunction. */
    invoke: Invokable;
    /**
     * The path of the request at the component's address, starting with `/`.
     * @default none
     */
    path?: string;
}

/** A call of any address. */
export interface CallOfUrl extends ScheduledRequest {
    /** The address: `https://` alone. */
    url: pulumi.Input<string>;
    /**
     * The audience of an OpenID Connect token of the schedule's account that is sent along, as Cloud Run and third parties
     * check it.
     * @default no token is sent, unless there is a scope
     */
    audience?: pulumi.Input<string>;
    /**
     * The scope of an OAuth token of the schedule's account that is sent along, as Google's own APIs check it:
     * `https://www.googleapis.com/auth/cloud-platform`. The roles that the call needs are granted to `account`.
     * @default no token is sent, unless there is an audience
     */
    scope?: string;
}

/** What a {@link Schedule} calls: a component, or a request that is written out. */
export type ScheduledCall = Invokable | check.OneOf<CallOfComponent | CallOfUrl>;

/** A message that a schedule publishes. It needs a text or an attribute at least. */
export interface TopicMessage {
    /** The topic. */
    topic: PubSubTopic;
    /**
     * What the message says: a text, or an object, which becomes JSON.
     * @default nothing
     */
    message?: pulumi.Input<string> | Record<string, unknown>;
    /**
     * Attributes of the message: at most 100, with keys of up to 256 bytes and values of up to 1,024 ("Quotas and limits"
     * of Pub/Sub).
     * @default none
     */
    attributes?: Record<string, pulumi.Input<string>>;
}

/** A call of something, at whose address nothing else can be given. */
interface Calling {
    /** A component that can be called, or a request. */
    call: ScheduledCall;
    /**
     * How long an answer may take before the attempt has failed: `"15 seconds"` to `"30 minutes"` ("Job").
     * @default "3 minutes"
     */
    attemptDeadline?: Duration;
}

/** The arguments of a {@link Schedule}. */
export type ScheduleArgs = check.OneOf<Calling | TopicMessage> &
    ComponentArgs & {
        /**
         * When, in the unix-cron format: minute, hour, day of the month, month, day of the week. `"0 3 * * MON-FRI"` is 3:00 on
         * working days ("Cron job format and time zone").
         */
        cron: pulumi.Input<string>;
        /**
         * The time zone of `cron`, by its name in the tz database: `"Europe/Berlin"`. Where clocks change, a time may come twice
         * or not at all.
         * @default "Etc/UTC"
         */
        timeZone?: pulumi.Input<string>;
        /**
         * Whether nothing happens until this is false again.
         * @default false
         */
        paused?: boolean;
        /**
         * How an attempt that failed is made again.
         * @default it is not made again; the next is the schedule's next
         */
        retry?: ScheduleRetry;
        /**
         * What the schedule is for: 500 characters at most.
         * @default none
         */
        description?: pulumi.Input<string>;
        /**
         * The region of the job, where there must be Cloud Scheduler ("Cloud Scheduler locations").
         * @default the environment's region
         */
        region?: pulumi.Input<string>;
        /**
         * The job's name in its project and region: up to 500 letters, digits, `-` and `_`.
         * @default the component's name
         */
        name?: pulumi.Input<string>;
        /** The last word on a child's arguments. */
        transform?: { job?: Transform<JobArgs>; account?: Transform<AccountArgs> };
    };

const request = {
    method: check.oneOf("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"),
    body,
    headers,
};

const call = check.either(
    pulumi.Resource.isInstance,
    invokable,
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
                    check.matching(/^https:\/\/[^\s/]+\S*$/, "must be an address that starts with https://"),
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

const args = check.options<ScheduleArgs>(
    {
        call,
        attemptDeadline: duration("15 seconds", "30 minutes"),
        topic: check.component("PubSubTopic"),
        message: body,
        attributes,
        cron: check.input(cron),
        timeZone: check.input(timeZone),
        paused: check.flag(),
        retry,
        description: check.input(description),
        region: check.input(region),
        name: check.input(check.matching(/^[A-Za-z0-9_-]{1,500}$/, "must have 1 to 500 letters, digits, - and _")),
        transform: transforms("job", "account"),
        ...componentArgs,
    },
    "cron",
);

/** The arguments of a schedule with the defaults for those that are left out. */
export type Decided = ReturnType<typeof decided>;

/** The arguments as they were given or by default, or an error that tells of all that is wrong with them. */
export function decided(name: string, given: ScheduleArgs, region: string) {
    const completed = check.completed(given, { name, region, timeZone: "Etc/UTC", paused: false });
    return check.checked(`Schedule "${name}"`, completed, args, problemsTogether);
}
