import type { Cloud } from "../cloud/cloud";
import { projectName } from "../cloud/projects";
import type { Entry } from "../cloud/store";
import type { Router } from "./routes";
import type { Terminal } from "./terminal";
import type { Tokens } from "./tokens";

/** A request of Google Cloud to a URL that a program deployed or named. */
export interface Call {
    url: string;
    method?: string;
    headers?: Record<string, string>;
    /** Nothing for methods that have none. */
    body?: Buffer;
    /** The service account that calls, with the audience of its token. */
    identity?: { email: string; audience: string };
    /** In seconds. */
    timeout: number;
}

/** How a call ended: with a status, or with why there is none. */
export interface Called {
    status?: number;
    /** What is written on the terminal when it failed. */
    reason: string;
}

/** Roles that may call a service: "Cloud Run IAM roles", and the basic ones. */
const invokers = ["run.invoker", "run.servicesInvoker", "run.admin", "editor", "owner"].map((role) => `roles/${role}`);

/** Everybody may call App Engine. */
const isOfRun = ({ name }: Entry) => name.startsWith("//run.googleapis.com/");

/** Calls deployed code where it runs on this machine, as Google's services call it where it was deployed. */
export class Caller {
    constructor(
        private readonly cloud: Cloud,
        private readonly router: Router,
        private readonly tokens: Tokens,
        private readonly terminal: Terminal,
    ) {}

    async call({ url, method = "POST", headers, body, identity, timeout }: Call): Promise<Called> {
        const { service, name, target } = this.router.find(url);
        if (service && isOfRun(service) && !this.mayCall(service, identity?.email)) {
            const who = identity?.email ?? "a caller without a token";
            return { status: 403, reason: `403: ${who} lacks roles/run.invoker on the service ${service.id}` };
        }
        if (target === undefined) {
            this.terminal.once(`nothing runs ${url}: run it, and add --route ${name}=http://127.0.0.1:<its port>`);
            return { reason: "no route" };
        }
        const token = identity && this.tokens.identity(identity.email, identity.audience);
        try {
            const answer = await fetch(target, {
                method,
                // A server closes connections that are idle, and a call on one of these would be lost.
                headers: { ...headers, ...(token && { authorization: `Bearer ${token}` }), connection: "close" },
                body: body && new Uint8Array(body),
                redirect: "manual",
                signal: AbortSignal.timeout(timeout * 1000),
            });
            await answer.arrayBuffer();
            return { status: answer.status, reason: `${answer.status} from ${target}` };
        } catch (error) {
            const { name, message, cause } = error as Error;
            const why = name === "TimeoutError" ? `no answer in ${timeout} s` : ((cause as Error)?.message ?? message);
            return { reason: `${target}: ${why}` };
        }
    }

    private mayCall(service: Entry, email: string | undefined): boolean {
        const members = ["allUsers", ...(email ? ["allAuthenticatedUsers", `serviceAccount:${email}`] : [])];
        return [service.name, projectName(service.project)].some((resource) =>
            members.some((member) => this.cloud.iam.has(resource, invokers, member)),
        );
    }
}
