import * as check from "../internal/arguments/check";

/**
 * An Airflow {@link https://airflow.apache.org/docs/apache-airflow/stable/administration-and-deployment/pools.html pool}, which
 * limits concurrent tasks.
 */
export interface AirflowPool {
    /** The number of slots: 0 to 10,000. A task uses one or more. */
    slots: number;
    /**
     * What the pool is for, shown in Airflow.
     * @default none
     */
    description?: string;
    /**
     * Counts deferred tasks, too.
     * @default false
     */
    includeDeferred?: boolean;
}

/** Checks the Airflow pools by name. */
export const pools = check.record(
    check.matching(/^[\w.-]{1,250}$/, "the name of a pool must have up to 250 letters, digits, _, . and -"),
    check.options<AirflowPool>(
        {
            slots: check.whole(0, 10_000),
            description: check.matching(/^[^\r\n]{0,200}$/, "must be up to 200 characters on one line"),
            includeDeferred: check.flag(),
        },
        "slots",
    ),
);
