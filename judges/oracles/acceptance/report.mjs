/**
 * Extracts the acceptance tests of the Terraform provider, and prints how many there are and why others are not extracted:
 *
 *     node judges/oracles/acceptance/report.mjs --from <checkout of terraform-provider-google> [--reasons] [--problems]
 *
 * `--reasons` also prints what each reason is about, and `--problems` evaluates all configurations without a state, and prints which
 * cannot be evaluated or converted.
 */
import { createRequire } from "node:module";
import { dirname, resolve } from "node:path";
import { parseArgs } from "node:util";

const require = createRequire(import.meta.url);
require("../../provider/typescript.cjs");
const { extract, reasons, tests } = require("./tests.ts");
const { Evaluator } = require("./evaluator.ts");
const { hasRules, toInputs, tokenOf } = require("./terraform.ts");

const { values } = parseArgs({
    options: { from: { type: "string" }, reasons: { type: "boolean" }, problems: { type: "boolean" } },
});
if (!values.from) {
    console.error("usage: node judges/oracles/acceptance/report.mjs --from <checkout> [--reasons] [--problems]");
    process.exit(2);
}
const from = resolve(values.from);
const folder = resolve(
    import.meta.dirname ?? new URL(".", import.meta.url).pathname,
    "..",
    "..",
    "..",
    ".slipway",
    "acceptance",
);

/** How often each text occurs, the most frequent first. */
function counted(texts) {
    const counts = new Map();
    for (const text of texts) {
        counts.set(text, (counts.get(text) ?? 0) + 1);
    }
    return [...counts].sort(([, a], [, b]) => b - a);
}

const row = (count, text) => console.log(`${String(count).padStart(6)}  ${text}`);
const functionOf = (test) => `${test.file} ${test.function}`;
const functions = (all) => new Set(all.map(functionOf)).size;

const all = tests(await extract(from, folder));
const extracted = all.filter(({ reason }) => reason === undefined);
const without = all.filter((test) => !extracted.some((each) => functionOf(each) === functionOf(test)));
row(functions(all), "test functions");
for (const reason of Object.keys(reasons)) {
    const found = without.filter((test) => test.reason === reason);
    row(functions(found), `${reason}: ${reasons[reason]}`);
    for (const [detail, count] of values.reasons
        ? counted(found.map(({ detail }) => detail || "without a text"))
        : []) {
        row(count, `    ${detail.split("\n")[0]}`);
    }
}
row(
    functions(extracted),
    `are extracted, as ${extracted.length} tests with ${extracted.flatMap(({ steps }) => steps).length} steps`,
);
const isData = (type) => /^(data|ephemeral)\./.test(type);
const ruled = extracted.filter(({ types = [] }) => types.every(hasRules));
row(
    functions(extracted.filter(({ types = [] }) => types.every((type) => isData(type) || hasRules(type)))),
    "of these use only resources that have rules",
);
row(functions(ruled), "of these use only resources and data sources that have rules");

if (values.problems) {
    const evaluator = await Evaluator.start(from, folder);
    const problems = [];
    let configurations = 0;
    for (const { name, file, steps } of extracted) {
        for (const [index, step] of steps.entries()) {
            if (!step.config || step.query || step.expectError) {
                continue;
            }
            configurations++;
            const { resources, problems: found = [] } = await evaluator.plan(step.config, {}, dirname(file));
            problems.push(...found.map((text) => `${name} step ${index + 1}: ${text}`));
            for (const { type, mode, attributes, address } of resources) {
                const token = tokenOf(mode === "managed" ? type : `${mode}.${type}`);
                try {
                    if (token !== undefined && !("$unknown" in attributes)) {
                        toInputs(token, attributes);
                    }
                } catch (error) {
                    problems.push(`${name} step ${index + 1}: ${address}: ${error.message}`);
                }
            }
        }
    }
    await evaluator.close();
    row(configurations, "configurations without an expected error");
    row(problems.length, "problems of these");
    for (const problem of problems) {
        console.log(`        ${problem}`);
    }
}
