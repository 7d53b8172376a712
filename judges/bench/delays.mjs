/**
 * Deploys each starter, and the examples of the pages, to new local Google Clouds, in which each new API, account, role and metric takes
 * effect after a time between none and the longest that Google documents. Each seed draws other times, and another stack of a starter. No
 * deployment may fail. Starters are deployed in simulated time, as by `makespan.mjs`; the waits of the pages' examples, which are one
 * program, add up.
 *
 *     npm run delays -- [--seeds 50] [--from 1] [starter[:stack] | pages] …
 */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { endProviders, LocalCloud, providers } from "./makespan/cloud.mjs";
import { deploy, starters } from "./makespan/deploy.mjs";

const pages = join(import.meta.dirname, "..", "..", "docs", "examples");
const examples = readdirSync(pages).filter((file) => file.endsWith(".ts"));

const options = { seeds: { type: "string", default: "50" }, from: { type: "string", default: "1" } };
const { values, positionals } = parseArgs({ options, allowPositionals: true });
const [from, seeds] = [Number(values.from), Number(values.seeds)];
const programs = positionals.length > 0 ? positionals : [...new Set(starters().map(([starter]) => starter)), "pages"];

let failures = 0;
for (let seed = from; seed < from + seeds; seed++) {
    for (const [program, stack] of programs.map((each) => deploymentOf(each, seed))) {
        const failure = await failureOf(program, stack, seed);
        failures += failure === undefined ? 0 : 1;
        console.log(`${failure === undefined ? "passed" : "FAILED"}: ${program} as ${stack}, seed ${seed}`);
        if (failure !== undefined) {
            console.log(failure);
        }
    }
}
await endProviders();
console.log(`${failures} failed`);
process.exitCode = failures > 0 ? 1 : 0;

/** The program and its stack. */
function deploymentOf(asked, seed) {
    const [program, stack] = asked.split(":");
    const stacks = starters().flatMap(([starter, each]) => (starter === program ? each : []));
    return [program, stack ?? stacks[seed % stacks.length] ?? "dev"];
}

/** Why a deployment failed; undefined if it did not. */
async function failureOf(program, stack, seed) {
    const isPages = program === "pages";
    const variables = {
        SLIPWAY_LOCAL_DELAY_SEED: String(seed),
        // The state is written once, which saves most of the time of many resources.
        PULUMI_EXPERIMENTAL: "true",
        PULUMI_SKIP_CHECKPOINTS: "true",
        ...(isPages && { SLIPWAY_DOCS_EXAMPLE: examples.join() }),
    };
    try {
        await (isPages ? deployPages(stack, variables) : deploy(program, stack, variables));
        return undefined;
    } catch (error) {
        return error.message;
    }
}

async function deployPages(stack, environment) {
    const cloud = new LocalCloud(pages, { providers: providers() });
    try {
        const { code, output } = await cloud.stack(stack).run(["up", "--yes", "--skip-preview"], { environment });
        if (code !== 0) {
            throw new Error(output);
        }
    } finally {
        await cloud.remove();
    }
}
