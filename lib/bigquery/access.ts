import type { Dataset } from "@pulumi/gcp/bigquery/dataset";
import { DatasetAccess, type DatasetAccessArgs } from "@pulumi/gcp/bigquery/datasetAccess";
import * as pulumi from "@pulumi/pulumi";
import { Environment } from "../environment/environment";
import * as check from "../internal/arguments/check";
import { isDeferred } from "../internal/arguments/value";
import type { Child } from "../internal/engine/children";
import type { AnyDataset } from "./anyDataset";
import { DatasetGrant } from "./datasetGrant";
import { authorizeRoutine, type BigQueryRoutine } from "./routine";
import { authorizedView, type BigQueryView } from "./view";

/** A principal that can receive a role: a user, group, service account, domain or workload identity, but never the public. */
export type DatasetMember =
    | `${"user" | "group" | "serviceAccount" | "domain"}:${string}`
    | `${"principal" | "principalSet"}://${string}`;

/** One access entry of a dataset: the role of a principal, or an authorized view, dataset or routine. */
export type DatasetAccessEntry = check.OneOf<
    | {
          /** Grants a principal reading every table: `roles/bigquery.dataViewer`. */
          reader: pulumi.Input<DatasetMember>;
      }
    | {
          /** Grants a principal reading, writing, creating and deleting tables: `roles/bigquery.dataEditor`. */
          writer: pulumi.Input<DatasetMember>;
      }
    | {
          /** Grants a principal full control of the dataset, including its access: `roles/bigquery.dataOwner`. */
          owner: pulumi.Input<DatasetMember>;
      }
    | {
          /**
           * {@link https://cloud.google.com/bigquery/docs/authorized-views Authorizes a view} of another dataset: one of a
           * {@link BigQueryDataset}, or the path of one that exists already, such as `projects/acme-dev/datasets/reports/tables/latest`.
           */
          view: BigQueryView | pulumi.Input<string>;
      }
    | {
          /** {@link https://cloud.google.com/bigquery/docs/authorized-datasets Authorizes all views} of another dataset. */
          dataset: AnyDataset;
      }
    | {
          /**
           * {@link https://cloud.google.com/bigquery/docs/authorized-routines Authorizes a routine} of another dataset: one of a
           * {@link BigQueryDataset}, or the path of one that exists already, such as `projects/acme-dev/datasets/tools/routines/mask`. An
           * authorized procedure can also change and delete tables of this dataset.
           */
          routine: BigQueryRoutine | pulumi.Input<string>;
      }
>;

const roles = {
    reader: "roles/bigquery.dataViewer",
    writer: "roles/bigquery.dataEditor",
    owner: "roles/bigquery.dataOwner",
} as const;

const member = check.publicInput(
    check.pipe(
        check.text(),
        check.refine(
            (value) => /^((user|group|serviceAccount|domain):|principal(Set)?:\/\/)./.test(String(value)),
            ({ input }) =>
                /^all(Authenticated)?Users$/.test(String(input))
                    ? "would make the dataset public\nName the members, such as group:analysts@acme.com."
                    : "must be a member such as group:analysts@acme.com",
        ),
    ),
);
const routineWording =
    "must be a routine, such as tools.routines.mask, or a path such as projects/acme-dev/datasets/tools/routines/mask";
const routinePath = check.input(check.matching(/^projects\/[^/]+\/datasets\/\w+\/routines\/\w+$/, routineWording));
const isRoutine = (value: unknown) =>
    typeof value === "object" && value !== null && pulumi.Resource.isInstance(Reflect.get(value, "routine"));
const viewWording =
    "must be a view, such as reports.views.latest, or a path such as projects/acme-dev/datasets/reports/tables/latest";
const viewPath = check.input(check.matching(/^projects\/[^/]+\/datasets\/\w+\/tables\/[^/]+$/, viewWording));
const isView = (value: unknown) =>
    typeof value === "object" && value !== null && pulumi.Resource.isInstance(Reflect.get(value, "table"));

