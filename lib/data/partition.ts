import * as check from "../internal/check";
import { type Duration, duration, inMilliseconds } from "../internal/duration";
import { display } from "../internal/value";
import { type Field, modeOf, typeOf } from "./field";

/** How long a partition of time is: "Introduction to partitioned tables". */
export type PartitionType = "HOUR" | "DAY" | "MONTH" | "YEAR";

/** How the partitions of time are cut, and how long each is kept. */
export interface TimePartition {
    /**
     * How long each partition is.
     * @default "DAY"
     */
    type?: PartitionType;
    /**
     * How long each partition is kept: from an hour on.
     * @default what the dataset says of its partitions
     */
    expiration?: Duration;
}

/** Partitions by a column of time. */
export interface TimePartitioning {
    time: TimePartition & {
        /** A column of the type `TIMESTAMP`, `DATE` or `DATETIME` that is no list. */
        field: string;
    };
}

/** Partitions by the time at which BigQuery takes a row in: the pseudo column `_PARTITIONTIME`. */
export interface IngestionPartitioning {
    ingestion: TimePartition;
}

/** Partitions by ranges of a whole number. */
export interface RangePartitioning {
    range: {
        /** A column of the type `INTEGER` that is no list. */
        field: string;
        /** The first value. */
        start: number;
        /** The first value that is no longer in a range. */
        end: number;
        /** The width of a range; there may be 10000 ranges ("Partitioned tables" of the quotas). */
        interval: number;
    };
}

/** What cuts a table into partitions: a time, the time of ingestion, or ranges of numbers. */
export type Partitioning = check.OneOf<TimePartitioning | IngestionPartitioning | RangePartitioning>;

const timed = {
    type: check.oneOf("HOUR", "DAY", "MONTH", "YEAR"),
    expiration: duration("1 hour", "36500 days"),
};
const integer = check.whole(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);

/** Checks the partitions, each option by itself. */
export const partitioning: check.Check = check.variant({
    time: check.options<TimePartitioning>(
        { time: check.options<TimePartitioning["time"]>({ ...timed, field: check.text() }, "field") },
        "time",
    ),
    ingestion: check.options<IngestionPartitioning>({ ingestion: check.options<TimePartition>(timed) }, "ingestion"),
    range: check.options<RangePartitioning>(
        {
            range: check.options<RangePartitioning["range"]>(
                {
                    field: check.text(),
                    start: integer,
                    end: integer,
                    interval: check.whole(1, Number.MAX_SAFE_INTEGER),
                },
                "field",
                "start",
                "end",
                "interval",
            ),
        },
        "range",
    ),
});

/** What is wrong with partitions of a table with these columns. */
export function partitionProblems(path: string, given: Partitioning | undefined, columns: Field[]): check.Problem[] {
    if (given?.time) {
        const { field, type = "DAY" } = given.time;
        const allowed = type === "HOUR" ? ["TIMESTAMP", "DATETIME"] : ["TIMESTAMP", "DATE", "DATETIME"];
        return columnProblems(`${path}.time.field`, field, columns, allowed);
    }
    if (!given?.range) {
        return [];
    }
    const { field, start, end, interval } = given.range;
    const ranges = (end - start) / interval;
    return [
        ...columnProblems(`${path}.range.field`, field, columns, ["INTEGER"]),
        ...(ranges > 0 && ranges <= 10000
            ? []
            : [
                  {
                      path: `${path}.range`,
                      reason: `must make 1 to 10000 ranges from start to end (got ${display(given.range)}).`,
                  },
              ]),
    ];
}

/** Why a column cannot be the one that a table is cut or ordered by; a column in a record never can. */
export function columnProblems(path: string, name: string, columns: Field[], allowed?: string[]): check.Problem[] {
    const column = columns.find((each) => each.name.toLowerCase() === name.toLowerCase());
    if (!column) {
        const known = columns.map((each) => each.name).join(", ");
        const reason = `is no column of the table (got ${display(name)}). It has ${known || "none"}.`;
        return [{ path, reason }];
    }
    if (modeOf(column) === "REPEATED" || (allowed && !allowed.includes(typeOf(column)))) {
        const what = allowed ? `a column of the type ${allowed.join(", ")}` : "a column";
        const type = modeOf(column) === "REPEATED" ? `a list of ${typeOf(column)}` : typeOf(column);
        return [{ path, reason: `must be ${what} that is no list (got ${display(name)}, ${type}).` }];
    }
    return [];
}

/** In the form of the provider. */
export function partitionArgs(given: Partitioning | undefined) {
    const timed = given?.time ?? given?.ingestion;
    return {
        timePartitioning: timed && {
            type: timed.type ?? "DAY",
            ...(given?.time && { field: given.time.field }),
            ...(timed.expiration && { expirationMs: inMilliseconds(timed.expiration) }),
        },
        rangePartitioning: given?.range && {
            field: given.range.field,
            range: { start: given.range.start, end: given.range.end, interval: given.range.interval },
        },
    };
}
