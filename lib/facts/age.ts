import { resolve } from "node:path";
import type { Clock, Facts } from "./facts";
import * as exported from "./index";

/** The age in days after which facts are listed. */
const maxDays = 180;
const day = 86_400_000;

function isTable(value: unknown): value is Facts<object> {
    return typeof value === "object" && value !== null && "rows" in value && "checked" in value && "source" in value;
}

const tablesIn = (module: object): Facts<object>[] => Object.values(module).filter(isTable);

/** All tables of facts. */
export const tables: Facts<object>[] = tablesIn(exported);

/** Lists tables and rows that were last compared with their sources more than 180 days ago or never, the oldest first. */
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

/** A warning of tables and rows that {@link agedFacts} lists, without those that were never compared; undefined if there are none. */
export function ageWarning(all: Facts<object>[], clock: Clock = Date): string | undefined {
    const aged = agedFacts(all, clock).filter((line) => !line.startsWith("never compared"));
    const [oldest] = aged;
    return oldest === undefined
        ? undefined
        : `warning: ${aged.length} tables or rows of facts were compared with Google's pages more than ${maxDays} days ago, the oldest on ${oldest.slice(0, 10)}: npm run facts:age`;
}

if (require.main === module) {
    const [first, ...others] = process.argv.slice(2);
    const isShort = first === "--warn";
    const files = isShort || first === undefined ? others : [first, ...others];
    // Other packages have tables, too, which this one must not import.
    const all = [...tables, ...files.flatMap((file) => tablesIn(require(resolve(file))))];
    const aged = isShort ? [ageWarning(all) ?? []].flat() : agedFacts(all);
    const none = isShort ? [] : [`All ${all.length} tables were compared within ${maxDays} days.`];
    for (const line of aged.length > 0 ? aged : none) {
        console.log(line);
    }
}
