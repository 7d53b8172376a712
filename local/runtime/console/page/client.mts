import type { ActivityEvent } from "../../emulator/activity.js";

/** Of the address that the terminal shows, which stays in the address bar so that the page can be loaded again. */
const token = new URLSearchParams(location.search).get("token") ?? "";

const authorization = `Bearer ${token}`;

/** Reads from the server; throws an error with its message. */
export async function get<Found>(name: string, query: Record<string, string> = {}): Promise<Found> {
    return answerOf(await fetch(`/api/${name}?${new URLSearchParams(query)}`, { headers: { authorization } }));
}

/** Changes something on the server; throws an error with its message. */
export async function post<Found>(name: string, body: object): Promise<Found> {
    const headers = { authorization, "content-type": "application/json" };
    return answerOf(await fetch(`/api/${name}`, { method: "POST", headers, body: JSON.stringify(body) }));
}

async function answerOf<Found>(response: Response): Promise<Found> {
    if (response.headers.get("content-type") !== "application/json") {
        throw new Error(await response.text());
    }
    const body = await response.json();
    if (!response.ok) {
        throw new Error(body.error.message);
    }
    return body;
}

/** The events as they come, until the server ends. An `EventSource` cannot send the token in a header. */
export async function* events(): AsyncGenerator<ActivityEvent> {
    const { body, ok } = await fetch("/api/events", { headers: { authorization } });
    const reader = body?.pipeThrough(new TextDecoderStream()).getReader();
    if (!ok || reader === undefined) {
        throw new Error("The server sends no events.");
    }
    let rest = "";
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
        const frames = `${rest}${part.value}`.split("\n\n");
        rest = frames.pop() ?? "";
        for (const frame of frames) {
            yield JSON.parse(frame.replace(/^data: /, ""));
        }
    }
}
