import type { DatabaseInstance } from "@pulumi/gcp/sql/databaseInstance";
import type * as pulumi from "@pulumi/pulumi";
import type { Environment } from "../environment/environment";
import type { CloudSqlRoute } from "../identity/capability";
import { Network } from "../network";
import type { Connectivity, ExistingNetwork } from "./connectivity";
import type { Reached } from "./owner";
import type { Engine } from "./versions";

/** The network in which an instance has a private address, if it has one. */
export function networkOf({ network, privateServiceConnect }: Connectivity): Network | ExistingNetwork | undefined {
    return network === false || (network === undefined && privateServiceConnect)
        ? undefined
        : (network ?? Network.shared());
}

const isComponent = (network: Network | ExistingNetwork): network is Network => "subnetworks" in network;

/** What must be there before an instance has an address in the network. */
export function connectionTo(network: Network | ExistingNetwork | undefined): pulumi.Resource[] {
    return network && isComponent(network) && network.privateServices ? [network.privateServices.connection] : [];
}

/** How an instance is reached, in the form of the provider. */
export function ipConfiguration(
    given: Connectivity & { engine: Engine },
    network: Network | ExistingNetwork | undefined,
    environment: Environment,
) {
    const { publicAddress = false, privateServiceConnect, tls } = given;
    const authorized = typeof publicAddress === "object" ? (publicAddress.authorizedNetworks ?? {}) : {};
    const existing = network && !isComponent(network) ? network : undefined;
    return {
        ipv4Enabled: publicAddress !== false,
        authorizedNetworks: Object.entries(authorized).map(([name, value]) => ({ name, value })),
        privateNetwork: existing ? existing.id : (network as Network | undefined)?.network.id,
        allocatedIpRange: existing?.allocatedRange,
        // BigQuery then reads by a federated query without an address of its own in the network, but from SQL Server.
        enablePrivatePathForGoogleCloudServices: network && given.engine !== "sqlserver" ? true : undefined,
        sslMode: tls ?? "ENCRYPTED_ONLY",
        pscConfigs: privateServiceConnect
            ? [
                  {
                      pscEnabled: true,
                      allowedConsumerProjects: privateServiceConnect.allowedProjects ?? [environment.project],
                  },
              ]
            : undefined,
    };
}

/** How consumers reach an instance: by its private address before any other. */
export function reached(
    name: string,
    instance: DatabaseInstance,
    given: Connectivity,
    network: Network | ExistingNetwork | undefined,
    region: string,
): Reached {
    const { privateServiceConnect, publicAddress = false } = given;
    const hasPublicAddress = publicAddress !== false;
    if (network) {
        const route = isComponent(network) ? routeIn(network) : routeTo(network);
        return { instance, address: instance.privateIpAddress, addressType: "private", hasPublicAddress, route };
    }
    if (privateServiceConnect?.network) {
        const made = privateServiceConnect.network.endpoint(name, instance.pscServiceAttachmentLink, region);
        return {
            instance,
            address: made.address.address,
            addressType: "psc",
            hasPublicAddress,
            route: routeIn(privateServiceConnect.network),
        };
    }
    return privateServiceConnect
        ? { instance, address: instance.dnsName, addressType: "psc", hasPublicAddress }
        : { instance, address: instance.publicIpAddress, addressType: "public", hasPublicAddress };
}

function routeIn(network: Network): CloudSqlRoute {
    return { network: network.network, subnetworkIn: (region) => network.subnetworkIn(region)?.id };
}

/** Of an output, nobody knows yet in which region it is. */
function routeTo({ id, subnetwork }: ExistingNetwork): CloudSqlRoute {
    const isIn = (region: string) => typeof subnetwork !== "string" || subnetwork.includes(`/regions/${region}/`);
    return { network: id, subnetworkIn: (region) => (isIn(region) ? subnetwork : undefined) };
}
