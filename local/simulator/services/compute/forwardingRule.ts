import { createHash } from "node:crypto";
import { isIP } from "node:net";
import { nameFormats } from "slipway/facts";
import { addressIn } from "../../../../lib/formats";
import type { Cloud } from "../../cloud/cloud";
import { GoogleError } from "../../cloud/errors";
import { digits } from "../../cloud/ids";
import { isRegion } from "../../cloud/regions";
import type { Entry } from "../../cloud/store";
import { type Calls, type Context, type Inputs, lastPart, type TypeCalls, type TypeRules } from "../../rules/rules";
import { freeAddress } from "./freeAddress";
import { collectionOf, usedPath, uses } from "./loadBalancing/calls";
import { referencePath, required, requireUnused } from "./loadBalancing/references";
import { isCrossRegion, isInNetworkOf, isSteering, rulesWithAddress, verifyTarget } from "./loadBalancing/target";
import {
    alreadyExists,
    api,
    fullName,
    invalidField,
    nameError,
    networkPath,
    notFound,
    selfLink,
    subnetworkPath,
} from "./names";
import { findNetwork } from "./network";
import { connectionStatus } from "./serviceAttachment";
import { findSubnetwork } from "./subnetwork";

const placeOf = ({ project, region }: Inputs) =>
    region ? `projects/${project}/regions/${region}` : `projects/${project}/global`;
const id = (inputs: Inputs) => `${placeOf(inputs)}/forwardingRules/${inputs.name}`;

/** "About accessing Google APIs through endpoints": API bundles. */
const bundles = ["all-apis", "vpc-sc"];

const isAttachment = ({ target = "" }: Inputs) => target.includes("/serviceAttachments/");
const isEndpoint = (inputs: Inputs) => isAttachment(inputs) || bundles.includes(inputs.target);

const isAddress = (text: unknown) => isIP(String(text)) !== 0;

/** A port as the range that the API returns. */
const rangeOf = (ports: unknown) => (/^\d+$/.test(String(ports)) ? `${ports}-${ports}` : ports);

/**
 * Where the address of a rule is. A global rule of a cross-region internal load balancer has an address of its subnet:
 * https://cloud.google.com/load-balancing/docs/l7-internal
 */
function addressPlaceOf(inputs: Inputs, cloud: Cloud): string {
    const { project, region } = inputs;
    const subnetwork = isCrossRegion(inputs) ? subnetworkOf(inputs, cloud) : undefined;
    return placeOf({ project, region: subnetwork?.state.region ?? region });
}

/** The reserved address of a rule, by path, self link or IP address. */
function addressOf(inputs: Inputs, cloud: Cloud): Entry | undefined {
    // An IPv6 rule has a range: https://cloud.google.com/load-balancing/docs/forwarding-rule-concepts
    const input = String(inputs.ipAddress ?? "").replace(/\/96$/, "");
    const place = `${addressPlaceOf(inputs, cloud)}/addresses`;
    return isAddress(input)
        ? cloud.store
              .list(fullName(place))
              .find((each) => each.state.address === input && isInNetworkOf(each, inputs, cloud))
        : cloud.store.read(fullName(`${place}/${lastPart(input)}`));
}

/** The first forwarding rule that uses an address. */
export const ruleWithAddress = (address: Entry, cloud: Cloud): Entry | undefined =>
    rulesWithAddress(address, cloud).find(({ state }) => state.network !== undefined);

/**
 * Endpoints are registered with Service Directory, which must be enabled
 * ({@link https://cloud.google.com/vpc/docs/configure-private-service-connect-apis Google APIs},
 * {@link https://cloud.google.com/vpc/docs/configure-private-service-connect-services published services}).
 */
const directoryApi = ["servicedirectory.googleapis.com", "Service Directory API"] as const;

