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
const unknown = "App Engine Admin API has not been used in project 123456 before or it is disabled.";

test.each<[string, [number, object]]>([
    ["another operation on the service is done", refused(409, busy)],
    ["the API, which has just been enabled, is known everywhere", refused(403, unknown)],
])("a change waits until %s", async (_, answer) => {
    const { api, urls } = answering(answer, [200, { name: "apps/acme-dev/operations/1", done: true }]);
    await api.change("PATCH", service, { body: {} });
    expect(urls).toEqual(Array(2).fill(`https://appengine.googleapis.com/v1/${service}`));
});

test("a change that is refused for another reason fails immediately", async () => {
    const { api, urls } = answering(refused(403, "The caller does not have permission"));
    await expect(api.change("PATCH", service, { body: {} })).rejects.toThrow(
        "PATCH apps/acme-dev/services/shop: The caller does not have permission",
    );
    expect(urls).toHaveLength(1);
});
