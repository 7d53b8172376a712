import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { StartMachine } from "../../../../local/emulator/compute/groups/instance";
import { RequestRates } from "../../../../local/emulator/compute/groups/load";
import { RunningGroups } from "../../../../local/emulator/compute/groups/runningGroups";
import type { MachineEnd } from "../../../../local/emulator/compute/machineContainer";
import { Terminal } from "../../../../local/emulator/terminal";
import { prepare, template } from "../examples/instanceGroups";
import { World } from "../world";

// Groups whose machines are HTTP servers of this process.

const regional = "projects/acme-dev/regions/europe-west1";

/** A machine that answers with its template. */
class Machine {
    static all: Machine[] = [];
    isHealthy = true;
    end: (end: MachineEnd) => void = () => undefined;
    readonly ended = new Promise<MachineEnd>((resolve) => {
        this.end = resolve;
    });
    cpu = 0;
    delay = 0;

    private constructor(
        readonly name: string,
        private readonly server: Server,
        readonly isRunning = { value: true },
    ) {}

    static start: StartMachine = async ({ name, metadata }) => {
        let machine: Machine | undefined;
        const server = createServer(async ({ url }, response) => {
            const isProbe = url === "/healthz";
            await sleep(isProbe ? 0 : (machine?.delay ?? 0));
            response
                .writeHead(isProbe && !machine?.isHealthy ? 503 : 200, { connection: "close" })
                .end(metadata.version);
        });
        await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
        machine = new Machine(name, server);
        Machine.all.push(machine);
        return machine;
    };

    addressOf() {
        return { host: "127.0.0.1", port: (this.server.address() as AddressInfo | null)?.port ?? 1 };
    }

    async stop() {
        this.isRunning.value = false;
        this.server.closeAllConnections();
        await new Promise((resolve) => this.server.close(resolve));
    }

    pause = () => Promise.resolve();
    resume = () => Promise.resolve();
    cpuIn = () => this.cpu;
}

const autoHealingPolicies = { healthCheck: "projects/acme-dev/global/healthChecks/fast", initialDelaySec: 300 };
const updatePolicy = { type: "PROACTIVE", minimalAction: "REPLACE", maxSurgeFixed: 3, maxUnavailableFixed: 0 };
const versionsOf = (name: string) => [{ instanceTemplate: `${regional}/instanceTemplates/${name}` }];
const group = {
    name: "shop",
    region: "europe-west1",
    baseInstanceName: "shop",
    versions: versionsOf("one"),
    targetSize: 3,
    updatePolicy,
    autoHealingPolicies,
    namedPorts: [{ name: "http", port: 8080 }],
};

let running: RunningGroups | undefined;
afterEach(async () => {
    await running?.close();
    await Promise.all(Machine.all.map((machine) => machine.stop()));
    Machine.all = [];
});

/** A group that runs, and its load balancer. */
function served(more: object = {}, backend: object = { balancingMode: "UTILIZATION", maxUtilization: 0.8 }) {
    const world = new World();
    prepare(world);
    for (const version of ["one", "two"]) {
        world.make("RegionInstanceTemplate", { name: version, ...template, metadata: { version } });
    }
    world.make("HealthCheck", {
        ...{ name: "fast", checkIntervalSec: 1, timeoutSec: 1, healthyThreshold: 1, unhealthyThreshold: 2 },
        httpHealthCheck: { port: 8080, requestPath: "/healthz" },
    });
    const made = world.make("RegionInstanceGroupManager", { ...group, ...more });
    const service = world.make("BackendService", {
        ...{ name: "shop", loadBalancingScheme: "EXTERNAL_MANAGED", protocol: "HTTP", portName: "http" },
        healthChecks: "projects/acme-dev/global/healthChecks/fast",
        connectionDrainingTimeoutSec: 5,
        backends: [{ group: `${regional}/instanceGroups/shop`, capacityScaler: 1, ...backend }],
    });
    const rates = new RequestRates();
    const lines: string[] = [];
    const groups = new RunningGroups({
        cloud: world.cloud,
        terminal: new Terminal((line) => lines.push(line)),
        start: Machine.start,
        cpus: () => Promise.resolve(new Map()),
        rates,
    });
    running = groups;
    groups.start();
    const entry = () => world.cloud.store.read(`//compute.googleapis.com/${service.id}`);
    const running_ = () => groups.of(`//compute.googleapis.com/${made.id}`);
    return {
        world,
        made,
        groups,
        lines,
        choose: () => groups.backends.choose(entry() as never),
        get instances() {
            return running_()?.instances ?? [];
        },
        receiving: () => running_()?.instances.filter((each) => each.receives(running_()?.served[0]?.check)) ?? [],
    };
}

async function until(condition: () => boolean): Promise<void> {
    for (const ends = Date.now() + 15_000; !condition(); await sleep(20)) {
        if (Date.now() > ends) {
            throw new Error("The condition is not met.");
        }
    }
}

type Served = ReturnType<typeof served>;

