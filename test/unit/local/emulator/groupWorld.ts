import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { Terminal } from "../../../../local/runtime/emulator/terminal";
import type { StartMachine } from "../../../../local/runtime/services/compute/groups/instance";
import { RequestRates } from "../../../../local/runtime/services/compute/groups/load";
import { RunningGroups } from "../../../../local/runtime/services/compute/groups/runningGroups";
import type { MachineEnd } from "../../../../local/runtime/services/compute/machineContainer";
import { prepare, template } from "../examples/instanceGroups";
import { World } from "../world";

const regional = "projects/acme-dev/regions/europe-west1";

/** A machine that answers with its template. */
export class Machine {
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
export const updatePolicy = { type: "PROACTIVE", minimalAction: "REPLACE", maxSurgeFixed: 3, maxUnavailableFixed: 0 };
export const versionsOf = (name: string) => [{ instanceTemplate: `${regional}/instanceTemplates/${name}` }];
/** The arguments of the group. */
export const group = {
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

/** Ends the groups of a test. */
export async function closeGroups(): Promise<void> {
    await running?.close();
    await Promise.all(Machine.all.map((machine) => machine.stop()));
    Machine.all = [];
}

/** Runs the groups of a world. */
export function runGroups(world: World, lines: string[] = []): RunningGroups {
    running = new RunningGroups({
        cloud: world.cloud,
        terminal: new Terminal((line) => lines.push(line)),
        start: Machine.start,
        cpus: () => Promise.resolve(new Map()),
        rates: new RequestRates(),
        hurry: () => undefined,
    });
    running.start();
    return running;
}

/** A group that runs, and its load balancer. */
export function served(more: object = {}, backend: object = { balancingMode: "UTILIZATION", maxUtilization: 0.8 }) {
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
    const lines: string[] = [];
    const groups = runGroups(world, lines);
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

export async function until(condition: () => boolean): Promise<void> {
    for (const ends = Date.now() + 15_000; !condition(); await sleep(20)) {
        if (Date.now() > ends) {
            throw new Error("The condition is not met.");
        }
    }
}
