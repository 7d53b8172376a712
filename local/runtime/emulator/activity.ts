import type { Inputs } from "../../simulator";

/** What happened: a request, a log entry, a published message, or what the terminal shows, such as deliveries and alerts. */
export interface ActivityEvent {
    id: number;
    /** In milliseconds. */
    time: number;
    kind: "request" | "log" | "message" | "event";
    text: string;
    project?: string;
    /** The HTTP status of a request, or its gRPC code such as `NOT_FOUND`. */
    status?: string;
    /** The duration of a request in milliseconds. */
    ms?: number;
    isFailed?: boolean;
}

/** How many events are kept, and how many characters of each. */
const limits = { events: 500, text: 4000 };

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

    /** Adds a request when it ends: returns the function to call then. */
    began(text: string): (status: string, isFailed: boolean) => void {
        const start = performance.now();
        return (status, isFailed) =>
            this.add({ kind: "request", text, status, isFailed, ms: Math.round(performance.now() - start) });
    }

    /** Adds an entry of Cloud Logging; those of Cloud Run's requests are requests. */
    addEntry(project: string, entry: Inputs): void {
        const { severity, httpRequest, textPayload, jsonPayload, resource } = entry;
        const { service_name, job_name, job_id, module_id }: Inputs = resource?.labels ?? {};
        const source = service_name ?? job_name ?? job_id ?? module_id ?? resource?.type ?? "";
        const isFailed = /^(ERROR|CRITICAL|ALERT|EMERGENCY)$/.test(severity);
        if (httpRequest) {
            const { status, latency } = httpRequest;
            const ms = Math.round(Number.parseFloat(latency) * 1000);
            this.add({ kind: "request", text: String(source), project, status: String(status), ms, isFailed });
            return;
        }
        const { message, ...rest }: Inputs = jsonPayload ?? {};
        const fields = Object.keys(rest).length > 0 ? JSON.stringify(rest) : "";
        const text = [`${source}:`, textPayload ?? message, fields].filter(Boolean).join(" ");
        this.add({ kind: "log", text, project, isFailed });
    }

    /** Calls the listener with all events that are kept, and with each new one; returns a function that ends this. */
    listen(listener: (event: ActivityEvent) => void): () => void {
        this.events.forEach(listener);
        this.listeners.add(listener);
        return () => this.listeners.delete(listener);
    }
}
