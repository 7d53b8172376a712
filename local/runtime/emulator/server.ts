import { readdirSync } from "node:fs";
import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { join } from "node:path";
import { Server as GrpcServer, ServerCredentials, ServerInterceptingCall, status } from "@grpc/grpc-js";
import { type Cloud, ownerEmail } from "../../simulator";
import { serveConsole } from "../console/server";
import appEngine from "../services/appengine";
import compute from "../services/compute";
import run from "../services/run";
import sql from "../services/sql";
import type { ActivityEvent } from "./activity";
import type { Debugger } from "./code/debuggers";
import { everyMinute } from "./cronClock";
import { isHttp2, onFirstBytes } from "./firstBytes";
import { respond } from "./respond";
import { type Part, type ServeOptions, Serving } from "./serving";
import { Ways } from "./ways";

/** A service or a function that runs. */
export interface Answering {
    /** Its name in `services`. */
    name: string;
    /** The address that answers to people: from its network, if others are refused. */
    url: string;
    /** Whether it answers without a token. */
    isPublic: boolean;
    /** The type of the events that it receives, if it is not called by others. */
    events?: string;
    /** The topic of these events. */
    topic?: string;
    /** Returns an identity token of the owner of the projects for it. */
    token(): string;
}

/** A running emulator. */
export interface RunningServer {
    /** The URL of REST APIs, such as `http://127.0.0.1:8085`: the value of `STORAGE_EMULATOR_HOST`. */
    url: string;
    /** The address of gRPC APIs, such as `127.0.0.1:8085`: the value of `PUBSUB_EMULATOR_HOST`. */
    pubsubHost: string;
    /** Variables with which Google's client libraries find the emulator, for whoever `as` names. */
    variables: Record<string, string>;
    /**
     * The addresses of running Cloud Run services, functions and App Engine services, by names such as `web`, or `web (candidate)` for a tag
     * or a version. If several projects have a service of this name, `acme-dev/web`; if Cloud Run has it, too, `web (App Engine)`.
     */
    services: Record<string, string>;
    /** What answers, for people who try it. */
    answering: Answering[];
    /** The addresses of application load balancers, by names such as `shop (https)`. */
    loadBalancers: Record<string, string>;
    /** The addresses of servers of Cloud SQL instances that run here, by connection names such as `acme-dev:europe-west1:sales`. */
    databases: Record<string, string>;
    /** The debuggers of code that is inspected, by the name of its function or service. */
    debuggers: ReadonlyMap<string, Debugger>;
    /** The address of the console, with its token; only of a program. */
    console?: string;
    /**
     * Sends a request to a running service or function, by its name in `services`, from its network.
     *
     * @param init `as` is who calls: the email of a user or an account, or the ID of an account; by default the owner of the projects
     * @throws Error if none with this name runs
     */
    request(name: string, path?: string, init?: RequestInit & { as?: string }): Promise<Response>;
    /** Calls the listener with all events that are kept, and with each new one; returns the function that ends this. */
    listen(listener: (event: ActivityEvent) => void): () => void;
    /** Stops the emulator. */
    close(): Promise<void>;
}

const services = join(__dirname, "..", "services");

/** What each service serves: its folder in `services`. */
const makers: ((serving: Serving) => Part)[] = readdirSync(services, { recursive: true, encoding: "utf8" })
    .filter((file) => /^\w+[\\/]index\.(js|ts)$/.test(file))
    .map((file) => require(join(services, file)).default);

/** Refuses an account that does not exist. */
function verifyCaller(cloud: Cloud, email: string | undefined): void {
    if (email?.endsWith(".gserviceaccount.com") && !cloud.iam.hasAccount(email)) {
        throw new Error(`--as: there is no service account ${email}; 'npx slipway local ls' lists what is deployed.`);
    }
    if (email?.includes("@") === false) {
        throw new Error(`--as: must be an email address such as ana@acme.com (got "${email}").`);
    }
}

