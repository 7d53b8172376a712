import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import {
    AutoscaledInstanceGroup,
    allow,
    CloudRunJob,
    CloudRunService,
    CloudRunWorkerPool,
    DataflowJob,
    LoadBalancer,
    Network,
    Schedule,
    ServerlessFunction,
    StorageBucket,
    VirtualMachine,
} from "slipway";
import { AutoscaledDeployment, GkeCluster } from "slipway/gke";
import type { Member } from "slipway/iam";
import { conditionalPolicies, unreadConditions } from "../../lib/facts/iamConditions";
import { isSecretName } from "../../lib/formats/secretName";
import { accountTitle } from "../../lib/internal/arguments/names";
import { lookUpService } from "../../lib/run/revision";
import { schemaOf } from "../../local/simulator/schema/schema";
import { folderOf } from "./folders";
import { refused, registered } from "./registered";
import { image, serving } from "./serving";

/** What Google Cloud accepts, and a user of it would expect to pass. */
type Made = Record<string, Record<string, unknown>>;

const made = async (program: () => unknown, stack = {}) => (await registered(program, stack)) as Made;

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
    const env = { PRIMARY_KEY: "id", CSRF_TOKEN: "csrftoken" };
    await registered(() => {
        serving({ env });
        new VirtualMachine("train", { env });
        new AutoscaledDeployment("echo", { cluster: new GkeCluster("main"), image, env });
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
    await registered(() => serving({ env: { API_KEY: "canary" }, insecure: true }));
    expect(warned()).toEqual([
        expect.stringMatching(/^CloudRunService "web": env\.API_KEY: has the name of a secret, .* insecure\.$/),
    ]);
    expect(warned().join()).not.toContain("canary");
});

test("insecure accepts nothing that Google Cloud refuses", async () => {
    const wrong = `docker.io/acme/web@sha256:${"0a".repeat(8)}`;
    expect(await refused(() => serving({ image: wrong, insecure: true }))).toContain("must end with @sha256:");
    const host = "ghcr.io/acme/web:1";
    expect(await refused(() => serving({ image: host, insecure: true }))).toContain("is in a registry from which");
});

test("a principal of the configuration has a name of its own", async () => {
    for (const member of ["group:oncall@acme.com", pulumi.output("group:oncall@acme.com")]) {
        const program = () => allow(new StorageBucket("models").reader, { member, memberName: "oncall" });
        const all = await made(program, { environment: true });
        expect(all["BucketIAMMember models-object-viewer-oncall"]).toMatchObject({ member: "group:oncall@acme.com" });
    }
});

test("a principal that is an output without a name is refused", async () => {
    const output = pulumi.output("group:oncall@acme.com") as unknown as Member;
    const program = () => allow(new StorageBucket("models").reader, output);
    expect(await refused(program, {}, ["Bucket models"])).toContain(
        'members.0: is known only at deployment, and the names of grants are not (got an output, which is known only at deployment). Give it a name: { member: …, memberName: "oncall" }.',
    );
});

test("everyone cannot be a principal with a name", async () => {
    const program = () => allow(new StorageBucket("models").reader, { member: "allUsers", memberName: "all" });
    expect(await refused(program, {}, ["Bucket models"])).toContain("members.0.member: is everyone");
});

test("a role on a machine can end", async () => {
    const program = () => {
        const machine = new VirtualMachine("train");
        allow(machine.role("roles/compute.osLogin"), "group:ml@acme.com", { until: "2099-01-31" });
    };
    const all = await made(program, { environment: true });
    const grant = Object.entries(all).find(([key]) => key.startsWith("InstanceIAMMember train-compute-os-login"));
    expect(grant?.[1]).toMatchObject({ condition: { expression: 'request.time < timestamp("2099-01-31T00:00:00Z")' } });
});

test("the provider can set conditions of all policies that accept them", () => {
    const without = Object.keys(conditionalPolicies.rows).filter((type) => !schemaOf(type)?.properties.condition);
    expect(without).toEqual([]);
});

/**
 * The services whose policies accept conditions, of those that have policies here:
 * https://docs.cloud.google.com/iam/docs/resource-types-with-conditional-roles
 */
const conditionalServices = [
    "bigquery",
    "cloudrunv2",
    "compute",
    // https://github.com/hashicorp/terraform-provider-google/blob/main/google/services/dns/iam_dns_managed_zone.go
    "dns",
    "iap",
    "kms",
    // https://cloud.google.com/sdk/gcloud/reference/logging/views/add-iam-policy-binding
    "logging",
    "projects",
    "secretmanager",
    "serviceaccount",
    "storage",
    "tags",
];

test("each type of a grant of a service that accepts conditions has a row", () => {
    const lib = join(__dirname, "..", "..", "lib");
    const files = (readdirSync(lib, { recursive: true }) as string[]).filter((name) => name.endsWith(".ts"));
    const sources = files.map((name) => readFileSync(join(lib, name), "utf8")).join("\n");
    const paths = new Set([...sources.matchAll(/"(@pulumi\/gcp\/\w+\/\w*iammember)"/gi)].map(([, path = ""]) => path));
    const types = [...paths].map((path) => {
        const exported = Object.entries<object>(require(path)).find(([name]) => /I(am|AM)Member$/.test(name));
        return String(Reflect.get(exported?.[1] ?? {}, "__pulumiType"));
    });
    expect(types.length).toBeGreaterThan(20);
    const rows = { ...conditionalPolicies.rows, ...unreadConditions.rows };
    const service = (type: string) => type.split(/[:/]/)[1] ?? "";
    // https://github.com/pulumi/pulumi-gcp/issues/699
    const tables = "gcp:bigquery/iamMember:IamMember";
    expect(types.filter((type) => Object.hasOwn(rows, type)).sort()).toEqual(
        types.filter((type) => conditionalServices.includes(service(type)) && type !== tables).sort(),
    );
});

