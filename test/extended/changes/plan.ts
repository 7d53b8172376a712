import crypto from "node:crypto";
import { dirname, join } from "node:path";
import { transformSync } from "@swc/core";
import { registeredWhole } from "../../unit/registered";
import { edited, type Outcome, suggested, tries } from "./change";
import { type Edit, keyOf, type Leaf } from "./leaves";
import { changedIn, type Property, type Registered, withoutSuffixes } from "./properties";

/** A change that the checks of the components accept, and that changes what they register. */
export interface Planned {
    leaf: Leaf;
    edit: Edit;
    /** What it changes. */
    properties?: Property[];
}

/** Changes of an example, several of which are deployed together. */
export interface Plan {
    batches: Planned[][];
    /** Leaves without a change that is accepted and has an effect. */
    outcomes: Outcome[];
}

const perBatch = 10;

/**
 * Runs an example with Pulumi's mocks, as a preview with unknown outputs, and compares what it registers: this tells in milliseconds which
 * neighbour of an argument is accepted, and which ones are accepted together.
 */
export class Trial {
    private constructor(
        private readonly file: string,
        private readonly base: Registration,
    ) {}

    static async of(file: string, source: string): Promise<Trial> {
        return new Trial(file, await registration(file, source));
    }

    /** What a change does: registers something else or the same, or why it is refused. */
    async result(text: string): Promise<Result> {
        try {
            const found = await registration(this.file, text);
            return found.text === this.base.text
                ? { result: "unchanged" }
                : { result: "changed", properties: changedIn(this.base.whole, found.whole) };
        } catch (error) {
            return { result: "refused", detail: String((error as Error).message ?? error).slice(0, 1500) };
        }
    }
}

interface Result {
    result: "changed" | "unchanged" | "refused";
    detail?: string;
    properties?: Property[];
}

interface Registration {
    whole: Registered;
    text: string;
}

async function registration(file: string, text: string): Promise<Registration> {
    const { code } = transformSync(text, {
        filename: file,
        swcrc: false,
        jsc: { parser: { syntax: "typescript" }, target: "es2022" },
        module: { type: "commonjs" },
    });
    const before = process.cwd();
    // Each run generates the same passwords.
    let next = 0;
    const random = jest.spyOn(crypto, "randomInt").mockImplementation((max: number) => next++ % max);
    process.chdir(file.includes("/gke/") ? join(dirname(file), "..") : dirname(file));
    try {
        const run = () => new Function("exports", "require", "__dirname", code)({}, require, process.cwd());
        const whole = await registeredWhole(run, { name: "dev" });
        return { whole, text: withoutSuffixes(JSON.stringify(whole)) };
    } finally {
        random.mockRestore();
        process.chdir(before);
    }
}

/**
 * Chooses the neighbour of each leaf that is deployed, and which ones are deployed together.
 *
 * @param combine whether to look for changes that are accepted together
 */
export async function planOf(file: string, source: string, leaves: Leaf[], combine = true): Promise<Plan> {
    const trial = await Trial.of(file, source);
    const plan: Plan = { batches: [], outcomes: [] };
    for (const leaf of leaves) {
        const { edit, outcome } = await choose(trial, source, leaf);
        if (edit === undefined) {
            plan.outcomes.push(outcome);
            continue;
        }
        const planned = { leaf, edit, properties: outcome.properties };
        if (combine) {
            await add(plan.batches, planned, trial, source);
        } else {
            plan.batches.push([planned]);
        }
    }
    return plan;
}

async function choose(trial: Trial, source: string, leaf: Leaf): Promise<{ edit?: Edit; outcome: Outcome }> {
    const edits = leaf.edits.slice(0, tries);
    let outcome: Outcome = { leaf: keyOf(leaf), example: leaf.example, result: "refused" };
    for (const edit of edits) {
        const found = await trial.result(edited(source, edit));
        outcome = { ...outcome, detail: undefined, text: edit.text, ...found };
        if (found.result === "changed") {
            return { edit, outcome };
        }
        if (found.result === "refused" && edits.length < 2 * tries && leaf.withValue) {
            const known = edits.map(({ text }) => text);
            const others = suggested(found.detail).map(leaf.withValue);
            edits.push(...others.filter(({ text }) => !known.includes(text)));
        }
    }
    return { outcome };
}

/** Adds a change to the first batch that accepts it. */
async function add(batches: Planned[][], planned: Planned, trial: Trial, source: string): Promise<void> {
    for (const batch of batches.filter(({ length }) => length < perBatch)) {
        const all = [...batch, planned];
        const text = together(source, all);
        if (text !== undefined && (await trial.result(text)).result === "changed") {
            batch.push(planned);
            return;
        }
    }
    batches.push([planned]);
}

/** The name of a property that an edit adds. */
const added = ({ text }: Edit) => /^ ("?[\w.-]+"?):/.exec(text)?.[1];

/** Applies several changes; undefined if they are in the same place. */
export function together(source: string, all: Planned[]): string | undefined {
    const edits = all.map(({ edit }) => edit).sort((one, other) => other.start - one.start || other.end - one.end);
    const clash = edits.some((edit, index) => {
        const next = edits[index + 1];
        if (next === undefined) {
            return false;
        }
        const isSamePlace = next.start === edit.start && next.end === edit.end && edit.start === edit.end;
        return isSamePlace
            ? edits.some((each) => each !== edit && each.start === edit.start && added(each) === added(edit))
            : next.end > edit.start;
    });
    return clash ? undefined : edits.reduce((text, edit) => edited(text, edit), source);
}
