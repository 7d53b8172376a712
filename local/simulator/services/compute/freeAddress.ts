import { addressIn, parseRange } from "../../../../lib/formats";
import type { Cloud } from "../../cloud/cloud";
import { GoogleError } from "../../cloud/errors";
import type { Entry } from "../../cloud/store";
import { api, selfLink } from "./names";

/** The addresses in use in a subnetwork: reserved ones, and those of instances and forwarding rules. */
function addressesIn(subnetwork: Entry, cloud: Cloud): unknown[] {
    const [, project, , region] = subnetwork.id.split("/");
    const inRegion = cloud.store.list(`//${api}/projects/${project}/regions/${region}`);
    const link = selfLink(subnetwork.id);
    const interfaces = cloud.store
        .list(`//${api}/projects/${project}/zones`)
        .flatMap(({ state }) => (state.networkInterfaces ?? []) as { subnetwork?: string; networkIp?: string }[]);
    return [
        ...inRegion
            .filter(({ state }) => state.subnetwork === link)
            .flatMap(({ state }) => [state.address, state.ipAddress]),
        ...interfaces.flatMap((each) => (each.subnetwork === link ? [each.networkIp] : [])),
    ];
}

/** The first unused address of a subnetwork; Google reserves the first two and last two. */
export function freeAddress(subnetwork: Entry, cloud: Cloud): string {
    const range = String(subnetwork.state.ipCidrRange);
    const { first = 0, last = 0 } = parseRange(range) ?? {};
    const used = new Set(addressesIn(subnetwork, cloud));
    for (let offset = 2; offset < last - first - 1; offset++) {
        const address = addressIn(range, offset);
        if (!used.has(address)) {
            return address;
        }
    }
    throw new GoogleError(400, `IP space of '${subnetwork.id}' is exhausted.`, { reason: "invalid" });
}
