import type { IncomingHttpHeaders } from "node:http";
import { traceOf } from "./trace";

/** Who caused something, as far as it is known. */
export interface Cause {
    /** The name of a service or a function. */
    component?: string;
    /** The ID of the trace of its request. */
    trace?: string;
}

/** A request to a component. */
interface Handled extends Required<Cause> {
    /** Its span, in decimal. */
    span: string | undefined;
}

/** Client libraries send a message up to 10 ms later: https://docs.cloud.google.com/pubsub/docs/batch-messaging */
const lateness = 100;

/** The requests that components are handling, by which what they call belongs to a trace: client libraries do not send it. */
export class Handling {
    private readonly requests = new Map<string, Set<Handled>>();

    /**
     * A component handles a request from now on.
     *
     * @param account its service account
     * @returns called when the request has ended
     */
    began(account: string, request: Handled): () => void {
        const own = { ...request };
        const all = this.requests.get(account) ?? new Set();
        this.requests.set(account, all.add(own));
        return () => void setTimeout(() => all.delete(own), lateness).unref();
    }

    /** The trace of a span, which code writes with what it logs; undefined if several requests have such a span. */
    readonly traceOf = (span: string): string | undefined => {
        const all = [...this.requests.values()].flatMap((each) => [...each]);
        return only(all.filter((each) => each.span === span).map(({ trace }) => trace));
    };

    /**
     * The cause of a call. Only an account is known of a caller: without a header, the cause is that of all requests that its components
     * handle at this moment, or ended a moment ago, if they have the same one.
     *
     * @param account undefined for an owner
     */
    causeOf(account: string | undefined, headers: IncomingHttpHeaders = {}): Cause {
        const all = [...(this.requests.get(account ?? "") ?? [])];
        const component = only(all.map((each) => each.component));
        const trace = traceOf(headers) ?? only(all.map((each) => each.trace));
        return { ...(component && { component }), ...(trace && { trace }) };
    }
}

/** The value that all have; undefined if there are several, or none. */
const only = (values: string[]) => (new Set(values).size === 1 ? values[0] : undefined);
