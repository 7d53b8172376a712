import { existsSync } from "node:fs";
import { join } from "node:path";

const above = join(__dirname, "..", "..");

/** The folder of the repository, seen from this file or from where it is compiled to. */
export const repository = existsSync(join(above, "package-lock.json")) ? above : join(above, "..");
