import type { IncomingHttpHeaders } from "node:http";
import { BlockList, isIP } from "node:net";

/** Names that no website has: of this machine, and of containers and their networks. */
const machineNames = /^([^.]+|(.+\.)?localhost|.+\.internal)$/;

/** Names that only Google resolves. Their pages can still be anyone's. */
const googleNames = /^(.+\.)?(googleapis\.com|run\.app|cloudfunctions\.net|appspot\.com|vertexai\.goog)$/;

/** Addresses of this machine and of private networks: RFC 1918, RFC 4193, RFC 3927. */
const privateAddresses = new BlockList();
for (const [address, prefix] of [
    ["127.0.0.0", 8],
    ["10.0.0.0", 8],
    ["172.16.0.0", 12],
    ["192.168.0.0", 16],
    ["169.254.0.0", 16],
] as const) {
    privateAddresses.addSubnet(address, prefix);
}
privateAddresses.addAddress("::1", "ipv6");
privateAddresses.addSubnet("fc00::", 7, "ipv6");

/** The name or the IP address of a host with or without a port; undefined if it is neither. */
const hostnameOf = (host: string): string | undefined =>
    URL.canParse(`http://${host}`) ? new URL(`http://${host}`).hostname.replace(/^\[|\]$/g, "") : undefined;

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
    const isHost = (name: string) => isIP(name) !== 0 || machineNames.test(name) || googleNames.test(name);
    const isOrigin = (name: string) =>
        isIP(name) === 0 ? machineNames.test(name) : privateAddresses.check(name, isIP(name) === 6 ? "ipv6" : "ipv4");
    const isRefused = (name: string | undefined, isOwn: (name: string) => boolean) =>
        name === undefined || !(isOwn(name) || isKnown(name));
    // Pages cannot set `Via` either: a load balancer passes the request on, which checked it.
    if (via === undefined && host !== "" && isRefused(hostnameOf(host), isHost)) {
        return `The header Host is "${host}": only names of this machine and of deployed components are answered. Use the address that the terminal shows.`;
    }
    if (origin !== undefined && isRefused(hostnameOf(/^https?:\/\/(.+)$/.exec(origin)?.[1] ?? ""), isOrigin)) {
        return `The header Origin is "${origin}": pages of websites are refused. Open the page from this machine.`;
    }
    return undefined;
}