function verifyEndpoint(inputs: Inputs, { cloud }: Context, old?: Inputs): void {
    const { project, network, target, loadBalancingScheme, region } = inputs;
    cloud.projects.requireApi(project, ...directoryApi);
    if (loadBalancingScheme) {
        throw invalidField(
            "loadBalancingScheme",
            loadBalancingScheme,
            "Load balancing scheme must not be set for a Private Service Connect forwarding rule.",
        );
    }
    if (!network) {
        throw invalidField("network", "", "A Private Service Connect forwarding rule must have a network.");
    }
    if (!region && !nameFormats.rows.endpointOfApis.pattern.test(inputs.name)) {
        throw invalidField("name", inputs.name, "Must be a match of regex '[a-z][a-z0-9]{0,19}'");
    }
    const [, place] = /\/regions\/([^/]+)\//.exec(target) ?? [];
    const attachment = isAttachment(inputs) ? referencePath(target, inputs, "serviceAttachments") : undefined;
    if (attachment?.startsWith(`projects/${project}/`)) {
        required(cloud, attachment);
    }
    if (isAttachment(inputs) && place !== region) {
        throw invalidField("target", target, "The service attachment must be in the region of the forwarding rule.");
    }
    const address = addressOf(inputs, cloud);
    if (!address) {
        throw isAddress(inputs.ipAddress) || !inputs.ipAddress
            ? invalidField("IPAddress", inputs.ipAddress ?? "", "The IP address must be a reserved internal address.")
            : notFound(`${placeOf(inputs)}/addresses/${lastPart(inputs.ipAddress)}`);
    }
    const purpose = region ? "GCE_ENDPOINT" : "PRIVATE_SERVICE_CONNECT";
    if (address.state.addressType !== "INTERNAL" || address.state.purpose !== purpose) {
        throw invalidField("IPAddress", inputs.ipAddress, `The purpose of the IP address must be ${purpose}.`);
    }
    const user = old ? undefined : ruleWithAddress(address, cloud);
    if (user) {
        throw invalidField(
            "IPAddress",
            String(address.state.address),
            "Specified IP address is in-use and would result in a conflict.",
        );
    }
}

/**
 * A global rule names a subnetwork of the provider's region: `expandComputeGlobalForwardingRuleSubnetwork` in
 * https://github.com/hashicorp/terraform-provider-google-beta/blob/v7.45.0/google-beta/services/compute/resource_compute_global_forwarding_rule.go
 */
function withSubnetwork(inputs: Inputs, { region }: Context): Inputs {
    const { project, subnetwork } = inputs;
    const isNamed = inputs.region === undefined && subnetwork && !subnetwork.includes("/") && region;
    return isNamed ? { ...inputs, subnetwork: subnetworkPath(subnetwork, { project, region }) } : inputs;
}

function verify(desired: Inputs, context: Context, old?: Inputs): void {
    const inputs = withSubnetwork(desired, context);
    const { project, region, network } = inputs;
    if (region !== undefined && !isRegion(region)) {
        throw new GoogleError(400, `Invalid value for field 'region': '${region}'. Unknown region.`, {
            reason: "invalid",
        });
    }
    if (network && !findNetwork(context.cloud, network, project)) {
        throw notFound(networkPath(network, project));
    }
    isEndpoint(inputs)
        ? verifyEndpoint(inputs, context, old)
        : verifyTarget(inputs, addressOf(inputs, context.cloud), context.cloud);
}

/** The subnetwork of an internal rule: by default the one with the name of its network, as those of networks in auto mode have. */
const subnetworkOf = ({ project, region, network = "default", subnetwork }: Inputs, cloud: Cloud): Entry | undefined =>
    findSubnetwork(cloud, subnetwork ?? lastPart(network), { project, region: region ?? "global" });

/** A rule without an address gets one: https://cloud.google.com/load-balancing/docs/forwarding-rule-concepts#ip_address_specifications */
function ephemeral(inputs: Inputs, cloud: Cloud): string {
    const { loadBalancingScheme = "EXTERNAL", ipVersion, region } = inputs;
    const number = digits(`address of ${id(inputs)}`, 3);
    if (isEndpoint(inputs)) {
        return "";
    }
    if (loadBalancingScheme.startsWith("EXTERNAL")) {
        return ipVersion === "IPV6"
            ? `2001:db8:0:${Number(number).toString(16)}::`
            : addressIn("203.0.113.0/24", 1 + (Number(number) % 254));
    }
    const isInSubnet = region !== undefined || isCrossRegion(inputs);
    const subnetwork = isInSubnet && ipVersion !== "IPV6" ? subnetworkOf(inputs, cloud) : undefined;
    return subnetwork?.state.ipCidrRange ? freeAddress(subnetwork, cloud) : "";
}

