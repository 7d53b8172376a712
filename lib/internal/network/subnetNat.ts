import type { Subnetwork } from "@pulumi/gcp/compute/subnetwork";
import type * as pulumi from "@pulumi/pulumi";
import { originOf } from "../arguments/check";

/**
 * Returns the Cloud NAT of a subnet's region, if it can have one. The first call creates it.
 *
 * @param consumer the component that needs it: `GkeCluster "main"`
 */
type ProvideNat = (consumer: string) => pulumi.Resource | undefined;

/** By the outputs that refer to a subnet: its ID, its name and its URL. */
const providers = new WeakMap<object, ProvideNat>();

/** Sets how the Cloud NAT of a subnet is created. */
export function setNat({ id, name, selfLink }: Subnetwork, provide: ProvideNat): void {
    for (const reference of [id, name, selfLink]) {
        providers.set(reference, provide);
    }
}

/**
 * Lets a connector use the Cloud NAT of a subnet's region, as its instances are in the same network.
 *
 * @param connector the connector's ID
 * @param subnetwork the subnet's ID or name
 */
export function shareNat(connector: object, subnetwork: unknown): void {
    providers.set(connector, (consumer) => natOf(subnetwork, consumer)[0]);
}

/**
 * Returns the Cloud NAT through which the resources of a consumer reach the internet without external addresses; nothing for a
 * subnet that is not of a `Network` of this program, or of one with `nat: false`.
 *
 * @param subnetwork the ID or name of a subnet, or the ID of a connector
 */
export function natOf(subnetwork: unknown, consumer: string): pulumi.Resource[] {
    const nat = providers.get(Object(originOf(subnetwork)))?.(consumer);
    return nat ? [nat] : [];
}
