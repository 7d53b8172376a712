import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { answering, freePort, type Running } from "./process";
import { pythonWith } from "./python";

const folder = join(__dirname, "..", "..", "examples", "autoscaling", "web");

/** A metadata server that only knows the name of the instance. */
async function metadataOf(instance: string): Promise<Server> {
    const server = createServer(({ url, headers }, response) => {
        const isName = url === "/computeMetadata/v1/instance/name" && headers["metadata-flavor"] === "Google";
        response.writeHead(isName ? 200 : 404, { "metadata-flavor": "Google" }).end(isName ? instance : "");
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return server;
}

/** Runs the service of the starter by the command of its image. */
async function started(environment: Record<string, string>): Promise<Running> {
    const [, command = "[]"] = /^CMD (\[.*\])$/m.exec(readFileSync(join(folder, "Dockerfile"), "utf8")) ?? [];
    const port = await freePort();
    return answering({
        name: "The service of the starter autoscaling",
        program: await pythonWith(folder),
        args: ["-m", ...JSON.parse(command)],
        folder,
        port,
        environment: { PORT: String(port), ...environment },
        probe: "/healthz",
    });
}

describe("the service of the starter autoscaling", () => {
    let machines: { metadata: Server; web: Running }[] = [];

    beforeAll(async () => {
        machines = await Promise.all(
            ["web-a1b2", "web-c3d4"].map(async (instance) => {
                const metadata = await metadataOf(instance);
                const { port } = metadata.address() as AddressInfo;
                return { metadata, web: await started({ GCE_METADATA_HOST: `127.0.0.1:${port}` }) };
            }),
        );
    });
    afterAll(async () => {
        for (const { metadata, web } of machines) {
            await web.stop();
            metadata.close();
        }
    });

    async function ask(machine: number, path: string) {
        const response = await fetch(`${machines[machine]?.web.url}${path}`, { headers: { connection: "close" } });
        return { status: response.status, answer: (await response.json()) as Record<string, unknown> };
    }

    test("is healthy", async () => {
        expect(await ask(0, "/healthz")).toEqual({ status: 200, answer: { status: "ok" } });
    });

    test("quotes the same time on all machines, and names the machine", async () => {
        const [one, other] = await Promise.all([0, 1].map((machine) => ask(machine, "/quote?kilometres=12.5")));
        expect(one).toEqual({ status: 200, answer: { minutes: 41.4, machine: "web-a1b2" } });
        expect(other).toEqual({ status: 200, answer: { minutes: 41.4, machine: "web-c3d4" } });
    });

    test("quotes more for a longer way", async () => {
        const minutes = async (kilometres: number) => (await ask(0, `/quote?kilometres=${kilometres}`)).answer.minutes;
        expect(await minutes(25)).toBeGreaterThan(Number(await minutes(12.5)));
    });

    test.each(["", "?kilometres=", "?kilometres=far", "?kilometres=0", "?kilometres=101", "?kilometres=nan"])(
        'refuses "/quote%s"',
        async (query) => {
            expect(await ask(0, `/quote${query}`)).toEqual({
                status: 400,
                answer: { error: "kilometres: give a number above 0, up to 100" },
            });
        },
    );
});
