import { rmSync } from "node:fs";
import { join } from "node:path";
import { watch } from "../api/watch";
import type { ControllerContext } from "../controllerContext";
import { runLabel } from "./annotations";
import { PodProcess } from "./process";

/** Runs pods for scaling schedules; the returned function waits until their processes have stopped. */
export async function runSchedules({ api, folder, report, signal }: ControllerContext): Promise<() => Promise<void>> {
    const place = join(folder, "pods");
    // Processes of a previous run no longer exist.
    rmSync(place, { recursive: true, force: true });
    const running = new Map<string, { process: PodProcess; ended: Promise<void> }>();
    const selector = encodeURIComponent(`${runLabel.name}=${runLabel.value}`);
    await watch(api, `/api/v1/pods?labelSelector=${selector}`, signal, (pod, deleted) => {
        const { uid, deletionTimestamp } = pod.metadata;
        const known = running.get(uid);
        if (deleted || deletionTimestamp) {
            known?.process.end();
            running.delete(uid);
        } else if (!known && pod.status?.phase === "Running") {
            const process = new PodProcess(api, pod, place, report);
            running.set(uid, { process, ended: process.run() });
        }
    });
    return async () => {
        const left = [...running.values()];
        for (const { process } of left) {
            process.end();
        }
        await Promise.race([
            Promise.all(left.map(({ ended }) => ended)),
            new Promise((resolve) => setTimeout(resolve, 3_000).unref()),
        ]);
    };
}
