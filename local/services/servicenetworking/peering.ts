import type { Cloud } from "../../cloud/cloud";
import { digits } from "../../cloud/ids";
import type { Entry } from "../../cloud/store";
import { type Inputs, lastPart } from "../../rules/rules";
import { api, connectionName } from "./names";

/** The instances of Cloud SQL with a private address in a network. */
export function instancesIn(network: string, cloud: Cloud): Entry[] {
    return cloud.store
        .list(`//cloudsql.googleapis.com/projects/${network.split("/")[1]}/instances`)
        .filter(({ state }) => {
            const { privateNetwork } = (state as Inputs).settings?.ipConfiguration ?? {};
            return privateNetwork && lastPart(privateNetwork) === lastPart(network);
        });
}

/**
 * The route by which a network reaches what Google's services have in the peered one: as long as it is there, the network
 * cannot be deleted, whether the program still knows of the connection or not.
 */
export function peeringRoute(network: string, cloud: Cloud): string | undefined {
    const [instance] = cloud.store.read(connectionName(network)) ? instancesIn(network, cloud) : [];
    return instance && `projects/${network.split("/")[1]}/global/routes/peering-route-${digits(instance.id, 16)}`;
}

/** Under which name the API still knows the ranges of a connection whose network is gone. */
const knownName = (network: string) => `//${api}/known/${network}`;

/** The API still knows of the ranges of a connection whose network is gone; nobody else does. */
export function forgetConnection(network: string, cloud: Cloud): void {
    const entry = cloud.store.read(connectionName(network));
    if (entry) {
        const { project, id, state } = entry;
        cloud.store.write({ name: knownName(network), project, id, state });
        cloud.store.remove(entry.name);
    }
}

/** The ranges of the connection that a network of this name has or once had. */
export function rangesOf(network: string, cloud: Cloud): string[] | undefined {
    const entry = cloud.store.read(connectionName(network)) ?? cloud.store.read(knownName(network));
    return entry?.state.reservedPeeringRanges as string[] | undefined;
}

/** "Configure private services access": for how long Cloud SQL keeps what a deleted instance had in the peered network. */
const daysHeld = 4;

/** Notes that an instance with an address in the network was deleted, until which the connection cannot be. */
export function holdConnection(network: string, cloud: Cloud): void {
    cloud.blocked.block(connectionName(network), network.split("/")[1] as string, daysHeld);
}

/** Whether something of Google's services is in the peered network, or was until a moment ago. */
export function isHeld(network: string, cloud: Cloud): boolean {
    return instancesIn(network, cloud).length > 0 || cloud.blocked.has(connectionName(network));
}
