import type { Inputs } from "../../../local/simulator/rules/rules";
import { setServingStatus } from "../../../local/simulator/services/appengine/versions";
import { application, deploy, deployFlexible, warmup } from "./appengineWorld";
import { refusalOf, type World } from "./world";

const splitOf = (world: World, service = "default") =>
    world.cloud.store.read(`//appengine.googleapis.com/apps/acme-dev/services/${service}`)?.state.split;

const split = (world: World, allocations: Inputs, more: Inputs = {}) => {
    const { shardBy = "COOKIE", ...rest } = more;
    return world.make("EngineSplitTraffic", {
        service: "default",
        migrateTraffic: false,
        split: { allocations, shardBy },
        ...rest,
    });
};

test("traffic is split among the versions of a service, and remains so after the program is destroyed", () => {
    const world = application();
    deploy(world, "v1");
    deploy(world, "v2");
    const made = split(world, { v1: "0.905", v2: "0.095" });
    expect(made.id).toBe("apps/acme-dev/services/default");
    expect(splitOf(world)).toEqual({ shardBy: "COOKIE", allocations: { v1: 0.905, v2: 0.095 } });
    world.update(made, { ...made.inputs, split: { allocations: { v2: "1" } } });
    expect(splitOf(world)).toEqual({ allocations: { v2: 1 } });
    world.remove(made);
    expect(splitOf(world)).toEqual({ allocations: { v2: 1 } });
});

test("the provider does not detect traffic splits by others", () => {
    const world = application();
    deploy(world, "v1");
    deploy(world, "v2");
    const made = split(world, { v1: "1" });
    split(world, { v2: "1" });
    expect(world.refreshed(made)?.state.split).toEqual(made.state.split);
});

const creating = "Error creating ServiceSplitTraffic: googleapi: Error";

test.each<[string, Inputs, Inputs, string]>([
    ["no version", {}, {}, `${creating} 400: Traffic split allocations must not be empty.`],
    [
        "an unknown version",
        { v9: "1" },
        {},
        `${creating} 404: Version 'apps/acme-dev/services/default/versions/v9' not found.`,
    ],
    [
        "a version that is stopped",
        { v3: "1" },
        {},
        `${creating} 400: Cannot allocate traffic to version 'v3', because it is not serving.`,
    ],
    [
        "less than 100 %",
        { v1: "0.5", v2: "0.4" },
        {},
        `${creating} 400: Traffic allocations must sum to 1.0, but sum to 0.9.`,
    ],
    [
        "more than 100 %",
        { v1: "1", v2: "0.1" },
        {},
        `${creating} 400: Traffic allocations must sum to 1.0, but sum to 1.1.`,
    ],
    [
        "nothing",
        { v1: "1", v2: "0" },
        {},
        `${creating} 400: Traffic allocation for version 'v2' (0) must be in the range (0.0, 1.0].`,
    ],
    [
        "more than two decimal places by IP",
        { v1: "0.905", v2: "0.095" },
        { shardBy: "IP" },
        "(0.905) has more than 2 decimal places.",
    ],
    ["more than three decimal places", { v1: "0.9005", v2: "0.0995" }, {}, "(0.9005) has more than 3 decimal places."],
    [
        "an unknown service",
        { v1: "1" },
        { service: "web" },
        `${creating} 404: Service 'apps/acme-dev/services/web' not found.`,
    ],
    [
        "an unknown type of split",
        { v1: "1" },
        { migrateTraffic: undefined },
        `${creating} 400: Invalid value at 'migrate_traffic' (TYPE_BOOL), ""`,
    ],
])("traffic to %s is refused", (_, allocations, more, words) => {
    const world = application();
    deploy(world, "v1");
    deploy(world, "v2");
    const { state } = deploy(world, "v3", { basicScaling: { maxInstances: 1 }, instanceClass: "B1" });
    setServingStatus(world.cloud, state, "STOPPED");
    expect(refusalOf(() => split(world, allocations, more))).toContain(words);
    expect(splitOf(world)).toEqual({ allocations: { v1: 1 } });
});

test("traffic is migrated to one version, by IP or cookie, with warmup requests and automatic scaling", () => {
    const world = application();
    deploy(world, "v1");
    deploy(world, "v2", warmup);
    deploy(world, "v3", { ...warmup, basicScaling: { maxInstances: 1 }, instanceClass: "B1" });
    const migrate = (allocations: Inputs, shardBy = "IP") =>
        split(world, allocations, { shardBy, migrateTraffic: true });
    expect(refusalOf(() => migrate({ v1: "0.5", v2: "0.5" }))).toContain(
        "400: Traffic can only be migrated to a single version.",
    );
    expect(refusalOf(() => migrate({ v2: "1" }, "RANDOM"))).toContain(
        "shard_by of the traffic split to be IP or COOKIE.",
    );
    const cold = (version: string) =>
        `requires warmup requests and automatic scaling to be enabled for version '${version}'.`;
    expect(refusalOf(() => migrate({ v1: "1" }))).toContain(cold("v1"));
    expect(refusalOf(() => migrate({ v3: "1" }))).toContain(cold("v3"));
    migrate({ v2: "1" });
    expect(splitOf(world)).toEqual({ shardBy: "IP", allocations: { v2: 1 } });
});

test("traffic of the flexible environment cannot be migrated, but split", () => {
    const world = application();
    deployFlexible(world, "v1");
    deployFlexible(world, "v2");
    expect(refusalOf(() => split(world, { v2: "1" }, { shardBy: "IP", migrateTraffic: true }))).toBe(
        `${creating} 400: Traffic migration does not support App Engine Flexible Environment.`,
    );
    split(world, { v1: "0.5", v2: "0.5" });
    expect(splitOf(world)).toEqual({ shardBy: "COOKIE", allocations: { v1: 0.5, v2: 0.5 } });
});

test("a service has ingress settings, and a refresh detects changes", () => {
    const world = application();
    deploy(world, "v1");
    const settings = (kind: string) => ({
        networkSettings: { ingressTrafficAllowed: `INGRESS_TRAFFIC_ALLOWED_${kind}` },
    });
    const made = world.make("ServiceNetworkSettings", { service: "default", ...settings("INTERNAL_ONLY") });
    const path = "//appengine.googleapis.com/apps/acme-dev/services/default";
    expect(world.cloud.store.read(path)?.state).toMatchObject(settings("INTERNAL_ONLY"));
    world.make("ServiceNetworkSettings", { service: "default", ...settings("ALL") });
    expect(world.refreshed(made)?.state).toMatchObject(settings("ALL"));
    world.remove(made);
    expect(world.cloud.store.read(path)?.state).toMatchObject(settings("ALL"));
    expect(refusalOf(() => world.make("ServiceNetworkSettings", { service: "web", ...settings("ALL") }))).toBe(
        "Error creating ServiceNetworkSettings: googleapi: Error 404: Service 'apps/acme-dev/services/web' not found.",
    );
});
