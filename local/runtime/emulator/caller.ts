import { type Cloud, type Entry, isAllowedOn } from "../../simulator";
import type { Router } from "./routes";
import { type Terminal, withoutQuery } from "./terminal";
import type { Tokens } from "./tokens";
import { traceHeaders } from "./trace";

/** A request to a URL that a program deployed or configured. */
export interface Call {
    url: string;
    method?: string;
    headers?: Record<string, string>;
    /** Undefined for methods without a body. */
    body?: Buffer;
    /** The calling service account, and the audience of its token. */
    identity?: { email: string; audience: string };
    /** The calling service account of a Google API. */
    account?: string;
    /** Whether Cloud Scheduler calls a service of App Engine, as its cron. */
    isCron?: boolean;
    /** The ID of the trace that it belongs to; by default, it begins its own. */
    trace?: string;
    /** In seconds. */
    timeout: number;
}

/** The result of a call: a status, or the reason for its failure. */
export interface CallResult {
    status?: number;
    /** The reason for a failure, for the terminal. */
    reason: string;
    /** Whether there was no answer in time. */
    isLate?: boolean;
    /** The answer of code. */
    answer?: { headers: Record<string, string>; body: Buffer };
}

/** App Engine accepts all callers. */
const isOfRun = ({ name }: Entry) => name.startsWith("//run.googleapis.com/");

/** Calls deployed code on this machine, like Google's services. */
export class Caller {
    /** Calls an API that runs jobs, as a service account; returns undefined for other URLs. */
    runJob: (
        url: string,
        body: Buffer | undefined,
        account: string | undefined,
    ) => CallResult | Promise<CallResult> | undefined = () => undefined;

    /** Called with each answer of a service. */
    answered: (service: Entry, status: number, ms: number) => void = () => undefined;

    constructor(
        private readonly cloud: Cloud,
        private readonly router: Router,
        private readonly tokens: Tokens,
        private readonly terminal: Terminal,
    ) {}

    async call(call: Call): Promise<CallResult> {
        const { url, method = "POST", headers, body, identity, account, isCron, trace, timeout } = call;
        const started = await this.runJob(url, body, account);
        if (started) {
            return started;
        }
        const { service, name, target } = this.router.find(url, isCron);
        if (service && isOfRun(service) && !this.mayCall(service, identity?.email)) {
            const who = identity?.email ?? "a caller without a token";
            return { status: 403, reason: `403: ${who} lacks roles/run.invoker on the service ${service.id}` };
        }
        if (target === undefined) {
            this.terminal.logOnce(
                `no route for ${withoutQuery(url)}: run its code, and add --route ${name}=http://127.0.0.1:<port>`,
            );
            return { reason: "no route" };
        }
        const token = identity && this.tokens.identity(identity.email, identity.audience);
        const began = performance.now();
        try {
            const answer = await fetch(target, {
                method,
                // Servers close idle connections, which would make calls fail.
                headers: {
                    ...(trace && traceHeaders(trace)),
                    ...headers,
                    ...(token && { authorization: `Bearer ${token}` }),
                    connection: "close",
                },
                body: body && new Uint8Array(body),
                redirect: "manual",
                signal: AbortSignal.timeout(timeout * 1000),
            });
            const content = Buffer.from(await answer.arrayBuffer());
            if (service) {
                this.answered(service, answer.status, performance.now() - began);
            }
            return {
                status: answer.status,
                reason: `${answer.status} from ${withoutQuery(target)}`,
                answer: { headers: Object.fromEntries(answer.headers), body: content },
            };
        } catch (error) {
            const { name, message, cause } = error as Error;
            const isLate = name === "TimeoutError";
            const why = isLate ? `no response within ${timeout} s` : ((cause as Error)?.message ?? message);
            return { reason: `${withoutQuery(target)}: ${why}`, isLate };
        }
    }

    private mayCall(service: Entry, email: string | undefined): boolean {
        return (
            service.state.invokerIamDisabled === true ||
            // https://cloud.google.com/run/docs/reference/iam/permissions
            isAllowedOn(this.cloud, email ?? "allUsers", "run.routes.invoke", service.name)
        );
    }
}
