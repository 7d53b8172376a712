import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Cloud } from "../../cloud/cloud";
import type { PubSub } from "./pubsub";

/** How often what waits is written down: Cloud Monitoring has it once a minute. */
const every = 1_000;

const file = (cloud: Cloud) => join(cloud.folder, "metrics", "num_undelivered_messages.json");

/**
 * Writes down how many messages wait in each subscription, for other processes to read, until what is returned is called.
 */
export function tellWaiting(cloud: Cloud, pubsub: PubSub): () => void {
    const place = file(cloud);
    let told = "";
    const tell = () => {
        const text = JSON.stringify(pubsub.waiting());
        if (text !== told) {
            mkdirSync(dirname(place), { recursive: true });
            writeFileSync(`${place}.new`, text);
            renameSync(`${place}.new`, place);
            told = text;
        }
    };
    const timer = setInterval(tell, every).unref();
    return () => {
        clearInterval(timer);
        // Messages that were not delivered are lost with the process.
        rmSync(place, { force: true });
    };
}

/** How many messages wait in a subscription; nothing for one that there is not. */
export function waiting(cloud: Cloud, subscription: string): number | undefined {
    return cloud.store.read(`//pubsub.googleapis.com/${subscription}`) && (read(cloud)[subscription] ?? 0);
}

function read(cloud: Cloud): Record<string, number> {
    try {
        return JSON.parse(readFileSync(file(cloud), "utf8"));
    } catch {
        // Nobody publishes at the moment.
        return {};
    }
}
