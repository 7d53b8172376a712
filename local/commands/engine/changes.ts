import { existsSync, readFileSync } from "node:fs";
import { described } from "../../machine/exported";

/**
 * The changes of a command or preview. Resources are listed by the last part of their type and their name, such as
 * `Topic sales`, in alphabetical order. Components are not listed, but their resources are.
 */
export interface Changes {
    created: string[];
    updated: string[];
    replaced: string[];
    deleted: string[];
    unchanged: string[];
    /** All changes except `unchanged`: `["create Topic sales"]`; empty if there are none. */
    steps: string[];
    /** The changed properties of updated or replaced resources: `{ "Topic sales": ["labels.team"] }`. */
    differences: Record<string, string[]>;
}

/** A line of Pulumi's event log. */
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

/** Pulumi's operations; others are steps of replacements, or change nothing. */
const kinds: Record<string, [Kind, verb?: string]> = {
    create: ["created", "create"],
    import: ["created", "import"],
    update: ["updated", "update"],
    replace: ["replaced", "replace"],
    delete: ["deleted", "delete"],
    same: ["unchanged"],
};

/** Parses the changes from the event log of a command; for failed commands, the completed changes. */
export function changesIn(log: string): Changes {
    const lists = { created: [], updated: [], replaced: [], deleted: [], unchanged: [], steps: [] };
    const changes: Changes = { ...lists, differences: {} };
    for (const step of stepsIn(log)) {
        const [kind, verb] = kinds[step.op] ?? [];
        const isCustom = (step.new ?? step.old)?.custom === true;
        if (kind === undefined || !isCustom || step.type.startsWith("pulumi:")) {
            continue;
        }
        const name = described(step);
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
    // A killed Pulumi can leave an incomplete last line; a failed command line leaves no file.
    const full = existsSync(log) ? readFileSync(log, "utf8").split("\n").slice(0, -1) : [];
    return full.flatMap((line) => (JSON.parse(line) as EngineEvent).resOutputsEvent?.metadata ?? []);
}