/**
 * Serves Google's client libraries and delivers messages, until it is closed. Callers are not authenticated, because
 * client libraries send no credentials to emulators.
 */
export async function serve(cloud: Cloud, options: ServeOptions = {}): Promise<RunningServer> {
    verifyCaller(cloud, options.as);
    const serving = new Serving(cloud, options);
    for (const make of makers) {
        serving.part(make);
    }
    const { parts } = serving;
    const apis = parts.flatMap(({ rest = [] }) => rest);

    const http = createHttpServer((request, response) => {
        const account = serving.accountOf(request);
        const cause = serving.handling.causeOf(account, request.headers);
        const end = serving.activity.began(`${request.method} ${request.url?.split("?")[0]}`, cause);
        response.on("close", () => end(String(response.statusCode), response.statusCode >= 400));
        void respond(apis, request, response, account, cause.trace);
    });
    const grpc = new GrpcServer({
        "grpc.max_receive_message_length": -1,
        "grpc.max_send_message_length": -1,
        interceptors: [
            ({ path }, call) => {
                const cause = serving.handling.causeOf(serving.access.accountOf(call.getPeer()));
                const end = serving.activity.began(path.slice(1), cause);
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
    const accept = (socket: Socket) => {
        sockets.add(socket);
        socket.on("close", () => sockets.delete(socket)).on("error", () => socket.destroy());
        // Both protocols share a port.
        onFirstBytes(socket, (start) =>
            isHttp2(start) ? calls.injectConnection(socket) : http.emit("connection", socket),
        );
    };
    serving.accept = accept;
    const server = createServer(accept);
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
    const { fronts } = serving.part(sql);
    const { cloudRun } = serving.part(run);
    const { apps } = serving.part(appEngine);
    /** Adds what App Engine runs. */
    const withApps = (services: Record<string, string>) => ({
        ...Object.fromEntries(Object.entries(apps?.all ?? {}).map(([name, url]) => [appName(services, name), url])),
        ...services,
    });
    const answering = (): Answering[] => {
        const services = cloudRun.addresses;
        const ofApps = apps?.answering.map((each) => ({ ...each, name: appName(services, each.name) })) ?? [];
        return [...cloudRun.answering, ...ofApps].map((each) => ({
            ...each,
            token: () => serving.tokens.identity(ownerEmail, each.url),
        }));
    };
    const ways = new Ways(serving, () => withApps(cloudRun.insideAddresses), answering);
    const console = options.console && (await serveConsole(serving, options.console, ways));
    const variables = options.as === undefined ? serving.variables() : await serving.variablesOf(options.as);
    return {
        variables,
        url: serving.url(),
        console: console?.url,
        pubsubHost: serving.host,
        get services() {
            return withApps(cloudRun.addresses);
        },
        get answering() {
            return answering();
        },
        get loadBalancers() {
            return loadBalancers.addresses;
        },
        debuggers: cloudRun.code?.processes.debuggers.all ?? new Map(),
        get databases() {
            return fronts.addresses;
        },
        request: async (name, path = "/", { as, ...init } = {}) => {
            const way = ways.toAddress(name, as);
            const headers = new Headers({ ...Object.fromEntries(new Headers(init.headers)), ...way.headers });
            headers.set("connection", "close");
            return fetch(`${way.url}${path}`, { ...init, headers });
        },
        listen: (listener) => serving.activity.listen(listener),
        close: async () => {
            console?.close();
            stopClock?.();
            for (const part of [...parts].reverse()) {
                await part.close?.();
            }
            await serving.close();
            grpc.forceShutdown();
            for (const socket of sockets) {
                socket.destroy();
            }
            await new Promise((resolve) => server.close(resolve));
        },
    };
}

/** The name of a service of App Engine, next to those of Cloud Run. */
const appName = (services: Record<string, string>, name: string) =>
    services[name] === undefined ? name : `${name} (App Engine)`;
