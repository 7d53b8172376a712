import { publicAccessProvider } from "../../lib/functions/admin/publicAccess";
import { AdminApi, cloudRun } from "../../lib/internal/adminApi/adminApi";
import { serve } from "../../local/runtime/emulator/server";
import { type Call, Discovery } from "../discovery";
import { World } from "../unit/local/world";

const inputs = { project: "acme-dev", location: "europe-west1", service: "predict", deployed: "2026-11-22T00:00:00Z" };
const id = "projects/acme-dev/locations/europe-west1/services/predict";

/** A local cloud with the service of a function, and its provider; each call is checked against Google's discovery document. */
async function started() {
    const document = await Discovery.of("run.v2");
    const world = new World();
    world.enable("run");
    const template = { containers: [{ image: "europe-docker.pkg.dev/google/hello/app" }] };
    const service = { name: "predict", location: "europe-west1", deletionProtection: false, template };
    const made = world.make("RunService", service);
    const { url, close } = await serve(world.cloud);
    const calls: Call[] = [];
    const recorded: typeof fetch = (input, init) => {
        const { pathname, searchParams } = new URL(String(input));
        const body = init?.body ? JSON.parse(String(init.body)) : undefined;
        const query = Object.fromEntries(searchParams);
        calls.push({ method: init?.method ?? "GET", path: pathname.slice(1), query, body });
        return fetch(input, init);
    };
    const environment = { GOOGLE_CLOUD_RUN_V2_CUSTOM_ENDPOINT: `${url}/v2/`, GOOGLE_OAUTH_ACCESS_TOKEN: "local" };
    const provider = publicAccessProvider(new AdminApi(environment, recorded, cloudRun));
    const end = () => {
        close();
        expect(calls.flatMap((call) => document.problems(call))).toEqual([]);
    };
    const isOpen = () => world.cloud.store.read(`//run.googleapis.com/${id}`)?.state.invokerIamDisabled;
    return { world, made, provider, isOpen, end };
}

test("a service is opened to everybody, and closed again", async () => {
    const { provider, isOpen, end } = await started();
    const { id: made, outs } = await provider.create(inputs);
    expect([made, outs, isOpen()]).toEqual([id, { ...inputs, invokerIamDisabled: true }, true]);
    await provider.delete?.(id, { ...inputs, invokerIamDisabled: true });
    expect(isOpen()).toBe(false);
    end();
});

test("a service that was closed by hand or deployed again is opened by the next update", async () => {
    const { provider, isOpen, end, world } = await started();
    const { outs = { ...inputs, invokerIamDisabled: true } } = await provider.create(inputs);
    const open = { ...inputs, invokerIamDisabled: true };
    expect(await provider.diff?.(id, open, inputs)).toEqual({ changes: false, replaces: [] });
    const entry = world.cloud.store.read(`//run.googleapis.com/${id}`);
    world.cloud.store.write({ ...entry, state: { ...entry?.state, invokerIamDisabled: false } } as NonNullable<
        typeof entry
    >);
    const read = await provider.read?.(id, outs);
    expect(read?.props).toEqual({ ...inputs, invokerIamDisabled: false });
    expect(await provider.diff?.(id, { ...open, invokerIamDisabled: false }, inputs)).toMatchObject({ changes: true });
    expect(await provider.diff?.(id, open, { ...inputs, deployed: "2026-11-23T00:00:00Z" })).toMatchObject({
        changes: true,
    });
    await provider.update?.(id, outs, inputs);
    expect(isOpen()).toBe(true);
    end();
});

test("a deleted service is gone, and a policy that requires the check is reported", async () => {
    const { provider, end, world, made } = await started();
    world.override("run.managed.requireInvokerIam", { enforce: "TRUE" });
    await expect(provider.create(inputs)).rejects.toThrow("constraints/run.managed.requireInvokerIam");
    world.remove(made);
    expect(await provider.read?.(id, { ...inputs, invokerIamDisabled: true })).toEqual({ id: "" });
    await provider.delete?.(id, { ...inputs, invokerIamDisabled: true });
    end();
});
