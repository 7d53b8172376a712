import { contains } from "../../../../../lib/formats";
import type { Cloud } from "../../../cloud/cloud";
import { GoogleError } from "../../../cloud/errors";
import type { Entry } from "../../../cloud/store";
import { regionOf } from "../../../cloud/zones";
import type { Inputs } from "../../../rules/rules";
import { api, fullName, invalidField } from "../names";

const reservedIn = (inputs: Inputs, cloud: Cloud): Entry[] =>
    cloud.store.list(fullName(`projects/${inputs.project}/regions/${regionOf(inputs.zone)}/addresses`));

/** The addresses of an instance, from inside and outside of its network. */
function addressesOf({ networkInterfaces = [] }: Inputs): { inside: string[]; outside: string[] } {
    const interfaces = networkInterfaces as Inputs[];
    return {
        inside: interfaces.flatMap(({ networkIp }) => networkIp ?? []),
        outside: interfaces.flatMap(({ accessConfigs = [] }) =>
            (accessConfigs as Inputs[]).flatMap(({ natIp }) => natIp || []),
        ),
    };
}

const instancesOf = (project: string, cloud: Cloud): Entry[] =>
    cloud.store
        .list(`//${api}/projects/${project}/zones`)
        .filter(({ id }) => /\/zones\/[^/]+\/instances\/[^/]+$/.test(id));

/** The instance that has a reserved address. */
export function instanceWithAddress({ id, state }: Entry, cloud: Cloud): Entry | undefined {
    const [, project = "", , region] = id.split("/");
    const isInternal = state.addressType === "INTERNAL";
    return instancesOf(project, cloud).find((instance) => {
        const { inside, outside } = addressesOf(instance.state as Inputs);
        return isInternal
            ? inside.includes(String(state.address)) &&
                  ((instance.state.networkInterfaces ?? []) as Inputs[]).some(
                      ({ subnetwork }) => subnetwork === state.subnetwork,
                  )
            : outside.includes(String(state.address)) && instance.id.includes(`/zones/${region}-`);
    });
}

/**
 * The external addresses of an instance are static ones of its region, which no other instance has, with their network tier:
 * https://cloud.google.com/compute/docs/ip-addresses/configure-static-external-ip-address. An address that the instance has already is
 * not checked again.
 */
export function verifyExternal(inputs: Inputs, id: string, cloud: Cloud, old?: Inputs): void {
    const before = old ? addressesOf(old).outside : [];
    for (const [index, { accessConfigs = [] }] of ((inputs.networkInterfaces ?? []) as Inputs[]).entries()) {
        for (const { natIp, networkTier = "PREMIUM" } of accessConfigs as Inputs[]) {
            if (!natIp || before.includes(natIp)) {
                continue;
            }
            const address = reservedIn(inputs, cloud).find(({ state }) => state.address === natIp);
            if (!address || address.state.addressType === "INTERNAL") {
                throw invalidField(
                    `networkInterfaces[${index}].accessConfigs[0].natIP`,
                    natIp,
                    `The specified external IP address '${natIp}' was not found in region '${regionOf(inputs.zone)}'.`,
                ).recordedIn("https://github.com/hashicorp/terraform-provider-google/issues/435");
            }
            const tier = address.state.networkTier ?? "PREMIUM";
            if (tier !== networkTier) {
                throw new GoogleError(
                    400,
                    `External IP address: ${natIp} has a different network tier ${tier} from the network tier in instance access config ${networkTier}.`,
                    { reason: "invalid" },
                ).recordedIn("https://github.com/doitintl/kubeip/issues/155");
            }
            const other = instanceWithAddress(address, cloud);
            if (other && other.id !== id) {
                throw new GoogleError(400, `External IP address: ${natIp} is already in-use.`, { reason: "invalid" });
            }
        }
    }
}

/** The internal address of an instance is one that nothing else in its subnetwork has. */
export function verifyInternal(inputs: Inputs, id: string, subnetworks: (Entry | undefined)[], cloud: Cloud): void {
    for (const [index, { networkIp }] of ((inputs.networkInterfaces ?? []) as Inputs[]).entries()) {
        const range = subnetworks[index]?.state.ipCidrRange as string | undefined;
        // The text is approximate.
        if (range && /^[\d.]+$/.test(networkIp ?? "") && !contains(range, `${networkIp}/32`)) {
            const cause = `Requested internal IP address is outside the range ${range} of the subnetwork.`;
            throw invalidField(`networkInterfaces[${index}].networkIP`, networkIp, cause);
        }
        const link = `https://www.googleapis.com/compute/v1/${subnetworks[index]?.id}`;
        const isTaken = instancesOf(inputs.project, cloud).some(
            (instance) =>
                instance.id !== id &&
                ((instance.state.networkInterfaces ?? []) as Inputs[]).some(
                    (each) => each.networkIp === networkIp && each.subnetwork === link,
                ),
        );
        const isOfRule = cloud.store
            .list(fullName(`projects/${inputs.project}/regions/${regionOf(inputs.zone)}/forwardingRules`))
            .some(({ state }) => state.ipAddress === networkIp && state.subnetwork === link);
        if (networkIp && (isTaken || isOfRule)) {
            throw new GoogleError(400, `IP '${networkIp}' is already being used by another resource.`, {
                reason: "IP_IN_USE_BY_ANOTHER_RESOURCE",
            }).recordedIn("https://github.com/hashicorp/terraform/issues/18998");
        }
    }
}

/**
 * An alias range is in a range of the subnetwork, by its name a secondary one, or only a size:
 * https://cloud.google.com/vpc/docs/configure-alias-ip-ranges. The texts are approximate.
 */
export function verifyAliases(inputs: Inputs, subnetworks: (Entry | undefined)[]): void {
    for (const [index, { aliasIpRanges = [] }] of ((inputs.networkInterfaces ?? []) as Inputs[]).entries()) {
        const subnetwork = subnetworks[index]?.state ?? {};
        const secondary = (subnetwork.secondaryIpRanges ?? []) as Inputs[];
        for (const [at, { subnetworkRangeName: name, ipCidrRange }] of (aliasIpRanges as Inputs[]).entries()) {
            const field = `networkInterfaces[${index}].aliasIpRanges[${at}]`;
            const found = secondary.find(({ rangeName }) => rangeName === name);
            if (name && !found) {
                const cause = `The subnetwork has no secondary range with the name '${name}'.`;
                throw invalidField(`${field}.subnetworkRangeName`, name, cause);
            }
            const range = (found ?? subnetwork).ipCidrRange as string;
            const alias = ipCidrRange.includes("/") ? ipCidrRange : `${ipCidrRange}/32`;
            if (!ipCidrRange.startsWith("/") && !contains(range, alias)) {
                const cause = `The alias IP range must be within the range ${range} of the subnetwork.`;
                throw invalidField(`${field}.ipCidrRange`, ipCidrRange, cause);
            }
        }
    }
}
