import type { Inputs } from "../../../../local/simulator/rules/rules";
import type { World } from "../world";

const type = (value: string) => ({ attribute: "type", value });
const serviceAccount = "example@acme-dev.iam.gserviceaccount.com";
const destination = { cloudRunService: { service: "called", region: "europe-west1" } };

export function prepare(world: World): void {
    const member = `serviceAccount:${serviceAccount}`;
    world.make("ProjectIAMMember", { project: "acme-dev", role: "roles/eventarc.eventReceiver", member });
}

export const examples: Record<string, Inputs[]> = {
    "gcp:eventarc/trigger:Trigger": [
        {
            location: "europe-west1",
            matchingCriterias: [
                type("google.cloud.storage.object.v1.finalized"),
                { attribute: "bucket", value: "acme-files" },
            ],
            destination: { cloudRunService: { service: "called" } },
            serviceAccount,
        },
        {
            name: "messages",
            location: "europe-west1",
            labels: { team: "forecast" },
            matchingCriterias: [type("google.cloud.pubsub.topic.v1.messagePublished")],
            destination: { cloudRunService: { ...destination.cloudRunService, path: "/messages" } },
            serviceAccount,
            retryPolicy: { maxAttempts: 1 },
            transport: { pubsub: { topic: "projects/acme-dev/topics/sales" } },
        },
    ],
};
