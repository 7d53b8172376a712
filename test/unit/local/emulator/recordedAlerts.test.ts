import { once } from "node:events";
import { type AddressInfo, createServer, type Server } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import {
    AppEngineApp,
    AutoscaledInstanceGroup,
    CloudRunService,
    CloudSqlInstance,
    LoadBalancer,
    Network,
    PubSubSubscription,
    PubSubTopic,
    Schedule,
    ServerlessFunction,
    VirtualMachine,
} from "slipway";
import { Alerts } from "slipway/monitoring";
import { recordMachines } from "../../../../local/runtime/services/monitoring/machines";
import { Recorder } from "../../../../local/runtime/services/monitoring/recorder";
import type { Inputs } from "../../../../local/simulator/rules/rules";
import { evaluated } from "../../../../local/simulator/services/monitoring/evaluation/incidents";
import { until } from "../../../clusters/until";
import { registered } from "../../registered";
import { application, deploy } from "../appengineWorld";
import { serve as deployService, runWorld } from "../runWorld";
import type { World } from "../world";
import { closeGroups, Machine, served, until as untilTrue } from "./groupWorld";
import { Emulator, endpoint, eventually, project } from "./served";

// The alerts of components, evaluated on what a local Google Cloud records of what runs.

afterEach(closeGroups);

const image = `docker.io/acme/web@sha256:${"0".repeat(64)}`;
const inRegistry = image.replace("docker.io", "europe-west1-docker.pkg.dev/acme-dev");

/** A minute takes 200 milliseconds. */
const fast = { alertSpeed: 300 };

jest.setTimeout(60_000);

/** The arguments of the alert policies that a program makes, by the name of the alert. */
async function policiesOf(program: (alerts: Alerts) => unknown): Promise<Record<string, Inputs>> {
    const made = await registered(() => {
        const contact = { to: { channels: ["projects/acme-dev/notificationChannels/1"] }, quota: false };
        program(new Alerts("oncall", contact as never));
    });
    return Object.fromEntries(
        Object.entries(made).flatMap(([key, args]) =>
            key.startsWith("AlertPolicy ") ? [[key.slice("AlertPolicy ".length), args]] : [],
        ),
    );
}

/** Deploys policies without their notification channels. */
function deployPolicies(world: World, policies: Record<string, Inputs>): void {
    world.enable("monitoring", "logging");
    for (const { notificationChannels: _, ...policy } of Object.values(policies)) {
        world.make("AlertPolicy", { project: "acme-dev", ...policy });
    }
}

const alertsOf = (emulator: Emulator) => emulator.lines.filter((line) => line.startsWith("alert "));
/** The alerts that have opened, without their labels and values. */
const opened = (emulator: Emulator) => {
    const all = alertsOf(emulator).flatMap((line) => /^alert opened: (.*)/.exec(line)?.[1] ?? []);
    return [...new Set(all.map((text) => text.replace(/(?: \([^)]*\))?(?:: [\d.]+)?$/, "")))].sort();
};

/** Expects alerts to open, while something is done again and again. */
async function expectAlerts(emulator: Emulator, expected: string[], work?: () => Promise<unknown>): Promise<void> {
    const look = async () => {
        await work?.();
        return opened(emulator);
    };
    const all = await until(look, (found) => expected.every((each) => found.includes(each)), { seconds: 30 });
    expect(all).toEqual(expected);
}

/** The recorded values of a metric. */
async function values(emulator: Emulator, metric: string): Promise<number[]> {
    const query = new URLSearchParams({
        filter: `metric.type = "${metric}"`,
        "interval.startTime": "2020-01-01T00:00:00Z",
        "interval.endTime": "2099-01-01T00:00:00Z",
    });
    const answer = await fetch(`${emulator.url}/v3/projects/acme-dev/timeSeries?${query}`);
    const { timeSeries = [] } = (await answer.json()) as Inputs;
    return timeSeries.flatMap(({ points }: Inputs) =>
        points.map(({ value }: Inputs) => Number(value.int64Value ?? value.doubleValue)),
    );
}

