import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { writePrivate } from "slipway/privateFiles";
import type { Cloud } from "../../../cloud/cloud";
import type { PubSub } from "./pubsub";

/** The interval of updates. Cloud Monitoring updates the metric once a minute. */
const every = 1_000;

const file = (cloud: Cloud) => join(cloud.folder, "metrics", "num_undelivered_messages.json");

/**
 * Writes the number of undelivered messages of each subscription to a file, for other processes, until the returned
 * function is called.
 */
export function recordUndelivered(cloud: Cloud, pubsub: PubSub): () => void {
    const place = file(cloud);
    let message = "";
    const report = () => {
        const text = JSON.stringify(pubsub.waiting());
        if (text !== message) {
            writePrivate(place, text);
            message = text;
        }
    };
    const timer = setInterval(report, every).unref();
    return () => {
        clearInterval(timer);
        // Undelivered messages are lost when the process exits.
        rmSync(place, { force: true });
    };
}

/** The number of undelivered messages of a subscription; undefined if it does not exist. */
export function undeliveredMessages(cloud: Cloud, subscription: string): number | undefined {
    return cloud.store.read(`//pubsub.googleapis.com/${subscription}`) && (read(cloud)[subscription] ?? 0);
}

function read(cloud: Cloud): Record<string, number> {
    try {
        return JSON.parse(readFileSync(file(cloud), "utf8"));
    } catch {
        // No emulator is running.
        return {};
    }
}
