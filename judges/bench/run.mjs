/**
 * Compares slipway with programs that use only Google's provider, and prints a table:
 *
 *     npm run bench -- [--quick] [--write] [--rounds 7] [--only platform,local,resources,starters] [--nodes 20,22,24,own]
 *         [--resources 10,200,1000,5000] [--against <folder>]
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { cpus } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { nodeOf } from "./run/nodes.mjs";
import { Program, report, root, Stack, slipwayLocal, temporary } from "./run/programs.mjs";
import { measure, missed, table } from "./run/table.mjs";
import { tofuPlan } from "./run/tofu.mjs";

const require = createRequire(import.meta.url);
const { expertProgram } = require("./run/expert.js");
const { pinnedVersion } = require("../../dist/local/toolchain/tool.js");

const { values: options } = parseArgs({
    options: {
        /** Three rounds of the figures with goals, with the Node that runs this. */
        quick: { type: "boolean", default: false },
        rounds: { type: "string" },
        only: { type: "string" },
        /** Major versions of Node; `own` is the one that runs this. */
        nodes: { type: "string" },
        resources: { type: "string" },
        /** An older checkout, compiled, with whose starters those of this one are compared. */
        against: { type: "string" },
        /** Writes the table to the page of benchmarks. */
        write: { type: "boolean", default: false },
    },
});
const { quick } = options;
const listed = (text) => text.split(",").filter(Boolean);
const rounds = Number(options.rounds ?? (quick ? 3 : 7));
const groups = quick ? "platform,resources" : "platform,local,resources";
const only = listed(options.only ?? (options.against ? "starters" : groups));
const nodes = listed(options.nodes ?? (quick ? "own" : "20,22,24"));
const counts = listed(options.resources ?? (quick ? "10,1000" : "10,200,1000,5000")).map(Number);
/** The engine writes its whole state for each resource: a deployment of 5,000 takes most of an hour. */
const mostDeployed = quick ? 10 : 1000;

const [slipway, raw, expert, tofu, before] = ["slipway", "raw", "by an expert", "OpenTofu", "before"];
/** For programs that do not wait for Google's delays. */
const immediate = { SLIPWAY_LOCAL_IMMEDIATE: "true" };
const up = ["up", "--yes", "--skip-preview"];
const mapValues = (object, convert) =>
    Object.fromEntries(Object.entries(object).map(([key, value]) => [key, convert(value, key)]));

/** Previews of the deployed platform by the real Pulumi, with each Node. */
async function platform(programs) {
    const stacks = {};
    for (const [name, program] of Object.entries(programs)) {
        stacks[name] = await Stack.create(program, name, immediate);
        await stacks[name].local([...up, "-s", "dev"]);
    }
    const plan = await tofuPlan(stacks[raw].resources, temporary, report);
    const rows = [];
    for (const major of nodes) {
        const node = await nodeOf(major, report);
        if (node) {
            const row = (state, prepare, goals) => ({
                operation: `\`pulumi preview\` ${state}, Node ${node.version}`,
                cases: {
                    ...mapValues(stacks, (stack) => () => {
                        prepare(stack.program);
                        return stack.pulumi(["preview"], { node: node.folder, changes: false });
                    }),
                    ...(plan && { [tofu]: plan }),
                },
                goals,
            });
            const states = [
                ...(quick ? [] : [row("without caches", (program) => program.clearCaches())]),
                row("after an edit", (program) => program.edit(), { [raw]: 0.4, [expert]: 1.1 }),
                row("unchanged", () => undefined, { [raw]: 0.85, [expert]: 1.1 }),
            ];
            rows.push(...(await measure(states, rounds, report)));
        }
    }
    for (const stack of Object.values(stacks)) {
        stack.remove();
    }
    return rows;
}

/** A command of `slipway local` in the folder of a program. */
const local = (program, environment, ...args) => {
    const home = `${program.folder}.home`;
    return slipwayLocal(program, home, args[0] === "reset" ? args : [...args, "-s", "dev"], environment);
};

/** The first `slipway local up` of a program, with none of its caches. */
async function firstUp(program, environment) {
    await local(program, environment, "reset");
    program.clearCaches();
    return local(program, environment, ...up);
}

/** Commands of `slipway local` for the platform. */
async function platformLocally(programs) {
    const environment = (name) => (name === slipway ? {} : immediate);
    const row = (operation, run) => ({
        operation,
        cases: mapValues(programs, (program, name) => () => run(program, environment(name))),
    });
    const rows = await measure(
        [
            row("first `slipway local up`", firstUp),
            row("`slipway local preview` unchanged", (program, env) => local(program, env, "preview")),
            row("`slipway local preview` after an edit", (program, env) => {
                program.edit();
                return local(program, env, "preview");
            }),
        ],
        rounds,
        report,
    );
    await Promise.all(Object.values(programs).map((program) => local(program, {}, "reset")));
    return rows;
}

