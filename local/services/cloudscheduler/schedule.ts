/** A field of a schedule: the least and the greatest value, with the names that stand for values from the first on. */
interface Field {
    least: number;
    most: number;
    names?: string[];
}

/** "Cron job format": minute, hour, day of the month, month, day of the week, where 7 is Sunday too. */
const fields: Field[] = [
    { least: 0, most: 59 },
    { least: 0, most: 23 },
    { least: 1, most: 31 },
    {
        least: 1,
        most: 12,
        names: ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"],
    },
    { least: 0, most: 7, names: ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"] },
];

/** Whether a text is a schedule in the unix-cron format. */
export function isSchedule(text: string): boolean {
    const parts = text.trim().split(/\s+/);
    return parts.length === fields.length && fields.every((field, index) => isList(parts[index] as string, field));
}

/** Values and ranges with commas between; a step stands behind a range or `*`. */
function isList(text: string, field: Field): boolean {
    return text.split(",").every((item) => {
        const [, range = "", step] = /^([^/]+)(\/[1-9]\d*)?$/.exec(item) ?? [];
        const [first = "", last = first] = range === "*" ? [`${field.least}`, `${field.most}`] : range.split("-");
        const isRange = range === "*" || range === `${first}-${last}`;
        return (isRange || (range === first && !step)) && within(numberOf(first, field), numberOf(last, field), field);
    });
}

function numberOf(text: string, { least, names = [] }: Field): number {
    const named = names.indexOf(text.toUpperCase());
    return named >= 0 ? least + named : /^\d{1,2}$/.test(text) ? Number(text) : Number.NaN;
}

function within(first: number, last: number, { least, most }: Field): boolean {
    return least <= first && first <= last && last <= most;
}

/** Whether a name is one of the tz database, such as `Europe/Berlin`; an offset is none. */
export function isTimeZone(name: string): boolean {
    try {
        new Intl.DateTimeFormat("en", { timeZone: name });
        return /^[A-Z]/.test(name);
    } catch {
        return false;
    }
}
