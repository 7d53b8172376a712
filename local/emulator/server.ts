import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { Server as GrpcServer, ServerCredentials } from "@grpc/grpc-js";
import type { Cloud } from "../cloud/cloud";
import { appEngineRest } from "../services/appengine/serve/api";
import { BigQueryApi } from "../services/bigquery/serve/api";
import { computeRest } from "../services/compute/serve/api";
import { runningGroups } from "../services/compute/serve/groups/runningGroups";
import { LoadBalancers } from "../services/compute/serve/loadBalancing/loadBalancers";
import { machineHostOf } from "../services/compute/serve/machineHost";
import { RunningMachines } from "../services/compute/serve/runningMachines";
import { runDueMachines } from "../services/compute/serve/schedules";
import { dataflowRest } from "../services/dataflow/serve/api";
import { RunningDataflow } from "../services/dataflow/serve/runningJobs";
import { IdentityApi } from "../services/iam/serve/api";
import type { KeySet } from "../services/iam/serve/token";
import { loggingRest } from "../services/logging/serve/api";
import { Alerting } from "../services/monitoring/serve/alerting";
import { monitoringRest } from "../services/monitoring/serve/api";
import { recordMachines } from "../services/monitoring/serve/machines";
import { recordBacklogs, recordMessages } from "../services/monitoring/serve/pubsub";
import { Recorder } from "../services/monitoring/serve/recorder";
import { RoutedRequests } from "../services/monitoring/serve/requests";
import { recordDatabases } from "../services/monitoring/serve/sql";
import { UptimeChecks } from "../services/monitoring/serve/uptime";
import { PubSubApi } from "../services/pubsub/serve/api";
import { BucketWriter } from "../services/pubsub/serve/bucket";
import { deliveries } from "../services/pubsub/serve/deliveries";
import { deliver } from "../services/pubsub/serve/delivery";
import { PubSub } from "../services/pubsub/serve/pubsub";
import { pubSubRest } from "../services/pubsub/serve/rest";
import { recordUndelivered } from "../services/pubsub/serve/undelivered";
import { cloudRunRest, jobCalls } from "../services/run/serve/api";
import { CloudRun } from "../services/run/serve/cloudRun";
import { Scheduler } from "../services/scheduler/serve/scheduler";
import { secretsRest } from "../services/secretmanager/serve/api";
import { sqlRest } from "../services/sql/serve/api";
import { SqlProxies, type SqlServers } from "../services/sql/serve/proxies";
import { StorageApi } from "../services/storage/serve/api";
import { batchRest } from "../services/storage/serve/batch";
import { ObjectEvents } from "../services/storage/serve/events";
import { vertexRest } from "../services/vertex/serve/api";
import { predictRest } from "../services/vertex/serve/predict";
import { runDuePipelines } from "../services/vertex/serve/schedules";
import { RunningVertex } from "../services/vertex/serve/vertex";
import { apiCall } from "./apiCalls";
import { Caller } from "./caller";
import type { Docker } from "./containers/docker";
import { MetadataServers } from "./containers/metadata";
import { RunFolder } from "./containers/runFolder";
import { everyMinute } from "./cronClock";
import { addPubSub, addSecrets, addStorageControl } from "./grpc";
import type { RestApi } from "./http";
import { respond } from "./respond";
import { Router, type Routes } from "./routes";
import { Terminal } from "./terminal";
import { Tokens } from "./tokens";

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
    /** The time in seconds after which instances without requests are stopped; by default {@link defaultIdle}. */
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

/**
 * Serves Google's client libraries and delivers messages, until it is closed. Callers are not authenticated, because
 * client libraries send no credentials to emulators.
 */
