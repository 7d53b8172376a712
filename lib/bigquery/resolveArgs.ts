import type { Environment } from "../environment/environment";
import * as check from "../internal/check";
import { type BigQueryDatasetArgs, bigQueryDatasetArgs } from "./arguments";
import { tableProblems } from "./table";

type Defaulted = "datasetId" | "location" | "tables" | "views" | "materializedViews" | "scheduledQueries" | "access";

/** Validated arguments with their defaults. */
export type ResolvedArgs = BigQueryDatasetArgs & Required<Pick<BigQueryDatasetArgs, Defaulted>>;

/** Completes the arguments with their defaults and validates the result. */
export function resolveArgs(component: string, args: BigQueryDatasetArgs, { region }: Environment): ResolvedArgs {
    const completed: ResolvedArgs = check.withDefaults(args, {
        datasetId: component.replaceAll("-", "_"),
        location: region,
        tables: {},
        views: {},
        materializedViews: {},
        scheduledQueries: {},
        access: {},
    });
    return check.checked(`BigQueryDataset "${component}"`, completed, bigQueryDatasetArgs, (checked) => [
        ...Object.entries(checked.tables).flatMap(([id, table]) => tableProblems(`tables.${id}`, table)),
        ...nameProblems(checked),
    ]);
}

/** Refuses IDs that tables and views share, and access names that conflict with child resources of the component. */
function nameProblems({ tables, views, materializedViews, access }: ResolvedArgs): check.Problem[] {
    const parts = { tables, views, materializedViews };
    const all = Object.entries(parts).flatMap(([part, items]) => Object.keys(items).map((id) => ({ part, id })));
    const duplicates = all.filter(({ id }, index) => all.findIndex((other) => other.id === id) < index);
    const reserved = Object.keys(access).filter((key) => /-reads-/.test(key));
    return [
        ...duplicates.map(({ part, id }) =>
            check.problem(
                `${part}.${id}`,
                "bigquery/table-id-twice",
                "is also the ID of another table or view. Rename one of them.",
            ),
        ),
        ...reserved.map((key) =>
            check.problem(
                `access.${key}`,
                "bigquery/access-name-reserved",
                "is a name that the component itself uses. Choose another name.",
            ),
        ),
    ];
}
