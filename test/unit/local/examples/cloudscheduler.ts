import type { Inputs } from "../../../../local/simulator/rules/rules";
import type { World } from "../world";

export function prepare(world: World): void {
    world.enable("cloudscheduler", "appengine", "cloudbuild");
    world.make("Application", { locationId: "europe-west" });
    for (const service of ["default", "worker"]) {
        world.make("StandardAppVersion", {
            service,
            versionId: "v1",
            runtime: "python313",
            entrypoint: { shell: "python main.py" },
            deployment: { zip: { sourceUrl: "https://storage.googleapis.com/acme-files/code.zip" } },
        });
    }
}

const serviceAccountEmail = "example@acme-dev.iam.gserviceaccount.com";

export const examples: Record<string, Inputs[]> = {
    "gcp:cloudscheduler/job:Job": [
        { schedule: "0 3 * * *", httpTarget: { uri: "https://acme.com" } },
        {
            name: "much",
            region: "europe-west4",
            description: "every second hour of a working day",
            schedule: "0 8-18/2 * * MON-FRI",
            timeZone: "Europe/Berlin",
            attemptDeadline: "1800s",
            paused: true,
            retryConfig: { retryCount: 3 },
            httpTarget: {
                uri: "https://acme.com/predict/",
                httpMethod: "PUT",
                body: "e30=",
                headers: { "Content-Type": "application/json" },
                oidcToken: { serviceAccountEmail },
            },
        },
        {
            name: "oauth",
            schedule: "*/5 * * * *",
            httpTarget: {
                uri: "https://storage.googleapis.com/",
                httpMethod: "GET",
                oauthToken: { serviceAccountEmail },
            },
        },
        {
            name: "message",
            schedule: "30 1 1,15 JAN,JUL 7",
            attemptDeadline: "0s",
            pubsubTarget: {
                topicName: "projects/acme-dev/topics/sales",
                data: "eA==",
                attributes: { season: "summer" },
            },
        },
        {
            name: "engine",
            schedule: "0 0 * * 0",
            attemptDeadline: "86400s",
            appEngineHttpTarget: { relativeUri: "/tasks", appEngineRouting: { service: "worker" } },
        },
    ],
};
