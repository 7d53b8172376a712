import { existsSync, readFileSync } from "node:fs";
import { nodeCountsFile } from "../names";

/** How many nodes each pool of a cluster has, as its control plane noted it last. */
export function nodeCounts(folder: string): Record<string, number> {
    const file = nodeCountsFile(folder);
    return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
}
