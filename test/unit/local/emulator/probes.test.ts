import { createServer } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { type AddressInfo, createServer as createTcpServer, type Server } from "node:net";
import { Server as GrpcServer, ServerCredentials } from "@grpc/grpc-js";
import { newAuthority, serverCertificate } from "../../../../local/machine/certificates";
import { passesStartup, watch } from "../../../../local/runtime/emulator/containers/probes";
import { serviceType } from "../../../../local/runtime/emulator/protos";
import { eventually } from "./served";

const ends: (() => unknown)[] = [];
afterEach(() => {
    for (const end of ends.splice(0)) {
        end();
    }
});

async function portOf(server: Server): Promise<number> {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    ends.push(() => server.close());
    return (server.address() as AddressInfo).port;
}

const running = new AbortController().signal;

/** A container whose ports are one of this machine, and which runs commands. */
const at = (port: number, succeeds = async (_: string[]) => false) => ({ portOf: () => port, succeeds });

const short = { periodSeconds: 1, failureThreshold: 1, timeoutSeconds: 1 };

test("an HTTP probe passes with a status from 200 to 399, and has its headers", async () => {
    const statuses = [500, 404, 302];
    const asked: unknown[] = [];
    const port = await portOf(
        createServer(({ url, headers }, response) => {
            asked.push([url, headers["x-probe"]]);
            response.writeHead(statuses[asked.length - 1] ?? 200).end();
        }),
    );
    const httpGet = { port: 8080, path: "/ready", httpHeaders: [{ name: "X-Probe", value: "yes" }] };
    expect(await passesStartup({ ...short, httpGet }, at(port), running)).toBe(true);
    expect(asked).toEqual([1, 2, 3].map(() => ["/ready", "yes"]));
});

test("a probe that never passes fails after the time of its attempts, or when the container ends", async () => {
    const port = await portOf(createServer((_, response) => response.writeHead(503).end()));
    const began = Date.now();
    const probe = { ...short, failureThreshold: 2, httpGet: { port: 8080, path: "/" } };
    expect(await passesStartup(probe, at(port), running)).toBe(false);
    expect(Date.now() - began).toBeGreaterThanOrEqual(1_950);
    const ended = new AbortController();
    const failed = passesStartup({ ...short, periodSeconds: 240, tcpSocket: {} }, at(1), ended.signal);
    ended.abort();
    expect(await failed).toBe(false);
});

test("a TCP probe passes once the port is open", async () => {
    const port = await portOf(createTcpServer());
    expect(await passesStartup({ ...short, tcpSocket: { port: 8080 } }, at(port), running)).toBe(true);
});

test("a gRPC probe passes while the service is serving", async () => {
    const server = new GrpcServer();
    ends.push(() => server.forceShutdown());
    const asked: string[] = [];
    server.addService(serviceType("grpc.health.v1.Health"), {
        Check: ({ request }: { request: { service: string } }, answer: (error: null, found: object) => void) => {
            asked.push(request.service);
            answer(null, { status: asked.length < 3 ? "NOT_SERVING" : "SERVING" });
        },
    });
    const port = await new Promise<number>((resolve, reject) =>
        server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, found) =>
            error ? reject(error) : resolve(found),
        ),
    );
    expect(await passesStartup({ ...short, grpc: { port: 8080, service: "shop" } }, at(port), running)).toBe(true);
    expect(asked).toEqual(["shop", "shop", "shop"]);
});

test("a repeated probe reports each change once it has reached its threshold", async () => {
    const statuses = [200, 500, 200, 500, 500, 200, 200];
    let asked = 0;
    const port = await portOf(createServer((_, response) => response.writeHead(statuses[asked++] ?? 200).end()));
    const ended = new AbortController();
    const results: [attempt: number, isPassed: boolean][] = [];
    const probe = { periodSeconds: 0.01, failureThreshold: 2, successThreshold: 2, httpGet: { port: 8080, path: "/" } };
    const watched = watch(probe, at(port), ended.signal, (isPassed) => results.push([asked, isPassed]));
    await eventually(() => expect(asked).toBeGreaterThan(9));
    ended.abort();
    await watched;
    expect(results).toEqual([
        [5, false],
        [7, true],
    ]);
});

test("a command is repeated until it succeeds, with the time of the probe", async () => {
    const asked: unknown[] = [];
    const succeeds = async (command: string[], timeout: number) => asked.push([command, timeout]) > 1;
    const probe = { ...short, failureThreshold: 3, exec: { command: ["test", "-f", "/tmp/started"] } };
    expect(await passesStartup(probe, { portOf: (port) => port, succeeds }, running)).toBe(true);
    expect(asked).toEqual([1, 2].map(() => [["test", "-f", "/tmp/started"], 1000]));
});

test("an HTTPS probe does not verify the certificate", async () => {
    const authority = await newAuthority("probes");
    const { certificate: cert, key } = await serverCertificate(authority, "model", ["127.0.0.1"]);
    const port = await portOf(createHttpsServer({ key, cert }, (_, response) => response.writeHead(200).end()));
    const httpGet = { port: 8080, path: "/ready", scheme: "HTTPS" };
    expect(await passesStartup({ ...short, httpGet }, at(port), running)).toBe(true);
    expect(await passesStartup({ ...short, httpGet: { ...httpGet, scheme: "HTTP" } }, at(port), running)).toBe(false);
});
