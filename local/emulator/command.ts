import { readFileSync } from "node:fs";
import { Command } from "commander";
import { cloudOf, workspace } from "../workspace";
import type { KeySet } from "./identity/token";
import type { Routes } from "./routes";
import type { SqlServers } from "./sql/fronts";

/** The command `slipway local serve`. */
export function serveCommand(report: (line: string) => void): Command {
    return new Command("serve")
        .description("answer Google's client libraries, and deliver what is published, until it is interrupted")
        .option("--port <number>", "where; a free one when left out", Number)
        .option(
            "--route <function=url>",
            "what runs a deployed function or URL, such as predict=http://127.0.0.1:8081; may be repeated",
            (route, routes: Routes) => ({ ...routes, ...parsed(route) }),
            {},
        )
        .option(
            "--keys <issuer=file>",
            "by what tokens of pipelines are checked: a JSON Web Key Set, such as https://gitlab.com=keys.json; may be repeated",
            (keys, issuers: Record<string, KeySet>) => ({ ...issuers, ...readKeys(keys) }),
            {},
        )
        .option(
            "--sql <instance=server>",
            "the real database server behind an instance of Cloud SQL, such as sales=127.0.0.1:5432, or its socket; may be repeated",
            (server, servers: SqlServers) => ({ ...servers, ...standing(server) }),
            {},
        )
        .action(async ({ port, route, keys, sql }) => {
            // All that is answered, for which the other commands need not wait.
            const { serve } = await import("./server.js");
            const options = { port, routes: route, issuers: keys, sql, report };
            const { url, pubsubHost, close } = await serve(cloudOf(workspace(".")), options);
            const variables = {
                STORAGE_EMULATOR_HOST: url,
                PUBSUB_EMULATOR_HOST: pubsubHost,
                BIGQUERY_EMULATOR_HOST: url,
            };
            for (const [name, value] of Object.entries(variables)) {
                process.stdout.write(`export ${name}=${value}\n`);
            }
            // What has been gathered for an object is written before the end.
            const end = () => void close().then(() => process.exit());
            process.once("SIGINT", end).once("SIGTERM", end);
        });
}

/** `predict=http://127.0.0.1:8081`: what is called may be a URL with an equals sign of its own. */
function parsed(route: string): Routes {
    const [, called, target] = /^(.+)=(https?:\/\/.*)$/.exec(route) ?? [];
    if (!called || !target) {
        throw new Error(`a route is written as predict=http://127.0.0.1:8081 (got ${route}).`);
    }
    return { [called]: target };
}

/** `sales=127.0.0.1:5432`, or with the path of a socket. */
function standing(server: string): SqlServers {
    const [, instance, target] = /^([^=]+)=(\/.+|[^/]+:\d+)$/.exec(server) ?? [];
    if (!instance || !target) {
        throw new Error(`a database server is written as sales=127.0.0.1:5432 (got ${server}).`);
    }
    return { [instance]: target };
}

/** `https://gitlab.com=keys.json`: an issuer with the file of its keys. */
function readKeys(keys: string): Record<string, KeySet> {
    const [, issuer, file] = /^(https:\/\/[^=]+)=(.+)$/.exec(keys) ?? [];
    if (!issuer || !file) {
        throw new Error(`keys are written as https://gitlab.com=keys.json (got ${keys}).`);
    }
    return { [issuer]: JSON.parse(readFileSync(file, "utf8")) };
}
