import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Deployment } from "../deploy/deployment";
import { change, changeTogether, inputsOf, type Outcome } from "./changes/change";
import { keyOf, type Leaf, leavesOf } from "./changes/leaves";
import { planOf, together } from "./changes/plan";
import { examples, root, withReason } from "./changes/table";

/**
 * Changes arguments of deployed components, each to a neighbour value: `up` ends, a second one changes nothing, and lost data is told.
 * `npm run changes` goes through all of them, and continues where it was stopped; `npm run changes -- storage-bucket.ts` through those of an
 * example. Without it, this is a sample.
 */
const folder = join(root, ".slipway", "changes");
const asked = process.env.SLIPWAY_CHANGES ?? "";
const perExample = 2;
/** In milliseconds. */
const timeout = asked === "" ? 600_000 : 7_200_000;
const sampled = [
    "storage-bucket.ts",
    "pub-sub-topic.ts",
    "secret.ts",
    "workflow.ts",
    "network.ts",
    "virtual-machine.ts",
];

/** The arguments of these paths only, `name`, if there are any. */
const paths = (process.env.SLIPWAY_CHANGED_ARGUMENTS ?? "").split(",").filter(Boolean);

/** Examples whose deployment starts a cluster, which takes root and minutes: what they register is compared. */
const needsCluster = (example: string) => example.startsWith("gke/");
const chosen = asked === "all" ? examples : asked === "" ? sampled : asked.split(",");
const leaves = withReason(leavesOf(root, asked === "" ? sampled : examples)).filter(
    ({ example, path }) => chosen.includes(example) && (paths.length === 0 || paths.includes(path)),
);

const fileOf = (example: string) => join(folder, `${example.replace("/", "-")}.jsonl`);

/** The outcomes of earlier runs, of all leaves of an example. */
function earlier(example: string): Outcome[] {
    const file = fileOf(example);
    const isKept = asked !== "" && existsSync(file);
    return isKept
        ? readFileSync(file, "utf8")
              .trim()
              .split("\n")
              .filter(Boolean)
              .map((line) => JSON.parse(line))
        : [];
}

/** Leaves of a sample: names, which replace what others use, and some evenly, so that the same ones are tested each time. */
function sample(all: Leaf[]): Leaf[] {
    if (asked !== "") {
        return all;
    }
    const others = all.filter(({ path }) => path !== "name");
    const step = Math.max(1, Math.floor(others.length / perExample));
    const some = others.filter((_, index) => index % step === 0).slice(0, perExample);
    return [...all.filter(({ path }) => path === "name"), ...some];
}

/** Deploys as an owner: changes need other permissions than the example. */
async function deployedExample(example: string): Promise<Deployment> {
    const program = new Deployment(join(root, "docs", "examples"), { SLIPWAY_DOCS_EXAMPLE: example });
    await program.up("dev");
    return program;
}

const isFailure = /failed|unsettled|untold/;

const outcomes: Outcome[] = [];

describe.each(chosen)("arguments of the example %s", (example) => {
    const own = leaves.filter((leaf) => leaf.example === example && leaf.reason === undefined);
    const source = readFileSync(join(root, "docs", "examples", example), "utf8");

    test(
        "can be changed, and changed back",
        async () => {
            const found = earlier(example);
            const done = new Set(found.map(({ leaf }) => leaf));
            const left = sample(own).filter((leaf) => !done.has(keyOf(leaf)));
            const note = (...all: Outcome[]) => {
                found.push(...all);
                if (asked !== "") {
                    mkdirSync(folder, { recursive: true });
                    const lines = all.map((outcome) => `${JSON.stringify(outcome)}\n`);
                    appendFileSync(fileOf(example), lines.join(""));
                }
            };
            const { batches, outcomes: undeployed } = await planOf(
                join(root, "docs", "examples", example),
                source,
                left,
            );
            note(...undeployed);
            let program: Deployment | undefined;
            let base = "";
            const deploy = async () => {
                program ??= await deployedExample(example);
                base ||= await inputsOf(program);
                return program;
            };
            for (const batch of needsCluster(example) ? [] : batches) {
                const text = together(source, batch) as string;
                const tried = batch.map(({ leaf }) => leaf);
                const all = batch.length > 1 ? await changeTogether(await deploy(), text, base, tried) : undefined;
                if (all) {
                    note(...all);
                    continue;
                }
                if (batch.length > 1) {
                    await program?.remove();
                    program = undefined;
                }
                for (const { leaf, edit } of batch) {
                    const others = leaf.edits.filter((each) => each.text !== edit.text);
                    const single = { ...leaf, edits: [edit, ...others] };
                    let isFresh = program === undefined;
                    let outcome = await change(await deploy(), source, base, single);
                    // The same update undid the changes before: a failure counts if it follows from this change alone.
                    while (outcome.result !== "changed" && program) {
                        await program.remove();
                        program = undefined;
                        outcome = isFresh ? outcome : await change(await deploy(), source, base, single);
                        isFresh = true;
                    }
                    note(outcome);
                }
            }
            if (needsCluster(example)) {
                const registered = batches
                    .flat()
                    .map(({ leaf, edit }) => ({ leaf: keyOf(leaf), example, text: edit.text }));
                note(...registered.map((each): Outcome => ({ ...each, result: "registered" })));
            }
            await program?.remove();
            outcomes.push(...found);
            expect(found.filter(({ result }) => isFailure.test(result))).toEqual([]);
            expect(own.filter((leaf) => asked !== "" && !found.some((each) => each.leaf === keyOf(leaf)))).toEqual([]);
        },
        timeout,
    );
});

afterAll(() => {
    if (asked === "") {
        return;
    }
    const count = (results: { result: string }[]) => {
        const all: Record<string, number> = {};
        for (const { result } of results) {
            all[result] = (all[result] ?? 0) + 1;
        }
        return all;
    };
    const skipped = leaves.filter((leaf) => leaf.reason !== undefined).length;
    const report = {
        leaves: leaves.length,
        skipped,
        ...count(outcomes),
        failures: outcomes.filter(({ result }) => isFailure.test(result)),
    };
    writeFileSync(join(folder, "report.json"), JSON.stringify(report, undefined, 2));
    process.stdout.write(`${JSON.stringify(report, undefined, 2)}\n`);
});
