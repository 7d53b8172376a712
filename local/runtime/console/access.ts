import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";

/** What a request to the console must have. */
export interface Access {
    /** The port that the console listens to. */
    port: number;
    /** The secret of this run, which is in the address that the terminal shows. */
    token: string;
}

const sha256 = (text: string) => createHash("sha256").update(text).digest();

/** Compares two secrets in constant time, whatever their lengths are. */
const isSame = (one: string, other: string) => timingSafeEqual(sha256(one), sha256(other));

/**
 * Why a request is refused that another website, or another page on this machine, can have made; undefined if it did not.
 *
 * A website can let its own name resolve to 127.0.0.1, but it cannot change the header `Host`, which then has that name.
 */
export function foreignRequest({ headers }: Pick<IncomingMessage, "headers">, { port }: Access): string | undefined {
    const hosts = [`127.0.0.1:${port}`, `localhost:${port}`];
    const { host = "", origin, "sec-fetch-site": site } = headers;
    if (!hosts.includes(host)) {
        return `The header Host must be ${hosts.join(" or ")} (got "${host}"). Open the address that 'slipway local serve' printed.`;
    }
    if (origin !== undefined && origin !== `http://${host}`) {
        return `The header Origin must be http://${host} (got "${origin}"): pages of other addresses have no access to the console.`;
    }
    if (site !== undefined && site !== "same-origin" && site !== "none") {
        return `The header Sec-Fetch-Site must be same-origin or none (got "${site}"): type the address of the console, instead of following a link of another page.`;
    }
    return undefined;
}

/** Why a token is refused; undefined if it is that of this run. */
export function wrongToken(given: string | undefined, { token }: Access): string | undefined {
    const where = "Open the address that 'slipway local serve' printed: each start has another token.";
    if (!given) {
        return `The request has no token. ${where}`;
    }
    return isSame(given, token) ? undefined : `The token is wrong. ${where}`;
}
