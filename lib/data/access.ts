import { DatasetAccess, type DatasetAccessArgs } from "@pulumi/gcp/bigquery/datasetAccess";
import { DatasetIamMember } from "@pulumi/gcp/bigquery/datasetIamMember";
import * as pulumi from "@pulumi/pulumi";
import * as check from "../internal/check";
import type { Child } from "../internal/children";
import type { BigQueryDataset } from "./dataset";
import { authorized, type BigQueryView } from "./view";

/** Who may be given a role: nobody but named people, groups, accounts, domains and identities of a pool. */
export type DatasetMember =
    | `${"user" | "group" | "serviceAccount" | "domain"}:${string}`
    | `${"principal" | "principalSet"}://${string}`;

/** Someone with a role on a dataset, or something that may read it for whoever uses it: one of these. */
export type DatasetAccessEntry = check.OneOf<
    /** Reads every table: `roles/bigquery.dataViewer`. */
    | { reader: pulumi.Input<DatasetMember> }
    /** Reads, writes, creates and deletes tables: `roles/bigquery.dataEditor`. */
    | { writer: pulumi.Input<DatasetMember> }
    /** Does everything, and decides who else may: `roles/bigquery.dataOwner`. */
    | { owner: pulumi.Input<DatasetMember> }
    /** A view of another dataset ("Authorized views"). */
    | { view: BigQueryView }
    /** Every view of another dataset ("Authorized datasets"). */
    | { dataset: BigQueryDataset }
    /** A routine, by its path `projects/acme-dev/datasets/tools/routines/mask` ("Authorized routines"). */
    | { routine: pulumi.Input<string> }
>;

const roles = {
    reader: "roles/bigquery.dataViewer",
    writer: "roles/bigquery.dataEditor",
    owner: "roles/bigquery.dataOwner",
} as const;

const member = check.input(
    check.pipe(
        check.text(),
        check.refine(
            (given) => /^((user|group|serviceAccount|domain):|principal(Set)?:\/\/)./.test(String(given)),
            ({ input }) =>
                /^all(Authenticated)?Users$/.test(String(input))
                    ? "would make the dataset public\nName who may, such as group:analysts@acme.com."
                    : "must be a member such as group:analysts@acme.com",
        ),
    ),
);
const routine = check.input(
    check.matching(
        /^projects\/[^/]+\/datasets\/\w+\/routines\/\w+$/,
        "must be a routine's path, as projects/acme-dev/datasets/tools/routines/mask is",
    ),
);
const isView = (given: unknown) =>
    typeof given === "object" && given !== null && pulumi.Resource.isInstance(Reflect.get(given, "table"));

const entry = check.variant({
    reader: check.options<{ reader: string }>({ reader: member }, "reader"),
    writer: check.options<{ writer: string }>({ writer: member }, "writer"),
    owner: check.options<{ owner: string }>({ owner: member }, "owner"),
    view: check.options<{ view: string }>(
        { view: check.custom(isView, "must be a view, such as reports.views.latest") },
        "view",
    ),
    dataset: check.options<{ dataset: string }>({ dataset: check.component("BigQueryDataset") }, "dataset"),
    routine: check.options<{ routine: string }>({ routine }, "routine"),
});

/** Checks who has access, by a name of the program's own. */
export const access: check.Check = check.record(
    check.matching(/^[A-Za-z][\w-]{0,62}$/, "must be a name of letters, digits, _ and -, starting with a letter"),
    entry,
);

/** Registers who has access to a dataset. */
export function admit(
    name: string,
    entries: Record<string, DatasetAccessEntry>,
    to: BigQueryDataset,
    child: Child,
): void {
    const { project, datasetId } = to.dataset;
    const on = { project, datasetId };
    for (const [key, given] of Object.entries(entries)) {
        const role = (["reader", "writer", "owner"] as const).find((each) => given[each] !== undefined);
        if (role) {
            const grant = { ...on, role: roles[role], member: given[role] as pulumi.Input<string> };
            new DatasetIamMember(...child("access", `${name}-${key}`, grant));
        } else {
            const args: DatasetAccessArgs = given.view
                ? authorized(given.view.table, to)
                : { ...on, ...reading(given) };
            new DatasetAccess(...child("access", `${name}-${key}`, args));
        }
    }
}

function reading({ dataset, routine }: DatasetAccessEntry): Partial<DatasetAccessArgs> {
    if (dataset) {
        const { project, datasetId } = dataset.dataset;
        return { authorizedDataset: { dataset: { projectId: project, datasetId }, targetTypes: ["VIEWS"] } };
    }
    const part = (index: number) => pulumi.output(routine).apply((path) => String(path).split("/")[index] as string);
    return { routine: { projectId: part(1), datasetId: part(3), routineId: part(5) } };
}
