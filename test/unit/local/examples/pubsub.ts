import type { Inputs } from "../../../../local/simulator/rules/rules";
import { policyExamples } from "../policyExamples";
import type { World } from "../world";

const definition = JSON.stringify({ type: "record", name: "Sale", fields: [{ name: "id", type: "string" }] });

export function prepare(world: World): void {
    world.make("Schema", { name: "sale", type: "AVRO", definition });
    world.enable("bigquery");
    world.make("Dataset", { datasetId: "messages" });
    const schema = JSON.stringify([{ name: "data", type: "STRING" }]);
    world.make("Table", { datasetId: "messages", tableId: "all", schema });
    const member = `serviceAccount:service-${world.number}@gcp-sa-pubsub.iam.gserviceaccount.com`;
    world.make("ProjectIAMMember", { project: "acme-dev", role: "roles/bigquery.dataEditor", member });
}

export const examples: Record<string, Inputs[]> = {
    "gcp:pubsub/schema:Schema": [
        { type: "AVRO", definition },
        { name: "much", type: "PROTOCOL_BUFFER", definition: 'syntax = "proto3"; message Sale { string id = 1; }' },
    ],
    "gcp:pubsub/subscription:Subscription": [
        { topic: "sales" },
        {
            name: "much",
            topic: "projects/acme-dev/topics/sales",
            labels: { team: "forecast" },
            cloudStorageConfig: { bucket: "acme-files" },
            deadLetterPolicy: { deadLetterTopic: "projects/acme-dev/topics/dead" },
            expirationPolicy: { ttl: "" },
            messageTransforms: [
                { javascriptUdf: { code: "function f(message) { return message; }", functionName: "f" } },
            ],
            retryPolicy: {},
        },
        { name: "rows", topic: "sales", bigqueryConfig: { table: "acme-dev.messages.all" } },
        {
            name: "push",
            topic: "sales",
            pushConfig: {
                pushEndpoint: "https://acme.com/",
                oidcToken: { serviceAccountEmail: "example@acme-dev.iam.gserviceaccount.com" },
            },
        },
    ],
    "gcp:pubsub/topic:Topic": [
        {},
        {
            name: "much",
            labels: { team: "forecast" },
            ingestionDataSourceSettings: {
                cloudStorage: { bucket: "acme-files", textFormat: {} },
                platformLogsSettings: {},
            },
            messageStoragePolicy: { allowedPersistenceRegions: ["europe-west1", "europe-west4"] },
            messageTransforms: [
                { javascriptUdf: { code: "function f(message) { return message; }", functionName: "f" } },
            ],
            schemaSettings: { schema: "projects/acme-dev/schemas/sale" },
        },
    ],
    ...policyExamples("gcp:pubsub/schemaIam", { schema: "sale" }, "roles/pubsub.viewer"),
    ...policyExamples("gcp:pubsub/subscriptionIAM", { subscription: "reader" }, "roles/pubsub.subscriber"),
    ...policyExamples("gcp:pubsub/topicIAM", { topic: "sales" }, "roles/pubsub.publisher"),
};
