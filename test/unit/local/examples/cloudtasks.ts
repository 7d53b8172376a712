import type { Inputs } from "../../../../local/simulator/rules/rules";
import { policyExamples } from "../policyExamples";
import type { World } from "../world";

export function prepare(world: World): void {
    world.enable("cloudtasks", "appengine");
    world.make("Application", { locationId: "europe-west" });
    world.make("Queue", { name: "mails", location: "europe-west1" });
}

const serviceAccountEmail = "example@acme-dev.iam.gserviceaccount.com";

export const examples: Record<string, Inputs[]> = {
    "gcp:cloudtasks/queue:Queue": [
        { location: "europe-west1" },
        {
            name: "much",
            location: "europe-west1",
            appEngineRoutingOverride: { service: "worker", version: "v1" },
            desiredState: "PAUSED",
            rateLimits: { maxDispatchesPerSecond: 5, maxConcurrentDispatches: 10 },
            retryConfig: {
                maxAttempts: 5,
                minBackoff: "2s",
                maxBackoff: "60s",
                maxDoublings: 3,
                maxRetryDuration: "0s",
            },
            stackdriverLoggingConfig: { samplingRatio: 0.5 },
        },
        {
            name: "called",
            location: "us-east1",
            httpTarget: {
                oidcToken: { serviceAccountEmail },
                uriOverride: {
                    host: "acme.com",
                    pathOverride: { path: "/tasks" },
                    queryOverride: { queryParams: "all=1" },
                },
                headerOverrides: [{ header: { key: "X-Team", value: "forecast" } }],
            },
        },
    ],
    ...policyExamples(
        "gcp:cloudtasks/queueIam",
        { name: "mails", location: "europe-west1" },
        "roles/cloudtasks.enqueuer",
    ),
};