/** The reserved address of a rule, which is a range for IPv6 in a region. */
const wholeAddress = ({ region, ipVersion }: Inputs, reserved: Entry | undefined) =>
    reserved && region !== undefined && ipVersion === "IPV6" ? `${reserved.state.address}/96` : reserved?.state.address;

/** The name in the internal DNS of a rule with a label: https://cloud.google.com/load-balancing/docs/dns-names */
const serviceNameOf = ({ project, region, name, serviceLabel }: Inputs) =>
    serviceLabel ? `${serviceLabel}.${name}.il4.${region}.lb.${project}.internal` : "";

/** Attachments of producers that the store does not have accept everyone. */
function statusOf(inputs: Inputs, cloud: Cloud): string {
    const attachment = cloud.store.read(fullName(referencePath(inputs.target, inputs, "serviceAttachments")));
    return attachment
        ? connectionStatus(attachment.state, inputs, String(cloud.projects.number(inputs.project)))
        : "ACCEPTED";
}

/**
 * "The forwarding rule that has the same IP address, protocol, and port settings …, but without sourceIPRanges":
 * https://cloud.google.com/compute/docs/reference/rest/v1/forwardingRules
 */
function baseOf(inputs: Inputs, cloud: Cloud): string {
    const address = inputs.sourceIpRanges?.length > 0 ? addressOf(inputs, cloud) : undefined;
    const base = address && rulesWithAddress(address, cloud).find((each) => !isSteering(each.state as Inputs));
    return base ? selfLink(base.id) : "";
}

function state(desired: Inputs, context: Context, old?: Inputs): Inputs {
    const { cloud } = context;
    const inputs = withSubnetwork(desired, context);
    const { project, network, labels = {} } = inputs;
    const number = digits(`forwarding rule ${id(inputs)}`, 17);
    const found = network ? findNetwork(cloud, network, project) : undefined;
    const directory = { namespace: `goog-psc-${found?.state.name}-${found?.state.networkId}` };
    const { backendService, target } = inputs;
    return {
        baseForwardingRule: baseOf(inputs, cloud),
        forwardingRuleId: Number(number),
        ipProtocol: "TCP",
        labelFingerprint: createHash("sha256")
            .update(JSON.stringify(labels))
            .digest()
            .subarray(0, 8)
            .toString("base64"),
        networkTier: "PREMIUM",
        subnetwork: "",
        ...(inputs.region && { ipVersion: "", portRange: "", serviceName: serviceNameOf(inputs) }),
        ...inputs,
        ...(inputs.subnetwork && { subnetwork: selfLink(referencePath(inputs.subnetwork, inputs, "subnetworks")) }),
        ...(inputs.portRange && { portRange: rangeOf(inputs.portRange) }),
        // The API answers references by their self links, except for bundles of APIs:
        // https://cloud.google.com/compute/docs/reference/rest/v1/forwardingRules
        ...(backendService && { backendService: selfLink(referencePath(backendService, inputs, "backendServices")) }),
        ...(target?.includes("/") && { target: selfLink(referencePath(target, inputs, "targetPools")) }),
        ipAddress:
            wholeAddress(inputs, addressOf(inputs, cloud)) ??
            old?.ipAddress ??
            inputs.ipAddress ??
            ephemeral(inputs, cloud),
        network: network ? selfLink(networkPath(network, project)) : "",
        pscConnectionId: isEndpoint(inputs) ? number : "",
        pscConnectionStatus: isAttachment(inputs) ? statusOf(inputs, cloud) : "",
        selfLink: selfLink(id(inputs)),
        // Only endpoints are registered.
        ...(isEndpoint(inputs) && {
            serviceDirectoryRegistrations: {
                ...directory,
                ...(inputs.region ? { service: "" } : { serviceDirectoryRegion: "us-central1" }),
                ...inputs.serviceDirectoryRegistrations,
            },
        }),
        ...(inputs.region && { creationTimestamp: old?.creationTimestamp ?? cloud.now().toISOString() }),
    };
}

