import { setTimeout as sleep } from "node:timers/promises";

/** How long something is looked at. */
interface Looking<Found> {
    seconds?: number;
    /** Gets all that is found. */
    seen?: Found[];
}

/** Looks at something every half a second until it is so, and says what was found last when it does not come to it. */
export async function until<Found>(
    look: () => Promise<Found>,
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

/** All that something is within so many seconds. */
export async function watched<Found>(look: () => Promise<Found>, seconds: number): Promise<Found[]> {
    const seen: Found[] = [];
    for (const end = Date.now() + seconds * 1000; Date.now() < end; await sleep(500)) {
        seen.push(await look());
    }
    return seen;
}

/** Waits until there is an answer at an address, with status 200. */
export async function answering(url: string): Promise<void> {
    const status = async () => (await fetch(url, { headers: { connection: "close" } })).status;
    await until(
        () => status().catch(() => 0),
        (found) => found === 200,
        { seconds: 60 },
    );
}
