import { GlobalAddress } from "@pulumi/gcp/compute/globalAddress";
import type { Network } from "@pulumi/gcp/compute/network";
import { NetworkPeeringRoutesConfig } from "@pulumi/gcp/compute/networkPeeringRoutesConfig";
import { Connection } from "@pulumi/gcp/servicenetworking/connection";
import { PeeredDnsDomain } from "@pulumi/gcp/servicenetworking/peeredDnsDomain";
import type * as pulumi from "@pulumi/pulumi";
import { networkLimits } from "../facts/limits/network";
import { nameFormats } from "../facts/names";
import * as check from "../internal/arguments/check";
import { partName } from "../internal/arguments/names";
import type { Child } from "../internal/engine/children";

import { usableRange } from "./subnets";

/**
 * {@link https://cloud.google.com/vpc/docs/private-services-access Private services access} with a range that Google
 * chooses.
 */
export interface ChosenRange {
    /**
     * The prefix length of the range: 8 to 24. Cloud SQL
     * {@link https://cloud.google.com/sql/docs/postgres/private-ip uses a /24} of it for each region.
     * @default 16
     */
    prefixLength?: number;
}

/** {@link https://cloud.google.com/vpc/docs/private-services-access Private services access} with a fixed range. */
export interface GivenRange {
    /** The range, such as `10.64.0.0/16`: /8 to /24, outside of the subnets. */
    range: string;
}

/** The options of every private services access. */
export interface SharedServices {
    /**
     * Exports the network's custom routes to Google services, for example for clients behind a VPN.
     * @default false
     */
    exportCustomRoutes?: boolean;
    /**
     * Imports custom routes of the services' network, for example routes to what the services have behind it.
     * @default false
     */
    importCustomRoutes?: boolean;
    /**
     * {@link https://cloud.google.com/vpc/docs/configure-private-services-access#dns-peering Domains} of the network's private zones, with
     * their subdomains, that the services may resolve: `["acme.internal"]`.
     * @default none
     */
    dnsDomains?: string[];
    /**
     * The {@link https://cloud.google.com/compute/docs/naming-resources name} of the range. If there are several ranges, a service can
     * select one by its name. Changing this replaces the range.
     * @default the name of the network with the suffix `private-services`
     */
    name?: string;
}

/** The IP range for Google services in the network. */
export type PrivateServicesRange = SharedServices & check.OneOf<ChosenRange | GivenRange>;

const prefix = networkLimits.rows.privateServicesPrefix;

const shared: check.Checks<SharedServices> = {
    exportCustomRoutes: check.flag(),
    importCustomRoutes: check.flag(),
    dnsDomains: check.pipe(
        check.list(
            check.matching(
                /^(?=.{1,60}$)[a-z]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$/,
                "must be a domain such as acme.internal",
            ),
        ),
        check.refine(
            (domains) => new Set(domains as string[]).size === (domains as string[]).length,
            "must not have duplicates",
        ),
    ),
    name: check.nameOf(nameFormats.rows.computeResource),
};

const servicesRange = check.either(
    (value) => Reflect.has(Object(value), "range"),
    check.options<SharedServices & GivenRange>({ range: usableRange(prefix.min, prefix.max), ...shared }, "range"),
    check.options<SharedServices & ChosenRange>({ prefixLength: check.whole(prefix.min, prefix.max), ...shared }),
);

/** Checks the options of private services access. */
export const privateServices = check.either((value) => typeof value === "boolean", check.flag(), servicesRange);

/** The service of Google's own producers. */
export const googleServices = "servicenetworking.googleapis.com";

/** Checks the ranges for other service producers. */
export const serviceProducers = check.record(
    check.pipe(
        check.matching(/^[a-z][a-z0-9-]*(\.[a-z0-9-]+)+$/, "must be a service such as netapp.servicenetworking.goog"),
        check.refine((service) => service !== googleServices, "has its range in privateServices"),
    ),
    servicesRange,
);

/** The range that the arguments give, if any; Google chooses others. */
export function rangeOf(privateServices: PrivateServicesRange | boolean | undefined): string | undefined {
    return typeof privateServices === "object" ? privateServices.range : undefined;
}

/** The private services access of a network, for Google services such as Cloud SQL. */
export interface PrivateServices {
    /** The allocated IP range. */
    readonly range: GlobalAddress;
    /** The peering connection; resources with a private address must depend on it. */
    readonly connection: Connection;
    /** The routes configuration of the peering; undefined without `exportCustomRoutes` and `importCustomRoutes`. */
    readonly routes?: NetworkPeeringRoutesConfig;
    /** The domains that the services may resolve. */
    readonly domains: Readonly<Record<string, PeeredDnsDomain>>;
}

/** What the range of private services access belongs to. */
interface NetworkParts {
    name: string;
    network: Network;
    subnetworks: pulumi.Resource[];
    labels?: Record<string, pulumi.Input<string>>;
}

/** Creates the IP range and the peering connection of private services access. */
export function createPrivateServices(
    component: string,
    { name, network, subnetworks, labels }: NetworkParts,
    { prefixLength = 16, range, ...options }: PrivateServicesRange,
    child: Child,
    dependsOn: pulumi.Resource[],
    service = googleServices,
): PrivateServices {
    const { exportCustomRoutes = false, importCustomRoutes = false, dnsDomains = [] } = options;
    const [address, length] = range?.split("/") ?? [];
    const suffix = service === googleServices ? "private-services" : hyphenated(service);
    const part = `${component}-${suffix}`;
    const reserved = new GlobalAddress(
        ...child(
            "privateServicesRange",
            part,
            {
                name: options.name ?? partName(name, suffix),
                network: network.id,
                purpose: "VPC_PEERING",
                addressType: "INTERNAL",
                address,
                prefixLength: length === undefined ? prefixLength : Number(length),
                labels,
                // Google chooses a range that no subnet has at that time: a subnet that is created later could be refused.
            },
            { dependsOn: range === undefined ? subnetworks : [] },
        ),
    );
    const connection = new Connection(
        ...child(
            "privateServicesConnection",
            part,
            {
                network: network.id,
                service,
                reservedPeeringRanges: [reserved.name],
                // The API refuses to delete the connection while Cloud SQL keeps resources in the peered network, which it does for
                // up to four days after the deletion of an instance.
                deletionPolicy: "ABANDON",
                // The API remembers the ranges of a deleted network with the same name.
                updateOnCreationFail: true,
            },
            { dependsOn },
        ),
    );
    const routes =
        exportCustomRoutes || importCustomRoutes
            ? new NetworkPeeringRoutesConfig(
                  ...child("privateServicesRoutes", part, {
                      network: network.name,
                      peering: connection.peering,
                      exportCustomRoutes,
                      importCustomRoutes,
                  }),
              )
            : undefined;
    const domains = dnsDomains.map((domain) => {
        const inputs = {
            name: hyphenated(domain),
            network: network.name,
            project: network.project,
            service,
            dnsSuffix: `${domain}.`,
        };
        const key = `${part}-${hyphenated(domain)}`;
        return [
            domain,
            new PeeredDnsDomain(...child("privateServicesDomain", key, inputs, { dependsOn: connection })),
        ] as const;
    });
    return { range: reserved, connection, routes, domains: Object.fromEntries(domains) };
}

/** The part of a name for a domain. */
const hyphenated = (domain: string) => domain.replaceAll(".", "-");
