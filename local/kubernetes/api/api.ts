import { Agent, type RequestOptions, request } from "node:https";
import { setTimeout as sleep } from "node:timers/promises";
import { localToken } from "../names";

/** An object of Kubernetes. */
// biome-ignore lint/suspicious/noExplicitAny: each controller knows the shapes of its own kinds.
export type KubeObject = Record<string, any> & {
    metadata: {
        name: string;
        namespace?: string;
        uid: string;
        labels?: Record<string, string>;
        annotations?: Record<string, string>;
        // biome-ignore lint/suspicious/noExplicitAny: as above.
        [more: string]: any;
    };
};

/** How a change of an object is written. */
export type PatchKind = "apply-patch+yaml" | "merge-patch+json" | "strategic-merge-patch+json";

/** What the API server refused, with its words. */
export class ApiError extends Error {
    constructor(
        readonly code: number,
        message: string,
    ) {
        super(message);
    }
}

/** The API of a cluster, called as its owner. */
export class Api {
    private readonly agent: Agent;

    /** @param certificate by which the server is known, PEM */
    constructor(
        readonly port: number,
        certificate: string,
    ) {
        this.agent = new Agent({ ca: certificate, keepAlive: true });
    }

    async answers(path: string): Promise<boolean> {
        return this.call("GET", path).then(
            () => true,
            () => false,
        );
    }

    get<Answer = KubeObject>(path: string): Promise<Answer> {
        return this.call("GET", path) as Promise<Answer>;
    }

    /** The object, or nothing when there is none. */
    find(path: string): Promise<KubeObject | undefined> {
        return this.get(path).catch(unless(404));
    }

    create(path: string, object: object): Promise<KubeObject> {
        return this.call("POST", path, "json", JSON.stringify(object));
    }

    /** Makes an object as it is written here, whether it is there or not. */
    apply(path: string, text: string): Promise<KubeObject> {
        return this.call("PATCH", `${path}?fieldManager=gke&force=true`, "apply-patch+yaml", text);
    }

    patch(path: string, kind: PatchKind, change: object): Promise<KubeObject> {
        return this.call("PATCH", path, kind, JSON.stringify(change));
    }

    /** Deletes an object; one that is gone already stays so. */
    async delete(path: string): Promise<void> {
        await this.call("DELETE", path).catch(unless(404));
    }

    /**
     * Calls `line` with each line of an answer that goes on for long.
     *
     * @returns when the answer has ended, by itself or by the signal
     */
    stream(path: string, line: (text: string) => void, signal: AbortSignal): Promise<void> {
        return new Promise((resolve, reject) => {
            const asked = request(this.options("GET", path, { signal }), (answer) => {
                let rest = "";
                answer.setEncoding("utf8").on("data", (text) => {
                    const lines = (rest + text).split("\n");
                    rest = lines.pop() ?? "";
                    lines.forEach(line);
                });
                answer.on("end", resolve);
                answer.on("error", reject);
            });
            asked.on("error", reject);
            asked.end();
        });
    }

    /** A kind that was defined a moment ago is not stored yet: it is asked for again. */
    private async call(method: string, path: string, type?: string, body?: string): Promise<KubeObject> {
        for (;;) {
            try {
                return await this.once(method, path, type, body);
            } catch (error) {
                if (!(error instanceof ApiError && error.code === 429 && error.message.includes("initializing"))) {
                    throw error;
                }
                await sleep(50);
            }
        }
    }

    private once(method: string, path: string, type?: string, body?: string): Promise<KubeObject> {
        return new Promise((resolve, reject) => {
            const headers = { Accept: "application/json", ...(type && { "Content-Type": `application/${type}` }) };
            const asked = request(this.options(method, path, { headers, timeout: 30_000 }), (answer) => {
                const parts: Buffer[] = [];
                answer.on("data", (part) => parts.push(part));
                answer.on("error", reject);
                answer.on("end", () => {
                    const text = Buffer.concat(parts).toString();
                    const code = answer.statusCode ?? 0;
                    if (code >= 300) {
                        return reject(new ApiError(code, messageOf(text)));
                    }
                    resolve(text.startsWith("{") ? JSON.parse(text) : { text });
                });
            });
            asked.on("timeout", () => asked.destroy(new Error(`${method} ${path} was not answered within 30 seconds`)));
            asked.on("error", reject);
            asked.end(body);
        });
    }

    private options(method: string, path: string, more: RequestOptions): RequestOptions {
        const headers = { ...more.headers, Authorization: `Bearer ${localToken}` };
        return { host: "127.0.0.1", port: this.port, method, path, agent: this.agent, ...more, headers };
    }
}

function messageOf(text: string): string {
    try {
        return JSON.parse(text).message ?? text;
    } catch {
        return text;
    }
}

/** For `catch`: takes an error of these codes for nothing. */
export const unless =
    (...codes: number[]) =>
    (error: unknown): undefined => {
        if (!(error instanceof ApiError && codes.includes(error.code))) {
            throw error;
        }
    };
