import { type PublicAccessInputs, publicAccessProvider } from "../../../lib/functions/admin/publicAccess";
import { AdminApi, cloudRun } from "../../../lib/internal/adminApi/adminApi";

const inputs: PublicAccessInputs = {
    project: "acme-dev",
    location: "europe-west1",
    service: "predict",
    deployed: "2026-11-22T00:00:00Z",
};
const id = "projects/acme-dev/locations/europe-west1/services/predict";
const outputs = { ...inputs, invokerIamDisabled: true };

/** The provider on a service of Cloud Run, undefined if it does not exist, with the calls that change something. */
function withService(service?: { invokerIamDisabled?: boolean }) {
    const changes: unknown[] = [];
    const answer = async (address: unknown, { method, body }: { method?: string; body?: unknown } = {}) => {
        const { pathname, searchParams } = new URL(String(address));
        expect(pathname).toBe(`/v2/${id}`);
        if (method === "PATCH") {
            changes.push([searchParams.get("updateMask"), JSON.parse(String(body))]);
            return Response.json({ name: "operations/1", done: true });
        }
        return service ? Response.json(service) : Response.json({ error: { message: "None." } }, { status: 404 });
    };
    const api = new AdminApi({ GOOGLE_OAUTH_ACCESS_TOKEN: "t" }, answer as never, cloudRun);
    return { changes, provider: publicAccessProvider(api) };
}

const disabled = (invokerIamDisabled: boolean) => ["invokerIamDisabled", { invokerIamDisabled }];

test("a public function's service does not check its callers, also after another deployment", async () => {
    const { changes, provider } = withService({});
    expect(await provider.create(inputs)).toEqual({ id, outs: outputs });
    const later = { ...inputs, deployed: "2026-11-23T00:00:00Z" };
    expect(await provider.update?.(id, outputs, later)).toEqual({ outs: { ...outputs, ...later } });
    expect(changes).toEqual([disabled(true), disabled(true)]);
});

test.each<[string, object, object, boolean, string[]]>([
    ["nothing", {}, {}, false, []],
    ["a check of callers", { invokerIamDisabled: false }, {}, true, []],
    ["a deployment of the function", {}, { deployed: "2026-11-23T00:00:00Z" }, true, []],
    ["another project", {}, { project: "acme-prod" }, true, ["project"]],
    ["another region", {}, { location: "us-east1" }, true, ["location"]],
    ["another service", {}, { service: "forecast" }, true, ["service"]],
])("%s changes who may call a public function", async (_, before, now, changes, replaces) => {
    const diff = await withService().provider.diff?.(id, { ...outputs, ...before }, { ...inputs, ...now });
    expect(diff).toEqual({ changes, replaces });
});

test.each([
    ["does not check its callers", { invokerIamDisabled: true }, { id, props: outputs }],
    ["checks its callers", {}, { id, props: { ...outputs, invokerIamDisabled: false } }],
    ["is gone", undefined, { id: "" }],
])("a service that %s is read as such", async (_, service, expected) => {
    expect(await withService(service).provider.read?.(id, outputs)).toEqual(expected);
});

test("an imported service has only what Cloud Run knows", async () => {
    const { provider } = withService({ invokerIamDisabled: true });
    expect(await provider.read?.(id)).toEqual({ id, props: { invokerIamDisabled: true } });
});

test.each([
    ["exists", { invokerIamDisabled: true }, [disabled(false)]],
    ["is gone with its function", undefined, []],
])("a deletion lets a service that %s check its callers", async (_, service, expected) => {
    const { changes, provider } = withService(service);
    await provider.delete?.(id, outputs);
    expect(changes).toEqual(expected);
});