test("a group takes less than one request a second", async () => {
    const all = await made(() => {
        const group = new AutoscaledInstanceGroup("web", {
            scaling: 2,
            container: { image },
            ports: { http: 8080 },
            health: "/",
        });
        const route = { group, capacity: { requestsPerSecond: 0.5 } };
        new LoadBalancer("shop", { domains: "shop.acme.com", routes: { "/*": route } });
    });
    expect(all["BackendService shop-web"]).toMatchObject({ backends: [{ maxRatePerInstance: 0.5 }] });
});

test("a website without pages is refused, as the provider requires one of them", async () => {
    expect(await refused(() => new StorageBucket("site", { website: {} }))).toContain(
        "website: must have mainPageSuffix, notFoundPage or both (got {}).",
    );
    expect(await refused(() => new StorageBucket("site", { website: { mainPageSuffix: "" } }))).toContain(
        "website.mainPageSuffix: must be the name of an object",
    );
});

test("a pipeline in another region needs a network", async () => {
    const args = { template: "Word_Count" as const, region: "us-central1", parameters: {} };
    expect(await refused(() => new DataflowJob("count", args as never))).toContain(
        "network: [place/shared-network-region]",
    );
});

/** Reads what Pulumi reads of an exported value: all listed properties, with those of resources. */
async function readAll(value: unknown, seen = new Set<unknown>()): Promise<void> {
    if (pulumi.Output.isInstance(value)) {
        await readAll(await (value as unknown as { promise(): Promise<unknown> }).promise(), seen);
    } else if (value instanceof Promise) {
        await readAll(await value, seen);
    } else if (typeof value === "object" && value !== null && !seen.has(value)) {
        seen.add(value);
        const isResource = pulumi.Resource.isInstance(value);
        for (const key of Object.keys(value).filter((name) => !isResource || !name.startsWith("__"))) {
            await readAll(Reflect.get(value, key), seen);
        }
    }
}

test.each([
    ["behind a load balancer", {}],
    ["without its own URL", { defaultUrl: false }],
])("a service %s can be exported", async (_, args) => {
    let web: CloudRunService | undefined;
    await registered(() => {
        web = serving(args);
        new LoadBalancer("shop", { domains: "shop.acme.com", routes: { "/*": web } });
    });
    await expect(readAll(web)).resolves.toBeUndefined();
    expect(Object.keys(web?.invoker ?? {})).toEqual(["grants", "attachments"]);
});

test("a service that exists already gets the requests of a load balancer, which knows whether it accepts them", async () => {
    const found = { uri: "https://web.run.app", ingress: "INGRESS_TRAFFIC_ALL", defaultUriDisabled: false };
    let settings: unknown;
    const program = () => {
        const web = CloudRunService.existing("web");
        new LoadBalancer("shop", { domains: "shop.acme.com", routes: { "/*": web }, securityPolicy: false });
        const { ingress, defaultUriDisabled } = web.service;
        pulumi.all([ingress, defaultUriDisabled]).apply((all) => {
            settings = all;
        });
    };
    const all = await made(program, { call: (token: string) => (token.endsWith(":getService") ? found : undefined) });
    expect(all["RegionNetworkEndpointGroup shop-default"]).toMatchObject({
        cloudRun: { service: "web" },
        region: "europe-west1",
    });
    expect(Object.keys(all)).toContain("BackendService shop-default");
    expect(settings).toEqual(["INGRESS_TRAFFIC_ALL", false]);
});

const offline =
    "Get https://run.googleapis.com/v2/projects/acme-dev: dial tcp: lookup run.googleapis.com: no such host";
const place = { project: "acme-dev", location: "europe-west1", name: "web" };
const failing = { call: () => Promise.reject(Object.assign(new Error(offline), { details: offline })) as never };

test("a preview without a network shows the first deployment of a service, and says why", async () => {
    let found: unknown;
    const program = async () => {
        found = await lookUpService('CloudRunService "web"', place, {});
    };
    await registered(program, { ...failing, preview: true });
    expect(found).toEqual({ shares: {} });
    expect(warned()).toEqual([expect.stringContaining("no such host. The preview shows its first deployment.")]);
});

test("a deployment without a network ends, and blames no role", async () => {
    const program = async () => {
        await expect(lookUpService('CloudRunService "web"', place, {})).rejects.toMatchObject({
            message: expect.stringMatching(/no such host\. \[run\/lookup-failed\]$/),
        });
    };
    await registered(program, failing);
    expect.assertions(1);
});

test("the display name of an account has 100 bytes at most, however long the name of the component is", () => {
    expect(accountTitle(`Runs the model of the batch prediction ${"x".repeat(128)}`)).toHaveLength(100);
    expect(accountTitle("Runs the service web")).toBe("Runs the service web");
});
