import type { Account } from "@pulumi/gcp/serviceaccount/account";
import * as pulumi from "@pulumi/pulumi";
import type { Invokable } from "../identity/invoker";
import { base64, headersOf } from "../internal/scheduler";
import type { CallOfComponent, CallOfUrl, Decided } from "./arguments";
import { isRequest } from "./limits";

/** A call of a component alone is a request with nothing to add. */
export function requestOf({ call }: Decided): Partial<CallOfComponent & CallOfUrl> | undefined {
    return call === undefined ? undefined : isRequest(call) ? call : { invoke: call as Invokable };
}

/** Whether a call proves by whom it is made, and so needs an account. */
export function hasToken({ invoke, audience, scope }: Partial<CallOfComponent & CallOfUrl>): boolean {
    return invoke !== undefined || audience !== undefined || scope !== undefined;
}

/** A call as the provider takes it. */
export function httpTarget(request: Partial<CallOfComponent & CallOfUrl>, account: Account | undefined) {
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

/** A message as the provider takes it. */
export function pubsubTarget({ topic, message, attributes }: Decided) {
    return (
        topic && { topicName: topic.topic.id, data: message === undefined ? undefined : base64(message), attributes }
    );
}
