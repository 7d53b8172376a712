import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Cloud } from "../../cloud/cloud";
import { isRunning, type Process, thisProcess } from "../../daemon/processes";

/** A job that runs in containers, and not in simulated time. Times are in milliseconds of simulated time. */
export interface JobRun {
    startTime?: number;
    /** Undefined until it has ended. */
    endTime?: number;
    isCancelled?: boolean;
}

/** The file that names the process which runs jobs of a cloud. */
const fileOf = (cloud: Cloud) => join(cloud.folder, "job-runner.json");

/** Announces that this process runs jobs; returns a function that ends this. */
export function announceRunner(cloud: Cloud): () => void {
    mkdirSync(cloud.folder, { recursive: true });
    writeFileSync(fileOf(cloud), JSON.stringify(thisProcess()));
    return () => rmSync(fileOf(cloud), { force: true });
}

/** Whether a process runs the jobs of a cloud. */
export function hasRunner(cloud: Cloud): boolean {
    try {
        return isRunning(JSON.parse(readFileSync(fileOf(cloud), "utf8")) as Process);
    } catch {
        return false;
    }
}
