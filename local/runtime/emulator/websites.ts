import type { IncomingHttpHeaders } from "node:http";
import { isIP } from "node:net";

/** Names that no website has: of this machine, of containers and their networks, and of Google. */
const ownNames =
    /^([^.]+|(.+\.)?localhost|.+\.internal|(.+\.)?(googleapis\.com|run\.app|cloudfunctions\.net|appspot\.com))$/;

const isOwn = (host: string): boolean => {
    const { hostname } = new URL(`http://${host}`);
    return isIP(hostname.replace(/^\[|\]$/g, "")) !== 0 || ownNames.test(hostname);
};

/**
 * Why a request is refused that the page of a website can have sent with the browser of a developer; undefined if none did. A website can let its
 * own name resolve to 127.0.0.1, but its pages cannot change the headers `Host` and `Origin`.
 *
 * @param isKnown whether a name is one of a deployed component, such as the domain of a load balancer
 */
export function websiteRefusal(
    { host = "", origin, via }: IncomingHttpHeaders,
    isKnown: (host: string) => boolean = () => false,
): string | undefined {
    const isAllowed = (name: string) => URL.canParse(`http://${name}`) && (isOwn(name) || isKnown(name));
    // Pages cannot set `Via` either: a load balancer passes the request on, which checked it.
    if (via === undefined && host !== "" && !isAllowed(host)) {
        return `The header Host is "${host}": only names of this machine and of deployed components are answered. Use the address that the terminal shows.`;
    }
    if (origin !== undefined && !isAllowed(/^https?:\/\/(.+)$/.exec(origin)?.[1] ?? "")) {
        return `The header Origin is "${origin}": pages of websites are refused. Open the page from this machine.`;
    }
    return undefined;
}
