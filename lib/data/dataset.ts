import { Dataset } from "@pulumi/gcp/bigquery/dataset";
import { DatasetIamMember } from "@pulumi/gcp/bigquery/datasetIamMember";
import * as pulumi from "@pulumi/pulumi";
import { Environment, inEnvironment } from "../environment/environment";
import { type Capability, capability } from "../identity/capability";
import { encryptionGrants } from "../identity/encryption";
import { type Child, childrenOf } from "../internal/children";
import { createAccess } from "./access";
import type { BigQueryDatasetArgs } from "./arguments";
import { datasetArgs } from "./definition";
import { withJobUser } from "./jobs";
import { type ResolvedArgs, resolveArgs } from "./resolveArgs";
import { createScheduledQueries, type ScheduledQueries } from "./scheduled";
import { BigQueryTable } from "./table";
import { type BigQueryView, createMaterializedView, createView } from "./view";

/**
 * A BigQuery dataset with its tables, views and scheduled queries. Only principals with a role on it can read it. In
 * production it is protected from deletion, and cannot be deleted while it has tables; elsewhere it is deleted with all its
 * tables.
 */
export class BigQueryDataset extends pulumi.ComponentResource {
    /** The dataset itself. */
    readonly dataset: Dataset;
    /** The tables, by ID. */
    readonly tables: Readonly<Record<string, BigQueryTable>>;
    /** The views and materialized views, by ID. */
    readonly views: Readonly<Record<string, BigQueryView>>;
    /** The scheduled queries and their service account; undefined without scheduled queries. */
    readonly scheduledQueries?: ScheduledQueries;
    /** The Cloud KMS key that encrypts tables; undefined for a Google-managed key. */
    readonly encryptionKey?: pulumi.Input<string>;
    /** Grants reading every table and running queries; the consumer receives the dataset name, `acme-dev.sales`. */
    readonly reader: Capability;
    /**
     * Grants reading, writing, creating and deleting tables, and running queries and load jobs; the consumer receives the
     * dataset name.
     */
    readonly writer: Capability;

    constructor(name: string, args: BigQueryDatasetArgs = {}, options?: pulumi.ComponentResourceOptions) {
        const environment = Environment.current();
        const resolved = resolveArgs(name, args, environment);
        super("slipway:index:BigQueryDataset", name, {}, inEnvironment(options, resolved.crossProject));
        const { defaults } = environment;
        const api = "bigquery.googleapis.com";
        const child = childrenOf(this, resolved.transform, { dependsOn: environment.enable(api) });

        this.encryptionKey = resolved.encryptionKey;
        this.dataset = new Dataset(
            ...child("dataset", name, datasetArgs(resolved, defaults), {
                protect: defaults.protect,
                // The replacement has the same ID.
                deleteBeforeReplace: true,
                dependsOn: encryptionGrants(environment, name, resolved, api),
            }),
        );
        const { project, datasetId } = this.dataset;
        const target = { project, datasetId };
        const path = pulumi.interpolate`${project}.${datasetId}`;
        const role = (id: string) => withJobUser(environment, capability(name, id, DatasetIamMember, target, path));
        this.reader = role("roles/bigquery.dataViewer");
        this.writer = role("roles/bigquery.dataEditor");
        this.tables = Object.fromEntries(
            Object.entries(resolved.tables).map(([id, table]) => {
                const tableArgs = { ...table, tableId: id, dataset: this };
                return [id, new BigQueryTable(`${name}-${id}`, tableArgs, { parent: this })];
            }),
        );
        this.views = this.createViews(name, resolved, path, child, environment);
        createAccess(name, resolved.access, this, child);
        this.scheduledQueries = createScheduledQueries(name, resolved.scheduledQueries, {
            dataset: this,
            path,
            child,
            environment,
        });
        this.registerOutputs({ dataset: this.dataset });
    }

    /** Returns the table and view resources, for readers to depend on. */
    contents(): pulumi.Resource[] {
        const all = [...Object.values(this.tables), ...Object.values(this.views)];
        return all.map(({ table }) => table);
    }

    private createViews(
        name: string,
        { views, materializedViews }: ResolvedArgs,
        path: pulumi.Output<string>,
        child: Child,
        environment: Environment,
    ): Record<string, BigQueryView> {
        const created: Record<string, BigQueryView> = {};
        const context = () => {
            const readable = Object.entries({ ...this.tables, ...created }).map(([id, { table }]) => [id, table]);
            return { name, dataset: this, path, readable: Object.fromEntries(readable), child, environment };
        };
        // Materialized views read only tables; views can read materialized views.
        for (const [id, definition] of Object.entries(materializedViews)) {
            created[id] = createMaterializedView(id, definition, context());
        }
        for (const [id, definition] of Object.entries(views)) {
            created[id] = createView(id, definition, context());
        }
        return created;
    }
}
