import { GlobalAddress } from "@pulumi/gcp/compute/globalAddress";
import type { Network } from "@pulumi/gcp/compute/network";
import { Connection } from "@pulumi/gcp/servicenetworking/connection";
import type * as pulumi from "@pulumi/pulumi";
import * as check from "../internal/check";
import type { Child } from "../internal/children";
import { cidr } from "../internal/cidr";
import { fitted } from "../internal/names";

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

/** Of what size or where the range is that Google's services have in the network. */
export type PrivateServicesRange = check.OneOf<ChosenRange | GivenRange>;

/** Checks private services access. */
export const privateServices: check.Check = check.literalOr(
    false,
    check.options<ChosenRange & Partial<GivenRange>>({
        prefixLength: check.whole(8, 24),
        range: cidr(8, 24),
    }),
);

/** By these Google's services, such as Cloud SQL, have addresses in the network. */
export interface PrivateServices {
    /** The range of their addresses. */
    readonly range: GlobalAddress;
    /** The peering with their network: what is to be there with a private address depends on it. */
    readonly connection: Connection;
}

/** Private services access of a network. */
export function connected(
    component: string,
    { name, network }: { name: string; network: Network },
    { prefixLength = 16, range }: PrivateServicesRange,
    child: Child,
    enabled: pulumi.Resource[],
): PrivateServices {
    const [address, length] = range?.split("/") ?? [];
    const part = `${component}-private-services`;
    const reserved = new GlobalAddress(
        ...child("privateServicesRange", part, {
            name: `${fitted(name, 46)}-private-services`,
            network: network.id,
            purpose: "VPC_PEERING",
            addressType: "INTERNAL",
            address,
            prefixLength: length === undefined ? prefixLength : Number(length),
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
            },
            { dependsOn: enabled },
        ),
    );
    return { range: reserved, connection };
}
