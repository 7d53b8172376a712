import { readFileSync } from "node:fs";
import { join } from "node:path";

/** How long a creation takes. */
interface CreationTime {
    seconds: number;
    /** Where somebody observed it. */
    source?: string;
}

interface CreationTimes {
    types: Record<string, CreationTime>;
    /** For types that nobody was seen to create. `type` is a regular expression, of which the first holds. */
    classes: (CreationTime & { type: string; what: string })[];
}

let times: CreationTimes | undefined;

/** How long the creation of a type takes; without an observation, the time of its class. */
export function creationTime(type: string): CreationTime {
    times ??= JSON.parse(readFileSync(join(__dirname, "creationTimes.json"), "utf8")) as CreationTimes;
    const { types, classes } = times;
    return types[type] ?? (classes.find((each) => new RegExp(each.type).test(type)) as CreationTime);
}
