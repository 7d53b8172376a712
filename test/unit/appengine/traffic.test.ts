import { resolveTraffic, type StandardTraffic, trafficProblems } from "../../../lib/appengine/traffic";

test("all traffic goes to the latest version by default", () => {
    expect(resolveTraffic({})).toEqual({ split: { latest: 100 }, shardBy: "COOKIE", migrate: false });
    expect(resolveTraffic({ migrate: true })).toEqual({ split: { latest: 100 }, shardBy: "IP", migrate: true });
    expect(resolveTraffic({ split: { previous: 100 }, by: "random" })).toEqual({
        split: { previous: 100 },
        shardBy: "RANDOM",
        migrate: false,
    });
});

type Given = { traffic: StandardTraffic; keep?: number; migrationProblem?: string };

const problems = ({ traffic, keep = 5, migrationProblem }: Given) =>
    trafficProblems({ traffic: resolveTraffic(traffic), keep, migrationProblem });

const right: StandardTraffic[] = [
    { split: { latest: 10, previous: 90 } },
    { split: { latest: 0, previous: 100 } },
    { split: { latest: 0.1, previous: 99.9 } },
    { split: { latest: 33.3, previous: 33.3, v1a2b3c4d: 33.4 }, by: "random" },
    { split: { latest: 1, previous: 99 }, by: "ip" },
    { migrate: true },
];

test.each(right)("traffic can be split as %j", (traffic) => {
    expect(problems({ traffic })).toEqual([]);
});

const wrong: [Given, string, string][] = [
    [{ traffic: { split: {} } }, "traffic.split", "must sum to 100 (got 0)."],
    [{ traffic: { split: { latest: 10, previous: 80 } } }, "traffic.split", "must sum to 100 (got 90)."],
    [{ traffic: { split: { latest: 60, previous: 60 } } }, "traffic.split", "must sum to 100 (got 120)."],
    [
        { traffic: { split: { latest: 0.05, previous: 99.95 } } },
        "traffic.split.latest",
        "must be with at most one decimal (got 0.05).",
    ],
    [
        { traffic: { split: { latest: 0.5, previous: 99.5 }, by: "ip" } },
        "traffic.split.latest",
        "must be a whole number, because traffic is split by address in hundredths (got 0.5).",
    ],
    [{ traffic: { migrate: true }, migrationProblem: "must be false." }, "traffic.migrate", "must be false."],
    [
        { traffic: { split: { latest: 50, previous: 50 } }, keep: 1 },
        "keep",
        "must be 2 at least, because traffic.split has the previous version (got 1).",
    ],
];

test.each(wrong)("%j is refused", (given, path, reason) => {
    expect(problems(given)).toContainEqual({ path, reason });
});
