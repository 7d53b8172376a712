import type { Inputs } from "../../../../simulator";
import type { Upstream } from "../../run/front";
import type { Headers } from "./headers";
import { millisecondsOf, type Route } from "./urlMap";

/** A load balancer waits for serverless backends: https://cloud.google.com/load-balancing/docs/negs/serverless-neg-concepts#limitations */
const maxTimeout = 60 * 60 * 1000;

/** Whether a policy retries after a status, or after no response: https://cloud.google.com/compute/docs/reference/rest/v1/urlMaps */
function isRetried(conditions: string[], status: number | undefined): boolean {
    const matches: Record<string, boolean> = {
        "5xx": status === undefined || status >= 500,
        "gateway-error": status !== undefined && [502, 503, 504].includes(status),
        "connect-failure": status === undefined,
        "retriable-4xx": status === 409,
    };
    return conditions.some((condition) => matches[condition]);
}

/** A request to an address on this machine, with the timeout and the retries of its route. */
export function upstreamOf(
    address: string,
    { path, query, route }: { path: string; query: string; route: Route },
    headers: Headers,
    answered: (headers: Headers, status: number) => Headers,
): Upstream {
    const { origin, port, protocol, pathname } = new URL(address);
    const { numRetries = 1, perTryTimeout, retryConditions = [] }: Inputs = route.retryPolicy ?? {};
    const ends = Date.now() + (route.timeout ?? maxTimeout);
    const perTry = millisecondsOf(perTryTimeout) ?? maxTimeout;
    const attempt = (left: number): Upstream => ({
        origin,
        port: Number(port) || (protocol === "https:" ? 443 : 80),
        sent: { path: `${pathname.replace(/\/$/, "")}${path}${query ? `?${query}` : ""}`, headers },
        isHttp2: false,
        timeout: Math.max(1, Math.min(perTry, ends - Date.now())),
        isVerified: false,
        answered,
        retry:
            left > 0 && retryConditions.length > 0
                ? (status) => (isRetried(retryConditions, status) && ends > Date.now() ? attempt(left - 1) : undefined)
                : undefined,
        release: () => undefined,
    });
    return attempt(numRetries);
}
