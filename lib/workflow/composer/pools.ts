import * as check from "../../internal/check";
import { hashOf } from "../../internal/names";
import { packaged } from "../../internal/packaged";
import type { Image } from "./versions";

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

/** The file of the DAG that makes the pools, in the folder of DAGs. */
export const poolsFile = "slipway_pools.py";

/**
 * Pools are in Airflow's database, which has no other way in than Airflow itself: a DAG sets them, at once after a change, as
 * its id changes with them, and every hour. Airflow 3 lets no DAG into its database.
 */
export function poolsProblem(given: Record<string, AirflowPool>, { airflow }: Image): check.Problem | undefined {
    return Object.keys(given).length > 0 && Number.parseInt(airflow, 10) >= 3
        ? {
              path: "pools",
              reason: `need Airflow 2, whose tasks may write to its database (got Airflow ${airflow}). Take composer-3-airflow-2.11.1, or make them in Airflow's pages.`,
          }
        : undefined;
}

/** The text of the DAG that sets the pools; nothing where there never were any. */
export function poolsDag(given: Record<string, AirflowPool> | undefined): string | undefined {
    if (given === undefined) {
        return undefined;
    }
    const all = Object.entries(given).map(([name, { slots, description = "", includeDeferred = false }]) => {
        return { name, slots, description, include_deferred: includeDeferred };
    });
    const json = JSON.stringify(all);
    const hash = hashOf(json, 8);
    return packaged("lib", "workflow", "composer", "python", poolsFile)
        .replace('"@pools@"', JSON.stringify(json))
        .replace("@hash@", hash);
}
