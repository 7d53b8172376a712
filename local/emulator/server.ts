import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { Server as GrpcServer, ServerCredentials } from "@grpc/grpc-js";
import type { Cloud } from "../cloud/cloud";
import { appEngineRest } from "./appengine/api";
import { BigQueryApi } from "./bigquery/api";
import { Caller } from "./caller";
import { addPubSub, addSecrets } from "./grpc";
import type { RestApi } from "./http";
import { IdentityApi } from "./identity/api";
import type { KeySet } from "./identity/token";
import { PubSubApi } from "./pubsub/api";
import { BucketWriter } from "./pubsub/bucket";
import { deliveries } from "./pubsub/deliveries";
import { bring } from "./pubsub/delivery";
import { PubSub } from "./pubsub/pubsub";
import { pubSubRest } from "./pubsub/rest";
import { tellWaiting } from "./pubsub/waiting";
import { respond } from "./respond";
import { Router, type Routes } from "./routes";
import { Scheduler } from "./scheduler";
import { secretsRest } from "./secrets";
import { sqlRest } from "./sql/api";
import { SqlFronts, type SqlServers } from "./sql/fronts";
import { StorageApi } from "./storage/api";
import { ObjectEvents } from "./storage/events";
import { Terminal } from "./terminal";
import { Tokens } from "./tokens";

export interface ServeOptions {
    /** Where deployed code runs; what has no route here is called in vain. */
    routes?: Routes;
    /** The keys by which tokens of pipelines are checked, by their issuer; those of a provider itself when left out. */
    issuers?: Record<string, KeySet>;
    /** The real database servers behind instances of Cloud SQL. */
    sql?: SqlServers;
    /** A free one when left out. */
    port?: number;
    /** Receives what there is to tell, a line at a time; nothing is told when left out. */
    report?: (line: string) => void;
}

/** A local Google Cloud that answers and delivers. */
export interface Served {
    /** Where it answers REST, such as `http://127.0.0.1:8085`: the value of `STORAGE_EMULATOR_HOST`. */
    url: string;
    /** Where it answers gRPC, such as `127.0.0.1:8085`: the value of `PUBSUB_EMULATOR_HOST`. */
    pubsubHost: string;
    /** Ends it. Messages that were not delivered are lost. */
    close(): Promise<void>;
}

/**
 * Answers Google's client libraries for what was deployed to a local Google Cloud, and delivers what is published, until
 * it is closed. Who asks is not looked at: to an emulator clients send no credentials.
 */
export async function serve(
    cloud: Cloud,
    { routes = {}, issuers, sql = {}, port = 0, report }: ServeOptions = {},
): Promise<Served> {
    let host = "";
    const terminal = new Terminal(report ?? (() => undefined));
    const tokens = new Tokens(cloud);
    const caller = new Caller(cloud, new Router(cloud, routes), tokens, terminal);
    const buckets = new BucketWriter(cloud, () => events.look());
    const kinds = deliveries(cloud, caller, buckets);
    const pubsub: PubSub = new PubSub(cloud, terminal, (subscription) => bring(pubsub, subscription, kinds, terminal));
    const pubSubApi = new PubSubApi(pubsub);
    const untold = tellWaiting(cloud, pubsub);
    const events = new ObjectEvents(cloud, pubsub, terminal, () => `http://${host}`);
    const storage = new StorageApi(cloud, () => events.look());
    const scheduler = new Scheduler(cloud, pubsub, caller, terminal);
    const fronts = new SqlFronts(cloud, terminal);
    await fronts.open(sql);
    const apis = [
        storage.rest,
        pubSubRest(pubSubApi),
        new BigQueryApi(cloud).rest,
        secretsRest(cloud),
        scheduler.rest,
        new IdentityApi(cloud, issuers).rest,
        keysRest(tokens),
        sqlRest(cloud, fronts),
        appEngineRest(cloud),
    ];

    const http = createHttpServer((request, response) => respond(apis, request, response));
    const grpc = new GrpcServer({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
    addPubSub(grpc, pubSubApi);
    addSecrets(grpc, cloud);
    const calls = grpc.createConnectionInjector(ServerCredentials.createInsecure());

    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
        sockets.add(socket);
        socket.on("close", () => sockets.delete(socket)).on("error", () => socket.destroy());
        // gRPC speaks HTTP/2, which begins with the word PRI; both are answered on one port.
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
    await new Promise<void>((resolve, reject) => server.once("error", reject).listen(port, "127.0.0.1", resolve));
    host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    return {
        url: `http://${host}`,
        pubsubHost: host,
        close: async () => {
            buckets.close();
            events.close();
            untold();
            pubsub.close();
            fronts.close();
            grpc.forceShutdown();
            for (const socket of sockets) {
                socket.destroy();
            }
            await new Promise((resolve) => server.close(resolve));
        },
    };
}

/** The keys of identity tokens, at the path where Google has its own. */
function keysRest(tokens: Tokens): RestApi {
    return ({ path }) => (path === "/oauth2/v3/certs" ? { status: 200, body: tokens.keys } : undefined);
}
