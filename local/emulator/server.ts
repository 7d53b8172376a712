import { readdirSync } from "node:fs";
import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { join } from "node:path";
import { Server as GrpcServer, ServerCredentials, ServerInterceptingCall, status } from "@grpc/grpc-js";
import type { Cloud } from "../cloud/cloud";
import { serveConsole } from "../console/server";
import compute from "../services/compute/serve";
import run from "../services/run/serve";
import { everyMinute } from "./cronClock";
import { respond } from "./respond";
import { type Part, type ServeOptions, Serving } from "./serving";

/** A running emulator. */
export interface RunningServer {
    /** The URL of REST APIs, such as `http://127.0.0.1:8085`: the value of `STORAGE_EMULATOR_HOST`. */
    url: string;
    /** The address of gRPC APIs, such as `127.0.0.1:8085`: the value of `PUBSUB_EMULATOR_HOST`. */
    pubsubHost: string;
    /** The addresses of running Cloud Run services, by names such as `web`, or `web (candidate)` for a tag. */
    services: Record<string, string>;
    /** The addresses of application load balancers, by names such as `shop (https)`. */
    loadBalancers: Record<string, string>;
    /** The address of the console, with its token; only of a program. */
    console?: string;
    /** Stops the emulator. */
    close(): Promise<void>;
}

const services = join(__dirname, "..", "services");

/** What each service serves: the folders `serve` of the services. */
const makers: ((serving: Serving) => Part)[] = readdirSync(services, { recursive: true, encoding: "utf8" })
    .filter((file) => /^\w+[\\/]serve[\\/]index\.(js|ts)$/.test(file))
    .map((file) => require(join(services, file)).default);

/**
 * Serves Google's client libraries and delivers messages, until it is closed. Callers are not authenticated, because
 * client libraries send no credentials to emulators.
 */
export async function serve(cloud: Cloud, options: ServeOptions = {}): Promise<RunningServer> {
    const serving = new Serving(cloud, options);
    for (const make of makers) {
        serving.part(make);
    }
    const { parts } = serving;
    const apis = parts.flatMap(({ rest = [] }) => rest);

    const http = createHttpServer((request, response) => {
        const end = serving.activity.began(`${request.method} ${request.url?.split("?")[0]}`);
        response.on("close", () => end(String(response.statusCode), response.statusCode >= 400));
        void respond(apis, request, response);
    });
    const grpc = new GrpcServer({
        "grpc.max_receive_message_length": -1,
        "grpc.max_send_message_length": -1,
        interceptors: [
            ({ path }, call) => {
                const end = serving.activity.began(path.slice(1));
                return new ServerInterceptingCall(call, {
                    sendStatus: (sent, next) => {
                        end(status[sent.code] ?? "", sent.code !== status.OK);
                        next(sent);
                    },
                });
            },
        ],
    });
    for (const part of parts) {
        part.grpc?.(grpc);
    }
    const calls = grpc.createConnectionInjector(ServerCredentials.createInsecure());

    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
        sockets.add(socket);
        socket.on("close", () => sockets.delete(socket)).on("error", () => socket.destroy());
        // gRPC uses HTTP/2, which starts with PRI; both protocols share a port.
        const look = () => {
            const start: Buffer | null = socket.read();
            if (start) {
                socket.off("readable", look).unshift(start);
                start.toString("latin1", 0, 3) === "PRI"
                    ? calls.injectConnection(socket)
                    : http.emit("connection", socket);
            }
        };
        socket.on("readable", look);
    });
    await new Promise<void>((resolve, reject) =>
        server.once("error", reject).listen(options.port ?? 0, "127.0.0.1", resolve),
    );
    serving.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    for (const part of parts) {
        await part.start?.();
    }
    const stopClock = options.runsSchedules
        ? everyMinute((minute) => {
              for (const part of parts) {
                  part.runDue?.(minute);
              }
          })
        : undefined;
    const console = options.console && (await serveConsole(serving, options.console));
    const { loadBalancers } = serving.part(compute);
    const { cloudRun } = serving.part(run);
    return {
        url: serving.url(),
        console: console?.url,
        pubsubHost: serving.host,
        get services() {
            return cloudRun.addresses;
        },
        get loadBalancers() {
            return loadBalancers.addresses;
        },
        close: async () => {
            console?.close();
            stopClock?.();
            for (const part of [...parts].reverse()) {
                await part.close?.();
            }
            await serving.metadata.close();
            grpc.forceShutdown();
            for (const socket of sockets) {
                socket.destroy();
            }
            await new Promise((resolve) => server.close(resolve));
        },
    };
}
