import { nameFormats } from "slipway/facts";
import { contains, parseRange, privateRanges } from "../../../../lib/formats";
import type { Cloud } from "../../cloud/cloud";
import { GoogleError } from "../../cloud/errors";
import type { Inputs } from "../../rules/rules";
import { fullName, networkPath } from "../compute/names";
import { blockConnectionDeletion, connectionName } from "../servicenetworking";
import { invalid } from "./names";

/** The full resource name of an instance's private network. */
export function privateNetworkOf({ project, settings }: Inputs): string | undefined {
    const input = settings?.ipConfiguration?.privateNetwork;
    return input && fullName(networkPath(input, project));
}

export const hasPsc = ({ settings }: Inputs): boolean =>
    (settings?.ipConfiguration?.pscConfigs ?? []).some((item: Inputs) => item.pscEnabled);

/** Private IP ranges. */
const unroutable = [...privateRanges, "127.0.0.0/8"];

/** "Authorize with authorized networks": public IPv4 ranges. */
function verifyRange(range: string): void {
    if (!parseRange(range.includes("/") ? range : `${range}/32`)) {
        throw invalid(`Invalid authorized network (${range})..`);
    }
    const [address] = range.split("/");
    if (unroutable.some((item) => contains(item, `${address}/32`))) {
        throw invalid(`Non-routable or private authorized network (${range})..`);
    }
}

function verifyAuthority({ serverCaMode, serverCaPool, customSubjectAlternativeNames }: Inputs): void {
    if ((serverCaMode === "CUSTOMER_MANAGED_CAS_CA") !== Boolean(serverCaPool)) {
        throw invalid(
            "A server CA pool must be specified if and only if the server CA mode is CUSTOMER_MANAGED_CAS_CA.",
        );
    }
    if (customSubjectAlternativeNames?.length > 0 && !serverCaPool) {
        throw invalid(
            "Custom subject alternative names are only supported for the server CA mode CUSTOMER_MANAGED_CAS_CA.",
        );
    }
}

/** "Configure IP connectivity", "Private Service Connect". */
export function verifyNetwork(inputs: Inputs, cloud: Cloud): void {
    const { ipConfiguration = {} } = inputs.settings;
    const { ipv4Enabled = true, privateNetwork, pscConfigs, authorizedNetworks = [] } = ipConfiguration;
    const network = privateNetworkOf(inputs);
    if (!ipv4Enabled && !privateNetwork && !pscConfigs) {
        throw invalid("At least one of Public IP or Private IP or PSC connectivity must be enabled.");
    }
    if (hasPsc(inputs) && ipv4Enabled && !privateNetwork) {
        throw invalid("PSC connectivity cannot be enabled together with only public IP.").recordedIn(
            "https://github.com/hashicorp/terraform-provider-google-beta/blob/main/google-beta/services/sql/resource_sql_database_instance_test.go",
        );
    }
    if (network && !cloud.store.read(network)) {
        throw new GoogleError(404, `The resource '${network.replace(/^\/\/[^/]+\//, "")}' was not found`, {
            reason: "notFound",
        });
    }
    for (const { value } of authorizedNetworks) {
        verifyRange(value);
    }
    for (const project of (pscConfigs ?? []).flatMap((item: Inputs) => item.allowedConsumerProjects ?? [])) {
        if (!nameFormats.rows.projectId.pattern.test(project) && !/^\d+$/.test(project)) {
            throw invalid(`Invalid consumer project (${project}).`);
        }
    }
    verifyAuthority(ipConfiguration);
    verifyAllocated(inputs, cloud);
}

const connectionOf = (network: string, cloud: Cloud) =>
    cloud.store.read(connectionName(network.replace(/^\/\/[^/]+\//, "")))?.state;

/** The allocated range must belong to the network's connection. */
function verifyAllocated(inputs: Inputs, cloud: Cloud): void {
    const network = privateNetworkOf(inputs);
    const range = inputs.settings.ipConfiguration?.allocatedIpRange;
    const ranges = (network && connectionOf(network, cloud)?.reservedPeeringRanges) as string[] | undefined;
    if (range && ranges && !ranges.includes(range)) {
        throw invalid(
            `Allocated IP range ${range} is not reserved for the private services connection of the network.`,
        );
    }
}

/**
 * "Private services access": the network must have a connection. The provider checks this before a creation; Cloud SQL
 * checks it if a private address is added later.
 */
export function verifyConnection(inputs: Inputs, cloud: Cloud, old?: Inputs): void {
    const network = privateNetworkOf(inputs);
    if (!network || connectionOf(network, cloud) || (old && privateNetworkOf(old) === network)) {
        return;
    }
    if (!old) {
        throw new Error(
            "Error, failed to create instance because the network doesn't have at least 1 private services connection. Please see https://cloud.google.com/sql/docs/mysql/private-ip#network_requirements for how to create this connection.",
        );
    }
    const [project, name] = [cloud.projects.number(inputs.project), network.split("/").at(-1)];
    throw new Error(
        `Error waiting for Update Instance: Failed to create subnetwork. Please create Service Networking connection with service 'servicenetworking.googleapis.com' from consumer project '${project}' network '${name}' again.`,
    );
}

/** Records the deletion of an instance with a private address. */
export function leaveNetwork(inputs: Inputs, cloud: Cloud): void {
    const network = privateNetworkOf(inputs);
    if (network) {
        blockConnectionDeletion(network.replace(/^\/\/[^/]+\//, ""), inputs.name, cloud);
    }
}
