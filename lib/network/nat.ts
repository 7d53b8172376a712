import { Address } from "@pulumi/gcp/compute/address";
import type { Network } from "@pulumi/gcp/compute/network";
import type * as pulumi from "@pulumi/pulumi";
import * as check from "../internal/check";
import type { Child } from "../internal/children";
import { type Gateway, gateway } from "../internal/vpc";
import { partOf } from "./names";

/** How what is in a network reaches the internet by Cloud NAT, in each region with a subnet. */
export interface Nat {
    /**
     * How many static addresses each region has, for others to let in: 1 to 300 ("Cloud NAT limits"). In production they are
     * protected, as a released address does not come back.
     * @default Google takes addresses as they are needed, and other ones later
     */
    addresses?: number;
    /**
     * How many ports a machine has at least: 2 to 57,344; with `maxPortsPerVm` a power of two from 32 on ("Configure
     * ports" of Cloud NAT).
     * @default 64; with `maxPortsPerVm` 32
     */
    minPortsPerVm?: number;
    /**
     * How many ports a machine may get as it needs them: a power of two from 64 to 65,536, above `minPortsPerVm`.
     * @default each machine has as many as `minPortsPerVm` says
     */
    maxPortsPerVm?: number;
    /**
     * Which connections are logged, or `false`.
     * @default "ERRORS_ONLY": those for which there was no port
     */
    logging?: "ERRORS_ONLY" | "TRANSLATIONS_ONLY" | "ALL" | false;
}

const powerOfTwo = (least: number, most: number) =>
    check.pipe(
        check.whole(least, most, "ports"),
        check.refine((ports) => Number.isInteger(Math.log2(Number(ports))), "must be a power of two, as 1024 is"),
    );

/** Checks how a network reaches the internet. */
export const nat: check.Check = check.literalOr(
    false,
    check.options<Nat>({
        addresses: check.whole(1, 300),
        minPortsPerVm: check.whole(2, 57344, "ports"),
        maxPortsPerVm: powerOfTwo(64, 65536),
        logging: check.literalOr(false, check.oneOf("ERRORS_ONLY", "TRANSLATIONS_ONLY", "ALL")),
    }),
);

/** What is wrong with numbers of ports that are right each by itself. */
export function natProblems(given: Nat | false): check.Problem[] {
    const { minPortsPerVm: least = 32, maxPortsPerVm: most } = given || {};
    const refused = (reason: string) => [{ path: "nat.minPortsPerVm", reason: `${reason} (got ${least}).` }];
    if (most === undefined) {
        return [];
    }
    if (least < 32 || !Number.isInteger(Math.log2(least))) {
        return refused("must be a power of two from 32 on with maxPortsPerVm");
    }
    return least < most ? [] : refused(`must be below maxPortsPerVm, ${most}`);
}

/** A Cloud NAT with its static addresses, of which there are none where Google chooses them. */
export interface NatGateway extends Gateway {
    readonly addresses: readonly Address[];
}

/** The Cloud NAT of a region. */
export function natIn(
    component: string,
    parts: { name: string; region: string; network: Network; labels?: Record<string, pulumi.Input<string>> },
    { addresses = 0, minPortsPerVm, maxPortsPerVm, logging = "ERRORS_ONLY" }: Nat,
    { child, protect }: { child: Child; protect: boolean },
): NatGateway {
    const { name, region, network, labels } = parts;
    const natAddresses = Array.from({ length: addresses }, (_, index) => {
        const part = `nat-${index + 1}`;
        const args = { name: partOf(name, part), region, addressType: "EXTERNAL", labels };
        return new Address(...child("natAddress", `${component}-${region}-${part}`, args, { protect }));
    });
    const own = {
        ...(addresses > 0 ? { natIpAllocateOption: "MANUAL_ONLY", natIps: natAddresses.map(({ id }) => id) } : {}),
        minPortsPerVm,
        ...(maxPortsPerVm === undefined ? {} : { enableDynamicPortAllocation: true, maxPortsPerVm }),
        logConfig: logging ? { enable: true, filter: logging } : { enable: false, filter: "ERRORS_ONLY" },
    };
    return { ...gateway(`${component}-${region}`, { name, region, network }, child, own), addresses: natAddresses };
}