test("messages that pile up, and publications and deliveries that fail, alert", async () => {
    const policies = await policiesOf((alerts) => {
        const errors = { threshold: 50, for: "1 minute" } as const;
        const sales = new PubSubTopic("sales", { alerts: { to: alerts, errors } });
        const backlog = { threshold: 2, for: "1 minute" } as const;
        new PubSubSubscription("reader", {
            topic: sales,
            pull: {},
            deadLetter: { topic: new PubSubTopic("dead") },
            alerts: { to: alerts, backlog, backlogAge: false },
        });
    });
    const world = project();
    world.make("ServiceIdentity", { service: "pubsub.googleapis.com" });
    const dead = world.make("Topic", { name: "dead" });
    world.make("Subscription", {
        name: "reader",
        topic: "sales",
        deadLetterPolicy: { deadLetterTopic: dead.id, maxDeliveryAttempts: 5 },
    });
    const member = `serviceAccount:service-${world.number}@gcp-sa-pubsub.iam.gserviceaccount.com`;
    world.make("TopicIAMMember", { topic: dead.id, role: "roles/pubsub.publisher", member });
    world.make("SubscriptionIAMMember", { subscription: "reader", role: "roles/pubsub.subscriber", member });
    deployPolicies(world, policies);
    const emulator = await Emulator.of(world, {}, {}, {}, fast);
    await emulator.publish("a");
    for (let attempt = 1; attempt <= 5; attempt++) {
        await emulator.refuse(await emulator.pull());
    }
    await emulator.publish("b", "c", "d");
    const expected = [
        "reader: messages were forwarded to the dead-letter topic",
        "reader: unacknowledged messages accumulate",
        "sales: too many requests fail",
    ];
    await expectAlerts(emulator, expected, () =>
        Promise.allSettled(Array.from({ length: 25 }, () => emulator.publish(""))),
    );
});

/** A database server that accepts connections. */
async function database(port = 0): Promise<Server> {
    const server = createServer((socket) => socket.on("error", () => undefined)).listen(port, "127.0.0.1");
    await once(server, "listening");
    return server;
}

test("a database whose server stops alerts, until it answers again", async () => {
    const policies = await policiesOf((alerts) => {
        const none = { cpu: false, memory: false, disk: false } as const;
        const unavailable = { for: "1 minute" } as const;
        new CloudSqlInstance("sales", { engine: "postgres", alerts: { to: alerts, ...none, unavailable } });
    });
    const [name] = /sales-[0-9a-f]{6}/.exec(JSON.stringify(policies)) ?? [];
    const world = project();
    world.enable("compute", "sqladmin");
    const settings = { edition: "ENTERPRISE", tier: "db-custom-1-3840" };
    world.make("DatabaseInstance", { name, databaseVersion: "POSTGRES_17", deletionProtection: false, settings });
    deployPolicies(world, policies);
    const server = await database();
    const { port } = server.address() as AddressInfo;
    const emulator = await Emulator.of(world, {}, {}, { sales: `127.0.0.1:${port}` }, fast);
    await eventually(async () => expect(await values(emulator, "cloudsql.googleapis.com/database/up")).toContain(1));
    expect(alertsOf(emulator)).toEqual([]);
    server.close();
    await expectAlerts(emulator, ["sales: the resource is unavailable"]);
    const again = await database(port);
    await until(
        async () => alertsOf(emulator),
        (all) => all.at(-1)?.startsWith("alert closed: sales: the resource is unavailable") === true,
        { seconds: 30 },
    );
    again.close();
});

test("attempts of a schedule that fail alert", async () => {
    const policies = await policiesOf((alerts) => {
        new Schedule("nightly", { cron: "0 3 * * *", topic: new PubSubTopic("ticks"), message: "go", alerts });
    });
    const world = project();
    world.enable("cloudscheduler");
    world.make("Job", { name: "nightly", schedule: "0 3 * * *", httpTarget: { uri: "https://example.com" } });
    deployPolicies(world, policies);
    const { url } = await endpoint(200, 500);
    const emulator = await Emulator.of(world, { "https://example.com": url }, {}, {}, fast);
    const run = async (result: string) => {
        await fetch(`${emulator.url}/v1/projects/acme-dev/locations/europe-west1/jobs/nightly:run`, { method: "POST" });
        await eventually(() => expect(emulator.lines.join("\n")).toContain(`jobs/nightly: ${result}`));
    };
    await run("succeeded");
    await sleep(200);
    expect(opened(emulator)).toEqual([]);
    await run("failed");
    await expectAlerts(emulator, ["nightly: a run failed"]);
});

/** Runs a job again and again, as a ratio needs enough requests. */
async function runOften(emulator: Emulator): Promise<void> {
    const url = `${emulator.url}/v1/projects/acme-dev/locations/europe-west1/jobs/often:run`;
    await Promise.all(Array.from({ length: 30 }, () => fetch(url, { method: "POST" })));
}

/** A service that all may call. */
const open = { invokerIamDisabled: true };

const failing = {
    errors: { threshold: 50, for: "1 minute" },
    latency: { threshold: "0 milliseconds", for: "1 minute" },
} as const;

test("a function with a route alerts by the requests of Google's services to it", async () => {
    const policies = await policiesOf((alerts) => {
        new ServerlessFunction("web", {
            source: "docs/examples/predict",
            trigger: { http: {} },
            entryPoint: "predict",
            alerts: { to: alerts, ...failing, memory: false, instances: false },
        });
    });
    const world = runWorld("cloudscheduler");
    const { state } = deployService(world, {}, { ...open, labels: { "goog-managed-by": "cloudfunctions" } });
    world.make("Job", { name: "often", schedule: "0 3 * * *", httpTarget: { uri: state.uri } });
    deployPolicies(world, policies);
    const { url } = await endpoint(500);
    const emulator = await Emulator.of(world, { web: url }, {}, {}, fast);
    await expectAlerts(emulator, ["web: requests are slow", "web: too many requests fail"], () => runOften(emulator));
});

