import type { Cluster } from "@pulumi/gcp/container/cluster";
import * as pulumi from "@pulumi/pulumi";
import { CloudSqlInstance, ContainerImage, ContainerRegistry, Network, ServiceAccount } from "slipway";
import { AutoscaledDeployment, GkeCluster } from "slipway/gke";
import { verifiedId } from "../../../lib/gke/existing";
import { inChild } from "../child";
import { identified, refused, registered, rejection } from "../registered";

const found = {
    id: "projects/acme-dev/locations/europe-west1/clusters/main-1a2b3c",
    name: "main-1a2b3c",
    project: "acme-dev",
    location: "europe-west1",
    endpoint: "10.0.0.2",
    controlPlaneEndpointsConfig: {
        dnsEndpointConfig: { endpoint: "gke-1a2b3c-123.europe-west1.gke.goog", allowExternalTraffic: true },
    },
    masterAuth: { clusterCaCertificate: "LS0tLS1CRUdJTg==" },
    network: "projects/acme-dev/global/networks/apps",
    nodeConfig: { serviceAccount: "nodes@acme-dev.iam.gserviceaccount.com" },
    clusterAutoscaling: {},
    enableAutopilot: true,
};
const reading = (more: object) => ({
    read: (type: string) => (type === "gcp:container/cluster:Cluster" ? { ...found, ...more } : undefined),
    call: (token: string) =>
        token.endsWith(":getDefaultServiceAccount")
            ? { email: "123-compute@developer.gserviceaccount.com" }
            : token.endsWith(":getRepository")
              ? { repositoryId: "app" }
              : undefined,
});
const autopilot = reading({});
const digest = `sha256:${"0a".repeat(32)}`;

test("a deployment runs in an existing cluster, whose nodes may pull its image from an existing registry", async () => {
    const made = await registered(() => {
        const cluster = GkeCluster.existing("main");
        const image = new ContainerImage("echo", { registry: ContainerRegistry.existing("app"), digest });
        new AutoscaledDeployment("echo", { cluster, image, port: 8080 });
    }, autopilot);
    expect(Object.keys(made).filter((key) => /^(Cluster|NodePool|Network|Account) /.test(key))).toEqual([
        "Account echo-run",
    ]);
    expect(made["RepositoryIamMember main-node-app-reader"]).toMatchObject({
        repository: "app",
        member: "serviceAccount:nodes@acme-dev.iam.gserviceaccount.com",
    });
    const { kubeconfig } = made["Provider main"] as { kubeconfig: string };
    expect(JSON.parse(kubeconfig).clusters).toEqual([
        { name: "main-1a2b3c", cluster: { server: "https://gke-1a2b3c-123.europe-west1.gke.goog" } },
    ]);
});

test("node pools attach to an existing cluster, also in another project", async () => {
    const made = await registered(
        () => {
            const account = new ServiceAccount("gpu-nodes");
            GkeCluster.existing("main", {
                project: "acme-data",
                zone: "europe-west1-b",
                nodePools: {
                    gpu: { machineType: "g2-standard-4", scaling: { min: 0 }, account },
                    web: { machineType: "e2-standard-4" },
                },
            });
        },
        reading({ enableAutopilot: false, location: "europe-west1-b", project: "acme-data" }),
    );
    expect(made["NodePool main-gpu"]).toMatchObject({
        cluster: "main-1a2b3c",
        location: "europe-west1-b",
        project: "acme-data",
        nodeConfig: { serviceAccount: "gpu-nodes@acme-dev.iam.gserviceaccount.com" },
    });
    expect(made["NodePool main-web"]).toMatchObject({
        nodeConfig: { serviceAccount: "nodes@acme-dev.iam.gserviceaccount.com" },
    });
    expect(made["IAMMember gpu-nodes-project-container-default-node-service-account"]).toBeDefined();
});

test("nodes of an existing cluster can be said to have an account of the program", async () => {
    const made = await registered(
        () => {
            const account = new ServiceAccount("pullers");
            const cluster = GkeCluster.existing("main", {
                account,
                nodePools: { web: { machineType: "e2-standard-4" } },
            });
            const image = new ContainerImage("echo", { registry: ContainerRegistry.existing("app"), digest });
            new AutoscaledDeployment("echo", { cluster, image, port: 8080 });
        },
        reading({ enableAutopilot: false }),
    );
    expect(Object.entries(made).filter(([key]) => key.startsWith("RepositoryIamMember "))).toEqual([
        [
            "RepositoryIamMember pullers-app-reader",
            expect.objectContaining({
                repository: "app",
                member: "serviceAccount:pullers@acme-dev.iam.gserviceaccount.com",
            }),
        ],
    ]);
    expect(made["NodePool main-web"]).toMatchObject({
        nodeConfig: { serviceAccount: "pullers@acme-dev.iam.gserviceaccount.com" },
    });
    expect(made).toHaveProperty(["IAMMember pullers-project-container-default-node-service-account"]);
});

test("nodes without an account of their own have that of Compute Engine, and an IP endpoint is used without another", async () => {
    const made = await registered(
        () => {
            const cluster = GkeCluster.existing("main");
            const registry = new ContainerRegistry("app");
            new AutoscaledDeployment("echo", {
                cluster,
                image: new ContainerImage("echo", { registry, digest }),
                port: 8080,
            });
        },
        reading({ nodeConfig: { serviceAccount: "default" }, controlPlaneEndpointsConfig: {} }),
    );
    expect(made["RepositoryIamMember main-node-app-reader"]).toMatchObject({
        member: "serviceAccount:123-compute@developer.gserviceaccount.com",
    });
    const { kubeconfig } = made["Provider main"] as { kubeconfig: string };
    expect(JSON.parse(kubeconfig).clusters[0].cluster.server).toBe("https://10.0.0.2");
});

