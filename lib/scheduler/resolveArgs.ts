import * as check from "../internal/check";
import { plainCredentialProblem } from "../internal/scheduler";
import {
    type CallOfComponent,
    type CallOfUrl,
    isRequest,
    type ScheduleArgs,
    type ScheduledRequest,
    scheduleArgs,
} from "./arguments";

/** Validated arguments with their defaults. */
export type ResolvedArgs = ReturnType<typeof resolveArgs>;

/** Completes the arguments with their defaults and validates the result. */
export function resolveArgs(component: string, args: ScheduleArgs, region: string) {
    const completed = check.withDefaults(args, { name: component, region, timeZone: "Etc/UTC", paused: false });
    return check.checked(`Schedule "${component}"`, completed, scheduleArgs, combinationProblems);
}

function combinationProblems(args: ScheduleArgs): (check.Problem | undefined)[] {
    return [...targetProblems(args), ...(isRequest(args.call) ? requestProblems(args.call) : [])];
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
    const isEmpty = (message === undefined || message === "") && Object.keys(attributes ?? {}).length === 0;
    return [
        check.when(
            isEmpty,
            "message",
            "scheduler/message-empty",
            "is missing. A message needs a text or an attribute at least.",
        ),
        check.when(
            timeout !== undefined,
            "timeout",
            "scheduler/timeout-of-message",
            `has no effect on a message, which needs no response (got "${timeout}"). Remove it.`,
        ),
    ];
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
