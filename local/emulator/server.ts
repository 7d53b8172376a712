import { readdirSync } from "node:fs";
import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { join } from "node:path";
import { Server as GrpcServer, ServerCredentials } from "@grpc/grpc-js";
import type { Cloud } from "../cloud/cloud";
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

    const http = createHttpServer((request, response) => respond(apis, request, response));
    const grpc = new GrpcServer({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
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
    const { loadBalancers } = serving.part(compute);
    const { cloudRun } = serving.part(run);
    return {
        url: serving.url(),
        pubsubHost: serving.host,
        get services() {
            return cloudRun.addresses;
        },
        get loadBalancers() {
            return loadBalancers.addresses;
        },
        close: async () => {
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