const shared = {
    api,
    id,
    validators: { name: nameError },
    alreadyExists: (inputs: Inputs) => alreadyExists(id(inputs)),
    verify,
    state,
    // https://cloud.google.com/vpc/docs/manage-private-service-connect-services
    remove: (inputs: Inputs, { cloud }: Context) =>
        requireUnused("forwarding_rule", id(inputs), cloud, "serviceAttachments"),
};

/** Whether the methods for endpoints of Private Service Connect are called. */
const hasEndpointCalls = (inputs: Inputs) => isEndpoint(inputs) && !inputs.loadBalancingScheme;

/** Whether a forwarding rule belongs to the proxy of a load balancer. */
const isProxied = ({ target }: Inputs) => /\/target(Https?|Tcp)Proxies\//.test(target ?? "");

/** What the forwarding rule of a proxy or a backend service uses. */
function usedByRule(inputs: Inputs): Calls {
    const { target, network, subnetwork, region } = inputs;
    const { backendService } = inputs;
    const kind = backendService ? "backendServices" : (/\/(target\w+Proxies)\//.exec(target)?.[1] as string);
    return [
        ...uses(collectionOf(kind, inputs), [usedPath(backendService ?? target, inputs, kind)]),
        ...(region && network ? ["compute.networks.use"] : []),
        ...(subnetwork ? ["compute.subnetworks.use"] : []),
    ];
}

function ruleCalls(collection: string): TypeCalls {
    const of = (inputs: Inputs) => (hasEndpointCalls(inputs) ? "Endpoint" : "");
    const label = (inputs: Inputs) => `compute.${collection}.setLabels${hasEndpointCalls(inputs) ? "OfEndpoint" : ""}`;
    const wait = collection === "forwardingRules" ? "compute.regionOperations.get" : "compute.globalOperations.get";
    const get = `compute.${collection}.get`;
    return {
        create: (inputs) => [
            `compute.${collection}.insert${of(inputs) || (isProxied(inputs) || inputs.backendService ? "OfProxy" : "")}`,
            label(inputs),
            wait,
            ...(isProxied(inputs) || inputs.backendService ? usedByRule(inputs) : []),
            get,
        ],
        read: [get],
        update: (inputs, _, old) => [
            label(inputs),
            ...(old && inputs.target !== old.target && isProxied(inputs)
                ? [`compute.${collection}.setTarget`, ...usedByRule(inputs)]
                : []),
            ...(old && Boolean(inputs.allowGlobalAccess) !== Boolean(old.allowGlobalAccess)
                ? [`compute.${collection}.patch`]
                : []),
            wait,
            get,
        ],
        delete: (inputs) => [`compute.${collection}.delete${of(inputs)}`, wait],
    };
}

export const forwardingRule: TypeRules = {
    ...shared,
    noun: "ForwardingRule",
    generatedNoun: "ComputeForwardingRule",
    plan: {
        forwardingRuleCustomizeDiff: {
            replaceWhen: {
                target: (desired, found) => [desired, found].every((item) => isAttachment({ target: item })),
                allowGlobalAccess: (_, __, { loadBalancingScheme }) => loadBalancingScheme === "INTERNAL_MANAGED",
            },
        },
    },
    changesOnUpdate: ["labelFingerprint"],
    calls: ruleCalls("forwardingRules"),
};

export const globalForwardingRule: TypeRules = {
    ...shared,
    noun: "GlobalForwardingRule",
    generatedNoun: "ComputeGlobalForwardingRule",
    changesOnUpdate: ["labelFingerprint"],
    calls: ruleCalls("globalForwardingRules"),
};
