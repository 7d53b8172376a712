import { applicationProvider } from "../../lib/appengine/admin/application";
import type { ApplicationInputs, RolloutInputs, RolloutOutputs } from "../../lib/appengine/admin/inputs";
import { rolloutProvider } from "../../lib/appengine/admin/rollout";
import { AdminApi } from "../../lib/internal/adminApi/adminApi";
import { serve } from "../../local/runtime/emulator/server";
import { type Call, Discovery } from "../discovery";
import { application, deploy, deployFlexible, warmup, withSource } from "../unit/local/appengineWorld";
import type { World } from "../unit/local/world";

let document: Discovery;
beforeAll(async () => {
    document = await Discovery.of("appengine.v1");
});

/**
 * Returns the API calls, such as `PATCH appengine.apps.services.patch`, after checking them against Google's discovery
 * document.
 */
async function calling(world: World, act: (api: AdminApi) => Promise<unknown>): Promise<string[]> {
    const { url, close } = await serve(world.cloud);
    const calls: Call[] = [];
    const recorded: typeof fetch = (input, init) => {
        const { pathname, searchParams } = new URL(String(input));
        const body = init?.body === undefined || init.body === null ? undefined : JSON.parse(String(init.body));
        calls.push({
            method: init?.method ?? "GET",
            path: pathname.slice(1),
            query: Object.fromEntries(searchParams),
            body,
        });
        return fetch(input, init);
    };
    const environment = {
        GOOGLE_APP_ENGINE_CUSTOM_ENDPOINT: `${url}/v1/`,
        GOOGLE_OAUTH_ACCESS_TOKEN: "local",
    };
    await act(new AdminApi(environment, recorded)).finally(close);
    expect(calls.flatMap((call) => document.problems(call))).toEqual([]);
    return calls
        .filter(({ method }) => method !== "GET")
        .map(({ method, path }) => `${method} ${path.replace("v1/", "")}`);
}

const settings: ApplicationInputs = {
    project: "acme-dev",
    locationId: "europe-west",
    servingStatus: "SERVING",
    sslPolicy: "MODERN",
    iap: { enabled: false },
};
const client = { oauth2ClientId: "1-a.apps.googleusercontent.com", oauth2ClientSecret: "sea" };

test("an application is created if there is none, otherwise adopted with its settings", async () => {
    const world = withSource();
    const made = await calling(world, async (api) => {
        const { id, outs } = await applicationProvider(api).create(settings);
        expect([id, outs]).toEqual(["acme-dev", { ...settings, ...hosts }]);
    });
    expect(made).toEqual(["POST apps"]);
    const other: ApplicationInputs = { ...settings, servingStatus: "USER_DISABLED", iap: { enabled: true, ...client } };
    const adopted = await calling(world, async (api) => {
        const provider = applicationProvider(api);
        expect(await provider.check?.({} as ApplicationInputs, other)).toEqual({ inputs: other, failures: [] });
        await provider.create(other);
        const read = await provider.read?.("acme-dev", { ...other, ...hosts });
        expect(read).toEqual({ id: "acme-dev", props: { ...other, ...hosts } });
        // Somebody turned the proxy on outside of the program.
        const drifted = await provider.read?.("acme-dev", { ...other, ...hosts, iap: { enabled: false } });
        expect(drifted?.props?.iap).toEqual({ enabled: true });
        expect(await provider.diff?.("acme-dev", read?.props as never, other)).toEqual({
            changes: false,
            replaces: [],
        });
        await provider.delete?.("acme-dev", read?.props as never);
        const reason = expect.stringMatching(
            /^iap: is missing, and Identity-Aware Proxy, which protects the App Engine/,
        );
        const open = await provider.check?.({} as ApplicationInputs, settings);
        expect(open?.failures).toEqual([{ property: "", reason }]);
        await expect(provider.create(settings)).rejects.toThrow("iap: is missing");
    });
    expect(adopted).toEqual(["PATCH apps/acme-dev"]);
});

test("an application that the API returns without some fields has outputs that Pulumi can store", async () => {
    const { id, ...application } = { id: "acme-dev", ...settings, defaultHostname: hosts.defaultHostname };
    const answer = async () => Response.json({ id, ...application });
    const api = new AdminApi({ GOOGLE_OAUTH_ACCESS_TOKEN: "local" }, answer);
    const none = { defaultBucket: "", codeBucket: "", gcrDomain: "" };
    expect((await applicationProvider(api).create(settings)).outs).toEqual({ ...settings, ...hosts, ...none });
});

