import { existsSync, readFileSync } from "node:fs";
import { nodeCountsFile } from "./clusterNames";

/** The last recorded number of nodes of each node pool. */
export function nodeCounts(folder: string): Record<string, number> {
    const file = nodeCountsFile(folder);
    return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
}
