import { join } from "node:path";

/** The folder of the repository, seen from where this file is compiled to. */
export const repository = join(__dirname, "..", "..", "..");
