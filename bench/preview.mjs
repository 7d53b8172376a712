/**
 * Compares the time of a preview of the platform, including type checks, with that of a program that creates the same
 * resources with only the provider. Both are deployed first, by `npm run local` and here; the previews have no changes.
 */
import { execFileSync } from "node:child_process";
import { cpus } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const slipway = join(root, "dist", "local", "main.js");
const rounds = 5;

const pulumi = (folder, ...args) =>
    execFileSync(process.execPath, [slipway, "local", ...args, "-s", "dev"], { cwd: folder, stdio: "ignore" });

const programs = { "the platform": root, "the same, raw": join(root, "bench", "raw") };
const times = Object.fromEntries(Object.keys(programs).map((name) => [name, []]));

for (const folder of Object.values(programs)) {
    pulumi(folder, "up", "--yes", "--skip-preview");
}
// Alternates, so that changes of the machine's speed affect both; the first round is a warm-up.
for (let round = 0; round <= rounds; round++) {
    for (const [name, folder] of Object.entries(programs)) {
        const started = performance.now();
        pulumi(folder, "preview");
        if (round > 0) {
            times[name].push((performance.now() - started) / 1000);
        }
    }
}
console.log(`${cpus().length} cores, ${cpus()[0].model}, Node ${process.version}, ${rounds} rounds`);
for (const [name, seconds] of Object.entries(times)) {
    const sorted = seconds.toSorted((one, other) => one - other).map((value) => value.toFixed(1));
    console.log(`${name}: ${sorted[Math.floor(rounds / 2)]} s (${sorted[0]} to ${sorted.at(-1)})`);
}
