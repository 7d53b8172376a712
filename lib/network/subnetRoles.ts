import type { Subnetwork } from "@pulumi/gcp/compute/subnetwork";
import { SubnetworkIAMMember } from "@pulumi/gcp/compute/subnetworkIAMMember";
import type { Capability } from "../internal/access/capability";
import { rolesOn } from "../internal/access/roles";
import * as check from "../internal/arguments/check";

/** The roles on a subnet. The consumer receives the subnet's ID. */
export interface SubnetRoles {
    /**
     * Creates machines, clusters and serverless services with addresses in the subnet:
     * {@link https://cloud.google.com/vpc/docs/provisioning-shared-vpc#networkuseratsubnet `roles/compute.networkUser`}.
     */
    readonly user: Capability;
    /** A capability of any role on the subnet. */
    readonly role: (role: string) => Capability;
}

/** Returns the roles on a subnet. */
export function subnetRoles(component: string, key: string, subnetwork: Subnetwork): SubnetRoles {
    const on = { subnetwork: subnetwork.id };
    const { offered, role } = rolesOn(`${component}-${key}`, SubnetworkIAMMember, on, subnetwork.id);
    return { user: offered("roles/compute.networkUser"), role };
}

/** Checks the parameter of `Network.subnet`. */
export const subnetArgs = check.options<{ subnet: string }>({ subnet: check.text() }, "subnet");

/** Refuses the key of a subnet that the network does not have. */
export function subnetKeyProblem(
    path: string,
    key: string,
    subnets: readonly { key: string }[],
): check.Problem | undefined {
    const keys = subnets.map((subnet) => subnet.key);
    return check.when(
        !keys.includes(key),
        path,
        "network/subnet-unknown",
        keys.length === 0
            ? `must be a subnet of the network, which has none (got "${key}").`
            : `must be one of the subnets ${keys.join(", ")} (got "${key}").`,
    );
}
