import * as pulumi from "@pulumi/pulumi";
import {
    CloudRunJob,
    CloudRunService,
    CloudRunWorkerPool,
    Network,
    Schedule,
    ServerlessFunction,
    VirtualMachine,
} from "slipway";
import { AutoscaledDeployment, GkeCluster } from "slipway/kubernetes";
import { isSecretName } from "../../lib/internal/secretName";
import { folderOf } from "./folders";
import { refused, registered } from "./registered";
import { image, serving } from "./serving";

/** What Google Cloud accepts, and a user of it would expect to pass. */
type Made = Record<string, Record<string, unknown>>;

const made = async (program: () => unknown) => (await registered(program)) as Made;

const warnings = jest.spyOn(pulumi.log, "warn").mockResolvedValue();
beforeEach(() => warnings.mockClear());
const warned = () => warnings.mock.calls.map(([text]) => text);

test.each([
    [
        { cpu: "1000m", memory: "512M" },
        { cpu: "1", memory: "512M" },
    ],
    [
        { cpu: "2", memory: "1G" },
        { cpu: "2", memory: "1G" },
    ],
    [
        { cpu: "0.5", memory: "524288Ki" },
        { cpu: "500m", memory: "524288Ki" },
    ],
])("a service takes %j", async (size, limits) => {
    const scaling = { concurrency: 1 };
    const all = await made(() => serving({ ...size, ...(size.cpu === "0.5" && { scaling }) }));
    expect(all["Service web"]).toMatchObject({ template: { containers: [{ resources: { limits } }] } });
});

test("a job and a worker pool take the same amounts", async () => {
    const size = { image, cpu: "2000m", memory: "1G" } as const;
    const limits = { cpu: "2", memory: "1G" };
    const job = await made(() => new CloudRunJob("migrate", size));
    expect(job["Job migrate"]).toMatchObject({ template: { template: { containers: [{ resources: { limits } }] } } });
    const pool = await made(() => new CloudRunWorkerPool("worker", size));
    expect(pool["WorkerPool worker"]).toMatchObject({ template: { containers: [{ resources: { limits } }] } });
});

test.each([
    ["0.05", "512Mi"],
    ["3000m", "4Gi"],
    ["1e3m", "512Mi"],
])("a service refuses %s CPUs", async (cpu, memory) => {
    expect(await refused(() => serving({ cpu, memory }))).toContain("cpu: must be 1, 2, 4, 6 or 8");
});

test("a function takes megabytes", async () => {
    const source = folderOf({ "main.py": "def predict(request):\n    return 'ok'\n" });
    const all = await made(() => new ServerlessFunction("predict", { source, trigger: { http: {} }, memory: "512M" }));
    expect(all["Function predict"]).toMatchObject({ serviceConfig: { availableMemory: "512M" } });
});

test("a deployment takes amounts in the form that the API server returns", async () => {
    const resources = { requests: { cpu: "1000m", memory: "2000M", ephemeralStorage: "1048576Ki" } } as const;
    const program = () => {
        const cluster = new GkeCluster("main");
        new AutoscaledDeployment("echo", { cluster, image, resources });
    };
    const amounts = { cpu: "1", memory: "2G", "ephemeral-storage": "1Gi" };
    expect(await made(program)).toMatchObject({
        "Deployment echo": {
            spec: { template: { spec: { containers: [{ resources: { requests: amounts, limits: amounts } }] } } },
        },
    });
});

test("a cluster can be in the extended channel", async () => {
    const all = await made(() => new GkeCluster("main", { releaseChannel: "EXTENDED" }));
    expect(all["Cluster main"]).toMatchObject({ releaseChannel: { channel: "EXTENDED" } });
});

test("a network can have no subnets", async () => {
    const all = await made(() => new Network("hub", { subnets: {} }));
    expect(Object.keys(all)).toEqual(["Network hub"]);
});

test("a machine can be in another region, with everything that belongs to it", async () => {
    const all = await made(() => {
        const network = new Network("apps", { subnets: { us: { range: "10.1.0.0/20", region: "us-central1" } } });
        const zone = "us-central1-b";
        const args = { zone, network, disks: { data: {} }, snapshots: {}, schedule: { stop: "0 20 * * *" } };
        new VirtualMachine("train", args);
    });
    expect(all["Instance train"]).toMatchObject({
        zone: "us-central1-b",
        networkInterfaces: [{ subnetwork: expect.stringContaining("/regions/us-central1/subnetworks/apps-us") }],
    });
    expect(all["Disk train-data"]).toMatchObject({ zone: "us-central1-b" });
    expect(all["ResourcePolicy train-schedule"]).toMatchObject({ region: "us-central1" });
    expect(all["ResourcePolicy train-snapshots"]).toMatchObject({ region: "us-central1" });
    expect(all["RouterNat apps-us-central1"]).toMatchObject({ region: "us-central1" });
});

