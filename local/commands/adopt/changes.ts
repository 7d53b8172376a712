import { isDeepStrictEqual } from "node:util";
import type { Exported } from "../../machine/exported";
import { unknown } from "../../machine/marks";
import type { Step } from "../engine/stackResources";

type Labels = Record<string, unknown>;

/** A property of an existing resource that the program changes. */
export interface Change {
    /** Its path, such as `lifecycleRules[0].condition`. */
    property: string;
    /** Undefined if it has none. */
    existing?: unknown;
    /** Undefined if the program does not set it. */
    planned?: unknown;
    /** Whether the planned value is only known at the deployment. */
    isUnknown?: boolean;
    /** What keeps the existing value, such as `transform: { topic: { messageRetentionDuration: "86400s" } }`. */
    keep?: string;
}

/** What the update of a resource changes, or, of a replacement, only what causes it. Labels are secrets in previews: these are the known ones. */
export function changesOf(
    { op, oldState, newState, detailedDiff, replaceReasons = [] }: Step,
    labels: { existing: Labels; planned: Labels },
): Change[] {
    const paths = Object.entries(detailedDiff ?? {})
        .filter(([, { kind }]) => op !== "replace" || kind.endsWith("replace"))
        .map(([path]) => path);
    const changed = paths.length > 0 ? paths : replaceReasons;
    return changed
        .filter((path) => !/^pulumiLabels\b/.test(path))
        .map((path) => {
            const [, label] = /^(?:effectiveL|l)abels\.(.+)$/.exec(path) ?? [];
            if (label !== undefined) {
                return {
                    property: `labels.${label}`,
                    existing: labels.existing[label],
                    planned: labels.planned[label],
                };
            }
            return path === "labels"
                ? { property: path, ...labels }
                : { property: path, existing: valueAt(oldState, path), planned: valueAt(newState, path) };
        })
        .filter(({ existing, planned }) => !isDeepStrictEqual(existing, planned))
        .map((change) => (change.planned === unknown ? { ...change, planned: undefined, isUnknown: true } : change));
}

/** The keys and indexes of a path: `a[0].b["c.d"]`. */
export const partsOf = (path: string): string[] =>
    [...path.matchAll(/\["([^"]*)"\]|[^.[\]]+/g)].map(([part, key]) => key ?? part);

/** The value of an input. What the server has set is no input, but an output. */
function valueAt(state: Exported | undefined, path: string): unknown {
    const read = (values: unknown): unknown =>
        partsOf(path).reduce((value: unknown, part) => (value as Record<string, unknown> | undefined)?.[part], values);
    return without(read(state?.inputs) ?? read(state?.outputs));
}

/** Without the marks of the engine and the provider. */
function without(value: unknown): unknown {
    if (Array.isArray(value)) {
        return value.map(without);
    }
    return typeof value === "object" && value !== null
        ? Object.fromEntries(
              Object.entries(value)
                  .filter(([key]) => key !== "__defaults")
                  .map(([key, item]) => [key, without(item)]),
          )
        : value;
}
