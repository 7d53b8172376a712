import { GlobalAddress } from "@pulumi/gcp/compute/globalAddress";
import { GlobalForwardingRule } from "@pulumi/gcp/compute/globalForwardingRule";
import type { Network } from "@pulumi/gcp/compute/network";
import { ManagedZone } from "@pulumi/gcp/dns/managedZone";
import { RecordSet } from "@pulumi/gcp/dns/recordSet";
import type * as pulumi from "@pulumi/pulumi";
import type { Environment } from "../environment/environment";
import * as check from "../internal/arguments/check";
import { hashOf, partName } from "../internal/arguments/names";
import type { Child } from "../internal/engine/children";
import { defaultTtl } from "../internal/network/dnsZone";
import { directoryApi, ipAddress } from "./endpoint";

/**
 * A {@link https://cloud.google.com/vpc/docs/configure-private-service-connect-apis Private Service Connect endpoint} for
 * Google APIs.
 */
export interface GoogleApis {
    /**
     * The IP address, outside of all subnets. Changing this replaces the endpoint.
     * @default "10.255.255.254"
     */
    address?: string;
    /**
     * The {@link https://cloud.google.com/vpc/docs/about-accessing-google-apis-endpoints API bundle}: all APIs, or only
     * those that support VPC Service Controls.
     * @default "all-apis"
     */
    bundle?: "all-apis" | "vpc-sc";
    /**
     * The domains that resolve to the endpoint in the network, with their subdomains.
     * @default googleapis.com, gcr.io, pkg.dev and run.app
     */
    domains?: string[];
}

/** The endpoint for Google APIs. */
export interface GoogleApisEndpoint {
    /** The internal IP address. */
    readonly address: GlobalAddress;
    /** The forwarding rule to the API bundle. */
    readonly forwardingRule: GlobalForwardingRule;
    /** The private DNS zones by domain. */
    readonly zones: Readonly<Record<string, ManagedZone>>;
}

/** The defaults of {@link GoogleApis}. */
export const defaultGoogleApis = {
    address: "10.255.255.254",
    bundle: "all-apis",
    domains: ["googleapis.com", "gcr.io", "pkg.dev", "run.app"],
};

const domain = check.matching(
    /^(?=.{1,40}$)([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]+$/,
    "must be a domain such as googleapis.com",
);

/** Checks the endpoint for Google APIs. */
export const googleApis = check.either(
    (value) => typeof value === "boolean",
    check.flag(),
    check.options<GoogleApis>({
        address: ipAddress,
        bundle: check.oneOf("all-apis", "vpc-sc"),
        domains: check.pipe(
            check.list(domain),
            check.refine(
                (domains) => new Set(domains as string[]).size === (domains as string[]).length,
                "must not have duplicates",
            ),
        ),
    }),
);

/**
 * The {@link https://cloud.google.com/vpc/docs/configure-private-service-connect-apis name of the endpoint}: up to 20
 * lower-case letters and digits, starting with a letter.
 */
function endpointName(name: string): string {
    const plain = name.replaceAll("-", "");
    const hash = hashOf(name, 4);
    return `${plain.length > 16 ? `${plain.slice(0, 12)}${hash}` : plain}apis`;
}

/**
 * Creates the endpoint for Google APIs, and the DNS zones that resolve their usual names to it.
 * @param parts `region` is the region of the endpoint's entry in Service Directory
 */
export function createGoogleApisEndpoint(
    component: string,
    parts: { name: string; network: Network; region: string; labels?: Record<string, pulumi.Input<string>> },
    googleApis: GoogleApis,
    child: Child,
    environment: Environment,
): GoogleApisEndpoint {
    const { name, network, region, labels } = parts;
    const { address: ip, bundle, domains } = check.withDefaults(googleApis, defaultGoogleApis as Required<GoogleApis>);
    const part = `${component}-google-apis`;
    const address = new GlobalAddress(
        ...child("googleApisAddress", part, {
            name: partName(name, "google-apis"),
            network: network.id,
            purpose: "PRIVATE_SERVICE_CONNECT",
            addressType: "INTERNAL",
            address: ip,
            labels,
        }),
    );
    const forwardingRule = new GlobalForwardingRule(
        ...child(
            "googleApisEndpoint",
            part,
            {
                name: endpointName(name),
                network: network.id,
                ipAddress: address.id,
                target: bundle,
                loadBalancingScheme: "",
                // Google's automatic zone would be p.googleapis.com, not the usual names.
                noAutomateDnsZone: true,
                // Otherwise us-central1, which policies for the location of resources may refuse.
                serviceDirectoryRegistrations: { serviceDirectoryRegion: region },
                labels,
            },
            // A change would replace the endpoint.
            { ignoreChanges: ["serviceDirectoryRegistrations"], dependsOn: environment.enable(directoryApi) },
        ),
    );
    const dependsOn = environment.enable("dns.googleapis.com");
    const zones = domains.map((domain) => [
        domain,
        createZone(component, domain, { ...parts, address }, child, dependsOn),
    ]);
    return { address, forwardingRule, zones: Object.fromEntries(zones) };
}

/** Creates a private zone that resolves a domain and its subdomains to an address. */
function createZone(
    component: string,
    domain: string,
    parts: { name: string; network: Network; address: GlobalAddress; labels?: Record<string, pulumi.Input<string>> },
    child: Child,
    dependsOn: pulumi.Resource[],
): ManagedZone {
    const part = domain.replaceAll(".", "-");
    const dnsName = `${domain}.`;
    const zone = new ManagedZone(
        ...child(
            "zone",
            `${component}-${part}`,
            {
                name: partName(parts.name, part),
                dnsName,
                description: `${domain} at the endpoint of the network ${parts.name}`,
                visibility: "private",
                privateVisibilityConfig: { networks: [{ networkUrl: parts.network.id }] },
                labels: parts.labels,
            },
            { dependsOn },
        ),
    );
    const shared = { managedZone: zone.name, ttl: defaultTtl };
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