const hosts = {
    defaultHostname: "acme-dev.ew.r.appspot.com",
    defaultBucket: "acme-dev.appspot.com",
    codeBucket: "staging.acme-dev.appspot.com",
    gcrDomain: "eu.gcr.io",
};

const path = "apps/acme-dev/services";
const rollout = (service: string, more: Partial<RolloutInputs>): RolloutInputs => ({
    project: "acme-dev",
    service,
    latest: "v00000002",
    split: { latest: 100 },
    shardBy: "COOKIE",
    migrate: false,
    keep: 5,
    ...more,
});

test("traffic is split, moved back and migrated gradually, and unused versions are deleted", async () => {
    const world = application();
    for (const version of ["v00000000", "by-hand", "v00000001", "v00000002"]) {
        deploy(world, version, warmup);
    }
    let now: RolloutOutputs | undefined;
    const towards = (api: AdminApi, more: Partial<RolloutInputs>) => async () => {
        const inputs = rollout("default", more);
        const provider = rolloutProvider(api);
        now = (
            now ? (await provider.update?.("", now, inputs))?.outs : (await provider.create(inputs)).outs
        ) as RolloutOutputs;
        return now.allocations;
    };
    const calls = await calling(world, async (api) => {
        const half = { split: { latest: 50, previous: 50 } };
        expect(await towards(api, half)()).toEqual({ v00000002: 0.5, v00000000: 0.5 });
        expect(await towards(api, { split: { previous: 100 } })()).toEqual({ v00000000: 1 });
        expect(await towards(api, { migrate: true, shardBy: "IP", keep: 2 })()).toEqual({ v00000002: 1 });
        expect(now?.previous).toBe("v00000000");
    });
    expect(calls).toEqual([
        `PATCH ${path}/default`,
        `PATCH ${path}/default`,
        `PATCH ${path}/default`,
        `DELETE ${path}/default/versions/v00000001`,
    ]);
});

test("a flexible version is stopped without traffic, started before it gets traffic, and deleted with its service", async () => {
    const world = application();
    deploy(world, "v00000001");
    deployFlexible(world, "v00000001", { service: "predictions" });
    deployFlexible(world, "v00000002", { service: "predictions" });
    const of = `${path}/predictions`;
    const calls = await calling(world, async (api) => {
        const provider = rolloutProvider(api);
        const { outs } = await provider.create(rollout("predictions", {}));
        const back = rollout("predictions", { split: { previous: 100 } });
        await provider.update?.(of, outs as RolloutOutputs, back);
        await provider.delete?.(of, outs as RolloutOutputs);
        expect(await provider.read?.(of, outs)).toEqual({ id: "" });
        // The second deletion finds nothing to delete.
        await provider.delete?.(of, outs as RolloutOutputs);
    });
    const stopped = `PATCH ${of}/versions/v00000001`;
    expect(calls).toEqual([`PATCH ${of}`, stopped, stopped, `PATCH ${of}`, `DELETE ${of}`]);
});

test("a flexible version that is no longer kept is deleted, and not stopped as well", async () => {
    const world = application();
    deploy(world, "v00000001");
    for (const version of ["v00000001", "v00000002", "v00000003"]) {
        deployFlexible(world, version, { service: "predictions" });
    }
    const of = `${path}/predictions`;
    const calls = await calling(world, (api) =>
        rolloutProvider(api).create(rollout("predictions", { latest: "v00000003", keep: 2 })),
    );
    expect(calls).toEqual([`PATCH ${of}`, `DELETE ${of}/versions/v00000002`, `PATCH ${of}/versions/v00000001`]);
});

test("the default service keeps its serving version, without idle instances", async () => {
    const world = application();
    const waiting = {
        automaticScaling: { minIdleInstances: 1, standardSchedulerSettings: { minInstances: 2, maxInstances: 4 } },
    };
    deploy(world, "v00000001", { ...warmup, ...waiting });
    deploy(world, "v00000002");
    const calls = await calling(world, async (api) => {
        await rolloutProvider(api).delete?.(`${path}/default`, rollout("default", {}) as RolloutOutputs);
        const [left] = await api.list<object>(`${path}/default/versions`, "versions");
        expect(left).toMatchObject({ id: "v00000001", servingStatus: "SERVING" });
        expect(left).not.toHaveProperty("automaticScaling.standardSchedulerSettings.minInstances", 2);
    });
    expect(calls.sort()).toEqual([
        `DELETE ${path}/default/versions/v00000002`,
        `PATCH ${path}/default/versions/v00000001`,
    ]);
});
