import { get } from "node:https";
import { join } from "node:path";
import { processOf } from "../../local/machine/daemon/processes";
import { Api, type KubeObject } from "../../local/runtime/kubernetes/api/api";
import { projectName } from "../../local/simulator/cloud/projects";
import { cloudOf } from "../../local/simulator/cloudOf";
import { tokenOf } from "../../local/simulator/services/gke/clusterNames";
import { controlPlane, nodeCounts } from "../../local/simulator/services/gke/clusters";
import { run } from "../../local/toolchain/process";
import { Deployment } from "../deploy/deployment";
import { until } from "./until";

const name = { project: "acme-raw", location: "europe-west1", name: "main" };

/** A cluster with a pool of one to three small machines, and a deployment with a load balancer. */
const program = Deployment.raw(
    `
    const k8s = require("@pulumi/kubernetes");
    const dependsOn = ["compute", "container"].map(
        (each) => new gcp.projects.Service(each, { service: each + ".googleapis.com", disableOnDestroy: false }),
    );
    const cluster = new gcp.container.Cluster("main", {
        name: "main",
        location: "europe-west1",
        initialNodeCount: 1,
        removeDefaultNodePool: true,
        deletionProtection: false,
    }, { dependsOn });
    const pool = new gcp.container.NodePool("small", {
        name: "small",
        cluster: cluster.name,
        location: cluster.location,
        nodeLocations: ["europe-west1-b"],
        autoscaling: { totalMinNodeCount: 1, totalMaxNodeCount: 3 },
        nodeConfig: { machineType: "e2-standard-2", labels: { team: "echo" } },
    });
    const exec = { apiVersion: "client.authentication.k8s.io/v1", command: "gke-gcloud-auth-plugin", interactiveMode: "Never" };
    const kubeconfig = pulumi.all([cluster.endpoint, cluster.masterAuth]).apply(([endpoint, auth]) => JSON.stringify({
        apiVersion: "v1",
        kind: "Config",
        clusters: [{ name: "c", cluster: { server: "https://" + endpoint, "certificate-authority-data": auth.clusterCaCertificate } }],
        users: [{ name: "u", user: { exec } }],
        contexts: [{ name: "x", context: { cluster: "c", user: "u" } }],
        "current-context": "x",
    }));
    const provider = new k8s.Provider("main", { kubeconfig }, { dependsOn: pool });
    const labels = { app: "echo" };
    const metadata = { name: "echo", namespace: "default" };
    new k8s.apps.v1.Deployment("echo", { metadata, spec: {
        replicas: 2,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers: [
            { name: "app", image: "ghcr.io/acme/echo", resources: { requests: { cpu: "100m", memory: "64Mi" } } },
        ] } },
    } }, { provider, ignoreChanges: ["spec.replicas"] });
    const service = new k8s.core.v1.Service("echo", { metadata, spec: {
        type: "LoadBalancer", selector: labels, ports: [{ port: 80 }],
    } }, { provider });
    exports.address = service.status.loadBalancer.ingress[0].ip;
`.replace("const k8s", 'const pulumi = require("@pulumi/pulumi");\nconst k8s'),
);

// The cluster uses the default network, and its nodes have external addresses.
program.setPolicy("acme-raw", "compute.skipDefaultNetworkCreation", { enforce: "FALSE" });
program.setPolicy("acme-raw", "compute.vmExternalIpAccess", { allowAll: "TRUE" });

const cloud = cloudOf(program.place);
const deployment = "/apis/apps/v1/namespaces/default/deployments/echo";
const pods = "/api/v1/namespaces/default/pods";
let api: Api;
let outputs: Record<string, unknown>;

async function connected(): Promise<Api> {
    const { endpoint, caCertificate } = await controlPlane(cloud, name);
    return new Api(Number(endpoint.split(":")[1]), Buffer.from(caCertificate, "base64").toString());
}

const items = async (path: string): Promise<KubeObject[]> => (await api.get(path)).items;
const nodes = () => items("/api/v1/nodes");
const available = async (): Promise<number> => (await api.get(deployment)).status.availableReplicas ?? 0;
const scaled = (replicas: number) => api.patch(deployment, "merge-patch+json", { spec: { replicas } });

