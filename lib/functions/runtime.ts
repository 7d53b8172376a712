import { isPast } from "../facts/facts";
import { type FunctionRuntime, functionRuntimes } from "../facts/functionRuntimes";
import * as check from "../internal/arguments/check";

/** A runtime: a language and its version. */
export type Runtime = keyof typeof functionRuntimes.rows;

const rows: Record<string, FunctionRuntime> = functionRuntimes.rows;

const languageOf = (runtime: string) => runtime.replace(/\d+$/, "");

/** Runtimes that are not decommissioned, sorted by language from old to new. */
const current = () => Object.keys(rows).filter((id) => !isPast(rows[id]?.decommissioned));

export const runtime = check.lazily(() =>
    check.listed(
        (id) => Object.hasOwn(rows, id),
        /^(dotnet|go|java|nodejs|php|python|ruby)\d+$/,
        `must be one of ${current().join(", ")}`,
    ),
);

/** Returns a warning for a deprecated or decommissioned runtime. */
export function lifecycleWarning(runtime: Runtime): string | undefined {
    const { deprecated, decommissioned } = rows[runtime] ?? {};
    if (!isPast(decommissioned) && !isPast(deprecated)) {
        return undefined;
    }
    const newest = current()
        .filter((id) => languageOf(id) === languageOf(runtime) && !isPast(rows[id]?.deprecated))
        .at(-1);
    const use = newest ? `Use ${newest}.` : "Update slipway, which lists newer ones.";
    if (isPast(decommissioned)) {
        return `runtime: ${runtime} was decommissioned on ${decommissioned}: Google Cloud refuses to create or update functions with it. ${use}`;
    }
    const end = decommissioned ? `; from ${decommissioned} on, no function with it can be created or updated` : "";
    return `runtime: ${runtime} is deprecated since ${deprecated}${end}. ${use}`;
}
