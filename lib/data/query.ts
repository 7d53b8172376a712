import * as pulumi from "@pulumi/pulumi";
import * as check from "../internal/check";
import type { BigQueryDataset } from "./dataset";

/**
 * A query in GoogleSQL: its text, or a function that makes it of names as a query writes them: those of the dataset's
 * tables and views, and those of the datasets that it `reads`, as `({ stores }, { sales }) => \`SELECT … FROM
 * ${stores} JOIN ${sales}.orders …\``. A name has the project in it, which every environment has another of.
 */
export type Query =
    | pulumi.Input<string>
    | ((tables: Record<string, string>, datasets: Record<string, string>) => string);

/** A query with the other datasets that it reads. */
interface Reading {
    query: Query;
    reads?: Record<string, BigQueryDataset>;
}

/** Checks a query. */
export const query: check.Check = check.lazily((given) =>
    typeof given === "function"
        ? check.custom(() => true)
        : check.input(check.matching(/\S/, "must be a query, or a function that makes one of the tables' names")),
);

/** Checks what a query reads. */
export const reads: check.Check = check.record(
    check.matching(/^[A-Za-z]\w{0,62}$/, "must be a name of letters, digits and _, starting with a letter"),
    check.component("BigQueryDataset"),
);

/** The text of a query of a dataset, by its path, with these tables and views. */
export function queryText(
    { query, reads = {} }: Reading,
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