/** A container that complies with the restricted profile. */
const container = (image: string) => ({
    name: "app",
    image,
    securityContext: {
        allowPrivilegeEscalation: false,
        runAsNonRoot: true,
        capabilities: { drop: ["ALL"] },
        seccompProfile: { type: "RuntimeDefault" },
    },
});
const pod = (called: string, image: string, annotations = {}) => ({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: called, annotations },
    spec: { containers: [container(image)] },
});

/** The status of a request without authentication. */
const codeOf = (url: string): Promise<number | undefined> =>
    new Promise((resolve, reject) => {
        get(url, { rejectUnauthorized: false }, (answer) => resolve(answer.resume().statusCode)).on("error", reject);
    });

beforeAll(async () => {
    outputs = (await program.cloud.stack("dev").up()).outputs;
    api = await connected();
});
afterAll(() => program.remove());

test("a deployment becomes available on nodes of its pool's machine type, and its load balancer has an address", async () => {
    expect(await available()).toBe(2);
    const [node, ...others] = await nodes();
    expect(others).toEqual([]);
    expect(node?.metadata.labels).toMatchObject({
        "cloud.google.com/gke-nodepool": "small",
        "node.kubernetes.io/instance-type": "e2-standard-2",
        "topology.kubernetes.io/zone": "europe-west1-b",
        team: "echo",
    });
    expect(node?.status.allocatable).toMatchObject({ cpu: "1930m", memory: "6398771Ki", pods: "110" });
    expect(outputs.address).toMatch(/^198\.51\.100\.\d+$/);
    const refreshed = await program.succeed(["refresh", "-s", "dev", "--yes", "--skip-preview"]);
    expect(Object.keys(refreshed)).toEqual(["unchanged"]);
});

test("pods that are not admitted are refused, and so are unauthenticated clients", async () => {
    const labels = { "pod-security.kubernetes.io/enforce": "restricted" };
    await api.create("/api/v1/namespaces", { metadata: { name: "strict", labels } });
    const own = "/api/v1/namespaces/strict";
    await until(async () => (await items(`${own}/serviceaccounts`)).length, Boolean);
    const open = { ...pod("open", "busybox"), spec: { containers: [{ name: "app", image: "busybox" }] } };
    await expect(api.create(`${own}/pods`, open)).rejects.toThrow(
        /pods "open" is forbidden: violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false/,
    );
    await api.create(`${own}/pods`, pod("closed", "busybox"));
    expect(await codeOf(`https://127.0.0.1:${api.port}/api`)).toBe(401);
});

test("another caller may do what its roles on the project contain, or those of the cluster", async () => {
    const email = "viewer@acme-raw.iam.gserviceaccount.com";
    const project = projectName("acme-raw");
    program.addAccount(email, project, { roles: ["roles/container.clusterViewer"], grantable: [] });
    const { endpoint, caCertificate } = await controlPlane(cloud, name);
    const certificate = Buffer.from(caCertificate, "base64").toString();
    const apiOf = (as: string) => new Api(Number(endpoint.split(":")[1]), certificate, tokenOf({ as }));
    const viewer = apiOf(email);
    const refused = (verb: string, permission: string) =>
        `pods is forbidden: User "${email}" cannot ${verb} resource "pods" in API group "" in the namespace "default": requires one of ["container.pods.${permission}"] permission(s).`;
    await expect(viewer.get(pods)).rejects.toThrow(refused("list", "list"));
    program.addAccount(email, project, { roles: ["roles/container.viewer"], grantable: [] });
    expect(
        await until(
            () => viewer.get<{ items?: object[] }>(pods).catch((): { items?: object[] } => ({})),
            ({ items }) => items !== undefined,
        ),
    ).toBeDefined();
    await expect(viewer.create(pods, pod("own", "busybox"))).rejects.toThrow(refused("create", "create"));
    await api.create("/apis/rbac.authorization.k8s.io/v1/namespaces/default/rolebindings", {
        metadata: { name: "editors" },
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "edit" },
        subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "User", name: email }],
    });
    await until(
        () => viewer.create(pods, pod("own", "busybox")).catch((error) => error),
        (made) => !(made instanceof Error),
    );
    await expect(apiOf("nobody@acme-raw.iam.gserviceaccount.com").get(pods)).rejects.toThrow("Unauthorized");
});

