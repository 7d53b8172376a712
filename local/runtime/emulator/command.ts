import { readFileSync } from "node:fs";
import { Command, Option } from "commander";
import { examples, hasColors, UsageError } from "../../../lib/commandLine";
import { workspace } from "../../machine/workspace";
import { cloudOf } from "../../simulator";
import type { KeySet } from "../services/iam/token";
import type { SqlServers } from "../services/sql/proxies";
import { activityLine, isRequest } from "./activityLine";
import type { Routes } from "./routes";

/** The command `slipway local serve`. */
export function serveCommand(report: (line: string) => void): Command {
    return new Command("serve")
        .description("serve Google's client libraries and deliver messages until interrupted")
        .option("--port <number>", "port to listen on; default: a free port", parsedPort)
        .option(
            "--route <function=url>",
            "address of a deployed function or URL, such as predict=http://127.0.0.1:8081; can be repeated",
            (route, routes: Routes) => ({ ...routes, ...parsed(route) }),
            {},
        )
        .option(
            "--keys <issuer=file>",
            "JSON Web Key Set to verify tokens of pipelines, such as https://gitlab.com=keys.json; can be repeated",
            (keys, issuers: Record<string, KeySet>) => ({ ...issuers, ...readKeys(keys) }),
            {},
        )
        .option(
            "--sql <instance=server>",
            "database server of a Cloud SQL instance, such as sales=127.0.0.1:5432, or its socket; can be repeated",
            (server, servers: SqlServers) => ({ ...servers, ...standing(server) }),
            {},
        )
        .option(
            "--pipeline <job=folder>",
            "folder of a Dataflow job's pipeline in Python, such as score=./score, which runs without Docker; can be repeated",
            (pipeline, pipelines: Record<string, string>) => ({ ...pipelines, ...placed(pipeline) }),
            {},
        )
        .addOption(asOption())
        .option("--run", "run the code of functions and App Engine services as processes of this machine", false)
        .option("--idle <seconds>", "time without requests after which Cloud Run's instances stop", parsedSeconds, 60)
        .option(
            "--alert-speed <factor>",
            "how many times faster than real time minutes pass for metrics and alerts",
            parsedSpeed,
            1,
        )
        .option("--machine-image <image>", "image of virtual machines: a Debian with Python 3 and curl")
        .addHelpText(
            "after",
            examples({
                "npx slipway local serve": "serve what is deployed, and print the variables for clients",
                "npx slipway local serve --port 8085": "serve on this port",
                "npx slipway local serve --run": "also run functions and App Engine services in Python and Node.js",
                "npx slipway local serve --route predict=http://127.0.0.1:8081":
                    "call a function that you run yourself",
            }),
        )
        .action(async ({ as, port, route, keys, sql, pipeline, run, idle, machineImage, alertSpeed }) => {
            // Loads all APIs, which other commands do not need.
            const { serve } = await import("./server.js");
            const { Docker } = await import("./containers/docker.js");
            const { Router } = await import("./routes.js");
            const place = workspace(".");
            const cloud = cloudOf(place);
            new Router(cloud, route).verify();
            const docker = await Docker.find(cloud.folder).catch((error: Error) => error);
            const options = {
                ...{
                    as,
                    port,
                    routes: route,
                    issuers: keys,
                    sql,
                    pipelines: pipeline,
                    runsCode: run,
                    docker,
                    idle,
                    machineImage,
                    alertSpeed,
                },
                ...{ runsSchedules: true, report, console: place },
            };
            const { variables, console, listen, close } = await serve(cloud, options).catch(explainPort(port));
            const colors = hasColors(process.stderr);
            listen((event) => isRequest(event) && report(activityLine(event, colors)));
            for (const [name, value] of Object.entries(variables)) {
                process.stdout.write(`export ${name}=${value}\n`);
            }
            report(`console  ${console}`);
            // Pending objects are written before the process exits.
            let isEnding = false;
            const end = () => {
                if (!isEnding) {
                    isEnding = true;
                    void close().finally(() => process.exit());
                }
            };
            process.once("SIGINT", end).once("SIGTERM", end).once("SIGHUP", end);
            // The process that started it with a channel has ended.
            process.once("disconnect", end);
            // npx does not pass a signal on to all processes that it starts.
            if (process.env.npm_command !== undefined) {
                onOrphaned(end);
            }
        });
}

/** The option `--as`, of commands that serve APIs. */
export const asOption = (): Option =>
    new Option(
        "--as <email>",
        "account or person whose permissions your own programs have, with the printed variables; default: an owner",
    );

/** Calls back when the process that started this one has ended. */
function onOrphaned(end: () => void): void {
    const { ppid } = process;
    const timer = setInterval(() => {
        if (process.ppid !== ppid) {
            clearInterval(timer);
            end();
        }
    }, 250).unref();
}

/** Throws what the user can do if the port is in use, or the error itself. */
export const explainPort = (port: number | undefined) => (error: NodeJS.ErrnoException) => {
    throw error.code === "EADDRINUSE" ? new Error(`port ${port} is in use: choose another --port.`) : error;
};

/** The value of `--port`. */
export function parsedPort(text: string): number {
    const port = Number(text);
    if (!/^\d+$/.test(text) || port > 65535) {
        throw new UsageError(`--port must be a number from 0 to 65535 (got ${text}).`);
    }
    return port;
}

function parsedSeconds(text: string): number {
    if (!/^\d+(\.\d+)?$/.test(text)) {
        throw new UsageError(`--idle must be a number of seconds (got ${text}).`);
    }
    return Number(text);
}

function parsedSpeed(text: string): number {
    const factor = Number(text);
    if (!/^\d+(\.\d+)?$/.test(text) || factor < 1 || factor > 600) {
        throw new UsageError(`--alert-speed must be a number from 1 to 600 (got ${text}).`);
    }
    return factor;
}

/** `predict=http://127.0.0.1:8081`: the name can be a URL that contains an equals sign. */
function parsed(route: string): Routes {
    const [, called, target] = /^(.+)=(https?:\/\/.*)$/.exec(route) ?? [];
    if (!called || !target) {
        throw new UsageError(`--route must have the form predict=http://127.0.0.1:8081 (got ${route}).`);
    }
    return { [called]: target };
}

/** `sales=127.0.0.1:5432`, or the path of a socket. */
function standing(server: string): SqlServers {
    const [, instance, target] = /^([^=]+)=(\/.+|[^/]+:\d+)$/.exec(server) ?? [];
    if (!instance || !target) {
        throw new UsageError(`--sql must have the form sales=127.0.0.1:5432 (got ${server}).`);
    }
    return { [instance]: target };
}

/** `score=./score`: a job, and the folder or the Python file of its pipeline. */
function placed(pipeline: string): Record<string, string> {
    const [, job, path] = /^([a-z][a-z0-9-]*)=(.+)$/.exec(pipeline) ?? [];
    if (!job || !path) {
        throw new UsageError(`--pipeline must have the form score=./score (got ${pipeline}).`);
    }
    return { [job]: path };
}

/** `https://gitlab.com=keys.json`: an issuer, and the file with its keys. */
function readKeys(keys: string): Record<string, KeySet> {
    const [, issuer, file] = /^(https:\/\/[^=]+)=(.+)$/.exec(keys) ?? [];
    if (!issuer || !file) {
        throw new UsageError(`--keys must have the form https://gitlab.com=keys.json (got ${keys}).`);
    }
    return { [issuer]: JSON.parse(readFileSync(file, "utf8")) };
}
