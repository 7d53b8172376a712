import { GlobalAddress } from "@pulumi/gcp/compute/globalAddress";
import { GlobalForwardingRule } from "@pulumi/gcp/compute/globalForwardingRule";
import type { Network } from "@pulumi/gcp/compute/network";
import { ManagedZone } from "@pulumi/gcp/dns/managedZone";
import { RecordSet } from "@pulumi/gcp/dns/recordSet";
import type * as pulumi from "@pulumi/pulumi";
import * as check from "../internal/check";
import type { Child } from "../internal/children";
import { hashOf } from "../internal/names";
import { ipAddress } from "./endpoint";
import { partOf } from "./names";

/** An endpoint of Private Service Connect for Google's own APIs. */
export interface GoogleApis {
    /**
     * Its address, outside of all subnets. Another one makes another endpoint.
     * @default "10.255.255.254"
     */
    address?: string;
    /**
     * Which APIs: all, or those that VPC Service Controls can guard ("About accessing Google APIs through endpoints").
     * @default "all-apis"
     */
    bundle?: "all-apis" | "vpc-sc";
    /**
     * The domains that the network's machines find at the endpoint, with all below them.
     * @default googleapis.com, gcr.io, pkg.dev and run.app
     */
    domains?: string[];
}

/** The endpoint with its address, and the zones by which it is found. */
export interface GoogleApisEndpoint {
    readonly address: GlobalAddress;
    readonly forwardingRule: GlobalForwardingRule;
    /** By domain. */
    readonly zones: Readonly<Record<string, ManagedZone>>;
}

export const defaultApis = {
    address: "10.255.255.254",
    bundle: "all-apis",
    domains: ["googleapis.com", "gcr.io", "pkg.dev", "run.app"],
};

const domain = check.matching(
    /^(?=.{1,40}$)([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]+$/,
    "must be a domain, as googleapis.com is",
);

/** Checks whether and how Google's APIs are reached by an endpoint. */
export const googleApis: check.Check = check.either(
    (value) => typeof value === "boolean",
    check.flag(),
    check.options<GoogleApis>({
        address: ipAddress,
        bundle: check.oneOf("all-apis", "vpc-sc"),
        domains: check.pipe(
            check.list(domain),
            check.refine((all) => new Set(all as string[]).size === (all as string[]).length, "must name each once"),
        ),
    }),
);

/** "Access Google APIs through endpoints": up to 20 lower-case letters and digits, starting with a letter. */
function endpointName(name: string): string {
    const plain = name.replaceAll("-", "");
    const hash = hashOf(name, 4);
    return `${plain.length > 16 ? `${plain.slice(0, 12)}${hash}` : plain}apis`;
}

/** An endpoint for Google's APIs, at which the network's machines find them by their usual names. */
export function googleApisOf(
    component: string,
    parts: { name: string; network: Network; labels?: Record<string, pulumi.Input<string>> },
    given: GoogleApis,
    child: Child,
    enabled: pulumi.Resource[],
): GoogleApisEndpoint {
    const { name, network, labels } = parts;
    const { address: ip, bundle, domains } = check.completed(given, defaultApis as Required<GoogleApis>);
    const part = `${component}-google-apis`;
    const address = new GlobalAddress(
        ...child("googleApisAddress", part, {
            name: partOf(name, "google-apis"),
            network: network.id,
            purpose: "PRIVATE_SERVICE_CONNECT",
            addressType: "INTERNAL",
            address: ip,
            labels,
        }),
    );
    const forwardingRule = new GlobalForwardingRule(
        ...child("googleApisEndpoint", part, {
            name: endpointName(name),
            network: network.id,
            ipAddress: address.id,
            target: bundle,
            loadBalancingScheme: "",
            // The zones below are found by the usual names; those would be p.googleapis.com.
            noAutomateDnsZone: true,
            labels,
        }),
    );
    const zones = domains.map((each) => [each, zoneOf(component, each, { ...parts, address }, child, enabled)]);
    return { address, forwardingRule, zones: Object.fromEntries(zones) };
}

/** A private zone in which a domain and all below it are at an address. */
function zoneOf(
    component: string,
    domain: string,
    parts: { name: string; network: Network; address: GlobalAddress; labels?: Record<string, pulumi.Input<string>> },
    child: Child,
    enabled: pulumi.Resource[],
): ManagedZone {
    const part = domain.replaceAll(".", "-");
    const dnsName = `${domain}.`;
    const zone = new ManagedZone(
        ...child(
            "zone",
            `${component}-${part}`,
            {
                name: partOf(parts.name, part),
                dnsName,
                description: `${domain} at the endpoint of the network ${parts.name}`,
                visibility: "private",
                privateVisibilityConfig: { networks: [{ networkUrl: parts.network.id }] },
                labels: parts.labels,
            },
            { dependsOn: enabled },
        ),
    );
    const shared = { managedZone: zone.name, ttl: 300 };
    new RecordSet(
        ...child("record", `${component}-${part}`, {
            ...shared,
            name: dnsName,
            type: "A",
            rrdatas: [parts.address.address],
        }),
    );
    new RecordSet(
        ...child("record", `${component}-${part}-all`, {
            ...shared,
            name: `*.${dnsName}`,
            type: "CNAME",
            rrdatas: [dnsName],
        }),
    );
    return zone;
}
