import type { Inputs } from "../../../../local/rules/rules";
import { policyExamples } from "../policyExamples";

export const examples: Record<string, Inputs[]> = {
    "gcp:pubsub/subscription:Subscription": [
        { topic: "sales" },
        {
            name: "much",
            topic: "projects/acme-dev/topics/sales",
            labels: { team: "forecast" },
            cloudStorageConfig: { bucket: "acme-files" },
            deadLetterPolicy: { deadLetterTopic: "projects/acme-dev/topics/dead" },
            expirationPolicy: { ttl: "" },
            messageTransforms: [{ javascriptUdf: { code: "", functionName: "f" } }],
            retryPolicy: {},
        },
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
            messageTransforms: [{ javascriptUdf: { code: "", functionName: "f" } }],
            schemaSettings: { schema: "projects/acme-dev/schemas/sale" },
        },
    ],
    ...policyExamples("gcp:pubsub/subscriptionIAM", { subscription: "reader" }, "roles/pubsub.subscriber"),
    ...policyExamples("gcp:pubsub/topicIAM", { topic: "sales" }, "roles/pubsub.publisher"),
};
