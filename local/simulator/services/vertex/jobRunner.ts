import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { writePrivate } from "../../../../lib/privateFiles";
import { isRunning, type Process, thisProcess } from "../../../machine/daemon/processes";
import type { Cloud } from "../../cloud/cloud";

/** A job that runs in containers, and not in simulated time. Times are in milliseconds of simulated time. */
export interface JobRun {
    startTime?: number;
    /** Undefined until it has ended. */
    endTime?: number;
    isCancelled?: boolean;
}

/** What runs jobs: `job` of Vertex AI and Compute Engine, or Dataflow. */
type Kind = "job" | "dataflow";

/** The file that names the process which runs jobs of a cloud. */
const fileOf = (cloud: Cloud, kind: Kind) => join(cloud.folder, `${kind}-runner.json`);

/** Announces that this process runs jobs, and which; returns a function that ends this. */
export function announceRunner(cloud: Cloud, kind: Kind = "job", about: object = {}): () => void {
    writePrivate(fileOf(cloud, kind), JSON.stringify({ ...thisProcess(), ...about }));
    return () => rmSync(fileOf(cloud, kind), { force: true });
}

/** What the process that runs the jobs of a cloud has announced; undefined if there is none. */
export function runnerOf<About extends object>(cloud: Cloud, kind: Kind): (Process & About) | undefined {
    try {
        const runner = JSON.parse(readFileSync(fileOf(cloud, kind), "utf8")) as Process & About;
        return isRunning(runner) ? runner : undefined;
    } catch {
        return undefined;
    }
}

/** Whether a process runs the jobs of a cloud. */
export const hasRunner = (cloud: Cloud): boolean => runnerOf(cloud, "job") !== undefined;
