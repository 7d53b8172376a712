import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import type { Server as GrpcServer } from "@grpc/grpc-js";
import type { Workspace } from "../../machine/workspace";
import type { Cloud } from "../../simulator";
import type { KeySet } from "../services/iam/token";
import { Recorder } from "../services/monitoring/recorder";
import type { SqlServers } from "../services/sql/proxies";
import { Access, peerOf } from "./access";
import { ActivityLog } from "./activity";
import { Caller } from "./caller";
import type { Docker } from "./containers/docker";
import { MetadataServers } from "./containers/metadata";
import { RunFolder } from "./containers/runFolder";
import { Handling } from "./handling";
import type { RestApi } from "./http";
import { missingUse } from "./missingUse";
import { Router, type Routes } from "./routes";
import { Terminal } from "./terminal";
import { Tokens } from "./tokens";

export interface ServeOptions {
    /** Addresses of deployed code; calls without a route fail. */
    routes?: Routes;
    /** Keys to verify tokens of pipelines, by issuer; by default only the keys of providers. */
    issuers?: Record<string, KeySet>;
    /** Whether the code of functions and of App Engine runs as processes of this machine; by default only code with a route is called. */
    runsCode?: boolean;
    /** The folder of a program whose edited files run before they are deployed; by default only deployed code runs. */
    program?: string;
    /** The names of functions and App Engine services in which a debugger listens. They have one instance, and no timeout. */
    inspect?: string[];
    /** Database servers of Cloud SQL instances. */
    sql?: SqlServers;
    /** The folders or Python files of pipelines, by the names of Dataflow jobs; others run with Docker. */
    pipelines?: Record<string, string>;
    /** The email of the account or the person whose permissions the printed variables give; by default an owner of the projects. */
    as?: string;
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
    /** The program whose console is served as well; by default none is. */
    console?: Workspace;
}

/** What a service serves. */
export interface Part {
    rest?: RestApi[];
    /** Adds the gRPC APIs. */
    grpc?(server: GrpcServer): void;
    /** Runs what is deployed, and what will be. */
    start?(): unknown;
    /** Runs what is scheduled for a minute. */
    runDue?(minute: Date): void;
    close?(): unknown;
}

/** What services share while they are served. */
export class Serving {
    readonly terminal: Terminal;
    readonly tokens: Tokens;
    readonly router: Router;
    readonly activity = new ActivityLog();
    readonly recorder = new Recorder((project, entry) => this.activity.addEntry(project, entry));
    readonly handling = new Handling();
    readonly caller: Caller;
    readonly metadata: MetadataServers;
    readonly access: Access;
    /** Serves a connection. Set before the server listens. */
    accept: (socket: Socket) => void = () => undefined;
    /** Called after objects were written by another service. */
    objectsWritten: () => void = () => undefined;
    /** Set as soon as the server listens: `127.0.0.1:8085`. */
    host = "";
    private runFolder?: RunFolder;
    private readonly made = new Map<(serving: Serving) => Part, Part>();

    constructor(
        readonly cloud: Cloud,
        readonly options: ServeOptions,
    ) {
        this.terminal = new Terminal((line, { trace, isLogged }) => {
            options.report?.(line);
            if (!isLogged) {
                this.activity.add({ kind: "event", text: line, ...(trace && { trace }) });
            }
        });
        this.tokens = new Tokens(cloud);
        this.router = new Router(cloud, options.routes ?? {}, options.runsCode);
        this.caller = new Caller(cloud, this.router, this.tokens, this.terminal);
        this.metadata = new MetadataServers(cloud, this.tokens);
        this.access = new Access(
            cloud,
            this.terminal,
            (socket) => this.accept(socket),
            (...denied) => options.console && missingUse(options.console, cloud, ...denied),
        );
    }

    /** What a service serves, made once, after what it uses itself. */
    readonly part = <Own extends Part>(make: (serving: Serving) => Own): Own => {
        const own = (this.made.get(make) as Own | undefined) ?? make(this);
        this.made.set(make, own);
        return own;
    };

    /** In the order in which they were made. */
    get parts(): Part[] {
        return [...this.made.values()];
    }

    /** The files of this process. */
    get files(): RunFolder {
        this.runFolder ??= new RunFolder(this.cloud.folder);
        return this.runFolder;
    }

    /** Removes the files of this process, after all parts are closed. */
    async close(): Promise<void> {
        await this.metadata.close();
        await this.access.close();
        this.runFolder?.close();
    }

    readonly url = (): string => `http://${this.host}`;

    /** The account that sends a request: that of its token or of the connection; undefined for an owner. */
    accountOf({ headers, socket }: IncomingMessage): string | undefined {
        const [, token = ""] = /^bearer (.+)$/i.exec(headers.authorization ?? "") ?? [];
        return this.tokens.find(token) ?? this.access.accountOf(peerOf(socket));
    }

    /** Variables with which Google's client libraries find the emulator. */
    readonly variables = (): Record<string, string> => emulatorVariables(this.url(), this.host);

    /** The same for processes of a service account, whose calls need its permissions. */
    readonly variablesOf = async (email: string): Promise<Record<string, string>> => {
        const address = await this.access.address(email);
        return emulatorVariables(`http://${address}`, address);
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