test("an image that cannot be pulled is refused with containerd's message, and a container crashes on request", async () => {
    const image = "europe-west1-docker.pkg.dev/acme-raw/app/echo:1";
    const project = "acme-raw";
    const member = `serviceAccount:${cloud.projects.defaultAccount(project)}`;
    cloud.iam.grant(project, projectName(project), { role: "roles/artifactregistry.reader", member });
    const crash = { "local.slipway.dev/crash": "app" };
    await Promise.all([api.create(pods, pod("refused", image)), api.create(pods, pod("crashing", "busybox", crash))]);
    const waiting = async (called: string) =>
        (await api.get(`${pods}/${called}`)).status.containerStatuses?.[0]?.state.waiting;
    const refused = await until(
        () => waiting("refused"),
        (found) => found?.reason === "ImagePullBackOff",
    );
    const failed = `failed to pull and unpack image "${image}": failed to resolve reference "${image}"`;
    expect(refused.message).toBe(
        `Back-off pulling image "${image}": ErrImagePull: rpc error: code = NotFound desc = ${failed}: ${image}: not found`,
    );
    await until(
        () => waiting("crashing"),
        (found) => found?.reason === "CrashLoopBackOff",
    );
    const again = async () => (await api.get(`${pods}/crashing`)).status.containerStatuses[0].restartCount;
    await until(again, (count) => count >= 2);
    await Promise.all([api.delete(`${pods}/refused`), api.delete(`${pods}/crashing`)]);
});

/** Reports its process ID through the API, with the token of its pod. */
const script = `
    const { readFileSync } = require("node:fs");
    const account = process.env.ACCOUNT;
    const headers = { Authorization: "Bearer " + readFileSync(account + "/token", "utf8"), "Content-Type": "application/json" };
    require("node:https").request({
        host: process.env.KUBERNETES_SERVICE_HOST,
        port: process.env.KUBERNETES_SERVICE_PORT,
        path: "/api/v1/namespaces/" + process.env.NAMESPACE + "/configmaps",
        method: "POST",
        ca: readFileSync(account + "/ca.crt"),
        headers,
    }, (answer) => answer.pipe(process.stdout)).end(JSON.stringify({
        metadata: { name: "told" },
        data: { pid: String(process.pid) },
    }));
    setInterval(() => undefined, 1000);
`;

test("the pod of a schedule runs as a process, with its volumes and permissions, and stops with the pod", async () => {
    await api.create("/api/v1/namespaces/default/configmaps", {
        metadata: { name: "run" },
        data: { "run.js": script },
    });
    const rights = { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "edit" };
    await api.create("/apis/rbac.authorization.k8s.io/v1/namespaces/default/rolebindings", {
        metadata: { name: "run" },
        roleRef: rights,
        subjects: [{ kind: "ServiceAccount", name: "default", namespace: "default" }],
    });
    await api.create(pods, {
        metadata: { name: "keeper", labels: { "app.kubernetes.io/component": "scaling-schedule" } },
        spec: {
            containers: [
                {
                    ...container("docker.io/library/python"),
                    command: [process.execPath, "/etc/run/run.js"],
                    env: [
                        { name: "ACCOUNT", value: "/run/account" },
                        { name: "NAMESPACE", valueFrom: { fieldRef: { fieldPath: "metadata.namespace" } } },
                    ],
                    volumeMounts: [
                        { name: "run", mountPath: "/etc/run" },
                        { name: "account", mountPath: "/run/account" },
                    ],
                },
            ],
            volumes: [
                { name: "run", configMap: { name: "run" } },
                {
                    name: "account",
                    projected: {
                        sources: [
                            { serviceAccountToken: { path: "token", expirationSeconds: 3607 } },
                            { configMap: { name: "kube-root-ca.crt" } },
                        ],
                    },
                },
            ],
        },
    });
    const told = await until(
        () => api.find("/api/v1/namespaces/default/configmaps/told"),
        (found) => found !== undefined,
    );
    const pid = Number(told?.data.pid);
    expect(processOf(pid)).toBeDefined();
    await api.delete(`${pods}/keeper`);
    await until(
        async () => processOf(pid),
        (found) => found === undefined,
    );
});

