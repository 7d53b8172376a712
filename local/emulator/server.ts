import { readdirSync } from "node:fs";
import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { join } from "node:path";
import { Server as GrpcServer, ServerCredentials } from "@grpc/grpc-js";
import type { Cloud } from "../cloud/cloud";
import compute from "../services/compute/serve";
import type { KeySet } from "../services/iam/serve/token";
import run from "../services/run/serve";
import type { SqlServers } from "../services/sql/serve/proxies";
import type { Docker } from "./containers/docker";
import { everyMinute } from "./cronClock";
import { respond } from "./respond";
import type { Routes } from "./routes";
import { type Part, Serving } from "./serving";

export interface ServeOptions {
    /** Addresses of deployed code; calls without a route fail. */
    routes?: Routes;
    /** Keys to verify tokens of pipelines, by issuer; by default only the keys of providers. */
    issuers?: Record<string, KeySet>;
    /** Database servers of Cloud SQL instances. */
    sql?: SqlServers;
    /** The folders or Python files of pipelines, by the names of Dataflow jobs; others run with Docker. */
    pipelines?: Record<string, string>;
    /** By default a free port. */
    port?: number;
    /** The Docker to run Cloud Run with, or why there is none; by default, containers do not run. */
    docker?: Docker | Error;
    /** The time in seconds after which instances without requests are stopped; by default 60. */
    idle?: number;
    /** The image of virtual machines; by default {@link defaultMachineImage}. */
    machineImage?: string;
    /** Whether Cloud Scheduler jobs, and schedules of machines, also run on schedule; by default only on request. */
    runsSchedules?: boolean;
    /**
     * How many times faster than real time minutes pass for metrics and alerts, such as 60 to evaluate alerts each second; by default 1.
     */
    alertSpeed?: number;
    /** Receives messages for the user; by default none. */
    report?: (line: string) => void;
}

/** The default of {@link ServeOptions.idle}. Cloud Run keeps instances for up to 15 minutes. */
export const defaultIdle = 60;

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
    /** Stops the emulator. Undelivered messages are lost. */
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
