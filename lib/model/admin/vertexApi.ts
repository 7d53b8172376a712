import { AdminApi, type AdminError, isUncertain, type VertexVersion, vertexAi } from "../../internal/adminApi";
import { waitClock } from "../../internal/clock";

/** Returns the API of Vertex AI in a region. */
export type VertexApis = (location: string, version?: VertexVersion) => AdminApi;

export const vertexApis: VertexApis = (location, version) =>
    new AdminApi(undefined, undefined, vertexAi(location, version));

/** The region of a resource's name, such as `projects/acme-dev/locations/europe-west1/models/iris`. */
export function locationOf(name: string): string {
    const [, location] = /\/locations\/([^/]+)/.exec(name) ?? [];
    if (location === undefined) {
        throw new Error(`${name} is not the name of a resource in a region.`);
    }
    return location;
}

/** In milliseconds. */
const attempts = { first: 1000, max: 15_000, total: 180_000 };

/**
 * Creates a resource once. Methods of Vertex AI that create something are not idempotent, and a call without an answer may have had an
 * effect: each attempt looks for the result of an earlier one first, also for that of an earlier deployment, which was stopped.
 *
 * @param find returns what an earlier call has created, recognized by a hash of its contents
 * @param create calls the method with `retry: false`
 */
export async function createOnce<Found>(
    find: () => Promise<Found | undefined>,
    create: () => Promise<Found>,
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
            // An earlier call can have begun to create what `find` does not find yet.
            const isBegun = (error as AdminError).status === 409;
            if ((!isUncertain(error) && !isBegun) || clock.now() > end) {
                throw error;
            }
            await clock.sleep(wait);
        }
    }
}
