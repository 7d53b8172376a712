import type { Inputs } from "../../../../local/rules/rules";
import { policyExamples } from "../policyExamples";
import type { World } from "../world";

const image = "europe-west1-docker.pkg.dev/acme-dev/images/app:1";

export function prepare(world: World): void {
    world.enable("run", "secretmanager", "compute", "vpcaccess");
    const secret = world.make("Secret", { secretId: "key", replication: { auto: {} } });
    world.make("SecretVersion", { secret: secret.id, secretData: "secret" });
    const member = "serviceAccount:example@acme-dev.iam.gserviceaccount.com";
    world.make("SecretIamMember", { secretId: "key", role: "roles/secretmanager.secretAccessor", member });
    world.make("Network", { name: "inner", autoCreateSubnetworks: false });
    world.make("Subnetwork", { name: "inner", network: "inner", ipCidrRange: "10.0.0.0/24" });
    world.make("Connector", { name: "inner", network: "inner", ipCidrRange: "10.8.0.0/28" });
}

export const examples: Record<string, Inputs[]> = {
    "gcp:cloudrunv2/service:Service": [
        { location: "europe-west1", deletionProtection: false, template: { containers: [{ image }] } },
        {
            name: "much",
            location: "europe-west1",
            deletionProtection: false,
            annotations: { team: "forecast" },
            labels: { team: "forecast" },
            buildConfig: { functionTarget: "main" },
            ingress: "INGRESS_TRAFFIC_INTERNAL_ONLY",
            multiRegionSettings: { regions: ["europe-west1"] },
            scaling: { minInstanceCount: 1 },
            template: {
                serviceAccount: "example@acme-dev.iam.gserviceaccount.com",
                scaling: { minInstanceCount: 1, maxInstanceCount: 3 },
                timeout: "60s",
                containers: [
                    {
                        image,
                        envs: [
                            { name: "MODEL", value: "one" },
                            { name: "KEY", valueSource: { secretKeyRef: { secret: "key", version: "latest" } } },
                        ],
                        ports: { containerPort: 9000 },
                        resources: { limits: { cpu: "2", memory: "4Gi" }, startupCpuBoost: true },
                        startupProbe: { tcpSocket: {} },
                        livenessProbe: { httpGet: { httpHeaders: [{ name: "a" }] } },
                        readinessProbe: { grpc: {} },
                    },
                ],
                volumes: [
                    { name: "temporary", emptyDir: {} },
                    { name: "secret", secret: { secret: "key", items: [{ path: "key", version: "1" }] } },
                ],
                vpcAccess: { networkInterfaces: [{ network: "inner", tags: ["app"] }] },
            },
            traffics: [{ type: "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST", percent: 100 }],
        },
        {
            name: "connected",
            location: "europe-west1",
            deletionProtection: false,
            template: { containers: [{ image }], vpcAccess: { connector: "inner", egress: "ALL_TRAFFIC" } },
        },
    ],
    ...policyExamples("gcp:cloudrunv2/serviceIam", { name: "called", location: "europe-west1" }, "roles/run.invoker"),
};
