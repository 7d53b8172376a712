import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Plugin } from "./plugin.mjs";

const usage = `node judges/provider/plans.mjs <folder of pulumi-resource-gcp>

Sends the inputs of judges/provider/plans.json to Pulumi's provider for Google Cloud, and records its answers there.`;

const [folder] = parseArgs({ allowPositionals: true }).positionals;
if (!folder) {
    console.error(usage);
    process.exit(2);
}

const file = join(import.meta.dirname ?? new URL(".", import.meta.url).pathname, "plans.json");
const plugin = new Plugin(folder, { project: "acme-dev", region: "europe-west1" });
try {
    const recorded = [];
    for (const { type, inputs } of JSON.parse(readFileSync(file, "utf8"))) {
        const refusals = await plugin.refusals(type, inputs);
        const refused = refusals.map(({ reason }) => reason.split("\n\t* ").at(-1).trim());
        recorded.push({ type, inputs, refused });
    }
    writeFileSync(file, `[\n${recorded.map((row) => `    ${JSON.stringify(row)}`).join(",\n")}\n]\n`);
} finally {
    await plugin.stop();
}
