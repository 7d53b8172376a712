import * as pulumi from "@pulumi/pulumi";
import {
    AppEngineApp,
    AutoscaledInstanceGroup,
    type BackendHealthCheck,
    type BatchTable,
    BigQueryDataset,
    BigQueryTable,
    CloudRunJob,
    type CloudRunJobArgs,
    CloudRunService,
    type CloudRunServiceArgs,
    CloudSqlInstance,
    type CloudSqlInstanceArgs,
    ComposerEnvironment,
    type DnsLoadBalancer,
    DnsZone,
    type FirewallRule,
    type GroupHealthCheck,
    type GroupRoute,
    KmsKey,
    type KmsKeyArgs,
    LoadBalancer,
    Network,
    NetworkLoadBalancer,
    type NetworkLoadBalancerArgs,
    PubSubSubscription,
    PubSubTopic,
    RegionalSecret,
    Secret,
    type SecretArgs,
    type SecretNotifications,
    ServiceAccount,
    StorageBucket,
    type Subnet,
    VertexBatchPrediction,
    VertexEndpoint,
    VertexModel,
    VertexTrainingJob,
    type VertexTrainingJobArgs,
    VirtualMachine,
    type VirtualMachineArgs,
    VpcConnector,
} from "slipway";
import { AutoscaledDeployment, GkeCluster } from "slipway/gke";
import { folderOf } from "../../folders";
import { repeatRandom } from "../../random";
import { registered, told } from "../../registered";

jest.spyOn(pulumi.log, "warn").mockResolvedValue();
// The first rotation of a secret is counted from now.
jest.spyOn(Date, "now").mockReturnValue(Date.parse("2026-11-29T10:20:30Z"));

const again = repeatRandom();
const dags = folderOf({ "sum.py": "" });
const shop = folderOf({ "main.py": "app = None\n" });
const image = `europe-docker.pkg.dev/acme-dev/app/app@sha256:${"0".repeat(64)}`;
const endpoint = "https://acme.example/orders";
const topic = () => new PubSubTopic("sales");
const bucket = () => new StorageBucket("models", { location: "europe-west1" });
const model = () => new VertexModel("range", { container: { image, port: 8080, health: "/", predictRoute: "/" } });

const group = (network?: Network) =>
    new AutoscaledInstanceGroup("web", { network, ports: { http: 8080 }, health: { port: 8080 } });
const balanced = (route: object) =>
    new LoadBalancer("edge", { domains: "shop.acme.com", routes: { "/*": { group: group(), ...route } } });

/** A component with the value of an argument, which has a short and a documented form. */
const both = <Value>(make: (value: Value) => unknown, short: NoInfer<Value>, documented: NoInfer<Value>) =>
    [() => make(short), () => make(documented)] as const;

