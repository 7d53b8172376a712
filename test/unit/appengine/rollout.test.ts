import type { RolloutInputs, RolloutOutputs } from "../../../lib/appengine/admin/inputs";
import { rolloutProvider } from "../../../lib/appengine/admin/rollout";
import { canStop, type Version } from "../../../lib/appengine/admin/versions";
import type { Inputs } from "../../../local/simulator/rules/rules";
import { application, deploy, deployFlexible, warmup } from "../local/appengineWorld";
import type { World } from "../local/world";
import { endTime, localApi, simulateTime } from "./localApi";

const basic = { basicScaling: { maxInstances: 2 }, instanceClass: "B2" };
const inputs: RolloutInputs = {
    project: "acme-dev",
    service: "default",
    latest: "v00000001",
    split: { latest: 100 },
    shardBy: "COOKIE",
    migrate: false,
    keep: 2,
};
const path = "apps/acme-dev/services/default";
const version = (number: number) => `v0000000${number}`;
const [first, second, third, fourth] = [1, 2, 3, 4].map(version) as [string, string, string, string];

beforeEach(simulateTime);
afterEach(endTime);

/** An application with versions, by their arguments; the first one has all traffic, unless the service is split otherwise. */
function versions(all: Record<string, Inputs>, split?: Inputs): World {
    const world = application();
    for (const [index, [id, more]] of Object.entries(all).entries()) {
        jest.spyOn(world.cloud, "now").mockReturnValue(new Date(`2026-11-1${index}T00:00:00Z`));
        const { env, ...others } = more;
        (env === "flexible" ? deployFlexible : deploy)(world, id, others);
    }
    if (split) {
        world.make("EngineSplitTraffic", { service: "default", migrateTraffic: false, split });
    }
    return world;
}

/** The provider on a local cloud. */
function on(world: World) {
    const { api, changes, call } = localApi(world);
    const provider = rolloutProvider(api);
    const create = async (more: Partial<RolloutInputs> = {}) =>
        (await provider.create({ ...inputs, ...more })).outs as RolloutOutputs;
    return { provider, create, changes, call };
}

const changed = ({ changes }: ReturnType<typeof on>) => changes.splice(0);
const traffic = (split: Inputs) => [`PATCH ${path}?updateMask=split`, { split }];
const stopped = (id: string) => [`PATCH ${path}/versions/${id}?updateMask=servingStatus`, { servingStatus: "STOPPED" }];
const started = (id: string) => [`PATCH ${path}/versions/${id}?updateMask=servingStatus`, { servingStatus: "SERVING" }];
const deleted = (id: string) => [`DELETE ${path}/versions/${id}`];

test("the only version has all traffic already", async () => {
    const cloud = on(versions({ [first]: {} }));
    const allocations = { [first]: 1 };
    expect(await cloud.create()).toEqual({ ...inputs, previous: "", wanted: allocations, allocations });
    expect(changed(cloud)).toEqual([]);
});

test("a canary gets its share by the cookie of visitors, and then all traffic", async () => {
    const cloud = on(versions({ [first]: {}, [second]: {} }));
    const canary = { ...inputs, latest: second, split: { latest: 10, previous: 90 } };
    const made = await cloud.create(canary);
    const allocations = { [first]: 0.9, [second]: 0.1 };
    expect(made).toEqual({ ...canary, previous: first, wanted: allocations, allocations });
    expect(changed(cloud)).toEqual([traffic({ shardBy: "COOKIE", allocations })]);
    // The same again changes nothing; another way to share does.
    await cloud.provider.update?.(path, made, canary);
    expect(changed(cloud)).toEqual([]);
    await cloud.provider.update?.(path, made, { ...canary, shardBy: "RANDOM" });
    expect(changed(cloud)).toEqual([traffic({ shardBy: "RANDOM", allocations })]);
    expect((await cloud.provider.update?.(path, made, { ...canary, split: { latest: 100 } }))?.outs).toMatchObject({
        previous: first,
    });
    expect(changed(cloud)).toEqual([traffic({ shardBy: "UNSPECIFIED", allocations: { [second]: 1 } })]);
});

test("traffic migrates gradually by IP address", async () => {
    const cloud = on(versions({ [first]: {}, [second]: warmup }));
    await cloud.create({ latest: second, migrate: true, shardBy: "IP" });
    const split = { shardBy: "IP", allocations: { [second]: 1 } };
    expect(changed(cloud)).toEqual([[`PATCH ${path}?updateMask=split&migrateTraffic=true`, { split }]]);
});

