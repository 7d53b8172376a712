import { join } from "node:path";
import { run } from "../../local/toolchain/process";

const root = join(__dirname, "..", "..");
const bench = (...options: string[]) =>
    run("node", [join("judges", "bench", "run.mjs"), "--rounds", "1", "--nodes", "own", ...options], { cwd: root });

const time = String.raw`\d+\.\d+ s \(\d+\.\d+–\d+\.\d+\)`;
const ratio = String.raw`(\d+\.\d+|\*\*\d+\.\d+\*\*)( \(goal [\d.]+\))?`;

test("a table has medians with their ranges, and ratios with their goals, of which missed ones are bold", async () => {
    const samples = (...all: number[]) => all.map((seconds) => ({ seconds, bytes: seconds * 1e8 }));
    const rows = [
        { operation: "odd", samples: { one: samples(3, 1, 2), two: samples(4, 4.5, 20) }, goals: { two: 0.5 } },
        { operation: "even", samples: { one: samples(1, 3), two: samples(1, 1) }, goals: { two: 1.1 } },
        { operation: "alone", samples: { one: [{ seconds: 12.34 }] } },
    ];
    const program = `import { missed, table } from ${JSON.stringify(join(root, "judges", "bench", "run", "table.mjs"))};
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

test.each([
    [
        ["--only", "platform,resources", "--resources", "5"],
        [
            `\`pulumi preview\` without caches, Node ${process.versions.node}`,
            `\`pulumi preview\` after an edit, Node ${process.versions.node}`,
            `\`pulumi preview\` unchanged, Node ${process.versions.node}`,
            "first `pulumi preview` of 5 topics",
            "first `pulumi up` of 5 topics",
            "`pulumi preview` of 5 topics unchanged",
        ],
        String.raw`\d+ / \d+ / \d+ MB`,
    ],
    [
        ["--only", "local"],
        ["first `slipway local up`", "`slipway local preview` unchanged", "`slipway local preview` after an edit"],
        "",
    ],
])("the table compares three programs with %j", async (options, operations, memory) => {
    const output = await bench(...options);
    const [, separator, ...rows] = output.split("\n").filter((line) => line.startsWith("|"));
    expect(output.split("\n")[0]).toBe(
        "| operation | slipway | raw | by an expert | ÷ raw | ÷ by an expert | peak memory |",
    );
    expect(separator).toMatch(/^(\| --- ){7}\|$/);
    const cells = rows.map((row) =>
        row
            .split("|")
            .slice(1, -1)
            .map((cell) => cell.trim()),
    );
    expect(cells.map(([operation]) => operation)).toEqual(operations);
    for (const [, ...measured] of cells) {
        expect(measured.join("|")).toMatch(
            new RegExp(`^${[time, time, time, ratio, ratio, memory].join(String.raw`\|`)}$`),
        );
    }
    expect(output).toMatch(
        /\nThe platform has \d+ lines with slipway, and \d+ without\. Measured on \d{4}-\d\d-\d\d, /,
    );
    expect(output).toMatch(/ with \d+ cores \(.+\), with Node .*: medians of 1 round, in turn, and their range\.\n$/);
});
