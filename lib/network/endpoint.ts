import { Address } from "@pulumi/gcp/compute/address";
import { ForwardingRule } from "@pulumi/gcp/compute/forwardingRule";
import type { Network } from "@pulumi/gcp/compute/network";
import type { Subnetwork } from "@pulumi/gcp/compute/subnetwork";
import type * as pulumi from "@pulumi/pulumi";
import * as check from "../internal/check";
import type { Child } from "../internal/children";
import { partName } from "./names";

/** An endpoint of Private Service Connect for a service that somebody publishes. */
export interface ServiceEndpoint {
    /** The service attachment, `projects/…/regions/europe-west1/serviceAttachments/…`, in the region of the subnet. */
    serviceAttachment: pulumi.Input<string>;
    /**
     * The subnet of its address, by its key in `subnets`.
     * @default the first one
     */
    subnet?: string;
    /**
     * Its address in the subnet, as `10.0.0.5`. Another one makes another endpoint.
     * @default one that is free
     */
    address?: pulumi.Input<string>;
}

/** An endpoint and its address in the network. */
export interface Endpoint {
    readonly address: Address;
    readonly forwardingRule: ForwardingRule;
}

/** Checks an IPv4 address. */
export const ipAddress = check.matching(
    /^((25[0-5]|2[0-4]\d|1?\d?\d)(\.(?!$)|$)){4}$/,
    "must be an IPv4 address, as 10.0.0.5 is",
);

/** The id of a service attachment. */
export const serviceAttachment = check.input(
    check.matching(
        /^(https:\/\/www\.googleapis\.com\/compute\/v1\/)?projects\/[^/]+\/regions\/[^/]+\/serviceAttachments\/[^/]+$/,
        "must be a service attachment, as projects/acme-dev/regions/europe-west1/serviceAttachments/sales is",
    ),
);

/** Checks the endpoints for services. */
export const endpoints: check.Check = check.record(
    partName("the name of an endpoint"),
    check.options<ServiceEndpoint>(
        { serviceAttachment, subnet: check.text(), address: check.input(ipAddress) },
        "serviceAttachment",
    ),
);

/** An endpoint of a network for a service attachment; the service is reached by the address. */
export function endpoint(
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
): Endpoint {
    const { name, region, network, subnetwork, address: given, labels } = parts;
    const address = new Address(
        ...child("endpointAddress", component, {
            name,
            region,
            addressType: "INTERNAL",
            subnetwork: subnetwork.id,
            address: given,
            labels,
        }),
    );
    const forwardingRule = new ForwardingRule(
        ...child("endpoint", component, {
            name,
            region,
            network: network.id,
            ipAddress: address.id,
            target: parts.serviceAttachment,
            // The API's word for an endpoint, which balances nothing.
            loadBalancingScheme: "",
            allowPscGlobalAccess: true,
            labels,
        }),
    );
    return { address, forwardingRule };
}
