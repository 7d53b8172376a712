/**
 * Compares the time that the first `pulumi up` of a starter takes with the shortest possible one: that of its resources if each was created
 * as soon as Google Cloud accepts it. In simulated time, with the latencies of `local/commands/explain/creationTimes.json` and unlimited parallelism.
 *
 *     npm run build && node judges/bench/makespan.mjs [--json] [starter[:stack] …]
 */
import { useTemporaryFolder } from "../../packages/scripts/temporary.mjs";
import { creationTime, endProviders } from "./makespan/cloud.mjs";
import { deploy, starters } from "./makespan/deploy.mjs";
import { nameOf, spanOf } from "./makespan/span.mjs";

useTemporaryFolder();
const asked = process.argv.slice(2).filter((arg) => !arg.startsWith("--"));
const all = asked.length > 0 ? asked.map((each) => each.split(":")) : starters();
const results = [];
for (const [starter, stack = "dev"] of all) {
    results.push({ starter, stack, ...spanOf(await deploy(starter, stack)) });
}
await endProviders();
process.argv.includes("--json") ? console.log(JSON.stringify(results)) : report();

function report() {
    console.log("| starter | stack | resources | up | needed | ratio |\n|---|---|---:|---:|---:|---:|");
    for (const { starter, stack, count, up, needed } of results) {
        const ratio = (up / needed).toFixed(2);
        console.log(`| ${starter} | ${stack} | ${count} | ${minutes(up)} | ${minutes(needed)} | ${ratio} |`);
    }
    for (const { starter, stack, chain, neededChain, unneeded } of results) {
        console.log(`\n${starter} as ${stack}: what the last resource waited for`);
        chain.forEach(print);
        console.log("what it needs");
        neededChain.forEach(print);
        for (const { resource, on, seconds } of unneeded) {
            console.log(`not needed: ${nameOf(resource)} waits ${seconds} s for ${nameOf(on)}`);
        }
    }
    const types = new Set(results.flatMap((each) => each.types));
    const defaults = [...types].filter((type) => creationTime(type).source === undefined);
    console.log(`\nWithout an observation, by the default of a class: ${defaults.sort().join(", ")}`);
}

function print({ urn, ready, start, end }) {
    const waits = start > ready ? `, waits ${start - ready} s` : "";
    console.log(`  ${String(ready).padStart(5)} s ${nameOf(urn)}${waits}, takes ${end - start} s`);
}

function minutes(seconds) {
    const rounded = Math.round(seconds);
    return `${Math.floor(rounded / 60)}:${String(rounded % 60).padStart(2, "0")}`;
}
