import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { mutated, random } from "./mutations.mjs";
import { Plugin } from "./plugin.mjs";

const require = createRequire(import.meta.url);
const { registeredInputs } = require("./inputs.cjs");
const { Cloud } = require("../../local/simulator/cloud/cloud.ts");
const { InstalledProvider } = require("../../local/simulator/provider/installed.ts");
const { LocalProvider } = require("../../local/simulator/provider/provider.ts");
const { schemaOf } = require("../../local/simulator/schema/schema.ts");

const usage = `node judges/provider/fuzz.mjs <folder of pulumi-resource-gcp> [--seed 1] [--inputs 20000] [--type gcp:…] [--json file]

Changes the inputs that the components register, and sends each to Pulumi's provider for Google Cloud and to the local one: to their
Check, and to a previewed Create. Prints where one refuses what the other accepts. The status is 1 if the local one accepts too much.`;

const { values: options, positionals } = parseArgs({
    allowPositionals: true,
    options: {
        seed: { type: "string", default: "1" },
        inputs: { type: "string", default: "20000" },
        type: { type: "string" },
        json: { type: "string" },
    },
});
const [folder] = positionals;
if (!folder) {
    console.error(usage);
    process.exit(2);
}

const settings = { project: "acme-dev", region: "europe-west1" };
const storage = mkdtempSync(join(tmpdir(), "slipway-fuzz-"));

function localProvider() {
    const provider = new LocalProvider(
        new Cloud(storage),
        new InstalledProvider(join(import.meta.dirname ?? new URL(".", import.meta.url).pathname, "..", "..")),
        () => undefined,
    );
    provider.configure(settings);
    return {
        refusals(type, inputs) {
            const { inputs: checked, failures } = provider.check(
                type,
                { name: "example", seed: Buffer.alloc(32, 7) },
                structuredClone(inputs),
                {},
            );
            if (failures.length > 0) {
                return failures;
            }
            try {
                provider.create(type, checked, true);
                return [];
            } catch (error) {
                return [{ property: "", reason: error.message, kind: "plan" }];
            }
        },
    };
}

async function compare(local, real) {
    const next = random(Number(options.seed));
    const all = (await registeredInputs()).filter(({ type }) => !options.type || type === options.type);
    const originals = [];
    const found = { types: new Set(), inputs: 0, unusable: [], refused: 0, missed: new Map(), strict: new Map() };
    for (const original of all) {
        const [there, here] = [
            await real.refusals(original.type, original.inputs),
            local.refusals(original.type, original.inputs),
        ];
        if (there.length > 0 || here.length > 0) {
            found.unusable.push({ ...original, there, here });
        } else {
            originals.push(original);
        }
    }
    const byType = Object.entries(Object.groupBy?.(originals, ({ type }) => type) ?? groupBy(originals));
    const one = async () => {
        const [type, group] = byType[Math.floor(next() * byType.length)];
        const { inputs } = group[Math.floor(next() * group.length)];
        let mutation = mutated(inputs, schemaOf(type)?.properties ?? {}, next);
        // Some inputs differ at two places.
        if (mutation && next() < 0.2) {
            const second = mutated(mutation.inputs, schemaOf(type)?.properties ?? {}, next);
            mutation = second && {
                inputs: second.inputs,
                path: `${mutation.path} + ${second.path}`,
                how: `${mutation.how} + ${second.how}`,
            };
        }
        if (!mutation) {
            return;
        }
        found.inputs++;
        found.types.add(type);
        const there = await real.refusals(type, mutation.inputs);
        const here = local.refusals(type, mutation.inputs);
        found.refused += there.length > 0 ? 1 : 0;
        if (there.length > 0 && here.length === 0) {
            note(found.missed, type, mutation, there[0]);
        } else if (there.length === 0 && here.length > 0) {
            note(found.strict, type, mutation, here[0]);
        }
    };
    const worker = async () => {
        while (found.inputs < Number(options.inputs)) {
            await one();
        }
    };
    await Promise.all(Array.from({ length: 4 }, worker));
    return found;
}

function groupBy(originals) {
    const groups = {};
    for (const original of originals) {
        groups[original.type] ??= [];
        groups[original.type].push(original);
    }
    return groups;
}

/** Keeps one example for each property and kind of refusal. */
function note(into, type, { inputs, path, how }, { property, reason, kind = kindOf(reason) }) {
    const at = String(property || path).replaceAll(/\[\d+\]/g, "");
    const key = `${kind} ${type} ${at}`;
    const known = into.get(key) ?? { kind, type, at, how, path, reason, inputs, count: 0 };
    into.set(key, { ...known, count: known.count + 1 });
}

const kinds = [
    ["one of", /one of `|conflicts with|only one of/],
    ["required with", /all of `/],
    ["missing", /required|[Mm]issing/],
    ["enum", /to be one of \[/],
    ["count", /list items|item (minimum|maximum)/],
    ["range", /range \(|at least \(|at most \(/],
    ["type", /expected .* type|whole number|must be a (list|map|single)|cannot parse .* as|parsing|unmarshal/],
    ["format", /./s],
];
const kindOf = (reason) => kinds.find(([, form]) => form.test(reason))[0];

function print({ types, inputs, unusable, refused, missed, strict }) {
    console.log(
        `${inputs} changed inputs of ${types.size} types (seed ${options.seed}); Pulumi's provider refuses ${refused}.`,
    );
    for (const { type, there, here } of unusable) {
        console.log(
            `Not used: ${type}: ${there.length > 0 ? `Pulumi's provider: ${there[0].property} ${there[0].reason}` : `the local one: ${here[0].property} ${here[0].reason}`}`,
        );
    }
    section("Only Pulumi's provider refuses", missed);
    section("Only the local provider refuses", strict);
    if (options.json) {
        writeFileSync(
            options.json,
            JSON.stringify({ unusable, missed: [...missed.values()], strict: [...strict.values()] }, null, 1),
        );
    }
}

function section(title, all) {
    const rows = [...all.values()].sort((one, other) =>
        `${one.kind} ${one.type} ${one.at}`.localeCompare(`${other.kind} ${other.type} ${other.at}`),
    );
    const counts = new Map();
    for (const { kind } of rows) {
        counts.set(kind, (counts.get(kind) ?? 0) + 1);
    }
    console.log(
        `\n${title}: ${rows.length} properties${[...counts].map(([kind, count]) => `, ${kind} ${count}`).join("")}`,
    );
    for (const { kind, type, at, how, path, reason } of rows) {
        console.log(`  ${kind}: ${type} ${at} (${path}: ${how}): ${reason.split("\n")[0].slice(0, 200)}`);
    }
}

const plugin = new Plugin(folder, settings);
try {
    const found = await compare(localProvider(), plugin);
    print(found);
    process.exitCode = found.missed.size > 0 ? 1 : 0;
} finally {
    await plugin.stop();
    rmSync(storage, { recursive: true });
}
