import { Address } from "@pulumi/gcp/compute/address";
import { ForwardingRule } from "@pulumi/gcp/compute/forwardingRule";
import type { Network } from "@pulumi/gcp/compute/network";
import type { Subnetwork } from "@pulumi/gcp/compute/subnetwork";
import type * as pulumi from "@pulumi/pulumi";
import type { Environment } from "../environment/environment";
import * as check from "../internal/arguments/check";
import type { Child } from "../internal/engine/children";
import { serviceAttachment } from "../internal/network/serviceAttachment";
import { partKey } from "./names";
import { type ExistingSubnet, isUsable, type Subnet } from "./subnets";

/**
 * A {@link https://cloud.google.com/vpc/docs/configure-private-service-connect-services Private Service Connect endpoint}
 * for a published service.
 */
export interface ServiceEndpoint {
    /** The service attachment in the region of the subnet, `projects/…/regions/europe-west1/serviceAttachments/…`. */
    serviceAttachment: pulumi.Input<string>;
    /**
     * The subnet of the endpoint's address, by its key in `subnets`.
     * @default the first subnet
     */
    subnet?: string;
    /**
     * The IP address in the subnet, such as `10.0.0.5`. Changing this replaces the endpoint.
     * @default a free address
     */
    address?: pulumi.Input<string>;
}

/** A Private Service Connect endpoint. */
export interface Endpoint {
    /** The internal IP address. */
    readonly address: Address;
    /** The forwarding rule to the published service. */
    readonly forwardingRule: ForwardingRule;
}

/** Checks an IPv4 address. */
export const ipAddress = check.matching(
    /^((25[0-5]|2[0-4]\d|1?\d?\d)(\.(?!$)|$)){4}$/,
    "must be an IPv4 address such as 10.0.0.5",
);

/** Checks the endpoints for published services. */
export const endpoints = check.record(
    partKey("the name of an endpoint"),
    check.options<ServiceEndpoint>(
        { serviceAttachment, subnet: check.text(), address: check.input(ipAddress) },
        "serviceAttachment",
    ),
);

/** The API of Service Directory, with which Private Service Connect registers endpoints. */
export const directoryApi = "servicedirectory.googleapis.com";

/** Creates an endpoint for a service attachment. */
export function createEndpoint(
    component: string,
    parts: {
        name: string;
        region: string;
        network: Network;
        subnetwork: Subnetwork;
        serviceAttachment: pulumi.Input<string>;
        address?: pulumi.Input<string>;
        labels?: Record<string, pulumi.Input<string>>;
    },
    child: Child,
    environment: Environment,
): Endpoint {
    const { name, region, network, subnetwork, labels } = parts;
    const address = new Address(
        ...child("endpointAddress", component, {
            name,
            region,
            addressType: "INTERNAL",
            subnetwork: subnetwork.id,
            address: parts.address,
            labels,
        }),
    );
    const forwardingRule = new ForwardingRule(
        ...child(
            "endpoint",
            component,
            {
                name,
                region,
                network: network.id,
                ipAddress: address.id,
                target: parts.serviceAttachment,
                // The API's value for an endpoint.
                loadBalancingScheme: "",
                allowPscGlobalAccess: true,
                labels,
            },
            { dependsOn: environment.enable(directoryApi) },
        ),
    );
    return { address, forwardingRule };
}

/** Checks the subnets of the endpoints. */
export function endpointProblems(
    endpoints: Record<string, ServiceEndpoint>,
    subnets: Record<string, Subnet | ExistingSubnet>,
) {
    const keys = Object.keys(subnets).filter((key) => isUsable(subnets[key] as Subnet | ExistingSubnet));
    return Object.entries(endpoints).map(([key, { subnet = keys[0] as string }]) => {
        const path = `privateServiceConnect.endpoints.${key}.subnet`;
        return (
            check.when(
                keys.length === 0,
                path,
                "network/endpoint-without-subnet",
                "needs a subnet for its address. Add one to subnets.",
            ) ??
            check.when(
                !keys.includes(subnet),
                path,
                "network/endpoint-subnet-unknown",
                `must be one of the subnets ${keys.join(", ")} (got "${subnet}").`,
            )
        );
    });
}
