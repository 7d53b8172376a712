import { AdminApi } from "../../../lib/internal/adminApi/adminApi";
import { appEngineRest } from "../../../local/runtime/services/appengine/api";
import type { Inputs } from "../../../local/simulator/rules/rules";
import { callRest } from "../local/callRest";
import type { World } from "../local/world";

const clock = Symbol.for("slipway.clock");
let now = 0;

/** Operations are polled in simulated time. */
export function simulateTime(): void {
    Reflect.set(globalThis, clock, {
        now: () => now,
        sleep: async (ms: number) => {
            now += ms;
        },
    });
}

export const endTime = () => Reflect.deleteProperty(globalThis, clock);

/** A change as `"PATCH apps/acme-dev?updateMask=iap"`, with its body. */
export type Change = [string, unknown?];

/**
 * The App Engine Admin API of a local cloud, and the changes that were made with it.
 *
 * @param lost `repeated` if the network loses the first answer to each change, which is made again
 */
export function localApi(world: World, lost: { repeated?: boolean } = {}) {
    const rest = appEngineRest(world.cloud);
    const call = (method: string, path: string, body?: Inputs) => callRest(rest, method, `/v1/${path}`, body);
    const changes: Change[] = [];
    const fetchImplementation = async (url: unknown, { method = "GET", body }: { method?: string; body?: unknown }) => {
        const path = decodeURIComponent(String(url).replace(/^.*\/v1\//, ""));
        const content = body === undefined ? undefined : JSON.parse(String(body));
        if (method !== "GET") {
            changes.push(content === undefined ? [`${method} ${path}`] : [`${method} ${path}`, content]);
            if (lost.repeated) {
                await call(method, path, content);
            }
        }
        const answer = await call(method, path, content);
        const headers = { "content-type": "application/json" };
        return new Response(JSON.stringify(answer.body), { status: answer.status, headers });
    };
    const api = new AdminApi({ GOOGLE_OAUTH_ACCESS_TOKEN: "t" }, fetchImplementation as never);
    return { api, changes, call: async (...args: Parameters<typeof call>) => (await call(...args)).body };
}
