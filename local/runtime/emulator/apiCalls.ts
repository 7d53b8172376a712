import { Cloud, type Inputs } from "../../simulator";
import { dataflowRest } from "../services/dataflow/api";
import { vertexRest } from "../services/vertex/api";
import type { CallResult } from "./caller";
import type { Request, RestApi } from "./http";

/** The APIs by their hosts. */
const apis: [RegExp, (cloud: Cloud) => RestApi][] = [
    [/^[a-z\d-]+-aiplatform\.googleapis\.com$/, (cloud) => vertexRest(cloud)],
    [/^dataflow\.googleapis\.com$/, (cloud) => dataflowRest(cloud)],
];

/**
 * Calls of APIs that start jobs by Google's services, such as those of Cloud Scheduler, with the permissions of their account; undefined
 * for other URLs.
 */
export function apiCall(
    cloud: Cloud,
    address: string,
    body: Buffer | undefined,
    account: string | undefined,
): Promise<CallResult> | undefined {
    const { hostname, pathname, searchParams, origin } = new URL(address);
    const [, restOf] = apis.find(([host]) => host.test(hostname)) ?? [];
    if (restOf === undefined) {
        return undefined;
    }
    if (account === undefined) {
        return Promise.resolve({ status: 401, reason: "401: the request has no access token" });
    }
    const { folder, store, now, propagation } = cloud;
    const api = restOf(new Cloud(folder, store, now, { as: account }, propagation));
    const request: Request = {
        method: "POST",
        path: pathname,
        query: searchParams,
        headers: {},
        body: body ?? Buffer.alloc(0),
        origin,
        ended: new AbortController().signal,
    };
    return Promise.resolve(api(request)).then((answer) => {
        const { status, body: content } = answer ?? { status: 404, body: undefined };
        const message = (content as Inputs | undefined)?.error?.message;
        return { status, reason: message ? `${status}: ${message}` : String(status) };
    });
}
