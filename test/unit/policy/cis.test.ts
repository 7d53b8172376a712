import { readFileSync } from "node:fs";
import { join } from "node:path";
import { rules } from "../../../packages/policy/rules";

/** The recommendations by their IDs only: the text of the benchmark is not free. */
interface Recommendation {
    level: 1 | 2;
    /** The checks of Prowler. */
    prowler: string[];
    /** Why no rule covers it. */
    notShown?: string;
}

const { versions }: { versions: Record<"4.0" | "5.0", Record<string, Recommendation>> } = JSON.parse(
    readFileSync(join(__dirname, "..", "..", "..", "packages", "policy", "cis.json"), "utf8"),
);

const covered = (version: "4.0" | "5.0") => new Set(rules.flatMap(({ cis }) => cis?.[version] ?? []));

test.each(["4.0", "5.0"] as const)(
    "a rule covers each recommendation of CIS %s, or a reason says why none does",
    (version) => {
        const all = Object.entries(versions[version]);
        const byRule = covered(version);
        expect([...byRule].filter((id) => !(id in versions[version]))).toEqual([]);
        expect(all.filter(([id, { notShown }]) => byRule.has(id) === (notShown !== undefined))).toEqual([]);
        expect({ all: all.length, covered: byRule.size }).toEqual(
            version === "4.0" ? { all: 84, covered: 74 } : { all: 93, covered: 76 },
        );
    },
);

test("a rule covers the same recommendation in both versions, unless one of them does not have it", () => {
    // Prowler's checks tell which recommendations are the same, and those that it has no check for are named here.
    const sameCheck = (four: string, five: string) =>
        versions["4.0"][four]?.prowler.join() === versions["5.0"][five]?.prowler.join();
    const different = rules.filter(({ cis = {} }) => {
        const [four = [], five = []] = [cis["4.0"], cis["5.0"]];
        return four.length === five.length && !four.every((id, index) => sameCheck(id, five[index] as string));
    });
    expect(different.map(({ name }) => name)).toEqual([]);
    expect(rules.filter(({ cis }) => cis && cis["4.0"]?.length !== cis["5.0"]?.length).map(({ name }) => name)).toEqual(
        ["sql-iam-authentication", "sql-deletion-protection"],
    );
});
