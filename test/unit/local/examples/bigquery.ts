import type { Inputs } from "../../../../local/simulator/rules/rules";
import { policyExamples } from "../policyExamples";
import type { World } from "../world";

const dataset = { datasetId: "sales" };
const schema = JSON.stringify([
    { name: "day", type: "DATE", mode: "REQUIRED" },
    { name: "amount", type: "INT64" },
]);

const double = { routineType: "SCALAR_FUNCTION", language: "SQL", definitionBody: "2 * x" };

export function prepare(world: World): void {
    world.enable("bigquery", "bigquerydatatransfer");
    const { member } = world.make("ServiceIdentity", { service: "bigquerydatatransfer.googleapis.com" }).state;
    const role = "roles/iam.serviceAccountTokenCreator";
    world.make("ProjectIAMMember", { project: "acme-dev", role, member });
    world.make("Dataset", dataset);
    world.make("Table", { ...dataset, tableId: "orders", schema });
    world.make("Routine", { ...dataset, ...double, routineId: "twice" });
}

const open = { ...dataset, deletionProtection: false };

export const examples: Record<string, Inputs[]> = {
    "gcp:bigquery/dataset:Dataset": [
        { datasetId: "little" },
        {
            datasetId: "much",
            location: "europe-west1",
            labels: { team: "forecast" },
            defaultTableExpirationMs: 86_400_000,
            deleteContentsOnDestroy: true,
            maxTimeTravelHours: "48",
            isCaseInsensitive: true,
            accesses: [
                { role: "OWNER", specialGroup: "projectOwners" },
                { role: "roles/bigquery.dataViewer", userByEmail: "Example@acme-dev.iam.gserviceaccount.com" },
                { role: "READER", groupByEmail: "all@acme.com" },
                { view: { projectId: "acme-dev", datasetId: "sales", tableId: "orders" } },
            ],
        },
    ],
    "gcp:bigquery/table:Table": [
        { ...open, tableId: "little" },
        {
            ...open,
            tableId: "much",
            labels: { team: "forecast" },
            schema,
            timePartitioning: { type: "DAY", field: "day" },
            clusterings: ["amount"],
            requirePartitionFilter: true,
            expirationTime: 4_102_444_800_000,
        },
        { ...open, tableId: "view", view: { query: "SELECT 1" } },
        { ...open, tableId: "kept", materializedView: { query: "SELECT day FROM sales.orders" } },
        {
            ...open,
            tableId: "outside",
            externalDataConfiguration: {
                autodetect: true,
                sourceFormat: "CSV",
                sourceUris: ["gs://acme-files/*.csv"],
                csvOptions: { quote: '"' },
            },
        },
    ],
    "gcp:bigquery/datasetAccess:DatasetAccess": [
        { ...dataset, role: "READER", userByEmail: "example@acme-dev.iam.gserviceaccount.com" },
        { ...dataset, view: { projectId: "acme-dev", datasetId: "sales", tableId: "orders" } },
        {
            ...dataset,
            authorizedDataset: { dataset: { projectId: "acme-dev", datasetId: "sales" }, targetTypes: ["VIEWS"] },
        },
    ],
    "gcp:bigquery/dataTransferConfig:DataTransferConfig": [
        { dataSourceId: "scheduled_query", displayName: "little", params: { query: "SELECT 1" } },
        {
            dataSourceId: "amazon_s3",
            displayName: "much",
            destinationDatasetId: "sales",
            disabled: true,
            params: { data_path: "s3://acme/*.csv" },
            schedule: "every 24 hours",
            sensitiveParams: { secretAccessKey: "hunter2" },
            serviceAccountName: "example@acme-dev.iam.gserviceaccount.com",
        },
    ],
    "gcp:bigquery/routine:Routine": [
        { ...dataset, ...double, routineId: "little" },
        {
            ...dataset,
            ...double,
            routineId: "much",
            arguments: [{ name: "x", dataType: '{"typeKind":"INT64"}' }],
            returnType: '{"typeKind":"INT64"}',
            remoteFunctionOptions: { endpoint: "https://acme.com" },
            sparkOptions: { connection: "spark" },
        },
    ],
    ...policyExamples("gcp:bigquery/routineIam", { ...dataset, routineId: "twice" }, "roles/bigquery.dataViewer"),
    ...policyExamples("gcp:bigquery/datasetIam", dataset, "roles/bigquery.metadataViewer"),
    ...policyExamples("gcp:bigquery/iam", { ...dataset, tableId: "orders" }, "roles/bigquery.dataViewer"),
};
