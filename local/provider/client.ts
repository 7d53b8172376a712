import { createHash, randomUUID } from "node:crypto";
import { mkdirSync, realpathSync, rmSync, statSync } from "node:fs";
import { type ClientRequest, request } from "node:http";
import { dirname, join } from "node:path";
import { compiled } from "../../toolchain";
import { daemon } from "../daemon/client";
import type { Command } from "./instance";

/** Where the plugin finds free ports. */
export const portsVariable = "SLIPWAY_LOCAL_PORTS";

/** What the daemon is asked for a command. */
export interface ProvidersRequest extends Command {
    /** Where to put the free ports. */
    folder: string;
    /** The folder of the program's `@pulumi/gcp`. */
    gcp: string;
}

/** The providers of one command. */
export interface Providers {
    /** What tells the plugin where they are. */
    environment: NodeJS.ProcessEnv;
    /** Resolves when nothing that was begun goes on. */
    close(): Promise<void>;
}

/**
 * Has the providers of a command ready in a process that outlives it, as loading one takes longer than most commands. Without that
 * process, as where it cannot start, each plugin is a process of its own.
 *
 * @param home of the workspace
 */
export function providers(home: string, command: Omit<ProvidersRequest, "folder">): Providers {
    const folder = join(home, "commands", randomUUID());
    mkdirSync(folder, { recursive: true });
    const asked = { ...command, folder };
    let isClosed = false;
    let lease: ClientRequest | undefined;
    // Plugins take no port of a folder that is not there.
    const lost = () => rmSync(folder, { recursive: true, force: true });
    const begun = daemon(home, "provider", thisBuild())
        .then(({ address = "", token }) => {
            if (isClosed) {
                return;
            }
            const headers = { authorization: `Bearer ${token}` };
            lease = request(address, { method: "POST", headers, agent: false }, (response) => {
                // It lasts for as long as this command does.
                response.resume().on("close", lost).on("error", lost);
            });
            lease.on("error", lost).end(JSON.stringify(asked));
        })
        .catch(lost);
    return {
        environment: { [portsVariable]: folder },
        close: () => {
            isClosed = true;
            lease?.destroy();
            lost();
            return begun;
        },
    };
}

/** Tells builds of this package apart, also those of one version: a daemon serves those who have its build. */
export function thisBuild(
    // Tests run the sources, and the daemon what is compiled of them: both have one build.
    folder = dirname(dirname(realpathSync(compiled("local")))),
    { SLIPWAY_CACHE, SLIPWAY_LOCAL_DATE }: NodeJS.ProcessEnv = process.env,
): string {
    // The second is there in the repository alone, and changes with each compilation.
    const changed = ["package.json", join("..", "dist", "tsconfig.tsbuildinfo")].map(
        (file) => statSync(join(folder, file), { throwIfNoEntry: false })?.ctimeMs,
    );
    const parts = [folder, process.execPath, process.version, SLIPWAY_CACHE, SLIPWAY_LOCAL_DATE, ...changed];
    return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 16);
}