export async function serve(
    cloud: Cloud,
    {
        routes = {},
        issuers,
        sql = {},
        pipelines = {},
        port = 0,
        docker,
        idle = defaultIdle,
        machineImage,
        runsSchedules,
        alertSpeed = 1,
        report,
    }: ServeOptions = {},
): Promise<RunningServer> {
    let host = "";
    const terminal = new Terminal(report ?? (() => undefined));
    const tokens = new Tokens(cloud);
    const router = new Router(cloud, routes);
    const recorder = new Recorder();
    const caller = new Caller(cloud, router, tokens, terminal);
    const routed = new RoutedRequests(cloud, router, recorder);
    caller.answered = (...answer) => routed.record(...answer);
    const buckets = new BucketWriter(cloud, () => events.look());
    const messages = recordMessages(recorder);
    const kinds = deliveries(cloud, caller, buckets, messages);
    const pubsub: PubSub = new PubSub(
        cloud,
        terminal,
        (subscription) => deliver(pubsub, subscription, kinds, terminal),
        messages,
    );
    recordBacklogs(pubsub, recorder);
    const pubSubApi = new PubSubApi(pubsub);
    const untold = recordUndelivered(cloud, pubsub);
    const events = new ObjectEvents(cloud, pubsub, terminal, () => `http://${host}`);
    const storage = new StorageApi(cloud, () => events.look());
    const scheduler = new Scheduler(cloud, pubsub, caller, terminal, recorder);
    const fronts = new SqlProxies(cloud, terminal);
    await fronts.open(sql);
    recordDatabases(fronts, recorder);
    const url = () => `http://${host}`;
    const variables = () => emulatorVariables(url(), host);
    const cloudRun = new CloudRun({ cloud, docker, router, tokens, terminal, recorder, fronts, idle, url, variables });
    const machineHost = machineHostOf({ cloud, docker, cloudRun, router, terminal, tokens, url, image: machineImage });
    const groups = machineHost && runningGroups(cloud, machineHost);
    const loadBalancers = new LoadBalancers({ cloud, router, tokens, terminal, recorder, groups: groups?.backends });
    const checks = new UptimeChecks(cloud, router, loadBalancers, terminal, recorder);
    const alerting = new Alerting({ cloud, recorder, checks, pubsub, router, terminal, speed: alertSpeed });
    const vertex = cloudRun.containers && new RunningVertex(cloud, cloudRun.containers, terminal);
    const metadata = new MetadataServers(cloud, tokens);
    let folder: RunFolder | undefined;
    const files = () => {
        folder ??= cloudRun.folder ?? new RunFolder(cloud.folder);
        return folder;
    };
    const { containers } = cloudRun;
    const dataflow = new RunningDataflow({
        ...{ cloud, pipelines, pubsub, recorder, terminal, metadata, files, variables },
        ...(containers && { containers }),
    });
    const machines = machineHost && new RunningMachines(cloud, machineHost, terminal);
    recordMachines(recorder, machines, groups);
    const runJob = jobCalls(cloud, cloudRun.executions);
    caller.runJob = (...call) => runJob(...call) ?? apiCall(cloud, ...call);
    const apis = [
        storage.rest,
        batchRest(storage.rest),
        pubSubRest(pubSubApi),
        new BigQueryApi(cloud).rest,
        secretsRest(cloud, tokens),
        scheduler.rest,
        new IdentityApi(cloud, tokens, issuers).rest,
        keysRest(tokens),
        loadBalancers.proxy.rest,
        sqlRest(cloud, fronts),
        appEngineRest(cloud),
        cloudRunRest(cloud, cloudRun.executions),
        predictRest({ cloud, tokens, recorder, replicas: vertex?.replicas }),
        monitoringRest(cloud, recorder, alerting),
        vertexRest(cloud),
        dataflowRest(cloud),
        loggingRest(cloud, (project) => dataflow.logOf(project)),
        computeRest(cloud, tokens, { outputs: (instance) => machines?.serialOf(instance), groups }),
    ];

    const http = createHttpServer((request, response) => respond(apis, request, response));
    const grpc = new GrpcServer({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
    addPubSub(grpc, pubSubApi);
    addSecrets(grpc, cloud, tokens);
    addStorageControl(grpc, cloud);
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
    await new Promise<void>((resolve, reject) => server.once("error", reject).listen(port, "127.0.0.1", resolve));
    host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    await cloudRun.start();
    await loadBalancers.start();
    vertex?.start();
    await dataflow.start();
    groups?.start();
    alerting.start();
    machines?.start();
    const stopClock = runsSchedules
        ? everyMinute((minute) => {
              scheduler.runDue(minute);
              runDuePipelines(cloud, minute, terminal);
              runDueMachines(cloud, minute, terminal);
          })
        : undefined;
    return {
        url: url(),
        pubsubHost: host,
        get services() {
            return cloudRun.addresses;
        },
        get loadBalancers() {
            return loadBalancers.addresses;
        },
        close: async () => {
            stopClock?.();
            alerting.close();
            await loadBalancers.close();
            await groups?.close();
            await machines?.close();
            await vertex?.close();
            await dataflow.close();
            await cloudRun.close();
            await metadata.close();
            folder?.close();
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

/** Variables with which Google's client libraries find the emulator. */
export const emulatorVariables = (url: string, pubsubHost: string): Record<string, string> => ({
    STORAGE_EMULATOR_HOST: url,
    PUBSUB_EMULATOR_HOST: pubsubHost,
    BIGQUERY_EMULATOR_HOST: url,
    // gcsfs, and dvc with it, would ask for the type of each bucket by gRPC with TLS, and wait a minute for the answer:
    // https://github.com/fsspec/gcsfs/blob/main/gcsfs/extended_gcsfs.py (`_get_bucket_type`).
    GCSFS_EXPERIMENTAL_ZB_HNS_SUPPORT: "false",
});

/** The keys of identity tokens, at Google's path. */
function keysRest(tokens: Tokens): RestApi {
    return ({ path }) => (path === "/oauth2/v3/certs" ? { status: 200, body: tokens.keys } : undefined);
}