/** Asks the load balancer without a pause; returns a function that ends it, with the answers. */
function asking({ choose, receiving }: Served) {
    const answers: Record<string, number> = {};
    let isOver = false;
    let least = receiving().length;
    const one = async () => {
        while (!isOver) {
            least = Math.min(least, receiving().length);
            const chosen = choose();
            const answer = await ("status" in chosen
                ? sleep(10).then(() => `${chosen.status}`)
                : fetch(chosen.address)
                      .then((response) => response.text(), String)
                      .finally(chosen.release));
            answers[answer] = (answers[answer] ?? 0) + 1;
        }
    };
    const all = [one(), one(), one()];
    return async () => {
        isOver = true;
        await Promise.all(all);
        return { kinds: Object.keys(answers).sort(), least };
    };
}

test("an update under requests fails none, and always has as many instances as the group needs", async () => {
    const shop = served();
    await until(() => shop.receiving().length === 3);
    for (const machine of Machine.all) {
        machine.delay = 200;
    }
    const end = asking(shop);
    shop.world.update(shop.made, { ...group, versions: versionsOf("two") });
    await until(
        () => shop.instances.length === 3 && shop.instances.every(({ member }) => /two$/.test(member.template)),
    );
    await sleep(300);
    expect(await end()).toEqual({ kinds: ["one", "two"], least: 3 });
    expect(Machine.all.filter(({ isRunning }) => isRunning.value)).toHaveLength(3);
});

test("an unhealthy instance gets no requests, and is created again with its name", async () => {
    const shop = served();
    await until(() => shop.receiving().length === 3);
    const [sick] = Machine.all as [Machine];
    const end = asking(shop);
    sick.isHealthy = false;
    await until(() => Machine.all.length === 4 && shop.receiving().length === 3);
    expect([Machine.all[3]?.name, sick.isRunning.value]).toEqual([sick.name, false]);
    expect(await end()).toEqual({ kinds: ["one"], least: 2 });
});

test("a machine that crashes is created again", async () => {
    const shop = served();
    await until(() => shop.receiving().length === 3);
    Machine.all[1]?.end("crash");
    await until(() => Machine.all.length === 4 && shop.receiving().length === 3);
    expect(shop.lines).toContain(`shop: ${Machine.all[1]?.name}: recreating (failed)`);
});

test("instances stay while nothing runs them, and run again with their template, also if it was deleted", async () => {
    const shop = served({ updatePolicy: { ...updatePolicy, type: "OPPORTUNISTIC" } });
    await until(() => shop.receiving().length === 3);
    const names = shop.instances.map(({ member }) => member.name);
    await shop.groups.close();
    expect(Machine.all.some(({ isRunning }) => isRunning.value)).toBe(false);
    const opportunistic = { ...group, updatePolicy: { ...updatePolicy, type: "OPPORTUNISTIC" } };
    shop.world.update(shop.made, { ...opportunistic, versions: versionsOf("two") });
    shop.world.cloud.store.remove(`//compute.googleapis.com/${regional}/instanceTemplates/one`);
    const groups = new RunningGroups({
        cloud: shop.world.cloud,
        terminal: new Terminal(() => undefined),
        start: Machine.start,
        cpus: () => Promise.resolve(new Map()),
        rates: new RequestRates(),
    });
    running = groups;
    groups.start();
    await until(() => Machine.all.length === 6);
    expect(Machine.all.slice(3).map(({ name }) => name)).toEqual(names);
    const { port } = (Machine.all[3] as Machine).addressOf();
    expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe("one");
});

test("a group is scaled by the CPU and the requests of its machines, unless a load is set", async () => {
    const shop = served({ targetSize: undefined }, { balancingMode: "RATE", maxRatePerInstance: 10 });
    const autoscaler = shop.world.make("RegionAutoscaler", {
        ...{ name: "shop", region: "europe-west1", target: shop.made.id },
        autoscalingPolicy: {
            ...{ minReplicas: 1, maxReplicas: 5, cooldownPeriod: 0 },
            cpuUtilization: { target: 0.5 },
            loadBalancingUtilization: { target: 1 },
        },
    });
    const name = `//compute.googleapis.com/${autoscaler.id}`;
    const set = (values: object) =>
        shop.world.cloud.simulated.set(name, "acme-dev", { ...shop.world.cloud.simulated.of(name), ...values });
    const later = (minutes: number) => set({ time: new Date(Date.now() + minutes * 60_000).toISOString() });
    await until(() => shop.receiving().length === 1);
    (Machine.all[0] as Machine).cpu = 1.6;
    await shop.groups.measure();
    later(2);
    await until(() => shop.receiving().length === 2);
    for (const machine of Machine.all) {
        machine.cpu = 0;
    }
    const started = Date.now();
    for (let count = 0; count < 80; count++) {
        const chosen = shop.choose();
        if ("release" in chosen) {
            chosen.release();
        }
    }
    await sleep(Math.max(0, 2000 - (Date.now() - started)));
    await shop.groups.measure();
    later(4);
    await until(() => shop.receiving().length > 2);
    set({ load: {} });
    later(30);
    await until(() => shop.instances.length === 1);
});