test("an App Engine service with a route alerts by the requests of Google's services to it", async () => {
    const policies = await policiesOf((alerts) => {
        const services = { default: { flexible: true, image: inRegistry } } as const;
        new AppEngineApp("shop", { services, alerts: { to: alerts, ...failing } });
    });
    const world = application();
    world.enable("cloudscheduler");
    deploy(world, "v1");
    world.make("Job", { name: "often", schedule: "0 3 * * *", appEngineHttpTarget: { relativeUri: "/" } });
    deployPolicies(world, policies);
    const { url } = await endpoint(503);
    const emulator = await Emulator.of(world, { default: url }, {}, {}, fast);
    await expectAlerts(emulator, ["shop: requests are slow", "shop: too many requests fail"], () => runOften(emulator));
});

const region = "europe-west1";

/** A load balancer for a service with a route. */
function balanced(isRegional: boolean): World {
    const world = runWorld("certificatemanager");
    deployService(world, {}, open);
    const managed = { loadBalancingScheme: "EXTERNAL_MANAGED" };
    const group = world.make("RegionNetworkEndpointGroup", { name: "web", region, cloudRun: { service: "web" } });
    const backends = [{ group: group.id }];
    if (!isRegional) {
        const service = world.make("BackendService", { name: "web", ...managed, backends });
        const urlMap = world.make("URLMap", { name: "shop", defaultService: service.id });
        const proxy = world.make("TargetHttpProxy", { name: "shop", urlMap: urlMap.id });
        const ipAddress = world.make("GlobalAddress", { name: "shop" }).state.address;
        world.make("GlobalForwardingRule", { name: "shop", target: proxy.id, ipAddress, portRange: "80", ...managed });
        return world;
    }
    const network = "private";
    world.make("Network", { name: network, autoCreateSubnetworks: false });
    const purpose = { purpose: "REGIONAL_MANAGED_PROXY", role: "ACTIVE" };
    world.make("Subnetwork", { name: "proxies", region, network, ipCidrRange: "10.129.0.0/23", ...purpose });
    // Unlike a global one, the provider requires the capacity of a regional one.
    const scaled = backends.map((backend) => ({ ...backend, capacityScaler: 1 }));
    const service = world.make("RegionBackendService", { name: "web", region, ...managed, backends: scaled });
    const urlMap = world.make("RegionUrlMap", { name: "shop", region, defaultService: service.id });
    const target = world.make("RegionTargetHttpProxy", { name: "shop", region, urlMap: urlMap.id }).id;
    const ipAddress = world.make("Address", { name: "shop", region }).state.address;
    world.make("ForwardingRule", { name: "shop", region, network, target, ipAddress, portRange: "80", ...managed });
    return world;
}

test.each([false, true])("a load balancer alerts by its requests (regional: %s)", async (isRegional) => {
    const policies = await policiesOf((alerts) => {
        const routes = { "/*": new CloudRunService("web", { image }) };
        const own = { domains: "shop.acme.com", routes, alerts: { to: alerts, ...failing, latency: false } } as const;
        isRegional
            ? new LoadBalancer("shop", {
                  ...own,
                  type: "regional-external",
                  network: new Network("apps", { proxyOnlySubnets: true }),
              })
            : new LoadBalancer("shop", own);
    });
    const world = balanced(isRegional);
    deployPolicies(world, policies);
    const { url } = await endpoint(500);
    const emulator = await Emulator.of(world, { web: url }, {}, {}, fast);
    const [address] = Object.values(emulator.loadBalancers);
    const ask = () => Promise.all(Array.from({ length: 30 }, () => fetch(`${address}/`)));
    await expectAlerts(emulator, ["shop: too many requests fail"], ask);
    expect(await values(emulator, "run.googleapis.com/request_count")).not.toEqual([]);
});

/** The alerts that open in some minutes of what a recorder reads. */
function openedIn(minutes: number, recorder: Recorder, policies: Record<string, Inputs>): string[] {
    const all = Object.entries(policies).map(([name, args]) => {
        const conditions = args.conditions.map((each: Inputs, index: number) => ({ name: String(index), ...each }));
        return { name, policy: evaluated({ ...args, conditions }, "acme-dev") };
    });
    return Array.from({ length: minutes }, (_, index) => index).flatMap((index) => {
        recorder.end(index * 60_000, (index + 1) * 60_000);
        const found = { series: recorder.all, entries: [], objective: () => undefined };
        return all.flatMap(({ name, policy }) =>
            policy.evaluate(found, (index + 1) * 60_000).map(({ value }) => `${name}: ${value}`),
        );
    });
}

