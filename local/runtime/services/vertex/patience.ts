import { setTimeout as sleep } from "node:timers/promises";
import type { Cloud } from "../../../simulator";
import { hasRunner } from "../../../simulator/services/vertex/jobRunner";

/** How long a request waits for a change, in milliseconds. */
const patience = 1000;

/**
 * Waits for a change of what runs in containers, for a short time. Programs wait in simulated time, which would be over long before: they
 * wait for the answer instead.
 */
export async function patiently(cloud: Cloud, hasChanged: () => boolean): Promise<void> {
    for (const end = Date.now() + patience; Date.now() < end && hasRunner(cloud) && !hasChanged(); ) {
        await sleep(100);
    }
}
