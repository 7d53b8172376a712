import { type Inputs, lastPart } from "../../simulator";
import type { Cause } from "./handling";
import { withoutQuery } from "./terminal";

/** What happened: a request to a service, a call of an API, a log entry, a published message, or what the terminal shows, such as deliveries and alerts. */
export interface ActivityEvent {
    id: number;
    /** In milliseconds. */
    time: number;
    kind: "request" | "call" | "log" | "message" | "event";
    text: string;
    /** The service or the function that was called, has logged it, or has caused it. */
    component?: string;
    /** The ID of the trace that it belongs to. */
    trace?: string;
    project?: string;
    /** The HTTP status of a request, or its gRPC code such as `NOT_FOUND`. */
    status?: string;
    /** The duration of a request in milliseconds. */
    ms?: number;
    isFailed?: boolean;
}

/** What a request asks for. */
export interface Target {
    method: string;
    /** With or without the host. */
    url: string;
}

/** How many events are kept, and how many characters of each. */
const limits = { events: 2000, text: 4000 };

/** The latest events while the local Google Cloud is served. */
export class ActivityLog {
    private readonly events: ActivityEvent[] = [];
    private readonly listeners = new Set<(event: ActivityEvent) => void>();
    private lastId = 0;

    add({ text, ...event }: Omit<ActivityEvent, "id" | "time">): void {
        const added = { ...event, id: ++this.lastId, time: Date.now(), text: text.slice(0, limits.text) };
        this.events.push(added);
        this.events.splice(0, this.events.length - limits.events);
        for (const listener of this.listeners) {
            listener(added);
        }
    }

    /** Adds a call of an API when it ends: returns the function to call then. */
    began(text: string, cause: Cause): (status: string, isFailed: boolean) => void {
        const start = performance.now();
        return (status, isFailed) => {
            const ms = Math.round(performance.now() - start);
            this.add({ kind: "call", text, ...cause, status, isFailed, ms });
        };
    }

    /** Adds a request to a service. */
    addRequest(
        component: string,
        project: string,
        { method, url }: Target,
        status: number,
        ms: number,
        trace?: string,
    ) {
        const path = withoutQuery(url.replace(/^https?:\/\/[^/?]+/, "")) || "/";
        this.add({
            ...{ kind: "request", text: `${method} ${path}`.trim(), component, project },
            ...{ status: String(status), ms: Math.round(ms), isFailed: status >= 500 },
            ...(trace && { trace }),
        });
    }

    /** All events that are kept. */
    get kept(): readonly ActivityEvent[] {
        return this.events;
    }

    /** Adds an entry of Cloud Logging; those of Cloud Run's requests are requests. */
    addEntry(project: string, entry: Inputs): void {
        const { severity, httpRequest, textPayload, jsonPayload, resource, trace } = entry;
        const { service_name, job_name, job_id, module_id, workflow_id }: Inputs = resource?.labels ?? {};
        const component = String(
            service_name ?? job_name ?? job_id ?? module_id ?? workflow_id ?? resource?.type ?? "",
        );
        const about = { component, project, ...(trace && { trace: lastPart(trace) }) };
        const isFailed = /^(ERROR|CRITICAL|ALERT|EMERGENCY)$/.test(severity);
        if (httpRequest) {
            const { requestMethod, requestUrl, status, latency } = httpRequest;
            const target = { method: requestMethod ?? "", url: requestUrl ?? "" };
            this.addRequest(component, project, target, status, Number.parseFloat(latency) * 1000, about.trace);
            return;
        }
        const { message, ...rest }: Inputs = jsonPayload ?? {};
        const fields = Object.keys(rest).length > 0 ? JSON.stringify(rest) : "";
        const text = [textPayload ?? message, fields].filter(Boolean).join(" ").trimEnd();
        this.add({ kind: "log", text, ...about, isFailed });
    }

    /** Calls the listener with all events that are kept, and with each new one; returns a function that ends this. */
    listen(listener: (event: ActivityEvent) => void): () => void {
        this.events.forEach(listener);
        this.listeners.add(listener);
        return () => this.listeners.delete(listener);
    }
}
