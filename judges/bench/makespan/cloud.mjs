import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";

const require = createRequire(import.meta.url);

/** The compiled local Google Cloud. */
export const dist = join(import.meta.dirname, "..", "..", "..", "dist");
export const { LocalCloud } = require(join(dist, "local", "index.js"));
const { stopDaemons } = require(join(dist, "local", "machine", "daemon", "client.js"));
export const { Cloud } = require(join(dist, "local", "simulator", "cloud", "cloud.js"));
export const { delays } = require(join(dist, "local", "simulator", "cloud", "propagation.js"));
export const { creationTime } = require(join(dist, "local", "commands", "explain", "creationTimes.js"));
export const { referenceKey } = require(join(dist, "local", "simulator", "cloud", "references.js"));
export const { Store } = require(join(dist, "local", "simulator", "cloud", "store.js"));
export const { InstalledProvider } = require(join(dist, "local", "simulator", "provider", "installed.js"));
export const { LocalProvider } = require(join(dist, "local", "simulator", "provider", "provider.js"));
export const { recordImage } = require(join(dist, "local", "commands", "manual", "image.js"));

let providersFolder;

/** The folder of the process of the providers, which serves all deployments of this process. */
export function providers() {
    process.env.SLIPWAY_LOCAL_SEMI_SPACE ??= "16";
    providersFolder ??= mkdtempSync(join(tmpdir(), "slipway-providers-"));
    return providersFolder;
}

/** Ends the process of the providers. */
export async function endProviders() {
    if (providersFolder !== undefined) {
        await stopDaemons(providersFolder);
        rmSync(providersFolder, { recursive: true, force: true });
    }
}
