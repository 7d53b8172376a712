#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const usage = `Usage: slipway <command>

Typed Pulumi components for Google Cloud

Commands:
  local <command...>  run a pulumi command on a Google Cloud of this machine: no account, no network (needs the package slipway-local)
  gke-token           a token for GKE of the Application Default Credentials, as kubectl and Pulumi ask for it
  --version           the version of this package
`;

async function main([command, ...args]: string[], { SLIPWAY_LOCAL_CLOUD }: NodeJS.ProcessEnv): Promise<void> {
    // A local cluster takes the local token, which is the other package's.
    if (command === "local" || (command === "gke-token" && SLIPWAY_LOCAL_CLOUD !== undefined)) {
        require(localCommand());
    } else if (command === "gke-token" && args.length === 0) {
        const { tokenOfDefaultCredentials } = await import("./gke/token.js");
        process.stdout.write(`${await tokenOfDefaultCredentials()}\n`);
    } else if (command === "--version") {
        process.stdout.write(`${version()}\n`);
    } else if (command === "--help" || command === "-h" || command === "help") {
        process.stdout.write(usage);
    } else {
        process.stderr.write(usage);
        process.exitCode = 1;
    }
}

const version = (): string => JSON.parse(readFileSync(join(__dirname, "..", "..", "package.json"), "utf8")).version;

/** The file that runs `slipway local`, of the package `slipway-local` in the version of this one. */
function localCommand(): string {
    const from = [join(process.cwd(), "package.json"), __filename].map((file) => createRequire(file));
    const requireLocal = from.find(hasLocal);
    const installed = requireLocal?.(`${local}/package.json`).version;
    if (requireLocal === undefined || installed !== version()) {
        const found = installed === undefined ? "is not installed" : `is ${installed} and slipway is ${version()}`;
        throw new Error(
            `the local Google Cloud is the package ${local}, which ${found}: run 'npm install --save-dev ${local}@${version()}'.`,
        );
    }
    return requireLocal.resolve(`${local}/command`);
}

/**
 * Among the development dependencies of the program. It is no optional peer of slipway, as npm would then install it for production,
 * too: it asks for slipway in its own version.
 */
const local = "slipway-local";

function hasLocal(require: NodeJS.Require): boolean {
    try {
        return require.resolve(`${local}/package.json`) !== "";
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "MODULE_NOT_FOUND") {
            return false;
        }
        throw error;
    }
}

main(process.argv.slice(2), process.env).catch((error) => {
    process.stderr.write(`slipway: ${error instanceof Error ? error.message : error}\n`);
    process.exitCode = 1;
});
