import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";

const root = join(__dirname, "..", "..");
const starters = readdirSync(join(root, "examples"), { withFileTypes: true }).flatMap((each) =>
    each.isDirectory() ? each.name : [],
);
/** The examples of the pages are one program, which takes as long as all starters: two seeds deploy it. */
const programsOf = (seed: number) => (seed <= 2 ? [...starters, "pages"] : starters);

/** Deploys programs, one after the other, whose changes take effect when a seed says; yields what became of each, then how many failed. */
async function* deployed(seed: number): AsyncGenerator<string, undefined> {
    const args = [
        join(root, "judges", "bench", "delays.mjs"),
        "--seeds",
        "1",
        "--from",
        String(seed),
        ...programsOf(seed),
    ];
    const { stdout } = spawn(process.execPath, args, {
        env: { ...process.env, NODE_OPTIONS: "" },
        stdio: ["ignore", "pipe", "inherit"],
    });
    let failure: string[] = [];
    for await (const line of createInterface(stdout)) {
        const isResult = /^(passed: |FAILED: |\d+ failed$)/.test(line);
        if (isResult && failure.length > 0) {
            yield failure.join("\n");
            failure = [];
        }
        if (isResult && !line.startsWith("FAILED")) {
            yield line;
        } else {
            failure.push(line);
        }
    }
}

// Three seeds deploy each stack of each starter; `npm run delays` has more.
describe.each([1, 2, 3])("with delays up to the longest documented ones, drawn by the seed %d,", (seed) => {
    const results = deployed(seed);

    test.each(programsOf(seed))("%s: is deployed by one up", async (program) => {
        const { value } = await results.next();
        expect(value).toMatch(new RegExp(`^passed: ${program} as \\w+, seed ${seed}$`));
    });

    test("none failed", async () => {
        expect(await results.next()).toEqual({ value: "0 failed", done: false });
        expect(await results.next()).toEqual({ value: undefined, done: true });
    });
});
