import { join } from "node:path";
import { run } from "../../toolchain/process";

const root = join(__dirname, "..", "..");
const bench = (...options: string[]) =>
    run("node", [join("bench", "run.mjs"), "--rounds", "1", "--nodes", "own", ...options], { cwd: root });

const time = String.raw`\d+\.\d+ s \(\d+\.\d+–\d+\.\d+\)`;
const ratio = String.raw`(\d+\.\d+|\*\*\d+\.\d+\*\*)( \(goal [\d.]+\))?`;

/** The cells of a Markdown table's lines, without its header. */
function cells(table: string): string[][] {
    const [, separator, ...rows] = table.split("\n").filter((line) => line.startsWith("|"));
    expect(separator).toMatch(/^(\| --- )+\|$/);
    return rows.map((row) =>
        row
            .split("|")
            .slice(1, -1)
            .map((cell) => cell.trim()),
    );
}

test("a table has medians with their ranges, and ratios with their goals, of which missed ones are bold", async () => {
    const samples = (...all: number[]) => all.map((seconds) => ({ seconds, bytes: seconds * 1e8 }));
    const rows = [
        { operation: "odd", samples: { one: samples(3, 1, 2), two: samples(4, 4.5, 20) }, goals: { two: 0.5 } },
        { operation: "even", samples: { one: samples(1, 3), two: samples(1, 1) }, goals: { two: 1.1 } },
        { operation: "alone", samples: { one: [{ seconds: 12.34 }] } },
    ];
    const program = `import { missed, table } from ${JSON.stringify(join(root, "bench", "run", "table.mjs"))};
        const rows = ${JSON.stringify(rows)};
        console.log(table(rows, ["one", "two", "three"]), JSON.stringify(missed(rows, "one")));`;
    expect(await run("node", ["--input-type=module", "--eval", program])).toBe(
        [
            "| operation | one | two | ÷ two | peak memory |",
            "| --- | --- | --- | --- | --- |",
            "| odd | 2.00 s (1.00–3.00) | 4.50 s (4.00–20.00) | 0.44 (goal 0.5) | 200 / 450 MB |",
            "| even | 2.00 s (1.00–3.00) | 1.00 s (1.00–1.00) | **2.00** (goal 1.1) | 200 / 100 MB |",
            '| alone | 12.3 s (12.3–12.3) |  |  |  | ["even: 2.00 × two, not 1.1"]\n',
        ].join("\n"),
    );
});

test("the table compares three programs, by their times, ratios and memory", async () => {
    const output = await bench("--resources", "5");
    expect(output.split("\n")[0]).toBe(
        "| operation | slipway | raw | by an expert | ÷ raw | ÷ by an expert | peak memory |",
    );
    const rows = cells(output);
    const { version } = process;
    expect(rows.map(([operation]) => operation)).toEqual([
        `\`pulumi preview\` without caches, Node ${version.slice(1)}`,
        `\`pulumi preview\` after an edit, Node ${version.slice(1)}`,
        `\`pulumi preview\` unchanged, Node ${version.slice(1)}`,
        "first `slipway local up`",
        "`slipway local preview` unchanged",
        "`slipway local preview` after an edit",
        "first `pulumi preview` of 5 topics",
        "first `pulumi up` of 5 topics",
        "`pulumi preview` of 5 topics unchanged",
    ]);
    for (const [operation = "", ...measured] of rows) {
        const memory = operation.includes("slipway local") ? /^$/ : /^\d+ \/ \d+ \/ \d+ MB$/;
        const patterns = [time, time, time, ratio, ratio].map((pattern) => new RegExp(`^${pattern}$`));
        for (const [index, pattern] of [...patterns, memory].entries()) {
            expect(measured[index]).toMatch(pattern);
        }
    }
    expect(output).toMatch(
        /\nThe platform has \d+ lines with slipway, and \d+ without. Measured on \d{4}-\d\d-\d\d, .* with \d+ cores .*: medians of 1 round, in turn/,
    );
});