test("an existing cluster whose DNS endpoint has no name is not reached by another name", async () => {
    const controlPlaneEndpointsConfig = { dnsEndpointConfig: { allowExternalTraffic: true } };
    const made = await registered(() => {
        const image = `ghcr.io/acme/echo@${digest}`;
        new AutoscaledDeployment("echo", { cluster: GkeCluster.existing("main"), image, port: 8080 });
    }, reading({ controlPlaneEndpointsConfig }));
    const { kubeconfig } = made["Provider main"] as { kubeconfig: string };
    expect(JSON.parse(kubeconfig).clusters[0].cluster.server).toBe("https://");
});

test("a deployment reaches a database in the network of an existing cluster", async () => {
    const made = await registered(() => {
        const network = Network.existing("apps");
        const cluster = GkeCluster.existing("main", { network });
        const { client } = new CloudSqlInstance("sales", { network });
        const image = `ghcr.io/acme/echo@${digest}`;
        new AutoscaledDeployment("echo", { cluster, image, port: 8080, uses: { DATABASE: client } });
    }, autopilot);
    expect(made["NetworkPolicy echo"]).toBeDefined();
});

test("a new Standard cluster without node pools leaves them to other programs", async () => {
    const made = await registered(() => {
        new GkeCluster("main", { nodePools: {} });
    });
    expect(Object.keys(made).filter((key) => key.startsWith("NodePool "))).toEqual([]);
    expect(made["Cluster main"]).toMatchObject({ removeDefaultNodePool: true });
    expect(made["Cluster main"]).not.toHaveProperty("enableAutopilot");
});

const refusals: [string, object, string][] = [
    [
        "a setting of the cluster",
        { releaseChannel: "RAPID" },
        'unknown option "releaseChannel". The stack does not manage an existing cluster. Remove it.',
    ],
    [
        "node pools of an Autopilot cluster",
        { mode: "autopilot", nodePools: { web: { machineType: "e2-standard-4" } } },
        "mode: [gke/mode-with-node-pools]",
    ],
    [
        "a pool that cannot be",
        { nodePools: { web: { machineType: "e2-standard-4", scaling: { min: 5, max: 3 } } } },
        "nodePools.web.scaling.min: [range/min-above-max]",
    ],
    ["a region and a zone", { region: "us-central1", zone: "us-central1-a" }, "zone: [gke/zone-and-region]"],
    ["another name", { name: "apps" }, 'unknown option "name". The stack does not manage an existing cluster.'],
    ["no project ID", { project: "Acme" }, "project: must be a project ID"],
];

test.each(refusals)("%s is refused", async (_, args, message) => {
    const refusal = await refused(() => {
        GkeCluster.existing("main", args as never);
    }, autopilot);
    expect(refusal).toContain(message);
});

test("a name that no cluster has, and `existing` of the constructor, are refused", async () => {
    expect(await refused(() => GkeCluster.existing("Main!"), autopilot)).toBe(
        'GkeCluster "Main!": name: [environment/existing-name-invalid]',
    );
    expect(await refused(() => new GkeCluster("main", { existing: "main-1a2b3c" } as never), autopilot)).toBe(
        'GkeCluster "main": existing: unknown option "existing". For what exists already write GkeCluster.existing(name, { … }), with its name in Google Cloud.',
    );
});

/** The ID of an existing cluster that a program expects to have a mode. */
const verified = (mode: "autopilot" | "standard", enableAutopilot: boolean | undefined) =>
    verifiedId('GkeCluster "main"', mode, {
        id: pulumi.output(found.id),
        enableAutopilot: pulumi.output(enableAutopilot),
    } as unknown as Cluster);

test.each([
    [
        "standard",
        true,
        'must be the mode of the cluster, "autopilot" (got "standard"). Autopilot clusters have no nodePools.',
    ],
    ["autopilot", false, 'must be the mode of the cluster, "standard" (got "autopilot").'],
] as const)("the mode %s is refused if Autopilot is %s", async (mode, isAutopilot, reason) => {
    let failure = Promise.resolve(new Error("Nothing was refused."));
    await registered(() => {
        failure = rejection(verified(mode, isAutopilot));
    });
    expect((await failure).message).toContain(`GkeCluster "main": mode: ${reason} [gke/mode-of-existing]`);
});

test.each([
    ["autopilot", true],
    ["standard", false],
    ["autopilot", undefined],
    ["standard", undefined],
] as const)("the mode %s is accepted if Autopilot is %j", async (mode, isAutopilot) => {
    const ids: string[] = [];
    await registered(() => verified(mode, isAutopilot).apply((id) => ids.push(id)));
    expect(ids).toEqual([found.id]);
});

test("another mode than the cluster's is refused once the cluster was read", async () => {
    const output = await inChild(`
        const { GkeCluster } = require("./lib/gke");
        const { registered } = require("./test/unit/registered.ts");
        process.on("unhandledRejection", ({ message }) => {
            console.log(JSON.stringify(message.split("\\n")[0]));
            process.exit();
        });
        const read = () => (${JSON.stringify({ ...found, enableAutopilot: false })});
        registered(() => GkeCluster.existing("main"), { read });
    `);
    expect(identified(output)).toBe('GkeCluster "main": mode: [gke/mode-of-existing]');
});
