import type { Answer, RestApi } from "../../../local/runtime/emulator/http";
import type { Inputs } from "../../../local/simulator/rules/rules";

/** Calls an API of the local Google Cloud. */
export async function callRest(
    api: RestApi,
    method: string,
    address: string,
    body?: unknown,
): Promise<Answer & { body: Inputs }> {
    const { pathname, searchParams } = new URL(`http://local${address}`);
    const answer = await api({
        method,
        path: pathname,
        query: searchParams,
        headers: {},
        body: Buffer.from(body === undefined ? "" : JSON.stringify(body)),
        origin: "http://local",
        ended: new AbortController().signal,
    });
    return answer as Answer & { body: Inputs };
}
