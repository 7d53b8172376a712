import type { Account } from "@pulumi/gcp/serviceaccount/account";
import * as pulumi from "@pulumi/pulumi";
import {
    callable,
    type Executable,
    type Invokable,
    invokable,
    isExecutable,
    isRunnable,
    type Runnable,
} from "../iam/invoker";
import type { Capability } from "../internal/access/capability";
import * as check from "../internal/arguments/check";
import { executionCall } from "../workflows/call";
import { base64, body, headers, headersOf, path, plainCredentialProblem } from "./job";

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

const request = {
    method: check.oneOf("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"),
    body,
    headers,
};

/** Whether a call is an explicit request, not only a component. */
function isRequest(call: ScheduledCall | undefined): call is check.OneOf<CallOfComponent | CallOfUrl> {
    return call !== undefined && !check.isResource(call);
}

/** Checks a {@link ScheduledCall}. */
export const call = check.either(
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

/** Reports what a request cannot have; nothing for a component. */
export function callProblems(call: ScheduledCall | undefined): (check.Problem | undefined)[] {
    if (!isRequest(call)) {
        return [];
    }
    const { method = "POST", body, headers = {}, audience, scope, invoke } = call;
    const sendsToken = invoke !== undefined || audience !== undefined || scope !== undefined;
    return [
        check.when(
            body !== undefined && !["POST", "PUT", "PATCH"].includes(method),
            "call.body",
            "scheduler/body-method",
            `cannot be combined with the method ${method}. Use POST, PUT or PATCH.`,
        ),
        check.when(
            audience !== undefined && scope !== undefined,
            "call.scope",
            "scheduler/scope-and-audience",
            "cannot be combined with an audience. Google's own APIs take a scope, all others an audience.",
        ),
        ...Object.entries(headers).map(([name, value]) => headerProblem(name, value, sendsToken)),
    ];
}

function headerProblem(name: string, value: unknown, sendsToken: boolean): check.Problem | undefined {
    const path = `call.headers.${name}`;
    if (sendsToken && /^authorization$/i.test(name)) {
        return check.problem(
            path,
            "scheduler/header-reserved",
            "is set by Cloud Scheduler itself, to the token of the schedule's account. Remove it.",
        );
    }
    return plainCredentialProblem(path, name, value);
}

/** A call of a component or of a URL. */
export interface Request extends Partial<CallOfComponent & CallOfUrl> {
    /** What the call needs. */
    granted?: Capability;
}

/** The scope of Google's APIs: {@link https://cloud.google.com/run/docs/execute/jobs-on-schedule#terraform}. */
const apiScope = "https://www.googleapis.com/auth/cloud-platform";

/** The request of a call; undefined for a message. */
export function requestOf(call: ScheduledCall | undefined): Request | undefined {
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

/** The request in the form of the provider. */
export function httpTarget(request: Request, account: Account | undefined) {
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
