import type { Cloud } from "../../cloud/cloud";
import type { Inputs } from "../../rules/rules";
import { makeAutoSubnetworks } from "./autoSubnetworks";
import { firewallState } from "./firewall";
import { autoRange, fullName, selfLink } from "./names";
import { networkState } from "./network";

/** "VPC networks": the rules of the default network. */
const defaultRules: Record<string, Inputs> = {
    "default-allow-icmp": { allows: [{ protocol: "icmp" }], sourceRanges: ["0.0.0.0/0"] },
    "default-allow-internal": {
        allows: [
            { protocol: "tcp", ports: ["0-65535"] },
            { protocol: "udp", ports: ["0-65535"] },
            { protocol: "icmp" },
        ],
        sourceRanges: [autoRange],
    },
    "default-allow-rdp": { allows: [{ protocol: "tcp", ports: ["3389"] }], sourceRanges: ["0.0.0.0/0"] },
    "default-allow-ssh": { allows: [{ protocol: "tcp", ports: ["22"] }], sourceRanges: ["0.0.0.0/0"] },
};

/** Creates the default network when Compute Engine is enabled, unless a policy prevents it. */
export function makeDefaultNetwork(cloud: Cloud, project: string): void {
    if (cloud.organization.isEnforced(project, "compute.skipDefaultNetworkCreation")) {
        return;
    }
    const network = `projects/${project}/global/networks/default`;
    const state = networkState({
        project,
        name: "default",
        autoCreateSubnetworks: true,
        description: "Default network for the project",
    });
    if (!cloud.store.create({ name: fullName(network), project, id: network, state })) {
        return;
    }
    makeAutoSubnetworks(cloud, project, "default");
    for (const [name, rule] of Object.entries(defaultRules)) {
        const id = `projects/${project}/global/firewalls/${name}`;
        const inputs = { project, name, network: selfLink(network), priority: 65534, ...rule };
        cloud.store.create({ name: fullName(id), project, id, state: { ...inputs, ...firewallState(inputs) } });
    }
}
