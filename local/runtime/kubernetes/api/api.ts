import { Agent, type RequestOptions, request } from "node:https";
import { setTimeout as sleep } from "node:timers/promises";
import { localToken } from "../../../simulator/services/gke/clusterNames";

/** A Kubernetes object. */
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

/** The content types of patches. */
export type PatchKind = "apply-patch+yaml" | "merge-patch+json" | "strategic-merge-patch+json";

/** An error of the API server. */
export class ApiError extends Error {
    constructor(
        readonly code: number,
        message: string,
    ) {
        super(message);
    }
}

/** A client for the API of a cluster, by default authenticated as its owner. */
export class Api {
    private readonly agent: Agent;

    /**
     * @param certificate the server certificate as PEM
     * @param token the token of another caller
     */
    constructor(
        readonly port: number,
        certificate: string,
        private readonly token = localToken,
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

    /** Reads an object; undefined if it does not exist. */
    find(path: string): Promise<KubeObject | undefined> {
        return this.get(path).catch(ignoreCodes(404));
    }

    create(path: string, object: object): Promise<KubeObject> {
        return this.call("POST", path, "json", JSON.stringify(object));
    }

    /** Creates or replaces an object with server-side apply. */
    apply(path: string, text: string): Promise<KubeObject> {
        return this.call("PATCH", `${path}?fieldManager=gke&force=true`, "apply-patch+yaml", text);
    }

    patch(path: string, kind: PatchKind, change: object): Promise<KubeObject> {
        return this.call("PATCH", path, kind, JSON.stringify(change));
    }

    /** Deletes an object; ignores missing objects. */
    async delete(path: string): Promise<void> {
        await this.call("DELETE", path).catch(ignoreCodes(404));
    }

    /**
     * Calls `line` with each line of a streaming response.
     *
     * @returns when the response ends, or is aborted by the signal
     */
    stream(path: string, line: (text: string) => void, signal: AbortSignal): Promise<void> {
        return new Promise((resolve, reject) => {
            const requested = request(this.options("GET", path, { signal }), (answer) => {
                let rest = "";
                answer.setEncoding("utf8").on("data", (text) => {
                    const lines = (rest + text).split("\n");
                    rest = lines.pop() ?? "";
                    lines.forEach(line);
                });
                answer.on("end", resolve);
                answer.on("error", reject);
            });
            requested.on("error", reject);
            requested.end();
        });
    }

    /** A newly defined resource type is not available immediately: retry. */
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
            const requested = request(this.options(method, path, { headers, timeout: 30_000 }), (answer) => {
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
            requested.on("timeout", () =>
                requested.destroy(new Error(`${method} ${path}: no response within 30 seconds`)),
            );
            requested.on("error", reject);
            requested.end(body);
        });
    }

    private options(method: string, path: string, more: RequestOptions): RequestOptions {
        const headers = { ...more.headers, Authorization: `Bearer ${this.token}` };
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

/** For `catch`: ignores errors with these codes. */
export const ignoreCodes =
    (...codes: number[]) =>
    (error: unknown): undefined => {
        if (!(error instanceof ApiError && codes.includes(error.code))) {
            throw error;
        }
    };
