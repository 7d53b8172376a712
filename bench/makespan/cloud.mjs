import { createRequire } from "node:module";
import { join } from "node:path";

const require = createRequire(import.meta.url);

/** The compiled local Google Cloud. */
export const dist = join(import.meta.dirname, "..", "..", "dist");
export const { LocalCloud } = require(join(dist, "local", "index.js"));
export const { Cloud } = require(join(dist, "local", "cloud", "cloud.js"));
export const { delays } = require(join(dist, "local", "cloud", "propagation.js"));
export const { referenceKey } = require(join(dist, "local", "cloud", "references.js"));
export const { Store } = require(join(dist, "local", "cloud", "store.js"));
export const { InstalledProvider } = require(join(dist, "local", "provider", "installed.js"));
export const { LocalProvider } = require(join(dist, "local", "provider", "provider.js"));
export const { recordImage } = require(join(dist, "local", "manual", "image.js"));
