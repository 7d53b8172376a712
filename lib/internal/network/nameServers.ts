import { isIP, isIPv4, isIPv6 } from "node:net";
import * as pulumi from "@pulumi/pulumi";
import { dnsLimits } from "../../facts/limits/dns";
import * as check from "../arguments/check";
import { isObject } from "../arguments/value";

/** A name server that gets queries. */
export interface ForwardingTarget {
    /** The IP address. */
    address: pulumi.Input<string>;
    /**
     * How queries {@link https://cloud.google.com/dns/docs/zones/forwarding-zones#firewall-rules reach} the name server: always through the
     * network (`"private"`), or through the internet unless the address is a private one of RFC 1918 (`"default"`).
     * @default "default"
     */
    path?: "default" | "private";
}

/** Name servers that answer queries: their addresses, with the path to them if it is not the default. */
export type NameServers = readonly (pulumi.Input<string> | ForwardingTarget)[];

/** Checks name servers with addresses of one version, or of both. */
export function nameServers(version: "IP" | "IPv4"): check.Check<NameServers> {
    const isAddress = version === "IPv4" ? isIPv4 : isIP;
    const wording = `must be the ${version} address of a name server, such as "10.0.0.53"`;
    const address = check.input(
        check.pipe(
            check.text(),
            check.refine((value) => Boolean(isAddress(value)), wording),
        ),
    );
    return check.pipe(
        check.list(
            check.either(
                isObject,
                check.options<ForwardingTarget>({ address, path: check.oneOf("default", "private") }, "address"),
                address,
            ) as check.Check<pulumi.Input<string> | ForwardingTarget>,
        ),
        check.refine((all) => all.length > 0, "must have at least one name server"),
        check.atMost(dnsLimits.rows.forwardingTargets),
    );
}

/** Name servers in the provider's form. */
export const targetNameServers = (all: NameServers) => all.map(targetOf);

/** What the provider's types of zones and policies have in common. */
interface ProviderTarget {
    ipv4Address: string;
    forwardingPath?: string;
}

function targetOf(target: pulumi.Input<string> | ForwardingTarget): pulumi.Input<ProviderTarget> {
    const { address, path: forwardingPath }: ForwardingTarget = isObject(target)
        ? (target as ForwardingTarget)
        : { address: target as pulumi.Input<string> };
    const form = (known: string) =>
        ({ ...(isIPv6(known) ? { ipv6Address: known } : { ipv4Address: known }), forwardingPath }) as ProviderTarget;
    return typeof address === "string" ? form(address) : pulumi.output(address).apply(form);
}
