import * as pulumi from "@pulumi/pulumi";
import * as check from "../internal/check";
import { clearHeader, retryProblem } from "../internal/scheduler";
import type { CallOfComponent, CallOfUrl, ScheduleArgs, ScheduledRequest } from "./arguments";

const bytes = (most: number, what: string) =>
    check.pipe(
        check.text(),
        check.refine((text) => Buffer.byteLength(String(text)) <= most, `${what} must have up to ${most} bytes`),
    );

/** "Quotas and limits" of Pub/Sub: the attributes of a message. */
export const attributes: check.Check = check.pipe(
    check.record(bytes(256, "an attribute's key"), check.input(bytes(1024, "an attribute's value"))),
    check.refine((all) => Object.keys(all as object).length <= 100, "there can be 100 attributes at most"),
);

/** What is wrong with arguments that are right each by itself. */
export function problemsTogether(args: ScheduleArgs): (check.Problem | undefined)[] {
    return [
        ...targetProblems(args),
        args.retry && retryProblem(args.retry),
        ...(isRequest(args.call) ? requestProblems(args.call) : []),
    ];
}

function targetProblems({ call, topic, message, attributes, attemptDeadline }: ScheduleArgs) {
    const ofTopic = Object.entries({ message, attributes }).filter(([, value]) => value !== undefined);
    if ((call === undefined) === (topic === undefined)) {
        return [{ path: "", reason: `must have exactly one of call, topic (got ${call ? "both" : "neither"}).` }];
    }
    if (call !== undefined) {
        return ofTopic.map(([path]) => ({ path, reason: "goes with a topic. Give a call its body in call.body." }));
    }
    const isEmpty = (message === undefined || message === "") && Object.keys(attributes ?? {}).length === 0;
    return [
        isEmpty
            ? { path: "message", reason: "is missing. A message needs a text or an attribute at least." }
            : undefined,
        attemptDeadline !== undefined
            ? {
                  path: "attemptDeadline",
                  reason: `is nothing for a message, which needs no answer (got "${attemptDeadline}"). Leave it out.`,
              }
            : undefined,
    ];
}

/** Whether a call is written out, not a component alone. */
export function isRequest(call: ScheduleArgs["call"]): call is check.OneOf<CallOfComponent | CallOfUrl> {
    return call !== undefined && !pulumi.Resource.isInstance(call);
}

function requestProblems({
    method = "POST",
    body,
    headers = {},
    audience,
    scope,
    invoke,
}: ScheduledRequest & Partial<CallOfUrl & CallOfComponent>) {
    const sendsToken = invoke !== undefined || audience !== undefined || scope !== undefined;
    return [
        body !== undefined && !["POST", "PUT", "PATCH"].includes(method)
            ? { path: "call.body", reason: `does not go with the method ${method}. Use POST, PUT or PATCH.` }
            : undefined,
        audience !== undefined && scope !== undefined
            ? {
                  path: "call.scope",
                  reason: "does not go with an audience. Google's own APIs take a scope, all others an audience.",
              }
            : undefined,
        ...Object.entries(headers).map(([name, value]) => headerProblem(name, value, sendsToken)),
    ];
}

function headerProblem(name: string, value: unknown, sendsToken: boolean): check.Problem | undefined {
    const path = `call.headers.${name}`;
    if (sendsToken && /^authorization$/i.test(name)) {
        return {
            path,
            reason: "is set by Cloud Scheduler itself, to the token of the schedule's account. Leave it out.",
        };
    }
    return clearHeader(path, name, value);
}
