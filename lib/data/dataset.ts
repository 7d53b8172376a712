import { Dataset } from "@pulumi/gcp/bigquery/dataset";
import { DatasetIamMember } from "@pulumi/gcp/bigquery/datasetIamMember";
import * as pulumi from "@pulumi/pulumi";
import { Environment, inEnvironment } from "../environment/environment";
import { type Capability, capability } from "../identity/capability";
import { encryptionGrants } from "../identity/encryption";
import { type Child, childrenOf } from "../internal/children";
import { admit } from "./access";
import { type BigQueryDatasetArgs, type Decided, datasetArgs, decided } from "./arguments";
import { withJobs } from "./jobs";
import { type ScheduledQueries, scheduled } from "./scheduled";
import { BigQueryTable } from "./table";
import { type BigQueryView, materializedView, view } from "./view";

/**
 * A BigQuery dataset with its tables, its views and the queries that fill them. Nobody reads it who was not given a role
 * on it. In production Pulumi refuses to delete it, and nothing deletes it with tables in it; elsewhere it is deleted with
 * all its tables.
 */
export class BigQueryDataset extends pulumi.ComponentResource {
    readonly dataset: Dataset;
    /** The tables, by their id. */
    readonly tables: Readonly<Record<string, BigQueryTable>>;
    /** The views and materialized views, by their id. */
    readonly views: Readonly<Record<string, BigQueryView>>;
    /** What runs the scheduled queries; nothing where there are none. */
    readonly scheduledQueries?: ScheduledQueries;
    /** The key that tables are encrypted with; nothing where it is Google's. */
    readonly encryptionKey?: pulumi.Input<string>;
    /** Reads every table, by queries too; the consumer gets the dataset's name, `acme-dev.sales`. */
    readonly reader: Capability;
    /** Reads, writes, creates and deletes tables, by queries and load jobs too; the consumer gets the dataset's name. */
    readonly writer: Capability;

    constructor(name: string, given: BigQueryDatasetArgs = {}, options?: pulumi.ComponentResourceOptions) {
        const environment = Environment.current();
        const args = decided(name, given, environment.region);
        super("slipway:index:BigQueryDataset", name, {}, inEnvironment(options, args.crossProject));
        const { defaults } = environment;
        const api = "bigquery.googleapis.com";
        const child = childrenOf(this, args.transform, { dependsOn: environment.enable(api) });

        this.encryptionKey = args.encryptionKey;
        this.dataset = new Dataset(
            ...child("dataset", name, datasetArgs(args, defaults), {
                protect: defaults.protect,
                // A new one has the id of the old one.
                deleteBeforeReplace: true,
                dependsOn: encryptionGrants(environment, name, args, api),
            }),
        );
        const { project, datasetId } = this.dataset;
        const on = { project, datasetId };
        const path = pulumi.interpolate`${project}.${datasetId}`;
        const role = (id: string) => withJobs(environment, capability(name, id, DatasetIamMember, on, path));
        this.reader = role("roles/bigquery.dataViewer");
        this.writer = role("roles/bigquery.dataEditor");
        this.tables = Object.fromEntries(
            Object.entries(args.tables).map(([id, table]) => {
                const tableArgs = { ...table, tableId: id, dataset: this };
                return [id, new BigQueryTable(`${name}-${id}`, tableArgs, { parent: this })];
            }),
        );
        this.views = this.viewsOf(name, args, path, child, environment);
        admit(name, args.access, this, child);
        this.scheduledQueries = scheduled(name, args.scheduledQueries, { dataset: this, path, child, environment });
        this.registerOutputs({ dataset: this.dataset });
    }

    /** The tables and views themselves: what must be there before something reads them. */
    contents(): pulumi.Resource[] {
        const all = [...Object.values(this.tables), ...Object.values(this.views)];
        return all.map(({ table }) => table);
    }

    private viewsOf(
        name: string,
        { views, materializedViews }: Decided,
        path: pulumi.Output<string>,
        child: Child,
        environment: Environment,
    ): Record<string, BigQueryView> {
        const made: Record<string, BigQueryView> = {};
        const around = () => {
            const before = Object.entries({ ...this.tables, ...made }).map(([id, { table }]) => [id, table]);
            return { name, dataset: this, path, before: Object.fromEntries(before), child, environment };
        };
        // A materialized view reads tables alone, and a view may read it.
        for (const [id, given] of Object.entries(materializedViews)) {
            made[id] = materializedView(id, given, around());
        }
        for (const [id, given] of Object.entries(views)) {
            made[id] = view(id, given, around());
        }
        return made;
    }
}