test("versions beyond those that are kept are deleted, oldest first, but not those that others deployed", async () => {
    const cloud = on(versions({ manual: {}, [second]: {}, [first]: basic, [third]: {}, [fourth]: {} }));
    await cloud.create({ latest: fourth, keep: 2 });
    // The version that served before is kept too, and is of others.
    expect(changed(cloud)).toEqual([
        traffic({ shardBy: "UNSPECIFIED", allocations: { [fourth]: 1 } }),
        deleted(first),
        deleted(second),
    ]);
});

test("a version for a rollback and versions with traffic are kept beyond the number", async () => {
    const cloud = on(versions({ [first]: {}, [second]: {}, [third]: {}, [fourth]: {} }));
    await cloud.create({ latest: fourth, keep: 1, split: { latest: 50, [second]: 50 } });
    expect(changed(cloud)).toEqual([
        traffic({ shardBy: "COOKIE", allocations: { [fourth]: 0.5, [second]: 0.5 } }),
        deleted(third),
    ]);
});

test("versions without traffic that would cost are stopped, except for the latest, and start before they get traffic", async () => {
    const cloud = on(versions({ manual: basic, [first]: basic, [second]: basic, [third]: {}, [fourth]: basic }));
    const four = { ...inputs, latest: fourth, keep: 9 };
    const made = await cloud.create({ ...four, split: { [first]: 100 } });
    expect(changed(cloud)).toEqual([traffic({ shardBy: "UNSPECIFIED", allocations: { [first]: 1 } }), stopped(second)]);
    await cloud.provider.update?.(path, made, { ...four, split: { [second]: 100 } });
    expect(changed(cloud)).toEqual([
        started(second),
        traffic({ shardBy: "UNSPECIFIED", allocations: { [second]: 1 } }),
        stopped(first),
    ]);
    // What is stopped is not stopped again.
    await cloud.provider.update?.(path, made, { ...four, split: { [second]: 100 } });
    expect(changed(cloud)).toEqual([]);
});

test("a service without traffic yet gets it", async () => {
    const { api, changes } = localApi(versions({ [first]: {} }));
    jest.spyOn(api, "get").mockResolvedValueOnce({ id: "default" });
    const { outs } = await rolloutProvider(api).create(inputs);
    expect(outs).toMatchObject({ previous: "", allocations: { [first]: 1 } });
    expect(changes).toEqual([traffic({ shardBy: "UNSPECIFIED", allocations: { [first]: 1 } })]);
});

test.each<[boolean, Partial<Version>]>([
    [true, { env: "flexible" }],
    [true, { env: "flex" }],
    [true, { env: "standard", basicScaling: {} }],
    [true, { env: "standard", manualScaling: {} }],
    [false, { env: "standard", automaticScaling: {} }],
])("it is %s that App Engine can stop a version with %j", (isPossible, version) => {
    expect(canStop({ id: first, servingStatus: "SERVING", createTime: "", ...version })).toBe(isPossible);
});

const missing = `traffic.split.v1: the service "default" has no version "v1". It has ${first}, ${second}.`;

test.each<[string, Record<string, number>, Partial<RolloutInputs>, string[]]>([
    ["the latest and the previous one", { latest: 50, previous: 50 }, {}, []],
    ["the latest one by its id", { [second]: 100 }, {}, []],
    ["one that exists", { [first]: 100 }, {}, []],
    ["one that does not exist", { v1: 50, [first]: 50 }, {}, [missing]],
    ["one that has not changed", { v1: 100 }, { split: { v1: 100 } }, []],
    ["one instead of another", { v1: 100 }, { split: { v2: 100 } }, [missing]],
])("at preview, traffic for %s is checked", async (_, split, olds, reasons) => {
    const { provider } = on(versions({ [first]: {}, [second]: {} }));
    const news = { ...inputs, latest: second, split };
    const failures = reasons.map((reason) => ({ property: "", reason }));
    expect(await provider.check?.(olds as RolloutInputs, news)).toEqual({ inputs: news, failures });
});

test("a version of a service that does not exist yet is missing", async () => {
    const { provider } = on(application());
    const news = { ...inputs, service: "web", split: { v1: 100 } };
    expect((await provider.check?.({} as RolloutInputs, news))?.failures).toEqual([
        { property: "", reason: 'traffic.split.v1: the service "web" has no version "v1". It has none.' },
    ]);
});

const before: RolloutOutputs = { ...inputs, previous: "", wanted: { [first]: 1 }, allocations: { [first]: 1 } };

