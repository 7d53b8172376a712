import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import type { ReadableStream as NodeStream } from "node:stream/web";
import type { Workspace } from "../../machine/workspace";
import type { ActivityEvent } from "../emulator/activity";
import { isAbout } from "../emulator/activityLine";
import { newTrace, traceHeaders, traceOf } from "../emulator/trace";
import type { Way } from "../emulator/ways";
import type { MessageView, TopicView } from "./messages";
import { type Served, servedOf } from "./served";

/** How a component is called. */
export interface Call extends Omit<RequestInit, "body"> {
    /** The body: text, bytes, or a value that is sent as JSON. With a body, the default method is POST. */
    data?: unknown;
    /** Who calls: the email of a user or an account, or the ID of an account; by default the owner of the projects. */
    as?: string;
    /** Attributes of the message, if the component receives messages. */
    attributes?: Record<string, string>;
}

/** The answer to a call. */
export interface Called {
    response: Response;
    /** The trace that the request belongs to. */
    trace: string;
    /** The topic that was published to, if the component receives its messages. */
    topic?: string;
}

/** A running `slipway dev` or `slipway local serve`. */
export class RunningCloud {
    private readonly url: URL;

    constructor({ console }: Pick<Served, "console">) {
        this.url = new URL(console);
    }

    /** Those of a program. */
    static of(place: Pick<Workspace, "home">): RunningCloud[] {
        return servedOf(place).map((served) => new RunningCloud(served));
    }

    /**
     * Calls a component, or publishes to the topic whose messages it receives.
     *
     * @throws Error if no component with this name runs
     */
    async call(component: string, path = "/", call: Call = {}): Promise<Called> {
        return sent(await this.way({ component, as: call.as }), path, call);
    }

    /**
     * Publishes a message to a topic.
     *
     * @throws Error if there is no topic with this name
     */
    async publish(topic: string, call: Pick<Call, "data" | "attributes" | "as">): Promise<Called> {
        return sent(await this.way({ topic, as: call.as }), "", call);
    }

    /**
     * The latest events of a component, or of all of them.
     *
     * @throws Error if no component with this name runs, and none has left lines
     */
    logs(component?: string): Promise<ActivityEvent[]> {
        const query = component === undefined ? "" : `?component=${encodeURIComponent(component)}`;
        return this.ask(`logs${query}`);
    }

    /** Calls back with the latest events of a component, or of all of them, and with what comes, until the running command ends. */
    async follow(component: string | undefined, listener: (event: ActivityEvent) => void): Promise<void> {
        const { body } = await this.request("events");
        for await (const line of createInterface({ input: Readable.fromWeb(body as NodeStream) })) {
            const event: ActivityEvent | undefined = line === "" ? undefined : JSON.parse(line.replace(/^data: /, ""));
            if (event && isAbout(event, component)) {
                listener(event);
            }
        }
    }

    /** The subscriptions that have not acknowledged a message, of those whose messages are not pulled and not gathered in files. */
    async unacknowledged(message: string): Promise<string[]> {
        const { topics, messages } = await this.ask<{ topics: TopicView[]; messages: MessageView[] }>("messages");
        const all = topics.flatMap(({ subscriptions }) => subscriptions);
        const isDelivered = (id: string) =>
            !/^(pull|bucket .*)$/.test(all.find((each) => each.id === id)?.delivery ?? "");
        const { subscriptions = [] } = messages.find(({ id }) => id === message) ?? {};
        return subscriptions
            .filter(({ id, state }) => state === "not acknowledged" && isDelivered(id))
            .map(({ id }) => id);
    }

    private way(to: { component?: string; topic?: string; as?: string }): Promise<Way> {
        return this.ask("way", { method: "POST", body: JSON.stringify(to) });
    }

    private request(name: string, init: RequestInit = {}): Promise<Response> {
        const authorization = `Bearer ${this.url.searchParams.get("token")}`;
        const headers = { authorization, "content-type": "application/json", connection: "close" };
        return fetch(new URL(`/api/${name}`, this.url), { ...init, headers });
    }

    private async ask<Answer>(name: string, init?: RequestInit): Promise<Answer> {
        const response = await this.request(name, init);
        const text = await response.text();
        if (!response.ok) {
            throw new Error(messageIn(text));
        }
        return JSON.parse(text);
    }
}

/** The message of an error of the console. */
function messageIn(text: string): string {
    try {
        return JSON.parse(text).error.message;
    } catch {
        return text.trim();
    }
}

async function sent({ url, headers: own, topic }: Way, path: string, call: Call): Promise<Called> {
    const { data, as: _, attributes, headers: given, ...init } = call;
    const headers = new Headers(given);
    const trace = traceOf(Object.fromEntries(headers)) ?? newTrace();
    for (const [name, value] of Object.entries({ ...traceHeaders(trace), ...own, connection: "close" })) {
        headers.set(name, headers.get(name) ?? value);
    }
    const body = bodyOf(data);
    const message = { ...(body && { data: body.bytes.toString("base64") }), ...(attributes && { attributes }) };
    const content = topic === undefined ? body : { bytes: Buffer.from(JSON.stringify({ messages: [message] })), type };
    if (content) {
        headers.set("content-type", headers.get("content-type") ?? content.type);
    }
    const response = await fetch(topic === undefined ? url + path.replace(/^(?!\/)/, "/") : url, {
        redirect: "manual",
        ...init,
        method: topic === undefined ? (init.method ?? (content ? "POST" : "GET")) : "POST",
        headers,
        ...(content && { body: new Uint8Array(content.bytes) }),
    });
    return { response, trace, ...(topic !== undefined && { topic }) };
}

/** The type of JSON. */
const type = "application/json";

function bodyOf(data: unknown): { bytes: Buffer; type: string } | undefined {
    if (data === undefined) {
        return undefined;
    }
    if (data instanceof Uint8Array) {
        return { bytes: Buffer.from(data), type: isJson(data) ? type : "application/octet-stream" };
    }
    if (typeof data === "string") {
        return { bytes: Buffer.from(data), type: isJson(Buffer.from(data)) ? type : "text/plain; charset=utf-8" };
    }
    return { bytes: Buffer.from(JSON.stringify(data)), type };
}

function isJson(bytes: Uint8Array): boolean {
    try {
        JSON.parse(Buffer.from(bytes).toString());
        return true;
    } catch {
        return false;
    }
}
