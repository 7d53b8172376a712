import { Address } from "@pulumi/gcp/compute/address";
import { GlobalAddress } from "@pulumi/gcp/compute/globalAddress";
import * as pulumi from "@pulumi/pulumi";
import { component } from "../component/component";
import { Environment, inEnvironment } from "../environment/environment";
import { ExistingOf, requireKnown } from "../environment/existing";
import { deferredError, programPlace } from "../internal/arguments/argumentsError";
import * as check from "../internal/arguments/check";
import type { Child } from "../internal/engine/children";
import { networkIds, networkOf } from "../internal/network/networkOf";
import type { AddressKind, IpAddressOfProgram } from "../internal/network/reservedAddress";
import { type ExistingIpAddressArgs, type IpAddressArgs, type ResolvedArgs, resolveArgs } from "./ipAddressArgs";

/**
 * A {@link https://cloud.google.com/compute/docs/ip-addresses static IP address}: external or internal, of a region, or of a global load
 * balancer. It outlives the resource that uses it. Other components accept it: `address` of a `LoadBalancer`, `publicAddress` of a
 * `VirtualMachine`, `nat` of a `Network`. In production it is protected from deletion, because a released address cannot be recovered.
 * @example
 * ```ts
 * const outbound = new IpAddress("outbound");
 * const network = new Network("apps", { nat: { addresses: [outbound] } });
 * ```
 */
export class IpAddress extends pulumi.ComponentResource implements IpAddressOfProgram {
    /** The IP address: `203.0.113.7`. */
    readonly address: pulumi.Output<string>;
    /** The reserved address itself. */
    readonly reserved: Address | GlobalAddress;
    readonly #kind: AddressKind;

    /**
     * An address that exists already, and that the component does not manage: `IpAddress.existing("shop", { type: "global-external" })`. The
     * preview fails if there is none.
     *
     * @param name the name of the address in Google Cloud, which is also the component's
     */
    static existing(
        name: string,
        args: ExistingIpAddressArgs = {},
        options?: pulumi.ComponentResourceOptions,
    ): IpAddress {
        requireKnown("IpAddress", name, args);
        return new IpAddress(name, new ExistingOf(args) as object as IpAddressArgs, options);
    }

    /** What is known before the address exists; not a property, which programs would export. @internal */
    get kind(): AddressKind {
        return this.#kind;
    }

    constructor(name: string, args: IpAddressArgs = {}, options?: pulumi.ComponentResourceOptions) {
        const environment = Environment.current();
        const resolved = environment.resolved(() => resolveArgs(name, args, environment));
        super("slipway:index:IpAddress", name, {}, inEnvironment(options, resolved.crossProject));
        const { child } = component(this, name, resolved, { apis: ["compute.googleapis.com"] });
        const { type, region, ipv6, isExisting } = resolved;
        this.reserved = isExisting
            ? found(name, resolved, child)
            : reserve(name, resolved, environment.defaults.protect, child);
        const known = isExisting
            ? { networkTier: (this.reserved as Address).networkTier }
            : {
                  networkTier: resolved.networkTier,
                  isShared: resolved.purpose === "SHARED_LOADBALANCER_VIP",
                  network: networkOf(resolved.network),
              };
        this.#kind = { type, region, isIpv6: ipv6, ...known };
        this.address = isExisting ? verified(name, this.reserved, this.#kind) : this.reserved.address;
        // A wrong type is the error of what uses the address.
        this.registerOutputs({ address: this.reserved.address });
    }
}

type NewArgs = Extract<ResolvedArgs, { isExisting: false }>;
type ExistingArgs = Extract<ResolvedArgs, { isExisting: true }>;

function reserve(component: string, args: NewArgs, protect: boolean, child: Child): Address | GlobalAddress {
    const { name, description, labels, region, type, ipv6 } = args;
    const shared = { name, description, labels };
    // The new address has the same name.
    const options = { protect, deleteBeforeReplace: true };
    if (region === undefined) {
        const ipVersion = ipv6 ? "IPV6" : undefined;
        return new GlobalAddress(...child("address", component, { ...shared, ipVersion }, options));
    }
    const ipVersion = ipv6 ? "IPV6" : undefined;
    const subnetwork = args.network && networkIds(args.network, region, args.project).subnet;
    const kind =
        type === "regional-internal"
            ? { addressType: "INTERNAL", subnetwork, address: args.address, purpose: args.purpose, ipVersion }
            : {
                  addressType: "EXTERNAL",
                  networkTier: args.networkTier,
                  ...(ipv6 && { ipVersion, ipv6EndpointType: "NETLB", subnetwork }),
              };
    return new Address(...child("address", component, { ...shared, region, ...kind }, options));
}

/** Reads an existing address, which the stack does not manage. */
function found(component: string, { name, project, region }: ExistingArgs, child: Child): Address | GlobalAddress {
    const [logical, , options] = child("address", component, {});
    return region === undefined
        ? GlobalAddress.get(logical, `projects/${project}/global/addresses/${name}`, undefined, options)
        : Address.get(logical, `projects/${project}/regions/${region}/addresses/${name}`, undefined, options);
}

/** The address, if it is of the type that the arguments say. */
function verified(name: string, reserved: Address | GlobalAddress, { type }: AddressKind): pulumi.Output<string> {
    const at = programPlace();
    return pulumi.all([reserved.address, reserved.addressType]).apply(([address, addressType = "EXTERNAL"]) => {
        const isInternal = addressType === "INTERNAL";
        if (isInternal !== (type === "regional-internal")) {
            const reason = `must be the type of the address, which is ${isInternal ? "internal" : "external"} (got "${type}").`;
            throw deferredError(
                `IpAddress "${name}"`,
                [check.problem("type", "network/existing-address-type", reason)],
                at,
            );
        }
        return address;
    });
}