test.each<[string, Partial<RolloutInputs>, boolean, string[]]>([
    ["nothing", {}, false, []],
    ["the latest version", { latest: second }, true, []],
    ["the shares", { split: { latest: 90, previous: 10 } }, true, []],
    ["how visitors are told apart", { shardBy: "IP" }, true, []],
    ["the migration", { migrate: true }, true, []],
    ["the number of versions", { keep: 5 }, true, []],
    ["the project", { project: "acme-new" }, false, ["project"]],
    ["the service", { service: "web" }, false, ["service"]],
])("another value of %s is an update, or a replacement", async (_, change, changes, replaces) => {
    const diff = await rolloutProvider().diff?.(path, before, { ...inputs, ...change });
    expect(diff).toEqual({ changes, replaces, deleteBeforeReplace: true });
});

test("traffic that others have changed is set again", async () => {
    const cloud = on(versions({ [first]: {}, [second]: {} }));
    const made = await cloud.create();
    await cloud.call("PATCH", `${path}?updateMask=split`, { split: { allocations: { [second]: 1 } } });
    const read = await cloud.provider.read?.(path, made);
    expect(read).toEqual({ id: path, props: { ...made, allocations: { [second]: 1 } } });
    expect(await cloud.provider.diff?.(path, read?.props as RolloutOutputs, inputs)).toMatchObject({ changes: true });
    expect(await cloud.provider.read?.("apps/acme-dev/services/web", made)).toEqual({ id: "" });
});

describe("a deleted rollout", () => {
    test("deletes its service, unless it is gone", async () => {
        const world = versions({ [first]: {} });
        deploy(world, first, { service: "web" });
        const cloud = on(world);
        const web = { ...before, service: "web" };
        await cloud.provider.delete?.("apps/acme-dev/services/web", web);
        await cloud.provider.delete?.("apps/acme-dev/services/web", web);
        expect(changed(cloud)).toEqual([["DELETE apps/acme-dev/services/web"]]);
    });

    test("deletes versions of the default service without traffic, and stops the others, but not those of others", async () => {
        const cloud = on(versions({ [first]: basic, [second]: {}, manual: {} }));
        await cloud.provider.delete?.(path, before);
        expect(changed(cloud)).toEqual([stopped(first), deleted(second)]);
        await cloud.provider.delete?.(path, before);
        expect(changed(cloud)).toEqual([]);
    });

    const idle = (minIdleInstances: number, minInstances: number) => ({
        automaticScaling: { minIdleInstances, standardSchedulerSettings: { minInstances } },
    });

    test.each([
        [0, 0, []],
        [1, 0, ["scaled to zero"]],
        [0, 1, ["scaled to zero"]],
    ])(
        "scales an automatic version with %d idle and %d instances to zero, which cannot be stopped",
        async (...given) => {
            const [minIdle, min, changes] = given;
            const cloud = on(versions({ [first]: { ...warmup, ...idle(minIdle, min) } }));
            await cloud.provider.delete?.(path, before);
            const fields = "automaticScaling.minIdleInstances,automaticScaling.standardSchedulerSettings.minInstances";
            const zero = [`PATCH ${path}/versions/${first}?updateMask=${fields}`, idle(0, 0)];
            expect(changed(cloud)).toEqual(changes.map(() => zero));
        },
    );

    test.each([undefined, {}, { standardSchedulerSettings: {} }])(
        "leaves an automatic version alone that has no minimum of instances: %j",
        async (automaticScaling) => {
            const { api, changes } = localApi(versions({ [first]: {} }));
            const version: Version = { id: first, servingStatus: "SERVING", createTime: "", automaticScaling };
            jest.spyOn(api, "list").mockResolvedValueOnce([version]);
            await rolloutProvider(api).delete?.(path, before);
            expect(changes).toEqual([]);
        },
    );

    test("stops a version of the flexible environment", async () => {
        const scaling = { automaticScaling: { cpuUtilization: { targetUtilization: 0.5 } }, manualScaling: undefined };
        const cloud = on(versions({ [first]: { env: "flexible", ...scaling } }));
        await cloud.provider.delete?.(path, before);
        expect(changed(cloud)).toEqual([stopped(first)]);
    });
});

test("the version before the latest is the newest of the others", async () => {
    const cloud = on(
        versions({ [third]: {}, [first]: {}, [second]: {} }, { shardBy: "IP", allocations: { [second]: 1 } }),
    );
    expect(await cloud.create({ latest: second })).toMatchObject({ previous: first });
});
