/** A day, as `2026-11-21`. */
export type Day = `${number}-${number}-${number}`;

/** A table of facts from public documentation, with its source. */
export interface Facts<Row> {
    /** The subject of the table: "Runtimes of Cloud Run functions". */
    subject: string;
    /** The page that states the facts. A row may name a different one. */
    source: `https://${string}`;
    /** The day of the last comparison with the source or, of a dated copy of it, the day of the copy. A row may have a different one. */
    checked: Day;
    /** `checked` is `never` for what was written without looking at the source. */
    rows: Record<string, Row & { source?: `https://${string}`; checked?: Day | "never" }>;
}

/** Defines a table of facts. Its type keeps the keys, from which argument types are derived. */
export function facts<Row>() {
    return <const Rows extends Facts<Row>["rows"]>(table: Omit<Facts<Row>, "rows"> & { rows: Rows }) => table;
}

/** The part of the `Date` API that date checks use, so that tests can set the day. */
export interface Clock {
    now(): number;
}

/** Whether a day is today or in the past; false without a day. */
export function isPast(day: Day | undefined, clock: Clock = Date): boolean {
    return day !== undefined && Date.parse(day) <= clock.now();
}
