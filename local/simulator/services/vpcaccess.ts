import { connectorLimits, nameFormats } from "slipway/facts";
import { overlap, parseRange } from "../../../lib/formats";
import type { Cloud } from "../cloud/cloud";
import { GoogleError, OperationError } from "../cloud/errors";
import { isRegion } from "../cloud/regions";
import type { Entry } from "../cloud/store";
import { between, type Context, type Inputs, lastPart, type Service, type TypeRules } from "../rules/rules";
import { findNetwork, findSubnetwork } from "./compute";
import { fullName, networkPath, selfLink } from "./compute/names";
import { requireAttached } from "./compute/sharedVpc";
import { subnetworkState } from "./compute/subnetwork";
import { subnetworksOf } from "./compute/subnetworkRanges";

const api = "vpcaccess.googleapis.com";
const title = "Serverless VPC Access API";

const id = ({ project, region, name }: Inputs) => `projects/${project}/locations/${region}/connectors/${name}`;

/** Finds a connector by its name, a partial path or its path. */
export function findConnector(
    cloud: Cloud,
    value: string,
    { project, region }: { project: string; region: string },
): Entry | undefined {
    const path = value.replace(/^\/\/vpcaccess\.googleapis\.com\//, "");
    if (path.startsWith("projects/")) {
        return cloud.store.read(`//${api}/${path}`);
    }
    const within = path.includes("/") ? `projects/${project}/${path}` : id({ project, region, name: path });
    return cloud.store.read(`//${api}/${within}`);
}

const machineTypes = ["f1-micro", "e2-micro", "e2-standard-4"];

/**
 * The expected throughput of an `e2-micro` instance in Mbps, by which the throughput of all machine types is given:
 * https://cloud.google.com/vpc/docs/reference/vpcaccess/rest/v1/projects.locations.connectors
 */
const perInstance = 100;

const { instances: instanceLimit, throughput: throughputLimit } = connectorLimits.rows;

/** The instances of a connector, configured directly or by throughput. */
function instances({ minInstances, maxInstances, minThroughput, maxThroughput }: Inputs): [min: number, max: number] {
    return [
        minInstances || (minThroughput ?? throughputLimit.min) / perInstance,
        maxInstances || (maxThroughput ?? throughputLimit.max) / perInstance,
    ];
}

const invalid = () => new GoogleError(400, "Request contains an invalid argument.");

/** "Serverless VPC Access": names, machine types, numbers of instances, and a range of `/28`. */
function verify(inputs: Inputs, { cloud }: Context): void {
    const { project, region, name, ipCidrRange, machineType, subnet } = inputs;
    if (!region) {
        throw new Error("Cannot determine region: set in this resource, or set provider-level 'region' or 'zone'.");
    }
    if (!isRegion(region)) {
        throw new GoogleError(403, `Permission denied on 'locations/${region}' (or it may not exist).`);
    }
    if (!nameFormats.rows.vpcConnector.pattern.test(name)) {
        throw new GoogleError(400, "Connector ID must follow the pattern ^[a-z][-a-z0-9]{0,23}[a-z0-9]$.");
    }
    const [min, max] = instances(inputs);
    const range = ipCidrRange && parseRange(ipCidrRange);
    if (
        !machineTypes.includes(machineType) ||
        min < instanceLimit.min ||
        max > instanceLimit.max ||
        min >= max ||
        !(subnet?.name || range)
    ) {
        throw invalid();
    }
    if (range && (range.prefix !== 28 || !range.isExact)) {
        throw invalid();
    }
    const found = subnet?.name && subnetOf(inputs, cloud);
    if (found) {
        requireAttached(cloud, found.id, project);
    }
    if (subnet?.name && (!found || parseRange(found.state.ipCidrRange)?.prefix !== 28)) {
        throw new GoogleError(
            400,
            `The subnet projects/${subnet.projectId ?? project}/regions/${region}/subnetworks/${subnet.name} must exist and have the netmask /28.`,
        );
    }
}

function subnetOf({ project, region, subnet }: Inputs, cloud: Cloud): (Entry & { state: Inputs }) | undefined {
    return findSubnetwork(cloud, subnet.name, { project: subnet.projectId ?? project, region });
}

/** The operation: connects to the network, if possible. */
function join(inputs: Inputs, { cloud }: Context): void {
    const { project, network, ipCidrRange } = inputs;
    if (!network) {
        return;
    }
    const found = findNetwork(cloud, network, project);
    if (!found) {
        throw new OperationError(5, `Operation failed: VPC network ${lastPart(network)} does not exist.`);
    }
    const own = fullName(hidden(inputs).range);
    if (
        subnetworksOf(cloud, found.id).some(
            ({ name, state }) => name !== own && overlap(String(state.ipCidrRange), ipCidrRange),
        )
    ) {
        throw new OperationError(
            3,
            "Operation failed: Invalid IP CIDR range was provided. It conflicts with an existing subnetwork. Please delete the connector manually.",
        );
    }
}

/** The resources of a connector in the network, with Google's names. */
function hidden({ project, region, name }: Inputs): { range: string; rule: string; instance: string } {
    const prefix = `aet-${region.replaceAll("-", "")}-${name}`;
    return {
        range: `projects/${project}/regions/${region}/subnetworks/${prefix}-sbnt`,
        rule: `projects/${project}/global/firewalls/${prefix}-egrfw`,
        instance: `projects/${project}/zones/${region}-b/instances/${prefix}-0`,
    };
}

function stored(state: Inputs, { cloud }: Context): void {
    const { project, region, network, ipCidrRange, subnet } = state;
    const { range, rule, instance } = hidden(state);
    const put = (path: string, what: Inputs) =>
        cloud.store.write({ name: fullName(path), project, id: path, state: what });
    if (subnet?.name) {
        const found = subnetOf(state, cloud) as Entry;
        put(instance, { subnetwork: selfLink(found.id) });
        put(rule, { network: found.state.network });
        return;
    }
    const path = networkPath(network, project);
    const inputs = { project, region, name: lastPart(range), network: path, ipCidrRange };
    put(range, { ...inputs, ...subnetworkState(inputs) });
    put(rule, { network: selfLink(path) });
}

const connector: TypeRules = {
    noun: "Connector",
    generatedNoun: "VPCAccessConnector",
    sendsOnlyChanges: true,
    api,
    id,
    validators: {
        maxThroughput: between("max_throughput", throughputLimit.min, throughputLimit.max),
        minThroughput: between("min_throughput", throughputLimit.min, throughputLimit.max),
    },
    validateInputs: ({ ipCidrRange, network }) =>
        ipCidrRange && !network ? '"ip_cidr_range": all of `ip_cidr_range,network` must be specified' : undefined,
    plan: Object.fromEntries(
        ["max", "min"].map((end) => [
            `customdiff.ForceNewIfChange("${end}_instances", isInstanceShrinkage)`,
            { replaceWhen: { [`${end}Instances`]: (desired, found) => Number(desired) < Number(found) } },
        ]),
    ),
    alreadyExists: () => new GoogleError(409, "Requested entity already exists"),
    verify,
    operation: { run: join, broken: { state: "ERROR" } },
    state: (inputs, { cloud }) => {
        const [min, max] = instances(inputs);
        const found = inputs.subnet?.name && subnetOf(inputs, cloud);
        return {
            connectedProjects: [],
            minInstances: min,
            maxInstances: max,
            minThroughput: inputs.minThroughput ?? min * perInstance,
            maxThroughput: inputs.maxThroughput ?? max * perInstance,
            network: lastPart(found ? found.state.network : inputs.network),
            selfLink: id(inputs),
            state: "READY",
            ...(inputs.subnet && { subnet: { projectId: inputs.project, ...inputs.subnet } }),
        };
    },
    afterStore: stored,
    remove: (inputs, { cloud }) => {
        for (const path of Object.values(hidden(inputs))) {
            cloud.store.remove(fullName(path));
        }
    },
};

const service: Service = {
    titles: { [api]: title },
    methods: { vpcaccess: { operations: { "": "projects.locations.operations.get" } } },
    types: { "gcp:vpcaccess/connector:Connector": connector },
};

export default service;
