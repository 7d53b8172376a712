import type { JobArgs } from "@pulumi/gcp/cloudscheduler/job";
import type { Account } from "@pulumi/gcp/serviceaccount/account";
import * as pulumi from "@pulumi/pulumi";
import type { Capability } from "../iam/capability";
import { type Invokable, isExecutable, isRunnable } from "../iam/invoker";
import { inSeconds } from "../internal/duration";
import { base64, headersOf, retryConfig } from "../internal/scheduler";
import { executionCall } from "../internal/workflows";
import { type CallOfComponent, type CallOfUrl, isRequest } from "./arguments";
import type { ResolvedArgs } from "./resolveArgs";

/** A call of a component or of a URL. */
export interface Request extends Partial<CallOfComponent & CallOfUrl> {
    /** What the call needs. */
    granted?: Capability;
}

/** The scope of Google's APIs: {@link https://cloud.google.com/run/docs/execute/jobs-on-schedule#terraform}. */
const apiScope = "https://www.googleapis.com/auth/cloud-platform";

/** The request of a call; undefined for a message. */
export function requestOf({ call }: ResolvedArgs): Request | undefined {
    if (isRunnable(call)) {
        return { url: call.runUrl, scope: apiScope, granted: call.runner };
    }
    if (isExecutable(call)) {
        return { ...executionCall(call.executionsUrl), granted: call.invoker };
    }
    const request = call === undefined ? undefined : isRequest(call) ? call : { invoke: call as Invokable };
    return request && { ...request, granted: request.invoke?.invoker };
}

/** Whether a request carries a token, and so needs a service account. */
export function hasToken({ invoke, audience, scope }: Request): boolean {
    return invoke !== undefined || audience !== undefined || scope !== undefined;
}

/** The arguments of the job resource. */
export function jobArgs(args: ResolvedArgs, request: Request | undefined, account: Account | undefined): JobArgs {
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

function httpTarget(request: Request, account: Account | undefined) {
    const { invoke, path, url, audience = invoke?.url, scope, method = "POST" } = request;
    const serviceAccountEmail = account?.email ?? "";
    return {
        uri: invoke ? (path === undefined ? invoke.url : pulumi.interpolate`${invoke.url}${path}`) : (url as string),
        httpMethod: method,
        body: request.body === undefined ? undefined : base64(request.body),
        headers: headersOf(request.headers ?? {}, request.body),
        oidcToken: audience === undefined ? undefined : { serviceAccountEmail, audience },
        oauthToken: scope === undefined ? undefined : { serviceAccountEmail, scope },
    };
}

function pubsubTarget({ topic, message, attributes }: ResolvedArgs) {
    return (
        topic && { topicName: topic.topic.id, data: message === undefined ? undefined : base64(message), attributes }
    );
}
