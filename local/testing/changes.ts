import { existsSync, readFileSync } from "node:fs";

/**
 * What a command did to resources, or would do. Each is named by the last part of its type and its name in the program, such
 * as `Topic sales`, in the order of these names. Components are not listed, but what they are made of.
 */
export interface Changes {
    created: string[];
    updated: string[];
    replaced: string[];
    deleted: string[];
    unchanged: string[];
    /** All of these but the unchanged: `["create Topic sales"]`; empty when there was nothing to do. */
    steps: string[];
    /** Of what is updated or replaced the properties that differ: `{ "Topic sales": ["labels.team"] }`. */
    differences: Record<string, string[]>;
}

/** One line of the log that pulumi keeps of a command. */
interface EngineEvent {
    resourcePreEvent?: { metadata: Step };
    resOutputsEvent?: { metadata: Step };
}

interface Step {
    op: string;
    urn: string;
    type: string;
    old?: { custom?: boolean };
    new?: { custom?: boolean };
    detailedDiff?: Record<string, unknown>;
    diffs?: string[];
}

type Kind = "created" | "updated" | "replaced" | "deleted" | "unchanged";

/** Pulumi's operations; those that are not here are steps of a replacement or change nothing. */
const kinds: Record<string, [Kind, verb?: string]> = {
    create: ["created", "create"],
    import: ["created", "import"],
    update: ["updated", "update"],
    replace: ["replaced", "replace"],
    delete: ["deleted", "delete"],
    same: ["unchanged"],
};

/** Reads the changes from the log of a command; of one that failed, those that were done. */
export function changesIn(log: string): Changes {
    const lists = { created: [], updated: [], replaced: [], deleted: [], unchanged: [], steps: [] };
    const changes: Changes = { ...lists, differences: {} };
    for (const step of stepsIn(log)) {
        const [kind, verb] = kinds[step.op] ?? [];
        const isCustom = (step.new ?? step.old)?.custom === true;
        if (kind === undefined || !isCustom || step.type.startsWith("pulumi:")) {
            continue;
        }
        const name = `${step.type.split(":").at(-1)} ${step.urn.split("::").at(-1)}`;
        changes[kind].push(name);
        if (verb) {
            changes.steps.push(`${verb} ${name}`);
        }
        if (kind === "updated" || kind === "replaced") {
            changes.differences[name] = Object.keys(step.detailedDiff ?? {}).sort();
        }
    }
    for (const list of Object.keys(lists) as (keyof typeof lists)[]) {
        changes[list].sort();
    }
    return changes;
}

function stepsIn(log: string): Step[] {
    // A pulumi that was killed has begun its last line; one that knew no such command has written nothing.
    const whole = existsSync(log) ? readFileSync(log, "utf8").split("\n").slice(0, -1) : [];
    return whole.flatMap((line) => (JSON.parse(line) as EngineEvent).resOutputsEvent?.metadata ?? []);
}
