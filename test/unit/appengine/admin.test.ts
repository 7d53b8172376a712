import { AdminApi } from "../../../lib/internal/adminApi";

/** An API whose calls have these answers, one after the other, and their URLs. */
function answering(...answers: [number, object][]) {
    const urls: string[] = [];
    const fetchImplementation = async (url: unknown) => {
        urls.push(String(url));
        const [status, body] = answers[urls.length - 1] as [number, object];
        return new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json" } });
    };
    const api = new AdminApi({ GOOGLE_OAUTH_ACCESS_TOKEN: "token" }, fetchImplementation as typeof fetch);
    return { api, urls };
}

const service = "apps/acme-dev/services/shop";
const refused = (status: number, message: string): [number, object] => [status, { error: { message } }];
const busy = `Cannot operate on ${service} because an operation is already in progress for ${service} by 5e1f.`;

/** Replaces the clock of waits; returns how long was waited, in milliseconds. */
function simulatedClock(): () => number {
    const key = Symbol.for("slipway.clock");
    const before = Reflect.get(globalThis, key);
    let now = 0;
    const sleep = async (ms: number) => {
        now += ms;
    };
    Reflect.set(globalThis, key, { now: () => now, sleep });
    restore = () => Reflect.set(globalThis, key, before);
    return () => now;
}

let restore: () => void = () => undefined;
afterEach(() => restore());

test("a change waits until another operation on the service is done", async () => {
    const waited = simulatedClock();
    const operation = { name: "apps/acme-dev/operations/1" };
    const { api, urls } = answering(
        refused(409, busy),
        refused(503, "The service is currently unavailable."),
        [200, operation],
        [200, operation],
        [200, { ...operation, done: true }],
    );
    await api.change("PATCH", service, { body: {} });
    const root = "https://appengine.googleapis.com/v1";
    expect(urls).toEqual([...Array(3).fill(`${root}/${service}`), ...Array(2).fill(`${root}/${operation.name}`)]);
    expect(waited()).toBe(500 + 500 + 250 + 375);
});

const unknown = "App Engine Admin API has not been used in project 123456 before or it is disabled.";

test.each(["The caller does not have permission", unknown])(
    "a refused change fails immediately: %s",
    async (message) => {
        const { api, urls } = answering(refused(403, message));
        await expect(api.change("PATCH", service, { body: {} })).rejects.toThrow(`PATCH ${service}: ${message}`);
        expect(urls).toHaveLength(1);
    },
);
