import { setTimeout as sleep } from "node:timers/promises";

/** Options of polling. */
interface Looking<Found> {
    seconds?: number;
    /** Receives all results. */
    seen?: Found[];
}

/** Polls every half a second until a condition is true; the error contains the last result. */
export async function until<Found>(
    look: () => Promise<Found> | Found,
    isSo: (found: Found) => boolean,
    { seconds = 240, seen = [] }: Looking<Found> = {},
): Promise<Found> {
    for (const end = Date.now() + seconds * 1000; ; await sleep(500)) {
        const found = await look();
        seen.push(found);
        if (isSo(found)) {
            return found;
        }
        if (Date.now() > end) {
            throw new Error(`after ${seconds} seconds there still was: ${JSON.stringify(found)}`);
        }
    }
}

/** Polls for a number of seconds and returns all results. */
export async function watched<Found>(look: () => Promise<Found>, seconds: number): Promise<Found[]> {
    const seen: Found[] = [];
    for (const end = Date.now() + seconds * 1000; Date.now() < end; await sleep(500)) {
        seen.push(await look());
    }
    return seen;
}

/** Waits until a URL responds with status 200. */
export async function answering(url: string): Promise<void> {
    const status = async () => (await fetch(url, { headers: { connection: "close" } })).status;
    await until(
        () => status().catch(() => 0),
        (found) => found === 200,
        { seconds: 60 },
    );
}
