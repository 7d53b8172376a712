import type { Inputs } from "../../../../local/simulator/rules/rules";
import { policyExamples } from "../policyExamples";
import type { World } from "../world";

export function prepare(world: World): void {
    world.enable("secretmanager");
    const agent = world.make("ServiceIdentity", { service: "secretmanager.googleapis.com" }).state.member;
    world.make("TopicIAMMember", { topic: "sales", role: "roles/pubsub.publisher", member: agent });
    world.make("Secret", { secretId: "password", replication: { auto: {} } });
    world.make("RegionalSecret", { secretId: "regional", location: "europe-west1" });
}

const regional = "projects/acme-dev/locations/europe-west1/secrets/regional";

export const examples: Record<string, Inputs[]> = {
    "gcp:secretmanager/secret:Secret": [
        { secretId: "little", replication: { auto: {} } },
        {
            secretId: "Much_1",
            labels: { team: "forecast" },
            annotations: { owner: "forecast" },
            replication: { userManaged: { replicas: [{ location: "europe-west1" }, { location: "us-east1" }] } },
            rotation: { nextRotationTime: "2099-01-01T00:00:00Z", rotationPeriod: "86400s" },
            topics: [{ name: "projects/acme-dev/topics/sales" }],
            ttl: "86400s",
            versionDestroyTtl: "86400s",
        },
    ],
    "gcp:secretmanager/secretVersion:SecretVersion": [
        { secret: "projects/acme-dev/secrets/password", secretData: "hunter2" },
        { secret: "password", secretData: "aHVudGVyMg==", isSecretDataBase64: true, enabled: false },
        { secret: "password", secretDataWo: "hunter2", secretDataWoVersion: 1 },
    ],
    "gcp:secretmanager/regionalSecret:RegionalSecret": [
        { secretId: "little", location: "europe-west1" },
        {
            secretId: "Much_1",
            location: "europe-west4",
            labels: { team: "forecast" },
            annotations: { owner: "forecast" },
            rotation: { nextRotationTime: "2099-01-01T00:00:00Z", rotationPeriod: "86400s" },
            topics: [{ name: "projects/acme-dev/topics/sales" }],
            ttl: "86400s",
            versionDestroyTtl: "86400s",
        },
    ],
    "gcp:secretmanager/regionalSecretVersion:RegionalSecretVersion": [
        { secret: regional, secretData: "hunter2" },
        { secret: regional, secretData: "aHVudGVyMg==", isSecretDataBase64: true, enabled: false },
    ],
    ...policyExamples(
        "gcp:secretmanager/regionalSecretIam",
        { secretId: "regional", location: "europe-west1" },
        "roles/secretmanager.secretAccessor",
    ),
    ...policyExamples("gcp:secretmanager/secretIam", { secretId: "password" }, "roles/secretmanager.secretAccessor"),
};