test("a machine alerts by the CPU that it uses", async () => {
    const policies = await policiesOf((alerts) => {
        const cpu = { threshold: 80, for: "10 minutes" } as const;
        new VirtualMachine("train", { network: new Network("apps"), alerts: { to: alerts, cpu } });
    });
    const [, instanceId] =
        /instance_id = "([^"]+)"/.exec(policies["train-cpu"]?.conditions[0].conditionThreshold.filter) ?? [];
    const state = { name: "train", instanceId, zone: "europe-west1-b" };
    const loads = (load: number) => {
        const recorder = new Recorder();
        recordMachines(
            recorder,
            { loads: () => [{ entry: { project: "acme-dev", state }, load }] as never },
            undefined,
        );
        return recorder;
    };
    expect(openedIn(20, loads(0.7), policies)).toEqual([]);
    expect(openedIn(20, loads(0.9), policies)).toEqual(["train-cpu: 0.9"]);
});

test("a group alerts by the memory and the disks that agents of its instances write", async () => {
    const policies = await policiesOf((alerts) => {
        const soon = { threshold: 80, for: "5 minutes" } as const;
        const own = { alerts: { to: alerts, cpu: false, memory: soon, disk: soon } as const, agent: true };
        const network = new Network("apps");
        new AutoscaledInstanceGroup("shop", { ...own, network, scaling: 1 });
        new AutoscaledInstanceGroup("apps", { ...own, network, scaling: 1, container: { image } });
    });
    const recorder = new Recorder();
    const read = (id: string, name: string, metric: string, labels: Record<string, string>, value: number) =>
        recorder.read(() => [
            {
                project: "acme-dev",
                metric: metric as "agent.googleapis.com/disk/percent_used",
                resource: { type: "gce_instance", labels: { instance_id: id, zone: "europe-west1-b" } },
                labels,
                metadata: { name },
                value,
            },
        ]);
    const agent = "agent.googleapis.com";
    read("1", "shop-a1b2", `${agent}/memory/percent_used`, { state: "used" }, 85);
    read("1", "shop-a1b2", `${agent}/memory/percent_used`, { state: "cached" }, 99);
    read("1", "shop-a1b2", `${agent}/disk/percent_used`, { device: "/dev/sda1", state: "used" }, 70);
    read("1", "shop-a1b2", `${agent}/disk/percent_used`, { device: "/dev/loop0", state: "used" }, 100);
    read("2", "shops-c3d4", `${agent}/disk/percent_used`, { device: "/dev/sda1", state: "used" }, 99);
    const guest = "compute.googleapis.com/guest";
    const disk = (device: string, options: string, used: number, free: number) => {
        const labels = { device_name: device, fs_type: "ext4", mount_option: options };
        read("3", "apps-e5f6", `${guest}/disk/bytes_used`, { ...labels, state: "used" }, used);
        read("3", "apps-e5f6", `${guest}/disk/bytes_used`, { ...labels, state: "free" }, free);
    };
    read("3", "apps-e5f6", `${guest}/memory/bytes_used`, { state: "used" }, 3e9);
    read("3", "apps-e5f6", `${guest}/memory/bytes_used`, { state: "cached" }, 1e9);
    disk("dm-0", "ro,relatime", 2e9, 0);
    disk("sda1", "rw,nosuid,nodev,noexec,relatime", 9e9, 1e9);
    expect(openedIn(20, recorder, policies).sort()).toEqual(["apps-disk: 0.9", "shop-memory: 85"]);
});

test("a group alerts by the CPU of its instances, and when it has as many as it may", async () => {
    const policies = await policiesOf((alerts) => {
        const soon = { for: "5 minutes" } as const;
        const scaling = { max: 3 };
        const own = { to: alerts, cpu: { threshold: 50, ...soon }, instances: soon };
        new AutoscaledInstanceGroup("shop", { network: new Network("apps"), scaling, alerts: own });
    });
    // The component's group has a random suffix.
    const named = JSON.parse(JSON.stringify(policies).replaceAll(/shop-[0-9a-f]{6}/g, "shop"));
    const shop = served();
    await untilTrue(() => shop.receiving().length === 3);
    const after = async (minutes: number) => {
        const recorder = new Recorder();
        recordMachines(recorder, undefined, shop.groups);
        await shop.groups.measure();
        return openedIn(minutes, recorder, named).sort();
    };
    expect(await after(10)).toEqual(["shop-instances: 3"]);
    for (const machine of Machine.all) {
        machine.cpu = 1.5;
    }
    // Of two vCPUs.
    expect(await after(10)).toEqual(["shop-cpu: 0.75", "shop-instances: 3"]);
});
