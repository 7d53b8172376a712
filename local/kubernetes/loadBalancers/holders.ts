import type { KubeObject } from "../api/api";

/**
 * Which object's load balancer has which address, among those that listen on the ports of HTTP: there is one for an address, and who
 * comes later waits for it ("IP address specifications" of forwarding rules).
 */
export class Holders {
    private readonly uids = new Map<string, string>();

    constructor(objects: KubeObject[]) {
        for (const each of objects) {
            for (const address of addressesOf(each.status)) {
                this.hold(address, each);
            }
        }
    }

    /** Gives an address to an object, unless another one has it. */
    hold(address: string, { metadata }: KubeObject): void {
        if (!this.uids.has(address)) {
            this.uids.set(address, metadata.uid);
        }
    }

    /** Why an object cannot have an address, in Google's words; nothing when it can. */
    problem(address: string, { metadata }: KubeObject): string | undefined {
        const holder = this.uids.get(address);
        return holder === undefined || holder === metadata.uid
            ? undefined
            : `googleapi: Error 400: Invalid value for field 'resource.IPAddress': '${address}'. Specified IP address is in-use and would result in a conflict., invalid`;
    }
}

/** The addresses that the status of an object tells of. */
export function addressesOf(status: object = {}): string[] {
    const { loadBalancer, addresses = [] } = status as KubeObject;
    const given: KubeObject[] = [...(loadBalancer?.ingress ?? []), ...addresses];
    return given.flatMap(({ ip, value }) => ip ?? value ?? []);
}
