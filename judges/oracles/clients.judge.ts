import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type ClientCase, caseOf, type Report, runSuite, type Suite, suites } from "./clients/suites";
import { judge, reasonsOf } from "./judge";

const read = (file: string) => JSON.parse(readFileSync(join(__dirname, "clients", file), "utf8"));

const cases: Record<string, string[]> = read("cases.json");
const leftOut: { case: string; reason: string }[] = read("leftOut.json");

let reports: Promise<Map<string, Report>> | undefined;

/** A part of the names of the cases that run. */
const only = process.env.SLIPWAY_ORACLES_ONLY ?? "";

/** The suites take most of their time to start and to wait, so each runs once, and all at the same time. */
function reportsOnce(): Promise<Map<string, Report>> {
    const reported = async (suite: Suite): Promise<[string, Report]> => {
        const ids = (cases[suite.source] as string[]).filter((id) => caseOf(suite, id).name.includes(only));
        return [suite.source, ids.length > 0 ? await runSuite(suite, ids) : { collected: [], outcomes: {} }];
    };
    reports ??= Promise.all(suites.map(reported)).then((found) => new Map(found));
    return reports;
}

/** The tests of Google's clients pass against what the local Google Cloud serves. */
judge<ClientCase>({
    name: "clients",
    cases: suites.flatMap((suite) => (cases[suite.source] as string[]).map((id) => caseOf(suite, id))),
    exceptions: read("exceptions.json"),
    async run({ suite, id }) {
        const outcome = (await reportsOnce()).get(suite.source)?.outcomes[id];
        return outcome?.passed ? [] : [outcome?.text ?? "did not run"];
    },
});

test("clients: the cases are all tests of the suites but those that are left out", async () => {
    const used = new Set<string>();
    const counts: Record<string, number> = {};
    const left = (suite: Suite, id: string) => {
        const found = leftOut.find(
            (row) => reasonsOf([{ ...row, difference: "*", source: "" }], caseOf(suite, id), "")[0],
        );
        if (found) {
            used.add(found.case);
            counts[found.reason] = (counts[found.reason] ?? 0) + 1;
        }
        return found !== undefined;
    };
    const collected = await Promise.all(
        suites.map(async (suite) => {
            const all = (await reportsOnce()).get(suite.source)?.collected ?? [];
            return [suite.source, all.filter((id) => !left(suite, id))];
        }),
    );
    if (only !== "") {
        return;
    }
    const lines = Object.entries(counts).map(([reason, count]) => `    ${count} ${reason}\n`);
    process.stderr.write(`clients: tests that are left out\n${lines.join("")}`);
    expect(Object.fromEntries(collected)).toEqual(cases);
    expect(leftOut.filter((row) => !used.has(row.case))).toEqual([]);
});
