import { bigQueryLimits } from "../facts/limits/bigQuery";
import * as check from "../internal/arguments/check";
import { type Duration, duration, inMilliseconds } from "../internal/arguments/duration";
import { display } from "../internal/arguments/value";
import { type Field, modeOf, typeOf } from "./field";

/** The granularity of {@link https://cloud.google.com/bigquery/docs/partitioned-tables time-based partitions}. */
export type PartitionType = "HOUR" | "DAY" | "MONTH" | "YEAR";

/** The options of time-based partitions. */
export interface TimePartition {
    /**
     * The granularity of partitions.
     * @default "DAY"
     */
    type?: PartitionType;
    /**
     * How long partitions are kept: at least an hour.
     * @default the dataset's default partition expiration
     */
    expiration?: Duration;
}

/** {@link https://cloud.google.com/bigquery/docs/partitioned-tables Partitioning} by a time column. */
export interface TimePartitioning {
    /** The time column and the granularity. */
    time: TimePartition & {
        /** The name of a `TIMESTAMP`, `DATE` or `DATETIME` column that is not repeated. */
        field: string;
    };
}

/** Partitioning by ingestion time, with the pseudocolumn `_PARTITIONTIME`. */
export interface IngestionPartitioning {
    /** The period of time that a partition holds. */
    ingestion: TimePartition;
}

/** Partitioning by integer ranges. */
export interface RangePartitioning {
    /** The integer column and its ranges. */
    range: {
        /** The name of an `INTEGER` column that is not repeated. */
        field: string;
        /** The start of the first range, inclusive. */
        start: number;
        /** The end of the last range, exclusive. */
        end: number;
        /**
         * The width of each range; {@link https://cloud.google.com/bigquery/quotas#partitioned_tables at most 10000}
         * ranges.
         */
        interval: number;
    };
}

/** How a table is partitioned: by a time column, ingestion time or integer ranges. */
export type Partitioning = check.OneOf<TimePartitioning | IngestionPartitioning | RangePartitioning>;

const timePartition = {
    type: check.oneOf("HOUR", "DAY", "MONTH", "YEAR"),
    expiration: duration(bigQueryLimits.rows.tableExpiration.min, "36500 days"),
};
const integer = check.whole(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);

/** Checks each option of the partitioning. */
export const partitioning = check.variant({
    time: check.options<TimePartitioning>(
        { time: check.options<TimePartitioning["time"]>({ ...timePartition, field: check.text() }, "field") },
        "time",
    ),
    ingestion: check.options<IngestionPartitioning>(
        { ingestion: check.options<TimePartition>(timePartition) },
        "ingestion",
    ),
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

/** Checks the partitioning against the columns of the table. */
export function partitionProblems(
    path: string,
    partitioning: Partitioning | undefined,
    columns: Field[],
): check.Problem[] {
    if (partitioning?.time) {
        const { field, type = "DAY" } = partitioning.time;
        const allowed = type === "HOUR" ? ["TIMESTAMP", "DATETIME"] : ["TIMESTAMP", "DATE", "DATETIME"];
        return columnProblems(`${path}.time.field`, field, columns, allowed);
    }
    if (!partitioning?.range) {
        return [];
    }
    const { field, start, end, interval } = partitioning.range;
    const ranges = (end - start) / interval;
    const { min, max } = bigQueryLimits.rows.partitions;
    return [
        ...columnProblems(`${path}.range.field`, field, columns, ["INTEGER"]),
        ...(ranges > 0 && ranges <= max
            ? []
            : [
                  check.problem(
                      `${path}.range`,
                      "bigquery/partition-range-count",
                      `must make ${min} to ${max} ranges from start to end (got ${display(partitioning.range)}).`,
                  ),
              ]),
    ];
}

/** Checks a column for partitioning, clustering or a key: it must be a top-level column of an allowed type. */
export function columnProblems(path: string, name: string, columns: Field[], allowed?: string[]): check.Problem[] {
    const column = columns.find((each) => each.name.toLowerCase() === name.toLowerCase());
    if (!column) {
        const names = columns.map((each) => each.name).join(", ");
        const reason = `is not a column of the table (got ${display(name)}). It has ${names || "none"}.`;
        return [check.problem(path, "bigquery/partition-column-missing", reason)];
    }
    if (modeOf(column) === "REPEATED" || (allowed && !allowed.includes(typeOf(column)))) {
        const what = allowed ? `a column of the type ${allowed.join(", ")}` : "a column";
        const type = modeOf(column) === "REPEATED" ? `a list of ${typeOf(column)}` : typeOf(column);
        return [
            check.problem(
                path,
                "bigquery/partition-column-type",
                `must be ${what} that is not a list (got ${display(name)}, ${type}).`,
            ),
        ];
    }
    return [];
}

/** The arguments of the table resource. */
export function partitionArgs(partitioning: Partitioning | undefined) {
    const time = partitioning?.time ?? partitioning?.ingestion;
    return {
        timePartitioning: time && {
            type: time.type ?? "DAY",
            ...(partitioning?.time && { field: partitioning.time.field }),
            ...(time.expiration && { expirationMs: inMilliseconds(time.expiration) }),
        },
        rangePartitioning: partitioning?.range && {
            field: partitioning.range.field,
            range: {
                start: partitioning.range.start,
                end: partitioning.range.end,
                interval: partitioning.range.interval,
            },
        },
    };
}