/** Topics: as components of slipway, as resources without components, and as hand-written bare components. */
async function topics() {
    const hows = { [slipway]: "slipway", [raw]: "raw", [expert]: "bare" };
    const programs = mapValues(
        hows,
        (how) => new Program(`resources/${how}`, join(root, "judges", "bench", "resources")),
    );
    programs[slipway].preload();
    const rows = [];
    for (const count of counts) {
        const stacks = {};
        for (const [name, how] of Object.entries(hows)) {
            const environment = { BENCH_HOW: how, BENCH_COUNT: String(count), ...immediate };
            stacks[name] = await Stack.create(programs[name], `${how}-${count}`, environment);
            stacks[name].save();
        }
        const of = `of ${count.toLocaleString("en")} topics`;
        const row = (operation, run) => ({
            operation,
            cases: mapValues(stacks, (stack) => () => run(stack)),
            goals: count === 1000 ? { [expert]: 1.1 } : {},
        });
        const previewNew = row(`first \`pulumi preview\` ${of}`, (stack) => {
            stack.restore();
            return stack.pulumi(["preview"]);
        });
        const deployed = [
            row(`first \`pulumi up\` ${of}`, (stack) => stack.pulumi(up)),
            row(`\`pulumi preview\` ${of} unchanged`, (stack) => stack.pulumi(["preview"], { changes: false })),
        ];
        rows.push(...(await measure(count > mostDeployed ? [previewNew] : [previewNew, ...deployed], rounds, report)));
        for (const stack of Object.values(stacks)) {
            stack.remove();
        }
    }
    return rows;
}

/** The first `slipway local up` of the starters that need no images and no cluster, in this checkout and an older one. */
async function starters() {
    if (!options.against) {
        throw new Error("--against <folder> names the checkout to compare the starters with");
    }
    const older = resolve(options.against);
    const programOf = (checkout, name) =>
        new Program(
            join("starters", checkout === root ? "now" : "before", name),
            join(checkout, "examples", name),
            checkout,
        );
    const names = readdirSync(join(older, "examples")).filter((name) => {
        const [file, stack] = ["package.json", "Pulumi.dev.yaml"].map((each) => join(older, "examples", name, each));
        return existsSync(stack) && !/@pulumi\/(kubernetes|docker)/.test(readFileSync(file, "utf8"));
    });
    const rows = names.map((name) => {
        const programs = { [slipway]: programOf(root, name), [before]: programOf(older, name) };
        return {
            operation: `first \`slipway local up\` of \`${name}\``,
            cases: mapValues(programs, (program) => async () => {
                const sample = await firstUp(program);
                await local(program, {}, "reset");
                return sample;
            }),
            goals: { [before]: 0.6 },
        };
    });
    return measure(rows, rounds, report);
}

/** What the figures were measured with. */
function circumstances(date) {
    const version = (name) =>
        JSON.parse(readFileSync(join(root, "node_modules", name, "package.json"), "utf8")).version;
    const [{ model }] = cpus();
    const machine = `${process.platform} ${process.arch} with ${cpus().length} cores (${model.trim()})`;
    const packages = ["@pulumi/pulumi", "@pulumi/gcp", "typescript"].map((name) => `${name} ${version(name)}`);
    const versions = [`Node ${process.versions.node}`, `Pulumi ${pinnedVersion("pulumi")}`, ...packages].join(", ");
    const [first, second] = Object.values(platforms).map(({ lines }) => lines);
    return `The platform has ${first} lines with slipway, and ${second} without. Measured on ${date}, ${machine}, with ${versions}: medians of ${rounds} ${rounds === 1 ? "round" : "rounds"}, in turn, and their range.`;
}

/** Replaces the table in the page of benchmarks. */
function write(text) {
    const file = join(root, "docs", "benchmarks.md");
    const page = readFileSync(file, "utf8");
    const changed = page.replace(/(<!-- bench -->\n)[\s\S]*?(\n<!-- end -->)/, (_, start, end) => start + text + end);
    if (changed === page) {
        throw new Error("docs/benchmarks.md has no place for the table: <!-- bench --> and <!-- end -->");
    }
    writeFileSync(file, changed);
}

const platforms = {
    [slipway]: new Program("examples/platform", join(root, "examples", "platform")),
    [raw]: new Program("judges/bench/raw", join(root, "judges", "bench", "raw")),
    [expert]: new Program("judges/bench/expert", expertProgram()),
};
const rows = [
    ...(only.includes("platform") ? await platform(platforms) : []),
    ...(only.includes("local") ? await platformLocally(platforms) : []),
    ...(only.includes("resources") ? await topics() : []),
    ...(only.includes("starters") ? await starters() : []),
];
const text = `${table(rows, [slipway, raw, expert, tofu, before])}\n\n${circumstances(new Date().toISOString().slice(0, 10))}`;
process.stdout.write(`${text}\n`);
for (const line of missed(rows, slipway)) {
    report(`missed: ${line}`);
}
if (options.write) {
    write(text);
}
