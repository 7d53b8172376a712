import type { Cloud } from "../../cloud/cloud";
import { digits } from "../../cloud/ids";
import type { Entry } from "../../cloud/store";
import { type Inputs, lastPart } from "../../rules/rules";
import { api, connectionName } from "./names";

/** The Cloud SQL instances with a private address in a network. */
export function instancesIn(network: string, cloud: Cloud): Entry[] {
    return cloud.store
        .list(`//cloudsql.googleapis.com/projects/${network.split("/")[1]}/instances`)
        .filter(({ state }) => {
            const { privateNetwork } = (state as Inputs).settings?.ipConfiguration ?? {};
            return privateNetwork && lastPart(privateNetwork) === lastPart(network);
        });
}

/**
 * The peering route of a network. While it exists, the network cannot be deleted, even if the program no longer
 * contains the connection.
 */
export function peeringRoute(network: string, cloud: Cloud): string | undefined {
    const [instance] = cloud.store.read(connectionName(network)) ? instancesIn(network, cloud) : [];
    const [held] = cloud.propagation.remaining(connectionName(network)) as { id: string }[];
    return instance ? routeTo(network, instance.id) : held?.id;
}

const routeTo = (network: string, instance: string) =>
    `projects/${network.split("/")[1]}/global/routes/peering-route-${digits(instance, 16)}`;

/** The name under which the API keeps the ranges of a deleted network's connection. */
const knownName = (network: string) => `//${api}/known/${network}`;

/** Deletes the connections of a network; the API keeps the ranges of Google's services. */
export function removeConnection(network: string, cloud: Cloud): void {
    const entry = cloud.store.read(connectionName(network));
    if (entry) {
        const { project, id, state } = entry;
        cloud.store.write({ name: knownName(network), project, id, state });
        cloud.store.remove(entry.name);
    }
    const others = cloud.store.list(`//${api}/services`).filter(({ name }) => name.endsWith(`/connections/${network}`));
    for (const { name } of others) {
        cloud.store.remove(name);
    }
}

/** The current or previous ranges of a network's connection. */
export function rangesOf(network: string, cloud: Cloud): string[] | undefined {
    const entry = cloud.store.read(connectionName(network)) ?? cloud.store.read(knownName(network));
    return entry?.state.reservedPeeringRanges as string[] | undefined;
}

/** "Configure private services access": how long Cloud SQL keeps the resources of a deleted instance in the peered network, in days. */
const daysHeld = 4;

/**
 * Records the deletion of an instance with an address in the network, which prevents deletion of the connection and of the network for
 * some time.
 */
export function blockConnectionDeletion(network: string, instance: string, cloud: Cloud): void {
    const name = connectionName(network);
    cloud.blocked.reserve(name, network.split("/")[1] as string, daysHeld);
    cloud.propagation.removed(name, "peering", instance, { id: routeTo(network, instance) });
}

/** Whether Google services use the peered network, or did so recently. */
export function isConnectionInUse(network: string, cloud: Cloud): boolean {
    return instancesIn(network, cloud).length > 0 || cloud.blocked.has(connectionName(network));
}