const cases: Record<string, readonly [short: () => unknown, documented: () => unknown]> = {
    "rotation of a key": both((rotation: KmsKeyArgs["rotation"]) => new KmsKey("data", { rotation }), "30 days", {
        every: "30 days",
    }),
    "expiration of a secret": both(
        (expiration: SecretArgs["expiration"]) => new Secret("key", { generate: {}, expiration }),
        "30 days",
        {
            after: "30 days",
        },
    ),
    "expiration of a regional secret": both(
        (expiration: SecretArgs["expiration"]) => new RegionalSecret("key", { generate: {}, expiration }),
        "30 days",
        { after: "30 days" },
    ),
    "rotation of a secret": both(
        (rotation: SecretNotifications["rotation"]) =>
            new Secret("key", { generate: {}, notifications: { topics: [topic()], rotation } }),
        "30 days",
        { every: "30 days", start: "2026-12-29T11:00:00Z" },
    ),
    "replicas of a secret": both(
        (replicas: SecretArgs["replicas"]) => new Secret("key", { generate: {}, replicas }),
        ["europe-west1", "europe-west4"],
        { "europe-west1": {}, "europe-west4": {} },
    ),
    "boot disk": both((bootDisk: VirtualMachineArgs["bootDisk"]) => new VirtualMachine("vm", { bootDisk }), "50 GB", {
        size: "50 GB",
    }),
    "data disk": both(
        (data: NonNullable<VirtualMachineArgs["disks"]>[string]) => new VirtualMachine("vm", { disks: { data } }),
        "100 GB",
        { size: "100 GB" },
    ),
    "image by its family": both(
        (image: VirtualMachineArgs["image"]) => new VirtualMachine("vm", { image }),
        "ubuntu-2404-lts-amd64",
        {
            family: "ubuntu-2404-lts-amd64",
            project: "ubuntu-os-cloud",
        },
    ),
    "disks and image of a group": [
        () => new AutoscaledInstanceGroup("web", { bootDisk: "50 GB", disks: { data: "20 GB" }, image: "debian-12" }),
        () =>
            new AutoscaledInstanceGroup("web", {
                bootDisk: { size: "50 GB" },
                disks: { data: { size: "20 GB" } },
                image: { family: "debian-12", project: "debian-cloud" },
            }),
    ],
    "protocol of the health of a group": both(
        (protocol: GroupHealthCheck["protocol"]) =>
            new AutoscaledInstanceGroup("web", { health: { protocol, port: 80 } }),
        "TCP",
        "tcp",
    ),
    "storage of a database": both(
        (storage: CloudSqlInstanceArgs["storage"]) => new CloudSqlInstance("sales", { storage }),
        "100 GB",
        {
            size: "100 GB",
        },
    ),
    "databases by their names": both(
        (databases: CloudSqlInstanceArgs["databases"]) => new CloudSqlInstance("sales", { databases }),
        ["range"],
        {
            range: {},
        },
    ),
    "backups and password policy": [
        () => new CloudSqlInstance("sales", { backups: true, passwordPolicy: true }),
        () => new CloudSqlInstance("sales", { backups: {}, passwordPolicy: {} }),
    ],
    "disk of a training": both(
        (disk: VertexTrainingJobArgs["disk"]) => new VertexTrainingJob("tune", { image, output: bucket(), disk }),
        "200 GB",
        { size: "200 GB" },
    ),
    "retries of a job": both(
        (retries: CloudRunJobArgs["retries"]) => new CloudRunJob("train", { image, retries }),
        { max: 2 },
        2,
    ),
    "table by its ID": [
        () => new PubSubSubscription("store", { topic: topic(), bigQuery: "acme-data.sales.orders" }),
        () => {
            const table = BigQueryTable.existing("sales.orders", { project: "acme-data" });
            return new PubSubSubscription("store", { topic: topic(), bigQuery: table });
        },
    ],
    "options with their defaults": [
        () => new PubSubSubscription("store", { topic: topic(), pull: {}, retries: true, deadLetter: true }),
        () => new PubSubSubscription("store", { topic: topic(), pull: {}, retries: {}, deadLetter: {} }),
    ],
    "account of requests": [
        () => {
            const account = new ServiceAccount("caller");
            return new PubSubSubscription("store", { topic: topic(), push: { endpoint, account } });
        },
        () => {
            const account = new ServiceAccount("caller");
            return new PubSubSubscription("store", { topic: topic(), push: { endpoint, account: account.email } });
        },
    ],
    "account by its email address": both(
        (account: CloudRunServiceArgs["account"]) => new CloudRunService("web", { image, account }),
        "web-run@acme-dev.iam.gserviceaccount.com",
        "web-run",
    ),
    "accounts of several components": [
        () => {
            const account = "worker@acme-dev.iam.gserviceaccount.com";
            new CloudRunJob("train", { image, account, uses: { DATA: bucket().reader } });
            new AutoscaledInstanceGroup("web", { account });
            new AppEngineApp("shop", { services: { default: { source: shop, runtime: "python313", account } } });
        },
        () => {
            const account = ServiceAccount.existing("worker");
            new CloudRunJob("train", { image, account, uses: { DATA: bucket().reader } });
            new AutoscaledInstanceGroup("web", { account });
            new AppEngineApp("shop", { services: { default: { source: shop, runtime: "python313", account } } });
        },
    ],
    "accounts of a firewall rule": both(
        (given: "short" | "documented") => {
            const caller = new ServiceAccount("caller");
            const account = given === "short" ? caller : caller.email;
            const other = "worker@acme-dev.iam.gserviceaccount.com";
            const allow: FirewallRule["allow"] = ["tcp:443"];
            const targets = { serviceAccounts: [account] };
            const web = { sources: { serviceAccounts: [account, other] }, targets, allow };
            return new Network("apps", { firewall: { web }, iapSsh: targets });
        },
        "short",
        "documented",
    ),
    "table of a prediction": both(
        (table: BatchTable["table"]) =>
            new VertexBatchPrediction("predict", { model: model(), input: { table }, output: { bucket: bucket() } }),
        "sales.orders",
        "acme-dev.sales.orders",
    ),
    "table of the data of a training": both(
        (given: "short" | "documented") => {
            const table = given === "short" ? "sales.orders" : BigQueryTable.existing("sales.orders");
            const monitoring = { skew: { trainingData: { table }, target: "range" } };
            return new VertexEndpoint("answers", { models: model(), monitoring });
        },
        "short",
        "documented",
    ),
    "authorized view and routine": both(
        (part: "orders.latest" | "documented") => {
            const isShort = part === "orders.latest";
            const view = isShort ? part : "projects/acme-dev/datasets/orders/tables/latest";
            const routine = isShort ? "acme-data.tools.mask" : "projects/acme-data/datasets/tools/routines/mask";
            return new BigQueryDataset("reports", { location: "EU", access: { view: { view }, mask: { routine } } });
        },
        "orders.latest",
        "documented",
    ),
    "flow logs": both(
        (flowLogs: Subnet["flowLogs"]) =>
            new Network("apps", { subnets: { apps: { range: "10.0.0.0/20", flowLogs } } }),
        true,
        {},
    ),
    "sources of a firewall rule": both(
        (sources: FirewallRule["sources"]) =>
            new Network("apps", { firewall: { web: { sources, allow: ["tcp:443"] } as FirewallRule } }),
        ["10.0.0.0/8"],
        { ranges: ["10.0.0.0/8"] },
    ),
    "protocols of a firewall rule": both(
        (allow: FirewallRule["allow"]) =>
            new Network("apps", { firewall: { web: { sources: { ranges: ["10.0.0.0/8"] }, allow } as FirewallRule } }),
        ["TCP:443", "ICMP"],
        ["tcp:443", "icmp"],
    ),
    "protocol of a route": both(
        (protocol: GroupRoute["protocol"]) => balanced({ protocol, tlsSettings: { sni: "shop.acme.com" } }),
        "HTTPS",
        "https",
    ),
    "protocol of the health of a load balancer": both(
        (protocol: BackendHealthCheck["protocol"]) => balanced({ health: { protocol, path: "/alive" } }),
        "HTTP2",
        "http2",
    ),
    "protocol of a network load balancer": both(
        (protocol: NetworkLoadBalancerArgs["protocol"]) => {
            const network = new Network("apps");
            return new NetworkLoadBalancer("ledger", { network, group: group(network), ports: [8080], protocol });
        },
        "TCP",
        "tcp",
    ),
    "protocol of load balancers in an answer of DNS": both(
        (protocol: DnsLoadBalancer["protocol"]) => {
            const network = new Network("apps");
            const loadBalancers = [
                { type: "regionalL4ilb", address: "10.0.0.4", port: 53, protocol, network } as const,
            ];
            const weighted = [{ weight: 1, loadBalancers }];
            return new DnsZone("internal", {
                domain: "apps.internal",
                networks: [network],
                records: { api: { A: { weighted } } },
            });
        },
        "UDP",
        "udp",
    ),
    "protocol of the traffic of a deployment": both(
        (protocol: "TCP" | "tcp") =>
            new AutoscaledDeployment("scorer", {
                cluster: new GkeCluster("cluster"),
                image,
                egress: [{ ranges: ["10.0.0.0/20"], ports: [5432], protocol }],
            }),
        "tcp",
        "TCP",
    ),
    "limits and rules of a security policy": both(
        (given: true | Record<string, never>) =>
            new LoadBalancer("edge", {
                domains: "shop.acme.com",
                routes: { "/*": new CloudRunService("web", { image, ingress: "load-balancer" }) },
                securityPolicy: { rateLimit: given, attacks: given },
            }),
        true,
        {},
    ),
    "one model of an endpoint": [
        () => new VertexEndpoint("answers", { models: model() }),
        () => new VertexEndpoint("answers", { models: { latest: { model: model() } } }),
    ],
    "models of an endpoint": [
        () => new VertexEndpoint("answers", { models: { latest: model() } }),
        () => new VertexEndpoint("answers", { models: { latest: { model: model() } } }),
    ],
    "uses of an endpoint": [
        () => new VertexEndpoint("answers", { models: model(), uses: { DATA: bucket().reader } }),
        () => new VertexEndpoint("answers", { models: model(), uses: [bucket().reader] }),
    ],
    "uses of an account": [
        () => new ServiceAccount("caller", { uses: { DATA: bucket().reader } }),
        () => new ServiceAccount("caller", { uses: [bucket().reader] }),
    ],
    "snapshots of Composer": both(
        (given: "short" | "documented") =>
            new ComposerEnvironment("airflow", {
                dags,
                snapshots: given === "short" ? bucket() : { bucket: bucket() },
            }),
        "short",
        "documented",
    ),
};

