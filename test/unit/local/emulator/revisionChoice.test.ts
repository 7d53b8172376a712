import { sessionCookie, sessionOf } from "../../../../local/runtime/services/run/affinity";
import { chooseRevision, reachableRevisions, shareOf } from "../../../../local/runtime/services/run/chooseRevision";
import { scaleOf } from "../../../../local/runtime/services/run/services";
import { instancesOf } from "../../../../local/runtime/services/run/workerPools";
import type { Inputs } from "../../../../local/simulator/rules/rules";

const latest = "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST";
const named = "TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION";

/** A service in the middle of a canary. */
const canary = {
    latestReadyRevision: "projects/acme-dev/locations/europe-west1/services/web/revisions/web-c",
    trafficStatuses: [
        { type: latest, percent: 10, tag: "candidate", revision: "" },
        { type: named, percent: 70, revision: "web-b", tag: "" },
        { type: named, percent: 20, revision: "web-a", tag: "previous" },
        { type: named, percent: 0, revision: "web-old", tag: "old" },
        { type: named, percent: 0, revision: "web-gone", tag: "" },
    ],
};

test("2,000 requests are split by the weights, within 3 %", () => {
    const counts: Record<string, number> = {};
    for (let sent = 0; sent < 2_000; sent++) {
        const revision = String(chooseRevision(canary, ""));
        counts[revision] = (counts[revision] ?? 0) + 1;
    }
    expect(Object.keys(counts).sort()).toEqual(["web-a", "web-b", "web-c"]);
    for (const [revision, percent] of Object.entries({ "web-a": 20, "web-b": 70, "web-c": 10 })) {
        expect(Math.abs((counts[revision] as number) / 20 - percent)).toBeLessThan(3);
    }
});

test("each share has its part of the random numbers, so that none without a weight is chosen", () => {
    expect(
        [0, 0.0999, 0.1, 0.7999, 0.8, 0.9999].map((random) => chooseRevision(canary, "", new Set(), random)),
    ).toEqual(["web-c", "web-c", "web-b", "web-b", "web-a", "web-a"]);
});

test("the share of a revision that does not start goes to the others, and its tag to none", () => {
    const except = new Set(["web-b"]);
    const chosen = [0, 0.33, 0.34, 0.99].map((random) => chooseRevision(canary, "", except, random));
    expect(chosen).toEqual(["web-c", "web-c", "web-a", "web-a"]);
    expect(chooseRevision(canary, "previous", new Set(["web-a"]))).toBeUndefined();
    expect(chooseRevision(canary, "", new Set(["web-a", "web-b", "web-c"]))).toBeUndefined();
});

test("a tag leads to its revision, with or without a weight, and an unknown one to none", () => {
    const tags = ["candidate", "previous", "old", "new"];
    expect(tags.map((tag) => chooseRevision(canary, tag))).toEqual(["web-c", "web-a", "web-old", undefined]);
});

test("a service without a ready revision has none to choose", () => {
    const broken = { latestReadyRevision: "", trafficStatuses: [{ type: latest, percent: 100 }] };
    expect([chooseRevision(broken, ""), chooseRevision({}, "")]).toEqual([undefined, undefined]);
});

test("reachable revisions are those with a weight or a tag", () => {
    expect(reachableRevisions(canary)).toEqual(["web-c", "web-b", "web-a", "web-old"]);
    expect([shareOf(canary, "web-b"), shareOf(canary, "web-old")]).toEqual([70, 0]);
});

test.each<[name: string, scaling: Inputs, ofRevision: Inputs, share: number, expected: object]>([
    ["of the revision", {}, { minInstanceCount: 1, maxInstanceCount: 5 }, 100, { min: 1, max: 5 }],
    ["by default", {}, { maxInstanceCount: 100 }, 100, { min: 0, max: 100 }],
    ["of the service, by traffic", { minInstanceCount: 10 }, { maxInstanceCount: 100 }, 25, { min: 3, max: 100 }],
    ["the lower maximum", { maxInstanceCount: 3 }, { maxInstanceCount: 100 }, 100, { min: 0, max: 3 }],
    ["set by hand", { scalingMode: "MANUAL", manualInstanceCount: 4 }, {}, 50, { min: 2, max: 2 }],
    ["stopped by hand", { scalingMode: "MANUAL", manualInstanceCount: 0 }, {}, 100, { min: 0, max: 0 }],
])("limits: %s", (_, scaling, ofRevision, share, expected) => {
    const template = { scaling: ofRevision, maxInstanceRequestConcurrency: 80 };
    expect(scaleOf({ scaling }, template, share)).toEqual({ ...expected, concurrency: 80 });
});

test("the instances of a worker pool are split like its shares, and always add up", () => {
    const split = (total: number, ...percents: number[]) =>
        Object.fromEntries(
            instancesOf({
                scaling: { manualInstanceCount: total },
                latestReadyRevision: "pools/revisions/worker-b",
                instanceSplitStatuses: percents.map((percent, index) =>
                    index === 0
                        ? { percent, type: "INSTANCE_SPLIT_ALLOCATION_TYPE_LATEST", revision: "" }
                        : { percent, type: "INSTANCE_SPLIT_ALLOCATION_TYPE_REVISION", revision: "worker-a" },
                ),
            }),
        );
    expect(split(2, 100)).toEqual({ "worker-b": 2 });
    expect(split(10, 30, 70)).toEqual({ "worker-b": 3, "worker-a": 7 });
    expect(split(3, 50, 50)).toEqual({ "worker-b": 2, "worker-a": 1 });
    expect(split(0, 100)).toEqual({ "worker-b": 0 });
});

test("a cookie has the share and the instance of a client for 30 days, among other cookies", () => {
    const cookie = sessionCookie({ share: 0.8999999, instance: "slipway-7-1-web-b" }, Date.UTC(2026, 10, 1));
    expect(cookie).toMatch(/^GAESA=[\w-]+; expires=Tue, 01 Dec 2026 00:00:00 GMT; path=\/$/);
    const [value = ""] = cookie.split(";");
    for (const cookies of [value, `theme=dark; ${value}`, `${value};lang=de`]) {
        expect(sessionOf(cookies)).toEqual({ share: 0.899999, instance: "slipway-7-1-web-b" });
    }
    for (const cookies of [
        undefined,
        "",
        "GAESA=",
        "GAESA=CpoBMDA1ZWI2",
        `MY${value}`,
        `${value}!`.replace("=", "=!"),
    ]) {
        expect(sessionOf(cookies)).toBeUndefined();
    }
});

test("a change of the traffic moves only the clients whose share moves", () => {
    const split = (candidate: number) => ({
        trafficStatuses: [
            { type: named, percent: 100 - candidate, revision: "web-a" },
            { type: named, percent: candidate, revision: "web-b" },
        ],
    });
    const clients = [...Array(100)].map((_, index) => index / 100);
    const at = (candidate: number) => clients.map((share) => chooseRevision(split(candidate), "", new Set(), share));
    const [before, after] = [at(10), at(20)];
    expect(clients.filter((_, index) => before[index] !== after[index])).toHaveLength(10);
});
