import type { Inputs } from "../../../../local/simulator/rules/rules";
import { code } from "../functionCode";
import { policyExamples } from "../policyExamples";
import type { World } from "../world";

/** A secret that the functions' account can read, and a repository in the second one's region. */
export function prepare(world: World): void {
    world.make("Repository", { repositoryId: "images", format: "DOCKER", location: "us-central1" });
    world.enable("secretmanager");
    world.make("Secret", { secretId: "key", replication: { auto: {} } });
    world.make("SecretVersion", { secret: "projects/acme-dev/secrets/key", secretData: "canary" });
    const member = `serviceAccount:${world.number}-compute@developer.gserviceaccount.com`;
    world.make("SecretIamMember", { secretId: "key", role: "roles/secretmanager.secretAccessor", member });
}

const message = {
    eventType: "google.cloud.pubsub.topic.v1.messagePublished",
    pubsubTopic: "projects/acme-dev/topics/sales",
};

export const examples: Record<string, Inputs[]> = {
    "gcp:cloudfunctionsv2/function:Function": [
        { location: "europe-west1", ...code },
        {
            name: "much",
            location: "us-central1",
            labels: { team: "forecast" },
            buildConfig: {
                ...code.buildConfig,
                dockerRepository: "projects/acme-dev/locations/us-central1/repositories/images",
                onDeployUpdatePolicy: {},
                environmentVariables: { BUILD: "1" },
            },
            serviceConfig: {
                availableMemory: "2Gi",
                environmentVariables: { MODEL: "one" },
                secretVolumes: [{ mountPath: "/secret", projectId: "acme-dev", secret: "key" }],
            },
            eventTrigger: { ...message, triggerRegion: "europe-west1", retryPolicy: "RETRY_POLICY_RETRY" },
        },
    ],
    ...policyExamples(
        "gcp:cloudfunctionsv2/functionIam",
        { cloudFunction: "called", location: "europe-west1" },
        "roles/cloudfunctions.viewer",
    ),
};
