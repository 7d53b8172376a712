import { findPreviousVersion, isSame, resolveAllocations } from "../../../lib/appengine/admin/rollout";
import type { Version } from "../../../lib/appengine/admin/versions";

/** Versions with these IDs, from oldest to newest. */
const versions = (...ids: string[]): Version[] =>
    ids.map((id, index) => ({ id, servingStatus: "SERVING", createTime: `2026-11-0${index + 1}T00:00:00Z` }));

const story: [string, Parameters<typeof findPreviousVersion>, string][] = [
    ["the first version has no previous one", ["a", { a: 1 }, versions("a")], ""],
    ["the serving version is the previous one", ["b", { a: 1 }, versions("a", "b")], "a"],
    [
        "the version before a canary is the one with most traffic",
        ["c", { a: 0.9, b: 0.1 }, versions("a", "b", "c")],
        "a",
    ],
    [
        "the version before a fixed canary is the serving one, not the broken one",
        ["c", { a: 0.9, b: 0.1 }, versions("a", "b", "c"), { latest: "b", previous: "a" }],
        "a",
    ],
    [
        "after all traffic moved, it is the version that served before, not an intermediate one",
        ["c", { c: 1 }, versions("a", "b", "c"), { latest: "c", previous: "a" }],
        "a",
    ],
    [
        "after a rollback it is the version of the rollback",
        ["c", { a: 1 }, versions("a", "b", "c"), { latest: "c", previous: "a" }],
        "a",
    ],
    [
        "a deleted version is replaced by the newest other one",
        ["c", { c: 1 }, versions("a", "b", "c"), { latest: "c", previous: "gone" }],
        "b",
    ],
    ["in an adopted application it is the newest other version", ["c", { c: 1 }, versions("a", "b", "c")], "b"],
];

test.each(story)("%s", (_, given, previous) => {
    expect(findPreviousVersion(...given)).toBe(previous);
});

const splits: [Record<string, number>, string, Record<string, number>][] = [
    [{ latest: 100 }, "a", { b: 1 }],
    [{ latest: 10, previous: 90 }, "a", { b: 0.1, a: 0.9 }],
    [{ latest: 0.1, previous: 99.9 }, "a", { b: 0.001, a: 0.999 }],
    [{ latest: 1, previous: 99 }, "a", { b: 0.01, a: 0.99 }],
    [{ previous: 100 }, "a", { a: 1 }],
    [{ latest: 0, previous: 100 }, "a", { a: 1 }],
    [{ latest: 10, previous: 90 }, "", { b: 1 }],
    [{ latest: 20, previous: 30, a: 50 }, "a", { b: 0.2, a: 0.8 }],
];

test.each(splits)("%j, with %j before it, is %j", (split, previous, shares) => {
    expect(resolveAllocations({ latest: "b", split, service: "default" }, previous, versions("a", "b"))).toEqual(
        shares,
    );
});

test("a missing version gets no traffic", () => {
    const give = () =>
        resolveAllocations({ latest: "b", split: { latest: 50, gone: 50 }, service: "web" }, "", versions("a", "b"));
    expect(give).toThrow('the service "web" has no version "gone", which is to serve. It has a, b.');
    const giveNone = () => resolveAllocations({ latest: "b", split: { latest: 100 }, service: "web" }, "", []);
    expect(giveNone).toThrow('the service "web" has no version "b", which is to serve. It has none.');
});

test("allocations have three decimal places", () => {
    expect(isSame({ a: 0.1 + 0.2, b: 0.7 }, { a: 0.3, b: 0.7 })).toBe(true);
    expect(isSame({ a: 0.999, b: 0.001 }, { a: 1 })).toBe(false);
    expect(isSame({ a: 1 }, { a: 0.999, b: 0.001 })).toBe(false);
    expect(isSame({ a: 0.9996, b: 0.0004 }, { a: 1 })).toBe(true);
    expect(isSame({ a: 1 }, { a: 0.9994, b: 0.0006 })).toBe(false);
    expect(isSame({}, {})).toBe(true);
});
