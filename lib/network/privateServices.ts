import { GlobalAddress } from "@pulumi/gcp/compute/globalAddress";
import type { Network } from "@pulumi/gcp/compute/network";
import { NetworkPeeringRoutesConfig } from "@pulumi/gcp/compute/networkPeeringRoutesConfig";
import { Connection } from "@pulumi/gcp/servicenetworking/connection";
import type * as pulumi from "@pulumi/pulumi";
import { networkLimits } from "../facts/limits/network";
import * as check from "../internal/check";
import type { Child } from "../internal/children";
import { partName } from "../internal/names";

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
}

/** The IP range for Google services in the network. */
export type PrivateServicesRange = SharedServices & check.OneOf<ChosenRange | GivenRange>;

const prefix = networkLimits.rows.privateServicesPrefix;

/** Checks the options of private services access. */
export const privateServices = check.either(
    (value) => typeof value === "boolean",
    check.flag(),
    check.either(
        (value) => Reflect.has(Object(value), "range"),
        check.options<SharedServices & GivenRange>(
            { range: usableRange(prefix.min, prefix.max), exportCustomRoutes: check.flag() },
            "range",
        ),
        check.options<SharedServices & ChosenRange>({
            prefixLength: check.whole(prefix.min, prefix.max),
            exportCustomRoutes: check.flag(),
        }),
    ),
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
    /** The routes configuration of the peering; undefined without `exportCustomRoutes`. */
    readonly routes?: NetworkPeeringRoutesConfig;
}

/** Creates the IP range and the peering connection of private services access. */
export function createPrivateServices(
    component: string,
    { name, network, labels }: { name: string; network: Network; labels?: Record<string, pulumi.Input<string>> },
    { prefixLength = 16, range, exportCustomRoutes = false }: PrivateServicesRange,
    child: Child,
    dependsOn: pulumi.Resource[],
): PrivateServices {
    const [address, length] = range?.split("/") ?? [];
    const part = `${component}-private-services`;
    const reserved = new GlobalAddress(
        ...child("privateServicesRange", part, {
            name: partName(name, "private-services"),
            network: network.id,
            purpose: "VPC_PEERING",
            addressType: "INTERNAL",
            address,
            prefixLength: length === undefined ? prefixLength : Number(length),
            labels,
        }),
    );
    const connection = new Connection(
        ...child(
            "privateServicesConnection",
            part,
            {
                network: network.id,
                service: "servicenetworking.googleapis.com",
                reservedPeeringRanges: [reserved.name],
                // The API refuses to delete the connection while Cloud SQL keeps resources in the peered network, which it
                // does for
                // up to four days after the deletion of an instance.
                deletionPolicy: "ABANDON",
                // The API remembers the ranges of a deleted network with the same name.
                updateOnCreationFail: true,
            },
            { dependsOn },
        ),
    );
    const routes = exportCustomRoutes
        ? new NetworkPeeringRoutesConfig(
              ...child("privateServicesRoutes", part, {
                  network: network.name,
                  peering: connection.peering,
                  exportCustomRoutes: true,
                  importCustomRoutes: false,
              }),
          )
        : undefined;
    return { range: reserved, connection, routes };
}
