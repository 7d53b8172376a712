import * as check from "../../internal/check";

/** How many tasks of a kind run at a time ("Pools" of Airflow). */
export interface AirflowPool {
    /** The slots, of which a task takes one or more: 0 to 10,000. */
    slots: number;
    /**
     * What the pool is for.
     * @default none
     */
    description?: string;
    /**
     * Whether tasks keep their slots while they are deferred.
     * @default false
     */
    includeDeferred?: boolean;
}

/** Checks the pools of Airflow by their names. */
export const pools: check.Check = check.record(
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
