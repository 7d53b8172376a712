import { readFileSync } from "node:fs";
import { join } from "node:path";
import { matches } from "../../suppressions";

/** A change that users of earlier releases get. In `program` and `change`, `*` is any text. */
export interface Intended {
    program: string;
    change: string;
    reason: string;
}

export const intended: Intended[] = JSON.parse(readFileSync(join(__dirname, "intended.json"), "utf8"));

/** The rows that a previewed change matches. */
export const intendedRows = (program: string, change: string): Intended[] =>
    intended.filter((row) => matches(row.program, program) && matches(row.change, change));
