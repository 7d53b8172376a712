import { createHash, randomUUID } from "node:crypto";
import { mkdirSync, realpathSync, rmSync, statSync } from "node:fs";
import { type ClientRequest, request } from "node:http";
import { dirname, join } from "node:path";
import { ensureDaemon } from "../../machine/daemon/client";
import { compiled } from "../../toolchain";
import type { Command } from "./instance";

/** The environment variable with the folder of free ports. */
export const portsVariable = "SLIPWAY_LOCAL_PORTS";

/** A request of a command to the daemon. */
export interface ProvidersRequest extends Command {
    /** Identifies the command: its free ports are in {@link commandFolder}. */
    id: string;
    /** The folder of the program's `@pulumi/gcp`. */
    gcp: string;
}

/** The providers of a command. */
export interface Providers {
    /** Environment variables for the plugin. */
    environment: NodeJS.ProcessEnv;
    /** Resolves when all operations have finished. */
    close(): Promise<void>;
}

/** The folder for the free ports of a command; the daemon removes it after the command. */
export const commandFolder = (home: string, id: string): string => join(home, "commands", id);

/**
 * Starts the providers of a command in the background process, as loading one takes longer than most commands. If the
 * process cannot start, plugins run as separate processes.
 *
 * @param home the folder of the workspace
 */
export function providers(home: string, command: Omit<ProvidersRequest, "id">): Providers {
    const id = randomUUID();
    const folder = commandFolder(home, id);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const requested: ProvidersRequest = { ...command, id };
    let isClosed = false;
    let lease: ClientRequest | undefined;
    // Plugins ignore a folder that does not exist.
    const unresolved = () => rmSync(folder, { recursive: true, force: true });
    const startedOperation = ensureDaemon(home, "provider", buildId())
        .then(({ socket: socketPath }) => {
            if (isClosed) {
                return;
            }
            lease = request({ socketPath, method: "POST", agent: false }, (response) => {
                // The request lasts as long as the command.
                response.resume().on("close", unresolved).on("error", unresolved);
            });
            lease.on("error", unresolved).end(JSON.stringify(requested));
        })
        .catch(unresolved);
    return {
        environment: { [portsVariable]: folder },
        close: () => {
            isClosed = true;
            lease?.destroy();
            unresolved();
            return startedOperation;
        },
    };
}

/** Identifies the build of this package, so that a daemon only serves clients of the same build. */
export function buildId(
    // Tests run the sources, and the daemon runs their compiled code: both have the same build ID.
    folder = dirname(dirname(realpathSync(compiled("local")))),
    { SLIPWAY_CACHE, SLIPWAY_LOCAL_DATE }: NodeJS.ProcessEnv = process.env,
): string {
    // The second file only exists in the repository, and changes with each compilation.
    const changed = ["package.json", join("..", "dist", "tsconfig.tsbuildinfo")].map(
        (file) => statSync(join(folder, file), { throwIfNoEntry: false })?.ctimeMs,
    );
    const parts = [folder, process.execPath, process.version, SLIPWAY_CACHE, SLIPWAY_LOCAL_DATE, ...changed];
    return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 16);
}
