import * as pulumi from "@pulumi/pulumi";
import * as check from "../internal/arguments/check";
import type { AnyDataset } from "./anyDataset";

/**
 * A GoogleSQL query: its text, or a function that receives the quoted names of the dataset's tables, views and routines, and of
 * the datasets that it `reads`, and returns the text: `({ stores }, { sales }) => \`SELECT … FROM ${stores} JOIN
 * ${sales}.orders …\``. The names contain the project, which differs between environments.
 */
export type Query =
    | pulumi.Input<string>
    | ((tables: Record<string, string>, datasets: Record<string, string>) => string);

/** A query and the other datasets that it reads. */
interface QueryDefinition {
    query: Query;
    reads?: Record<string, AnyDataset>;
}

/** Checks a query. */
export const query = check.lazily((value) =>
    typeof value === "function"
        ? check.custom<Exclude<Query, pulumi.Input<string>>>(() => true)
        : check.input(
              check.matching(
                  /\S/,
                  "must be a query, or a function that returns a query and receives the names of the tables",
              ),
          ),
);

/** Checks the other datasets that a query reads. */
export const reads = check.record(
    check.matching(/^[A-Za-z]\w{0,62}$/, "must be a name of letters, digits and _, starting with a letter"),
    check.component("BigQueryDataset"),
);

/** The text of a query, with the IDs of the tables and views that it can read. */
export function queryText(
    { query, reads = {} }: QueryDefinition,
    dataset: pulumi.Output<string>,
    ids: string[],
): pulumi.Output<string> {
    if (typeof query !== "function") {
        return pulumi.output(query);
    }
    const paths = Object.entries(reads).map(([key, { dataset: other }]) => {
        return pulumi.interpolate`${other.project}.${other.datasetId}`.apply((path) => [key, `\`${path}\``]);
    });
    return pulumi.all([dataset, pulumi.all(paths)]).apply(([path, others]) => {
        const tables = ids.map((id) => [id, `\`${path}.${id}\``]);
        return query(Object.fromEntries(tables), Object.fromEntries(others));
    });
}
