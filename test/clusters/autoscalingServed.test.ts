import { mkdtempSync, rmSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import autocannon from "autocannon";
import { Docker as LocalDocker } from "../../local/runtime/emulator/containers/docker";
import { type RunningServer, serve } from "../../local/runtime/emulator/server";
import { cloudOf } from "../../local/simulator/cloudOf";
import { Deployment } from "../deploy/deployment";
import { BaseRegistry } from "./base";
import { Docker } from "./docker";
import { until } from "./until";

const regional = "//compute.googleapis.com/projects/acme-quotes-dev/regions/europe-west1";

/** Machines count as healthy and as started sooner than real ones, and are full with as few requests as a slow machine can send. */
const quick: Record<string, string> = {
    'path: "/healthz"': 'path: "/healthz", interval: "5 seconds", timeout: "5 seconds", healthyThreshold: 1',
    'initialization: "2 minutes"': 'initialization: "1 second"',
    "requestsPerSecond: 20": "requestsPerSecond: 1",
    // The schedule is active now.
    'from: "2026-12-20", to: "2027-01-02"': 'from: "2026-01-01", to: "2031-01-01"',
};

interface Answer {
    status?: number;
    machine: string;
    release?: number;
}

describe("the machines of the starter autoscaling in Docker", () => {
    const folder = mkdtempSync(join(tmpdir(), "slipway-quotes-"));
    const starter = Deployment.starter("autoscaling");
    const cloud = cloudOf(starter.place);
    let served: RunningServer;
    /** Cleanup functions, in reverse order. */
    const ends: (() => unknown)[] = [() => rmSync(folder, { recursive: true, force: true }), () => starter.remove()];

    beforeAll(async () => {
        const base = await BaseRegistry.start(folder);
        ends.push(() => base.stop());
        await starter.succeed(["config", "set", "-s", "dev", "base", base.image]);
        for (const [from, to] of Object.entries(quick)) {
            starter.edit("index.ts", (program) => program.replace(from, to));
        }
        await starter.up("dev");
        const docker = await Docker.start("127.0.0.1:1");
        ends.push(() => docker.stop());
        process.env.DOCKER_HOST = docker.socket;
        const local = await LocalDocker.find(cloud.folder);
        served = await serve(cloud, { docker: local, machineImage: base.image, report: () => undefined });
        ends.push(() => served.close());
    });
    afterAll(async () => {
        for (const end of ends.reverse()) {
            await end();
        }
    });

    const only = (collection: string) => cloud.store.list(`${regional}/${collection}`)[0]?.state ?? {};
    const size = () => Number(only("instanceGroupManagers").targetSize);

    /** Asks for a quote through the load balancer. */
    function ask(): Promise<Answer> {
        const [url] = Object.values(served.loadBalancers);
        return new Promise((resolve) => {
            const failed = ({ message }: Error) => resolve({ machine: message });
            const sent = request(`${url}/quote?kilometres=12.5`, { agent: false }, (answer) =>
                text(answer).then((body) => {
                    const isJson = answer.headers["content-type"] === "application/json";
                    resolve({ status: answer.statusCode, ...(isJson ? JSON.parse(body) : { machine: body }) });
                }, failed),
            );
            sent.on("error", failed).end();
        });
    }

    /** The machines that answer. */
    async function machines(): Promise<string[]> {
        const answers = await Promise.all(Array.from({ length: 12 }, ask));
        return [...new Set(answers.map(({ status, machine }) => `${status} ${machine}`))].sort();
    }

    /** Waits until a number of machines answer, and nothing else does. */
    const answering = (count: number) =>
        until(machines, (all) => all.length === count && all.every((each) => each.startsWith("200 web-")), {
            seconds: 120,
        });

    test("over Christmas, two machines answer requests of the load balancer", async () => {
        await answering(2);
        expect(size()).toBe(2);
    });

    test("load adds a machine", async () => {
        const [url] = Object.values(served.loadBalancers);
        const options = { url: `${url}/quote?kilometres=12.5`, connections: 8, duration: 180 };
        let load: autocannon.Instance | undefined;
        const result = new Promise<autocannon.Result>((resolve, reject) => {
            load = autocannon(options, (error, found) => (error ? reject(error) : resolve(found)));
        });
        try {
            await until(
                async () => size(),
                (machines) => machines === 3,
                { seconds: 150 },
            );
        } finally {
            load?.stop();
        }
        const { errors, non2xx, timeouts } = await result;
        expect({ errors, non2xx, timeouts }).toEqual({ errors: 0, non2xx: 0, timeouts: 0 });
        await answering(3);
    });

    test("a new release keeps the size, and replaces the machines without a failed request", async () => {
        const before = await answering(3);
        const found: Answer[] = [];
        let isOver = false;
        const asking = Array.from({ length: 2 }, async () => {
            while (!isOver) {
                found.push(await ask());
            }
        });
        starter.edit("web/main.py", (code) =>
            code.replace('"machine": machine()', '"machine": machine(), "release": 2'),
        );
        expect(await starter.upAsPreviewed("dev")).toEqual([
            "replace Image web",
            "replace RegionInstanceTemplate web-template",
            "update RegionInstanceGroupManager web",
        ]);
        expect(size()).toBe(3);
        await until(
            async () => found.slice(-20),
            (last) => last.length === 20 && last.every(({ release }) => release === 2),
            { seconds: 120 },
        );
        isOver = true;
        await Promise.all(asking);
        expect(found.filter(({ status }) => status !== 200)).toEqual([]);
        const after = await answering(3);
        expect(after.filter((machine) => before.includes(machine))).toEqual([]);
        expect(size()).toBe(3);
    });

    test("its machines end with the stack", async () => {
        await starter.destroy("dev");
        expect(starter.remaining("acme-quotes-dev")).toEqual([]);
    });
});
