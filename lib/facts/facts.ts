/** A day, as `2026-11-21`. */
export type Day = `${number}-${number}-${number}`;

/** A table of facts from public documentation, with its source. */
export interface Facts<Row> {
    /** What the table holds, in a few words: "Runtimes of Cloud Run functions". */
    subject: string;
    /** The page that states the facts. A row may name another one. */
    source: `https://${string}`;
    /** The day on which the table was compared with its source. A row may have another one. */
    checked: Day;
    rows: Record<string, Row & { source?: `https://${string}`; checked?: Day }>;
}

/** Defines a table of facts; the compiler keeps its keys, from which argument types are derived. */
export function facts<Row>() {
    return <const Rows extends Facts<Row>["rows"]>(table: Omit<Facts<Row>, "rows"> & { rows: Rows }) => table;
}

/** The part of the `Date` API that checks of dates read, so that tests can set the day. */
export interface Clock {
    now(): number;
}

/** Whether a day has come. Without a day there is nothing to come. */
export function isPast(day: Day | undefined, clock: Clock = Date): boolean {
    return day !== undefined && Date.parse(day) <= clock.now();
}
