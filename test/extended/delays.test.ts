import { execFile } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";

const root = join(__dirname, "..", "..");
const starters = readdirSync(join(root, "examples"), { withFileTypes: true }).flatMap((each) =>
    each.isDirectory() ? each.name : [],
);

/** Deploys programs whose changes take effect when a seed says, and returns the result of each. */
function deployed(seed: number, ...programs: string[]): Promise<string[]> {
    const args = [join(root, "bench", "delays.mjs"), "--seeds", "1", "--from", String(seed), ...programs];
    return new Promise((resolve) => {
        const options = { env: { ...process.env, NODE_OPTIONS: "" }, maxBuffer: 2 ** 26 };
        execFile(process.execPath, args, options, (_, stdout) => resolve(stdout.trim().split("\n")));
    });
}

describe.each([1, 2, 3, 4, 5])("with delays up to the longest documented ones, drawn by the seed %d,", (seed) => {
    // The examples of the pages are one program.
    test.each([...starters, "pages"])("%s: is deployed by one up", async (program) => {
        const [result, ...more] = await deployed(seed, program);
        expect([result, ...more]).toEqual([
            expect.stringMatching(new RegExp(`^passed: ${program} as \\w+, seed ${seed}$`)),
            "0 failed",
        ]);
    });
});
