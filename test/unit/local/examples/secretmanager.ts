import type { Inputs } from "../../../../local/rules/rules";
import { policyExamples } from "../policyExamples";
import type { World } from "../world";

export function prepare(world: World): void {
    world.enable("secretmanager");
    const agent = world.make("ServiceIdentity", { service: "secretmanager.googleapis.com" }).state.member;
    world.make("TopicIAMMember", { topic: "sales", role: "roles/pubsub.publisher", member: agent });
    world.make("Secret", { secretId: "password", replication: { auto: {} } });
}

export const examples: Record<string, Inputs[]> = {
    "gcp:secretmanager/secret:Secret": [
        { secretId: "little", replication: { auto: {} } },
        {
            secretId: "Much_1",
            labels: { team: "forecast" },
            annotations: { owner: "forecast" },
            replication: { userManaged: { replicas: [{ location: "europe-west1" }, { location: "us-east1" }] } },
            rotation: { nextRotationTime: "2999-01-01T00:00:00Z", rotationPeriod: "86400s" },
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
    ...policyExamples("gcp:secretmanager/secretIam", { secretId: "password" }, "roles/secretmanager.secretAccessor"),
};