test("load scales an autoscaler, and unschedulable pods add nodes, up to the limit and back", async () => {
    await api.create("/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers", {
        metadata: { name: "echo" },
        spec: {
            scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "echo" },
            minReplicas: 2,
            maxReplicas: 5,
            metrics: [
                {
                    type: "Resource",
                    resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 80 } },
                },
            ],
        },
    });
    for (const { metadata } of await items(`${pods}?labelSelector=app%3Decho`)) {
        const annotations = { "kwok.x-k8s.io/usage-cpu": "300m" };
        await api.patch(`${pods}/${metadata.name}`, "merge-patch+json", { metadata: { annotations } });
    }
    await until(available, (count) => count === 5);
    await api.delete("/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers/echo");

    // Nineteen replicas fit on a machine.
    await scaled(60);
    await until(
        async () => (await nodes()).length,
        (count) => count === 3,
    );
    const unplaced = "/api/v1/namespaces/default/events?fieldSelector=reason%3DNotTriggerScaleUp";
    const [event] = await until(
        () => items(unplaced),
        (found) => found.length > 0,
    );
    expect(event?.message).toBe("pod didn't trigger scale-up: 1 max node group size reached");
    expect(await available()).toBeLessThan(60);

    await scaled(2);
    await until(
        async () => (await nodes()).length,
        (count) => count === 1 || count === 2,
    );
    await until(
        async () => nodeCounts(cloud, name).small ?? 0,
        (count) => count < 3,
    );
    const { updated } = await program.cloud.stack("dev").refresh();
    expect(updated.filter((each) => !/^(NodePool|Cluster|Deployment) /.test(each))).toEqual([]);
});

test("secrets, and variables of pods, are in clear in no file of the cluster", async () => {
    const canary = "canary-of-a-cluster";
    const data = { token: Buffer.from(canary).toString("base64") };
    await api.create("/api/v1/namespaces/default/secrets", { metadata: { name: "hidden" }, data });
    const spec = { containers: [{ ...container("busybox"), env: [{ name: "TOKEN", value: canary }] }] };
    await api.create(pods, { metadata: { name: "hidden" }, spec });
    expect((await api.get("/api/v1/namespaces/default/secrets/hidden")).data).toEqual(data);
    const folders = ["clusters", "daemons"].map((part) => join(program.place.home, part));
    const found = (text: string) => run("sh", ["-c", `grep -rlaF '${text}' ${folders.join(" ")} || true`]);
    expect(await found("k8s:enc:secretbox:v1:local:")).toContain("etcd");
    expect([await found(canary), await found(data.token)]).toEqual(["", ""]);
});

test("a killed control plane restarts at the same address, with its contents", async () => {
    const before = await api.get(deployment);
    await scaled(3);
    const log = await run("sh", ["-c", `cat ${join(program.place.home, "daemons")}/cluster-*.json`]);
    const { pid } = JSON.parse(log).process;
    process.kill(pid, "SIGKILL");
    await until(
        async () => processOf(pid),
        (found) => found === undefined,
    );

    const { port } = api;
    api = await connected();
    expect(api.port).toBe(port);
    expect((await api.get(deployment)).metadata.uid).toBe(before.metadata.uid);
    await until(available, (count) => count === 3);
    await until(nodes, (found) => found.every(({ status }) => status.conditions.some(isReady)));
});

const isReady = ({ type, status }: Record<string, string>) => type === "Ready" && status === "True";

test("destroy deletes the cluster, with its processes and files", async () => {
    await program.destroy("dev");
    expect(program.existing().filter((each) => /Cluster|NodePool/.test(each))).toEqual([]);
    const left = await run("ps", ["-eo", "args"]);
    expect(left.split("\n").filter((line) => line.includes(join(program.place.home, "clusters")))).toEqual([]);
});