/** The ID of a view or a routine with its dataset, and possibly its project: `reports.latest`. */
const partId = /^(?:([a-z][a-z0-9-]{4,28}[a-z0-9])\.)?(\w+)\.([^./\s]+)$/;

/** Checks a view or a routine, or its path, for which its ID is short. */
const pathOf = <Part>(
    parts: "tables" | "routines",
    path: check.Check<pulumi.Input<string>>,
    component: check.Check<Part>,
) =>
    check.short(
        check.either((value) => typeof value === "string" || isDeferred(value), path, component),
        (id: string) => {
            const [, project = Environment.current().project, dataset, name] = partId.exec(id) ?? [];
            return `projects/${project}/datasets/${dataset}/${parts}/${name}` as never;
        },
        (value) => typeof value === "string" && partId.test(value),
    );

const entry = check.variant({
    reader: check.options<{ reader: pulumi.Input<string> }>({ reader: member }, "reader"),
    writer: check.options<{ writer: pulumi.Input<string> }>({ writer: member }, "writer"),
    owner: check.options<{ owner: pulumi.Input<string> }>({ owner: member }, "owner"),
    view: check.options<{ view: BigQueryView | pulumi.Input<string> }>(
        {
            view: pathOf("tables", viewPath, check.custom<BigQueryView>(isView, viewWording)),
        },
        "view",
    ),
    dataset: check.options<{ dataset: AnyDataset }>({ dataset: check.component("BigQueryDataset") }, "dataset"),
    routine: check.options<{ routine: BigQueryRoutine | pulumi.Input<string> }>(
        {
            routine: pathOf("routines", routinePath, check.custom<BigQueryRoutine>(isRoutine, routineWording)),
        },
        "routine",
    ),
});

/** Checks the access entries. */
export const access = check.record(
    check.matching(/^[A-Za-z][\w-]{0,62}$/, "must be a name of letters, digits, _ and -, starting with a letter"),
    entry,
);

/** Creates the access entries of a dataset. */
export function createAccess(
    name: string,
    entries: Record<string, DatasetAccessEntry>,
    dataset: AnyDataset & { dataset: Dataset },
    child: Child,
): void {
    const { project, datasetId } = dataset.dataset;
    const target = { project, datasetId };
    const withDataset = { deletedWith: dataset.dataset };
    for (const [key, entry] of Object.entries(entries)) {
        const role = (["reader", "writer", "owner"] as const).find((each) => entry[each] !== undefined);
        if (role) {
            const grant = { ...target, role: roles[role], member: entry[role] as pulumi.Input<string> };
            new DatasetGrant(...child("access", `${name}-${key}`, grant, withDataset));
        } else if (isRoutine(entry.routine)) {
            authorizeRoutine(`${name}-${key}`, entry.routine as BigQueryRoutine, dataset, child);
        } else {
            const args: DatasetAccessArgs = isView(entry.view)
                ? authorizedView((entry.view as BigQueryView).table, dataset)
                : { ...target, ...authorizedResource(entry) };
            new DatasetAccess(...child("access", `${name}-${key}`, args, withDataset));
        }
    }
}

/** The arguments for an authorized dataset, a routine, or a view that exists already. */
function authorizedResource({ dataset, routine, view }: DatasetAccessEntry): Partial<DatasetAccessArgs> {
    if (dataset) {
        const { project, datasetId } = dataset.dataset;
        return { authorizedDataset: { dataset: { projectId: project, datasetId }, targetTypes: ["VIEWS"] } };
    }
    const parts = pulumi.output((view ?? routine) as pulumi.Input<string>).apply((path) => path.split("/"));
    const part = (index: number) => parts.apply((all) => all[index] as string);
    const place = { projectId: part(1), datasetId: part(3) };
    return view ? { view: { ...place, tableId: part(5) } } : { routine: { ...place, routineId: part(5) } };
}