test("a machine can have its own configuration of cloud-init", async () => {
    const all = await made(() => new VirtualMachine("train", { metadata: { "user-data": "#cloud-config\n" } }));
    expect(all["Instance train"]).toMatchObject({ metadata: { "user-data": "#cloud-config\n" } });
});

test.each<[string, string, boolean]>([
    ["PRIMARY_KEY", "id", false],
    ["CSRF_TOKEN", "X-CSRF-Token", false],
    ["PARTITION_KEY", "tenantId", false],
    ["EOS_TOKEN", "</s>", false],
    ["VAPID_PUBLIC_KEY", "BNcRdreALRFXTkOOUHK1EtK2wtaz5Ry4YfYCA_0QTpQtUbVlUls0VJXg7A8u", false],
    ["RECAPTCHA_SITE_KEY", "6LeIxAcTAAAAAJcZVRqyHh71UMIEGNQ_MXjiZKhI", false],
    ["COSMOS_PRIMARY_KEY", "C2y6yDjf5R-ob0N8A7Cgv30VRDJIWEHLM4YDQDyjX7uX", true],
    ["CSRF_TOKEN", "9f86d081884c7d659a2feaa0c55ad015", true],
    ["API_KEY", "id", true],
    ["ACCESS_TOKEN", "id", true],
    ["DB_PASSWORD", "a", true],
])("%s with the value %s is a secret: %p", (name, value, expected) => {
    expect(isSecretName(name, value)).toBe(expected);
});

test("variables that only sound like secrets pass in every service", async () => {
    const environment = { PRIMARY_KEY: "id", CSRF_TOKEN: "csrftoken" };
    await registered(() => {
        serving({ environment });
        new VirtualMachine("train", { environment });
        new AutoscaledDeployment("echo", { cluster: new GkeCluster("main"), image, environment });
    });
    expect(warned()).toEqual([]);
});

const end = "It is passed on because of insecure.";
const tagged = "docker.io/acme/web:1.2.0";
const byTag = `names an image by a tag, which can later refer to another image (got "${tagged}").`;

test.each<[string, () => unknown, string]>([
    [
        "a service",
        () => new CloudRunService("web", { image: tagged, insecure: true }),
        'CloudRunService "web": image: ',
    ],
    ["a job", () => new CloudRunJob("web", { image: tagged, insecure: true }), 'CloudRunJob "web": image: '],
    [
        "a machine",
        () => new VirtualMachine("web", { container: { image: tagged }, insecure: true }),
        'VirtualMachine "web": container.image: ',
    ],
    [
        "a deployment",
        () => new AutoscaledDeployment("web", { cluster: new GkeCluster("main"), image: tagged, insecure: true }),
        'AutoscaledDeployment "web": image: ',
    ],
])("%s runs an image by its tag with insecure, which warns", async (_, program, path) => {
    expect(JSON.stringify(await registered(program))).toContain(tagged);
    expect(warned()).toEqual([`${path}${byTag} ${end}`]);
});

test("an image whose name is known later passes with the same warning", async () => {
    await registered(() => new CloudRunService("web", { image: pulumi.output(tagged), insecure: true }));
    expect(warned()).toEqual([`CloudRunService "web": image: ${byTag} ${end}`]);
});

test("a schedule calls a URL without TLS with insecure, which warns", async () => {
    const url = "http://example.com/tick";
    const all = await made(() => new Schedule("tick", { cron: "every 5 minutes", call: { url }, insecure: true }));
    expect(all["Job tick"]).toMatchObject({ schedule: "every 5 minutes", httpTarget: { uri: url } });
    expect(warned()).toEqual([`Schedule "tick": call.url: is not encrypted (got "${url}"). ${end}`]);
});

test("a machine opens its serial console with insecure, which warns", async () => {
    const program = () => new VirtualMachine("train", { metadata: { "serial-port-enable": "TRUE" }, insecure: true });
    expect((await made(program))["Instance train"]).toMatchObject({ metadata: { "serial-port-enable": "TRUE" } });
    expect(warned()).toEqual([
        `VirtualMachine "train": metadata.serial-port-enable: opens the interactive serial console, which no firewall rule protects. Use ssh. ${end}`,
    ]);
});

test("insecure accepts a plain variable with the name of a secret, and does not show its value", async () => {
    await registered(() => serving({ environment: { API_KEY: "canary" }, insecure: true }));
    expect(warned()).toEqual([
        expect.stringMatching(/^CloudRunService "web": environment\.API_KEY: has the name of a secret, .* insecure\.$/),
    ]);
    expect(warned().join()).not.toContain("canary");
});

test("insecure accepts nothing that Google Cloud refuses", async () => {
    const wrong = `docker.io/acme/web@sha256:${"0a".repeat(8)}`;
    expect(await refused(() => serving({ image: wrong, insecure: true }))).toContain("must end with @sha256:");
    const host = "ghcr.io/acme/web:1";
    expect(await refused(() => serving({ image: host, insecure: true }))).toContain("is in a registry from which");
});
