import * as pulumi from "@pulumi/pulumi";
import type { AnyDataset } from "../../bigquery/anyDataset";
import type { Environment } from "../../environment/environment";
import { nameFormats } from "../../facts/names";
import * as check from "../../internal/arguments/check";
import type { CrossProject } from "../../stack/crossing";

/** Logs of {@link https://cloud.google.com/vertex-ai/docs/predictions/online-prediction-logging requests and responses}. */
export interface RequestLogs {
    /** The dataset of the table that gets them. */
    dataset: AnyDataset;
    /**
     * The table, which Vertex AI creates.
     * @default "request_response_logging"
     */
    table?: string;
    /**
     * The percentage that is logged: 1 to 100.
     * @default 100
     */
    sampling?: number;
}

const tableId = new RegExp(`^\\w{1,${nameFormats.rows.bigQueryTable.max}}$`);

/** Checks {@link RequestLogs}. */
export const requestLogs = check.options<RequestLogs>(
    {
        dataset: check.component<AnyDataset>("BigQueryDataset"),
        table: check.matching(tableId, "must be the ID of a table: letters, digits and _"),
        sampling: check.whole(1, 100, "percent"),
    },
    "dataset",
);

/** Lets Vertex AI write the logs of requests. */
export function logGrants(
    { requestLogs, crossProject }: { requestLogs?: RequestLogs; crossProject?: CrossProject },
    environment: Environment,
    api: string,
): pulumi.Resource[] {
    const editor = requestLogs?.dataset.role("roles/bigquery.dataEditor");
    return editor ? environment.grantAgent(api, editor, crossProject) : [];
}

/** The logs in the form of the provider. */
export function logsArgs({ dataset: { dataset }, table, sampling = 100 }: RequestLogs) {
    const { project, datasetId } = dataset;
    const outputUri = pulumi.interpolate`bq://${project}.${datasetId}.${table ?? "request_response_logging"}`;
    return { enabled: true, samplingRate: sampling / 100, bigqueryDestination: { outputUri } };
}
