import type { KubeObject } from "../api/api";

/**
 * The owners of addresses among HTTP load balancers: an address has one owner, and others wait for it ("IP address
 * specifications" of forwarding rules).
 */
export class AddressOwners {
    private readonly uids = new Map<string, string>();

    constructor(objects: KubeObject[]) {
        for (const item of objects) {
            for (const address of addressesOf(item.status)) {
                this.assign(address, item);
            }
        }
    }

    /** Assigns an address to an object, unless another one owns it. */
    assign(address: string, { metadata }: KubeObject): void {
        if (!this.uids.has(address)) {
            this.uids.set(address, metadata.uid);
        }
    }

    /** Google's error if an object cannot use an address; undefined if it can. */
    problem(address: string, { metadata }: KubeObject): string | undefined {
        const owner = this.uids.get(address);
        return owner === undefined || owner === metadata.uid
            ? undefined
            : `googleapi: Error 400: Invalid value for field 'resource.IPAddress': '${address}'. Specified IP address is in-use and would result in a conflict., invalid`;
    }
}

/** The addresses in the status of an object. */
export function addressesOf(status: object = {}): string[] {
    const { loadBalancer, addresses = [] } = status as KubeObject;
    const input: KubeObject[] = [...(loadBalancer?.ingress ?? []), ...addresses];
    return input.flatMap(({ ip, value }) => ip ?? value ?? []);
}
