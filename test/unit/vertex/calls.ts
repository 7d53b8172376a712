import { AdminApi, vertexAi } from "../../../lib/internal/adminApi/adminApi";
import type { VertexApis } from "../../../lib/vertex/admin/vertexApi";
import type { Answer } from "../../../local/runtime/emulator/http";
import { vertexRest } from "../../../local/runtime/services/vertex/api";
import { SimulatedTime } from "../../../local/simulator/cloud/propagation";
import type { World } from "../local/world";

/** A call as tests compare it: `POST endpoints/iris:deployModel`, its query and its body. */
export type Call = [call: string, query?: Record<string, string>, body?: unknown];

/** What happens to a call instead of its own answer; `ask` lets it take effect. */
export type Trouble = (call: string, ask: () => Promise<Answer>) => Answer | Promise<Answer> | undefined;

/** An error of the API. */
export const refusal = (status: number, message: string): Answer => ({ status, body: { error: { message } } });

/** An answer that is lost after the call has taken effect. */
export async function lost(ask: () => Promise<Answer>): Promise<never> {
    await ask();
    throw new TypeError("fetch failed");
}

/** The first call of a kind has this trouble. */
export function once(wanted: string, trouble: (ask: () => Promise<Answer>) => Answer | Promise<Answer>): Trouble {
    let isDone = false;
    return (call, ask) => {
        const isHit = !isDone && call === wanted;
        isDone ||= isHit;
        return isHit ? trouble(ask) : undefined;
    };
}

/** Vertex AI in the local Google Cloud of a test, without a server. Its time passes while a provider waits. */
export class Calls {
    /** All calls, with their order. */
    readonly all: Call[] = [];
    /** The waits in milliseconds. */
    readonly waits: number[] = [];
    trouble?: Trouble;
    private now = Date.now();
    /** The time since the cloud answered. */
    private unseen = 0;

    constructor(private readonly world: World) {
        Reflect.set(globalThis, key, {
            now: () => this.now,
            sleep: async (ms: number) => {
                this.waits.push(ms);
                this.pass(ms);
            },
        });
    }

    /** Lets time pass, in milliseconds. */
    pass(ms: number): void {
        this.now += ms;
        this.unseen += ms;
    }

    /** The calls that change something, since they were last read. */
    changes(): Call[] {
        return this.all.splice(0).filter(([call]) => !call.startsWith("GET"));
    }

    readonly apis: VertexApis = (location, version) =>
        new AdminApi({ GOOGLE_OAUTH_ACCESS_TOKEN: "t" }, this.fetch as typeof fetch, vertexAi(location, version));

    private readonly fetch = async (address: unknown, init: { method?: string; body?: unknown } = {}) => {
        const { hostname, pathname, searchParams } = new URL(String(address));
        const [, version, region, path] =
            /^\/(v1|v1beta1)\/projects\/[^/]+\/locations\/([^/]+)\/(.*)$/.exec(decodeURIComponent(pathname)) ?? [];
        if (hostname !== `${region}-aiplatform.googleapis.com`) {
            throw new Error(`${hostname} has no ${pathname}.`);
        }
        const method = init.method ?? "GET";
        const text = init.body ? String(init.body) : "";
        const call = `${method} ${version === "v1" ? "" : "v1beta1 "}${path?.replace(/\/\d{6,}/, "/ID")}`;
        const query = Object.fromEntries(searchParams);
        const body = text === "" ? undefined : JSON.parse(text);
        this.all.push([
            call,
            ...(body || Object.keys(query).length > 0 ? [query] : []),
            ...(body ? [body] : []),
        ] as Call);
        const ask = async () => {
            new SimulatedTime(this.world.cloud.folder).skip(this.unseen);
            this.unseen = 0;
            return (await vertexRest(this.world.cloud)(requestOf(method, pathname, searchParams, text))) as Answer;
        };
        const answer = await (this.trouble?.(call, ask) ?? ask());
        return Response.json(answer.body, { status: answer.status });
    };
}

const requestOf = (method: string, path: string, query: URLSearchParams, body: string) => ({
    method,
    path,
    query,
    headers: {},
    body: Buffer.from(body),
    origin: "http://local",
    ended: new AbortController().signal,
});

const key = Symbol.for("slipway.clock");
const before = Reflect.get(globalThis, key);
afterEach(() => Reflect.set(globalThis, key, before));

/** The failure of an operation, with the state that Pulumi keeps. */
export async function failureOf<Outputs>(operation: Promise<unknown> | undefined) {
    try {
        await operation;
    } catch (error) {
        return error as Error & { id: string; properties: Outputs; reasons: string[] };
    }
    throw new Error("Nothing failed.");
}