test.each(Object.entries(cases))(
    "%s: the short form registers the same as the documented form",
    async (_, [short, documented]) => {
        again();
        const expected = await registered(documented);
        expect(Object.keys(expected).length).toBeGreaterThan(0);
        again();
        expect(await registered(short)).toEqual(expected);
    },
);

const answered: [given: string, program: () => unknown, answer: string, unharmed?: string[]][] = [
    [
        "a range in allow",
        () => new Network("apps", { firewall: { web: { allow: ["10.0.0.0/8"] as never } } as never }),
        "ranges are in sources: { ranges: […] }, or in destinations",
    ],
    [
        "retries of a subscription",
        () => subscribed({ retries: 5 }),
        "For five attempts: deadLetter: { maxDeliveryAttempts: 5 }.",
        ["Topic sales"],
    ],
    [
        "attempts of dead letters",
        () => subscribed({ deadLetter: { attempts: 5 } }),
        'deadLetter.attempts: unknown option "attempts"; did you mean "maxDeliveryAttempts"?',
        ["Topic sales"],
    ],
    [
        "a fixed number of a connector",
        () => new VpcConnector("apps", { range: "10.8.0.0/28", scaling: 3 as never }),
        "scaling: must be options such as { min: 2, max: 3 }, because a connector always scales (got 3).",
    ],
    [
        "a range of machines of a training",
        () => new VertexTrainingJob("tune", { image, output: bucket(), replicas: { min: 1, max: 4 } as never }),
        "replicas: must be a number, because the machines of a training do not scale (got { min: 1, max: 4 }).",
        ["Bucket models"],
    ],
    [
        "a principal in the place of an account",
        () => new CloudRunService("web", { image, account: "user:ana@acme.com" }),
        'For an account that exists already write "etl@acme-dev.iam.gserviceaccount.com".',
    ],
    [
        "a list of capabilities by variable",
        () => new VirtualMachine("vm", { uses: [bucket().reader] as never }),
        "uses: must be capabilities by the variables that have their values, such as { MODELS: models.reader }",
        ["Bucket models"],
    ],
    [
        "a wrong value in a short form",
        () => new KmsKey("data", { rotation: "90 parsecs" as never }),
        'rotation.every: must be a duration such as "90 seconds" or "7 days" (got "90 parsecs").',
    ],
    [
        "a text that is no public family",
        () => new VirtualMachine("vm", { image: "web-servers" }),
        "image: must be the family of a public image such as debian-12, or { family, project } or { name, project }",
    ],
];

test.each(answered)("%s is answered with what to write", async (_, program, answer, unharmed = []) => {
    const text = await told(program, {}, unharmed);
    expect(text).toContain(answer);
    expect(text).not.toContain("must be known before anything is deployed");
});

test("the email address of an account of the program is answered with the component", async () => {
    const program = () => new CloudRunService("web", { image, account: new ServiceAccount("worker").email as never });
    expect(await told(program, {}, ["Account worker"])).toContain("Pass the component, not its email address.");
});

/** A subscription with arguments that its type does not have. */
const subscribed = (args: object) => new PubSubSubscription("store", { topic: topic(), pull: {}, ...args });
