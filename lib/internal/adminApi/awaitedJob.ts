import { waitClock } from "../engine/waitingClock";
import { type AdminError, isUncertain } from "./adminApi";

/** The state of a resource whose operation failed after it had created something, which Pulumi keeps. */
export class IncompleteError extends Error {
    readonly code = 2;
    readonly reasons: string[];

    constructor(
        readonly id: string,
        readonly properties: object,
        message: string,
    ) {
        super(message);
        this.reasons = [message];
    }
}

/** In milliseconds. */
const attempts = { first: 1000, max: 15_000, total: 180_000 };

/**
 * Creates a resource once, by a method that is not idempotent. A call without an answer may have had an effect: each attempt looks for the
 * result of an earlier one first, also for the result of an earlier deployment, which was stopped.
 *
 * @param find returns what an earlier call has created, recognized by a hash of its contents
 * @param create calls the method with `retry: false`
 * @param isBegun whether an error can mean that an earlier call creates what `find` does not find yet
 */
export async function createOnce<Found>(
    find: () => Promise<Found | undefined>,
    create: () => Promise<Found>,
    isBegun: (error: AdminError) => boolean = ({ status }) => status === 409,
): Promise<Found> {
    const clock = waitClock();
    const end = clock.now() + attempts.total;
    for (let wait = attempts.first; ; wait = Math.min(wait * 2, attempts.max)) {
        const found = await find();
        if (found !== undefined) {
            return found;
        }
        try {
            return await create();
        } catch (error) {
            if ((!isUncertain(error) && !isBegun(error as AdminError)) || clock.now() > end) {
                throw error;
            }
            await clock.sleep(wait);
        }
    }
}
