import { Dataset, type DatasetArgs } from "@pulumi/gcp/bigquery/dataset";
import { DatasetIamMember } from "@pulumi/gcp/bigquery/datasetIamMember";
import * as pulumi from "@pulumi/pulumi";
import { Environment, inEnvironment } from "../environment/environment";
import { type Capability, capability } from "../identity/capability";
import * as check from "../internal/check";
import { childrenOf, type Transform, transforms } from "../internal/children";
import { labels } from "../internal/labels";
import { withJobs } from "./jobs";
import { BigQueryTable, type BigQueryTableDefinition, tableDefinition, tableId, tableProblems } from "./table";

/** The arguments of a {@link BigQueryDataset}. */
export interface BigQueryDatasetArgs {
    /**
     * The dataset's id in its project: up to 1024 letters, digits and `_` ("Name datasets").
     * @default the component's name, with `_` for `-`
     */
    datasetId?: pulumi.Input<string>;
    /**
     * A region such as `europe-west1`, or one of the multi-regions `US` and `EU` ("BigQuery locations"). Another one
     * makes another dataset.
     * @default the environment's region
     */
    location?: pulumi.Input<string>;
    /** What the dataset is for. */
    description?: pulumi.Input<string>;
    /**
     * Tables, by their id.
     * @default none
     */
    tables?: Record<string, BigQueryTableDefinition>;
    /**
     * Labels of the dataset: at most 64 ("Requirements for labels").
     * @default those of the environment
     */
    labels?: Record<string, pulumi.Input<string>>;
    /** The last word on a child's arguments. */
    transform?: { dataset?: Transform<DatasetArgs> };
}

const args = check.options<BigQueryDatasetArgs>({
    datasetId: check.input(
        check.matching(/^\w{1,1024}$/, "must have up to 1024 letters, digits and _, and so no hyphen"),
    ),
    location: check.input(
        check.matching(/^([A-Za-z]+-[A-Za-z]+\d+|US|EU)$/i, "must be a region such as europe-west1, or US or EU"),
    ),
    description: check.input(check.text()),
    tables: check.record(tableId, tableDefinition),
    labels,
    transform: transforms("dataset"),
});

/**
 * A BigQuery dataset with its tables. Nobody reads it who was not given a role on it. In production Pulumi refuses to
 * delete it, and nothing deletes it with tables in it; elsewhere it is deleted with all its tables.
 */
export class BigQueryDataset extends pulumi.ComponentResource {
    readonly dataset: Dataset;
    /** The tables, by their id. */
    readonly tables: Readonly<Record<string, BigQueryTable>>;
    /** Reads every table, by queries too; the consumer gets the dataset's name, `acme-dev.sales`. */
    readonly reader: Capability;
    /** Reads, writes, creates and deletes tables, by queries and load jobs too; the consumer gets the dataset's name. */
    readonly writer: Capability;

    constructor(name: string, given: BigQueryDatasetArgs = {}, options?: pulumi.ComponentResourceOptions) {
        const environment = Environment.current();
        const { defaults } = environment;
        const completed = check.completed(given, {
            datasetId: name.replaceAll("-", "_"),
            location: environment.region,
            tables: {},
        });
        const { transform, tables, ...own } = check.checked(`BigQueryDataset "${name}"`, completed, args, (checked) =>
            Object.entries(checked.tables).flatMap(([id, table]) => tableProblems(`tables.${id}`, table)),
        );
        super("slipway:index:BigQueryDataset", name, {}, inEnvironment(options));
        const child = childrenOf(this, transform, { dependsOn: environment.enable("bigquery.googleapis.com") });

        this.dataset = new Dataset(
            ...child(
                "dataset",
                name,
                {
                    datasetId: own.datasetId,
                    location: own.location,
                    description: own.description,
                    deleteContentsOnDestroy: defaults.forceDestroy,
                    labels: own.labels,
                },
                // A new one has the id of the old one.
                { protect: defaults.protect, deleteBeforeReplace: true },
            ),
        );
        this.tables = Object.fromEntries(
            Object.entries(tables).map(([id, table]) => {
                const tableArgs = { ...table, tableId: id, dataset: this };
                return [id, new BigQueryTable(`${name}-${id}`, tableArgs, { parent: this })];
            }),
        );
        const { project, datasetId } = this.dataset;
        const on = { project, datasetId };
        const path = pulumi.interpolate`${project}.${datasetId}`;
        const role = (id: string) => withJobs(environment, capability(name, id, DatasetIamMember, on, path));
        this.reader = role("roles/bigquery.dataViewer");
        this.writer = role("roles/bigquery.dataEditor");
        this.registerOutputs({ dataset: this.dataset });
    }
}
