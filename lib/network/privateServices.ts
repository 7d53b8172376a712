import { GlobalAddress } from "@pulumi/gcp/compute/globalAddress";
import type { Network } from "@pulumi/gcp/compute/network";
import { NetworkPeeringRoutesConfig } from "@pulumi/gcp/compute/networkPeeringRoutesConfig";
import { Connection } from "@pulumi/gcp/servicenetworking/connection";
import type * as pulumi from "@pulumi/pulumi";
import * as check from "../internal/check";
import type { Child } from "../internal/children";
import { partOf } from "./names";
import { usableRange } from "./subnets";

/** Private services access whose range Google chooses. */
export interface ChosenRange {
    /**
     * How large the range is: 8 to 24, the length of its prefix. Cloud SQL takes a /24 of it for each region ("Plan IP
     * addresses" of Cloud SQL).
     * @default 16
     */
    prefixLength?: number;
}

/** Private services access with a range that is told. */
export interface GivenRange {
    /** The range, as `10.64.0.0/16`: /8 to /24, outside of the subnets. */
    range: string;
}

/** What private services access is told besides. */
export interface SharedServices {
    /**
     * Whether Google's services learn the network's custom routes, as to what is behind a VPN.
     * @default false
     */
    exportCustomRoutes?: boolean;
}

/** Of what size or where the range is that Google's services have in the network. */
export type PrivateServicesRange = SharedServices & check.OneOf<ChosenRange | GivenRange>;

/** Checks private services access. */
export const privateServices: check.Check = check.literalOr(
    false,
    check.either(
        (value) => Reflect.has(Object(value), "range"),
        check.options<SharedServices & GivenRange>(
            { range: usableRange(8, 24), exportCustomRoutes: check.flag() },
            "range",
        ),
        check.options<SharedServices & ChosenRange>({
            prefixLength: check.whole(8, 24),
            exportCustomRoutes: check.flag(),
        }),
    ),
);

/** By these Google's services, such as Cloud SQL, have addresses in the network. */
export interface PrivateServices {
    /** The range of their addresses. */
    readonly range: GlobalAddress;
    /** The peering with their network: what is to be there with a private address depends on it. */
    readonly connection: Connection;
    /** What the peering tells of routes; nothing unless `exportCustomRoutes` says so. */
    readonly routes?: NetworkPeeringRoutesConfig;
}

/** Private services access of a network. */
export function connected(
    component: string,
    { name, network, labels }: { name: string; network: Network; labels?: Record<string, pulumi.Input<string>> },
    { prefixLength = 16, range, exportCustomRoutes = false }: PrivateServicesRange,
    child: Child,
    enabled: pulumi.Resource[],
): PrivateServices {
    const [address, length] = range?.split("/") ?? [];
    const part = `${component}-private-services`;
    const reserved = new GlobalAddress(
        ...child("privateServicesRange", part, {
            name: partOf(name, "private-services"),
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
                // Cloud SQL keeps what it had in the peered network for up to four days after an instance is deleted, and the
                // API refuses to delete the connection as long as that is there.
                deletionPolicy: "ABANDON",
                // Of a network with this name that was deleted with its connection, the API still knows the ranges.
                updateOnCreationFail: true,
            },
            { dependsOn: enabled },
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
