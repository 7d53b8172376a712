import { resolve } from "node:path";
import type { Clock, Facts } from "./facts";
import * as exported from "./index";

/** The age in days after which facts are listed: half a year. */
const maxDays = 182;
const day = 86_400_000;

function isTable(value: unknown): value is Facts<object> {
    return typeof value === "object" && value !== null && "rows" in value && "checked" in value && "source" in value;
}

const tablesIn = (module: object): Facts<object>[] => Object.values(module).filter(isTable);

/** All tables of facts. */
export const tables: Facts<object>[] = tablesIn(exported);

/** Lists tables and rows that were last compared with their sources more than half a year ago or never, the oldest first. */
export function agedFacts(all: Facts<object>[], clock: Clock = Date): string[] {
    const entries = all.flatMap(({ subject, source, checked, rows }) => [
        { what: subject, source, checked },
        ...Object.entries(rows).flatMap(([name, row]) =>
            row.checked ? [{ what: `${subject}: ${name}`, source: row.source ?? source, checked: row.checked }] : [],
        ),
    ]);
    const daysSince = (checked: string) =>
        checked === "never" ? Number.POSITIVE_INFINITY : Math.floor((clock.now() - Date.parse(checked)) / day);
    return entries
        .map((entry) => ({ ...entry, days: daysSince(entry.checked) }))
        .filter(({ days }) => days > maxDays)
        .sort((one, other) => (one.days === other.days ? 0 : other.days - one.days))
        .map(({ what, source, checked, days }) => {
            const when = checked === "never" ? "never compared" : `${checked} (${days} days ago)`;
            return `${when}  ${what}  ${source}`;
        });
}

if (require.main === module) {
    // Other packages have tables, too, which this one must not import.
    const all = [...tables, ...process.argv.slice(2).flatMap((file) => tablesIn(require(resolve(file))))];
    const aged = agedFacts(all);
    console.log(aged.length > 0 ? aged.join("\n") : `All ${all.length} tables were compared within half a year.`);
}
