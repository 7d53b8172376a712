import { resolveTraffic, type StandardTraffic, trafficProblems } from "../../../lib/appengine/traffic";
import { type Problem, problem } from "../../../lib/internal/arguments/argumentsError";

test("all traffic goes to the latest version by default", () => {
    expect(resolveTraffic({})).toEqual({ split: { latest: 100 }, shardBy: "COOKIE", migrate: false });
    expect(resolveTraffic({ migrate: true })).toEqual({ split: { latest: 100 }, shardBy: "IP", migrate: true });
    expect(resolveTraffic({ split: { previous: 100 }, by: "random" })).toEqual({
        split: { previous: 100 },
        shardBy: "RANDOM",
        migrate: false,
    });
});

type Given = { traffic: StandardTraffic; keep?: number; migrationProblem?: Problem };

const migrationProblem = problem("traffic.migrate", "appengine/migrate-without-warmup", "must be false.");

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

test("only the latest version is kept if all traffic goes there, and the previous one if two are kept", () => {
    expect(problems({ traffic: {}, keep: 1 })).toEqual([]);
    expect(problems({ traffic: { split: { previous: 100 } }, keep: 2 })).toEqual([]);
});

const wrong: [Given, string, string][] = [
    [{ traffic: { split: {} } }, "traffic.split", "traffic/split-sum"],
    [{ traffic: { split: { latest: 10, previous: 80 } } }, "traffic.split", "traffic/split-sum"],
    [{ traffic: { split: { latest: 60, previous: 60 } } }, "traffic.split", "traffic/split-sum"],
    [{ traffic: { split: { latest: 0.05, previous: 99.95 } } }, "traffic.split.latest", "traffic/split-too-fine"],
    [
        { traffic: { split: { latest: 0.5, previous: 99.5 }, by: "ip" } },
        "traffic.split.latest",
        "traffic/split-too-fine",
    ],
    [{ traffic: { migrate: true }, migrationProblem }, "traffic.migrate", "appengine/migrate-without-warmup"],
    [{ traffic: { split: { latest: 50, previous: 50 } }, keep: 1 }, "keep", "appengine/keep-without-previous-version"],
];

test.each(wrong)("%j is refused", (given, path, id) => {
    expect(problems(given)).toContainEqual(expect.objectContaining({ path, id }));
});

test.each([
    ["cookie", 0.05, "must have at most one decimal (got 0.05)."],
    ["ip", 0.5, "must be a whole number, because traffic is split by address in hundredths (got 0.5)."],
] as const)("a share that is too fine by %s is refused with its reason", (by, latest, message) => {
    const [problem] = problems({ traffic: { split: { latest, previous: 100 - latest }, by } });
    expect(problem?.reason).toBe(message);
});
