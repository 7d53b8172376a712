import {
    cpSync,
    existsSync,
    mkdtempSync,
    readdirSync,
    readFileSync,
    rmSync,
    symlinkSync,
    writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "../../local/toolchain/process";

/** The tests of starters, as users run them in a copy, and the table of what runs of each. */

const root = join(__dirname, "..", "..");
const examples = join(root, "examples");
const starters = readdirSync(examples);

const copies = mkdtempSync(join(tmpdir(), "slipway-starters-"));
afterAll(() => rmSync(copies, { recursive: true, force: true }));

/** Copies a starter to a folder of its own, with the packages. */
function copied(name: string, folder = name): string {
    const copy = join(copies, folder);
    cpSync(join(examples, name), copy, {
        recursive: true,
        filter: (path) => !/[\\/](\.slipway|node_modules)$/.test(path),
    });
    symlinkSync(join(root, "node_modules"), join(copy, "node_modules"), "junction");
    return copy;
}

const tested = starters.filter((name) => existsSync(join(examples, name, "index.test.mjs")));

test.each(tested)("the test of %s passes in a copy, and has at most 25 lines", async (name) => {
    expect(
        readFileSync(join(examples, name, "index.test.mjs"), "utf8")
            .trim()
            .split("\n").length,
    ).toBeLessThanOrEqual(25);
    expect(await run("npm", ["test"], { cwd: copied(name) })).toMatch(/^# pass [1-9]\d*\n# fail 0$/m);
});

test("a test with jest of a copy calls the code, publishes, and reads what it has logged", async () => {
    const copy = copied("platform", "with-jest");
    const file = join(copy, "app.test.js");
    writeFileSync(
        file,
        `const { LocalCloud } = require("slipway-local");
const sale = require("./requests/predict.json");
const cloud = new LocalCloud(__dirname);
let app;
beforeAll(async () => {
    await cloud.stack("dev").up();
    app = await cloud.serve();
}, 300000);
afterAll(() => cloud.remove(), 60000);
test("it answers", async () => {
    const answer = await app.call("predict", "/?week=next", { data: sale, headers: { "x-own": "1" } });
    expect([answer.status, await answer.json()]).toEqual([200, expect.objectContaining({ expected: 252.3 })]);
    expect((await app.call("predict", "/", { data: sale, as: "record-run" })).status).toBe(403);
    await expect(app.call("forecast")).rejects.toThrow('no service or function named "forecast" runs; did you mean');
    await expect(app.publish("sales-range", sale)).rejects.toThrow('there is no topic "sales-range"; did you mean "sale-range"?');
    const id = await app.publish("sale-range", { ...sale, price: "two" }, { season: "summer" });
    expect(await app.logs("record")).toEqual(
        expect.arrayContaining([
            expect.objectContaining({ kind: "log", text: expect.stringMatching("message " + id + " is not predicted: price") }),
            expect.objectContaining({ kind: "request", text: "POST /", status: "200", component: "record" }),
        ]),
    );
}, 300000);
`,
    );
    const jest = join(root, "node_modules", "jest", "bin", "jest.js");
    // Haste would follow the link of the packages.
    await run(process.execPath, [jest, "--rootDir", copy, "--config", "{}", "--ci", file], { cwd: copy });
    // What the test ran has ended with it.
    const processes = await run("ps", ["-A", "-o", "args="]);
    expect(processes).not.toContain(copy);
});

/** What code is in a program, by the components that run it. */
const runners = {
    "without Docker": /new (?:CloudRunService|ServerlessFunction)\(\s*"([\w-]+)"/g,
    "with Docker":
        /new (?:VirtualMachine|AutoscaledInstanceGroup|DataflowJob)\(\s*"([\w-]+)"|([\w-]+): \{\s*flexible: true/g,
};

test("the table of what runs has each starter, and each function, service and machine in its column", () => {
    const page = readFileSync(join(root, "docs", "dev.md"), "utf8");
    const [, ...rows] = page.matchAll(/^\| ([\w-]+) \|(.*)\|(.*)\|(.*)\|$/gm);
    expect(rows.map(([, name]) => name)).toEqual(starters);
    for (const [, name = "", without = "", withDocker = ""] of rows) {
        const program = readFileSync(join(examples, name, "index.ts"), "utf8");
        const named = (kind: keyof typeof runners) =>
            [...program.matchAll(runners[kind])].map(([, component, service]) => component ?? service).sort();
        const inCell = (cell: string) => [...cell.matchAll(/`([\w-]+)`/g)].map((found) => found[1]).sort();
        const isEngine = program.includes("new AppEngineApp(");
        expect([name, inCell(without)]).toEqual([name, isEngine ? ["default", "staging"] : named("without Docker")]);
        // A model is no component with code of its own here: the text names the function that calls it.
        expect([name, inCell(withDocker).filter((each) => each !== "ask")]).toEqual([name, named("with Docker")]);
    }
    // What has a test runs without Docker alone.
    const self = rows.filter(([, , without = "", , not = ""]) => without.trim() !== "" && not.trim() === "");
    expect(self.map(([, name]) => name)).toEqual(expect.arrayContaining(tested));
});
