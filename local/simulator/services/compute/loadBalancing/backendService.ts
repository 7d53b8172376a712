import { createHash } from "node:crypto";
import type { Cloud } from "../../../cloud/cloud";
import { GoogleError } from "../../../cloud/errors";
import type { Entry } from "../../../cloud/store";
import type { Context, Inputs, PlanRule, TypeRules } from "../../../rules/rules";
import { api, fullName, invalidField, notFound, pathOf, selfLink } from "../names";
import { balancing, type References, usedPath } from "./calls";
import { cdnPolicyState, sentCdnPolicy, verifyCdnPolicy } from "./cdn";
import { platformOf } from "./endpointGroup";
import { isPassthrough, verifyPassthrough } from "./passthrough";
import {
    createdState,
    fingerprint,
    generatedNumber,
    pathIn,
    referencePath,
    required,
    requireUnused,
    sharedRules,
    verifyRegion,
} from "./references";

const collection = "backendServices";

const isInstanceGroup = (group: unknown) => /\/instanceGroups\//.test(String(group));

/** The path of the manager of a group of instances. */
const managerOf = (group: string, project: string) =>
    pathOf(group, project, "global").replace("/instanceGroups/", "/instanceGroupManagers/");

/**
 * A backend service has groups and health checks of its own project: https://cloud.google.com/load-balancing/docs/l7-internal. Only a
 * service mesh has endpoints of other projects: https://cloud.google.com/service-mesh/docs/service-routing/set-up-cross-project-neg
 */
function verifyProject(field: string, link: unknown, { project, loadBalancingScheme }: Inputs): void {
    const other = /projects\/([^/]+)\//.exec(String(link))?.[1] ?? project;
    if (other !== project && loadBalancingScheme !== "INTERNAL_SELF_MANAGED") {
        throw new GoogleError(
            400,
            `Invalid value for field 'resource.${field}': '${selfLink(pathOf(String(link), project, "global"))}'. Cross project referencing is not allowed for this resource.`,
            { reason: "invalid" },
        ).recordedIn("https://github.com/apigee/terraform-modules/issues/14");
    }
}

/** The groups of a backend service, which must exist. */
function groupsOf(inputs: Inputs, cloud: Cloud): Entry[] {
    const { backends = [], project, region } = inputs;
    return backends.map(({ group }: Inputs, index: number) => {
        verifyProject(`backends[${index}].group`, group, inputs);
        if (isInstanceGroup(group)) {
            return (
                cloud.store.read(fullName(pathOf(group, project, "global"))) ??
                required(cloud, managerOf(group, project))
            );
        }
        const path = pathOf(
            group,
            project,
            region ? `regions/${region}/networkEndpointGroups` : "global/networkEndpointGroups",
        );
        const found = cloud.store.read(fullName(path));
        if (!found) {
            throw notFound(path);
        }
        return found;
    });
}

const managed = ["EXTERNAL_MANAGED", "INTERNAL_MANAGED"];

/** https://cloud.google.com/load-balancing/docs/negs/serverless-neg-concepts: what a backend service with serverless groups cannot have. */
function verifyServerless(inputs: Inputs, groups: Entry[]): void {
    const {
        timeoutSec,
        portName,
        healthChecks = [],
        backends = [],
        region,
        loadBalancingScheme,
        outlierDetection,
    } = inputs;
    if (timeoutSec !== undefined && timeoutSec !== 30) {
        throw new GoogleError(
            400,
            `Invalid value for field 'resource.timeoutSec': '${timeoutSec}'. Timeout sec is not supported for a backend service with Serverless network endpoint groups.`,
            { reason: "invalid" },
        ).recordedIn("https://github.com/terraform-google-modules/terraform-google-lb-http/pull/358");
    }
    if (portName) {
        throw new GoogleError(
            400,
            `Invalid value for field 'resource.portName': '${portName}'. Port name is not supported for a backend service with Serverless network endpoint groups.`,
            { reason: "invalid" },
        ).recordedIn("https://github.com/terraform-google-modules/terraform-google-lb-http/issues/448");
    }
    if (healthChecks.length > 0) {
        throw invalidField(
            "healthChecks",
            healthChecks[0],
            "Health checks are not supported for a backend service with Serverless network endpoint groups.",
        );
    }
    // UTILIZATION is the provider's default, which the API ignores.
    const index = backends.findIndex(({ balancingMode = "UTILIZATION" }: Inputs) => balancingMode !== "UTILIZATION");
    if (index >= 0) {
        throw new GoogleError(
            400,
            `Invalid value for field 'resource.backends[${index}].balancingMode': '${backends[index].balancingMode}'. Balancing mode is not supported for Serverless network endpoint groups.`,
            { reason: "invalid" },
        ).recordedIn("https://github.com/GoogleCloudPlatform/cloud-foundation-fabric/pull/1801");
    }
    // https://cloud.google.com/compute/docs/reference/rest/v1/regionBackendServices: the text is approximate.
    if (region !== undefined && outlierDetection) {
        throw invalidField(
            "outlierDetection",
            "",
            "Outlier detection is not supported for a regional backend service with Serverless network endpoint groups.",
        );
    }
    if (region !== undefined && !managed.includes(loadBalancingScheme ?? "INTERNAL")) {
        throw new GoogleError(
            400,
            "Invalid load balancing scheme for regional backend service with Serverless network endpoint group.",
            { reason: "invalid" },
        ).recordedIn("https://github.com/hashicorp/terraform-provider-google/issues/9372");
    }
    const regions = groups.map(({ state }) => state.region);
    const other = regions.find((each) => region !== undefined && each !== region);
    if (other !== undefined) {
        throw invalidField("backends[0].group", groups[0]?.id, `The group must be in the region '${region}'.`);
    }
    if (new Set(regions).size < regions.length) {
        throw invalidField(
            "backends",
            "",
            "A backend service can have one Serverless network endpoint group per region.",
        );
    }
    if (
        groups.some(({ state }) => platformOf(state) === "appEngine") &&
        (region !== undefined || loadBalancingScheme === "INTERNAL_MANAGED")
    ) {
        throw invalidField(
            "backends[0].group",
            groups[0]?.id,
            "App Engine is only supported by global external load balancers.",
        );
    }
}

/**
 * Health checks of global services are global, and those of regional external services with managed proxies are regional:
 * https://cloud.google.com/load-balancing/docs/health-check-concepts#lb_guide. It says so of regional internal ones too, but Google Cloud
 * accepts global ones: https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/compute_region_backend_service
 * (`region_backend_service_ilb_custom_metrics`). The texts are approximate.
 */
function verifyHealthCheck(inputs: Inputs, cloud: Cloud, kind: string): void {
    const { healthChecks, region, loadBalancingScheme = "INTERNAL" } = inputs;
    if (!healthChecks) {
        throw invalidField("healthChecks", "", `A backend service with ${kind} must have a health check.`);
    }
    verifyProject("healthChecks[0]", healthChecks, inputs);
    const path = referencePath(String(healthChecks), inputs, "healthChecks");
    required(cloud, path);
    const isInternal = region !== undefined && loadBalancingScheme === "INTERNAL_MANAGED";
    if (managed.includes(loadBalancingScheme) && !isInternal && path.includes("/regions/") !== (region !== undefined)) {
        throw invalidField(
            "healthChecks[0]",
            healthChecks,
            "The health check must have the scope of the backend service.",
        );
    }
}

/** Whether a backend service is that of TCP proxies, which have connections, not requests. */
const isOfConnections = ({ protocol }: Inputs) => ["TCP", "SSL"].includes(protocol);

/** Groups of endpoints that Google Cloud probes. */
const probedTypes = ["GCE_VM_IP_PORT", "NON_GCP_PRIVATE_IP_PORT"];

/**
 * https://cloud.google.com/load-balancing/docs/backend-service#balancing-mode-lb: groups of endpoints have the mode RATE with a rate, behind
 * TCP proxies CONNECTION with connections, and endpoints on the internet and published services neither a mode nor a health check. The texts are approximate.
 */
function verifyEndpoints(inputs: Inputs, groups: Entry[], cloud: Cloud): void {
    const { backends = [], healthChecks, loadBalancingScheme } = inputs;
    const types = groups.map(({ state }) => String(state.networkEndpointType));
    if (types.some((type) => probedTypes.includes(type))) {
        verifyHealthCheck(inputs, cloud, "network endpoint groups");
    } else if (healthChecks) {
        throw invalidField(
            "healthChecks[0]",
            healthChecks,
            `Health checks are not supported with endpoints of the type ${types[0]}.`,
        );
    }
    const [mode, limits] = isOfConnections(inputs)
        ? (["CONNECTION", ["maxConnections", "maxConnectionsPerEndpoint"]] as const)
        : (["RATE", ["maxRate", "maxRatePerEndpoint"]] as const);
    for (const [index, each] of (backends as Inputs[]).entries()) {
        const { balancingMode = "UTILIZATION" } = each;
        if (!probedTypes.includes(types[index] as string) || !managed.includes(loadBalancingScheme)) {
            continue;
        }
        const field = `backends[${index}]`;
        // https://cloud.google.com/load-balancing/docs/https/applb-custom-metrics: its targets are those of the metrics.
        if (balancingMode === "CUSTOM_METRICS" && mode === "RATE") {
            continue;
        }
        if (balancingMode !== mode) {
            throw invalidField(
                `${field}.balancingMode`,
                balancingMode,
                `The mode must be ${mode === "RATE" ? "RATE or CUSTOM_METRICS" : mode} for network endpoint groups.`,
            );
        }
        if (!limits.some((limit) => each[limit])) {
            throw invalidField(
                `${field}.${limits[0]}`,
                "",
                `A maximum ${mode === "RATE" ? "rate" : "of connections"}, of the group or of each endpoint, is required.`,
            );
        }
    }
    if (types.some((type) => type.startsWith("INTERNET_")) && types.length > 1) {
        throw invalidField("backends", "", "A backend service can have one group with an endpoint on the internet.");
    }
}

/** https://cloud.google.com/load-balancing/docs/backend-service: the texts are approximate. */
function verifyInstanceGroups(inputs: Inputs, cloud: Cloud): void {
    verifyHealthCheck(inputs, cloud, "instance groups");
    const { backends } = inputs;
    for (const [index, each] of (backends as Inputs[]).entries()) {
        const { balancingMode = "UTILIZATION", maxUtilization, maxRate, maxRatePerInstance } = each;
        const field = `backends[${index}]`;
        const isManaged = /\/regions\/[^/]+\/instanceGroups\//.test(String(each.group));
        if (balancingMode === "RATE" && !maxRatePerInstance && (isManaged || !maxRate)) {
            // "Regional managed instance groups don't support defining a maximum rate per group."
            const cause =
                "A regional managed instance group needs a maximum rate per instance with balancing mode RATE.";
            throw invalidField(`${field}.maxRate`, maxRate ?? "", cause);
        }
        if (
            balancingMode === "UTILIZATION" &&
            maxUtilization !== undefined &&
            (maxUtilization < 0 || maxUtilization > 1)
        ) {
            throw invalidField(`${field}.maxUtilization`, maxUtilization, "Must be in the range [0.0, 1.0].");
        }
        if (balancingMode === (isOfConnections(inputs) ? "RATE" : "CONNECTION")) {
            throw invalidField(
                `${field}.balancingMode`,
                balancingMode,
                `Not supported by ${isOfConnections(inputs) ? "network" : "application"} load balancers.`,
            );
        }
        if (balancingMode === "CONNECTION" && !each.maxConnections && !each.maxConnectionsPerInstance) {
            throw new GoogleError(
                400,
                `Invalid value for field 'resource.backends[${index}].balancingMode': '${balancingMode}'. Either maxConnections or maxConnectionsPerInstance should be set with CONNECTION mode.`,
                { reason: "invalid" },
            ).recordedIn("https://github.com/hashicorp/terraform/issues/11630");
        }
    }
}

/** Cloud Armor policies are global, or of the region of the backend service. */
function verifySecurityPolicy(inputs: Inputs, cloud: Cloud): void {
    const { securityPolicy, project } = inputs;
    if (!securityPolicy) {
        return;
    }
    const path = referencePath(securityPolicy, inputs, "securityPolicies");
    const policy = cloud.store.read(fullName(path));
    if (!policy) {
        throw notFound(path);
    }
    const place = pathIn("securityPolicies")({ ...inputs, name: policy.state.name });
    if (path.startsWith(`projects/${project}/`) && path !== place) {
        throw invalidField(
            "securityPolicy",
            securityPolicy,
            "The policy must be in the same scope as the backend service.",
        );
    }
    if (policy.state.type === "CLOUD_ARMOR_EDGE") {
        throw invalidField("securityPolicy", securityPolicy, "The type of the policy must be CLOUD_ARMOR.");
    }
}

/** The policy that the provider sends: with backends, which each update has, it leaves out the times that a cache mode does not have. */
const sent = ({ cdnPolicy, backends }: Inputs, old?: Inputs) =>
    old || backends?.length > 0 ? sentCdnPolicy(cdnPolicy, "USE_ORIGIN_HEADERS") : cdnPolicy;

function verify(inputs: Inputs, { cloud }: Context, old?: Inputs): void {
    verifyRegion(inputs);
    const { iap, enableCdn, logConfig, region, loadBalancingScheme } = inputs;
    const groups = groupsOf(inputs, cloud);
    if (groups.some(({ state }) => state.networkEndpointType === "SERVERLESS")) {
        verifyServerless(inputs, groups);
    }
    const ofEndpoints = groups.filter(({ state }) => (state.networkEndpointType ?? "SERVERLESS") !== "SERVERLESS");
    if (ofEndpoints.length > 0 && ofEndpoints.length < groups.length) {
        throw invalidField("backends", "", "A backend service has either instance groups or network endpoint groups.");
    }
    if (isPassthrough(inputs)) {
        verifyPassthrough(inputs, groups, cloud);
    } else if (inputs.backends?.some(({ group }: Inputs) => isInstanceGroup(group))) {
        verifyInstanceGroups(inputs, cloud);
    }
    if (ofEndpoints.length > 0 && !isPassthrough(inputs)) {
        verifyEndpoints(inputs, groups, cloud);
    }
    verifySecurityPolicy(inputs, cloud);
    // https://cloud.google.com/compute/docs/reference/rest/v1/backendServices (`tlsSettings`): the text is approximate.
    if (inputs.tlsSettings && !["SSL", "HTTPS", "HTTP2"].includes(inputs.protocol ?? "HTTP")) {
        const cause = "TLS settings may only be specified when the backend protocol is SSL, HTTPS or HTTP2.";
        throw invalidField("tlsSettings", "", cause);
    }
    // https://cloud.google.com/load-balancing/docs/features
    if (enableCdn && (region !== undefined || loadBalancingScheme === "INTERNAL_MANAGED")) {
        throw invalidField("enableCDN", true, "Cloud CDN is only supported by global external load balancers.");
    }
    // https://cloud.google.com/iap/docs/concepts-best-practices#caching: the text is approximate.
    if (enableCdn && iap?.enabled) {
        throw invalidField("iap", "enabled", "IAP cannot be enabled for a backend service with Cloud CDN.");
    }
    verifyCdnPolicy(sent(inputs, old));
    verifyTimes(inputs);
    verifyHeaders(inputs);
    verifyCheckExists(inputs, cloud);
    const { sampleRate = 1 } = logConfig ?? {};
    if (sampleRate < 0 || sampleRate > 1) {
        throw invalidField("logConfig.sampleRate", sampleRate, "Must be in the range [0, 1].");
    }
}

/** https://cloud.google.com/compute/docs/reference/rest/v1/backendServices: the texts are approximate. */
function verifyTimes({ connectionDrainingTimeoutSec: draining = 0, affinityCookieTtlSec: cookie = 0 }: Inputs): void {
    for (const [field, value, max] of [
        ["connectionDraining.drainingTimeoutSec", draining, 3600],
        ["affinityCookieTtlSec", cookie, 1_209_600],
    ] as const) {
        if (value < 0 || value > max) {
            throw invalidField(field, value, `Must be greater than or equal to 0 and less than or equal to ${max}.`);
        }
    }
}

/** "How custom headers work": https://cloud.google.com/load-balancing/docs/https/custom-headers. The texts are approximate. */
export function verifyHeaders(inputs: Inputs): void {
    for (const field of ["customRequestHeaders", "customResponseHeaders"]) {
        const names = ((inputs[field] ?? []) as string[]).map((header) => /^([\w!#$%&'*+.^`|~-]+):/.exec(header)?.[1]);
        for (const [index, name] of names.entries()) {
            const cause =
                name === undefined
                    ? "A custom header must have the form 'Name: value'."
                    : /^x-(google|goog-|gfe|amz-)/i.test(name)
                      ? "The name is reserved."
                      : names.findIndex((other) => other?.toLowerCase() === name.toLowerCase()) < index
                        ? "A header can be set once."
                        : undefined;
            if (cause) {
                throw invalidField(`${field}[${index}]`, inputs[field][index], cause);
            }
        }
    }
}

/** A health check exists, also if nothing is checked yet. */
function verifyCheckExists(inputs: Inputs, cloud: Cloud): void {
    const { healthChecks } = inputs;
    if (healthChecks && /^[^/]+$|\/healthChecks\//.test(String(healthChecks))) {
        required(cloud, referencePath(String(healthChecks), inputs, "healthChecks"));
    }
}

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

/** Without the block, the provider leaves Identity-Aware Proxy as it is. */
function iapState(iap: Inputs | undefined, old: Inputs | undefined): Inputs {
    return {
        enabled: false,
        oauth2ClientId: "",
        oauth2ClientSecret: "",
        ...(iap ?? old?.iap),
        oauth2ClientSecretSha256: sha256(iap?.oauth2ClientSecret ?? old?.iap?.oauth2ClientSecret ?? ""),
    };
}

const unsetLimits = {
    maxInFlightRequests: 0,
    maxInFlightRequestsPerEndpoint: 0,
    maxInFlightRequestsPerInstance: 0,
};
/** The provider reads limits that are not set as 0. */
const globalLimits = {
    ...unsetLimits,
    maxConnections: 0,
    maxConnectionsPerEndpoint: 0,
    maxConnectionsPerInstance: 0,
    maxRate: 0,
    maxRatePerEndpoint: 0,
    maxRatePerInstance: 0,
    maxUtilization: 0,
};

/**
 * The default protocol, and the name of the port, which only protocols of requests and external passthrough load balancers have, and no
 * serverless backends. Config Connector's logs `regionaltargethttpsproxy` and `networkserviceshttproute` record it, and a regional service
 * with the scheme EXTERNAL:
 * https://github.com/pulumi/pulumi-gcp/tree/ed6078aa/provider/testdata/recorded/TestProviderUpgrade/compute-forwardingrule
 */
function portState(inputs: Inputs, cloud: Cloud): Inputs {
    const protocol = inputs.protocol ?? (isPassthrough(inputs) ? "TCP" : "HTTP");
    const hasName =
        ["HTTP", "HTTPS", "HTTP2"].includes(protocol) ||
        (isPassthrough(inputs) && inputs.loadBalancingScheme === "EXTERNAL");
    const isServerless = groupsOf(inputs, cloud).some(({ state }) => state.networkEndpointType === "SERVERLESS");
    return { protocol, portName: hasName && !isServerless ? "http" : "" };
}

const state =
    (limits: object) =>
    (inputs: Inputs, context: Context, old?: Inputs): Inputs => ({
        ...createdState(inputs, context, old, collection),
        fingerprint: fingerprint(inputs),
        generatedId: generatedNumber(inputs, collection),
        ...portState(inputs, context.cloud),
        sessionAffinity: "NONE",
        timeoutSec: 30,
        ...inputs,
        // The API answers references by their self links.
        ...(inputs.healthChecks && {
            healthChecks: selfLink(referencePath(inputs.healthChecks, inputs, "healthChecks")),
        }),
        ...(inputs.backends && { backends: inputs.backends.map((each: Inputs) => ({ ...limits, ...each })) }),
        ...(inputs.cdnPolicy && { cdnPolicy: cdnPolicyState(sent(inputs, old)) }),
        ...(inputs.logConfig && {
            logConfig: {
                optionalMode: "EXCLUDE_ALL_OPTIONAL",
                ...(inputs.region && { optionalFields: [] }),
                ...inputs.logConfig,
            },
        }),
        ...((inputs.iap || old?.iap || !isPassthrough(inputs)) && { iap: iapState(inputs.iap, old) }),
    });

const rules: Omit<TypeRules, "noun"> = {
    ...sharedRules(collection),
    changesOnUpdate: ["fingerprint"],
    // `selfLinkRelativePathHash`: https://github.com/hashicorp/terraform-provider-google-beta/tree/v7.45.0/google-beta/services/compute
    same: {
        healthChecks: (desired, found, inputs) =>
            [desired, found].every(Boolean) &&
            referencePath(String(desired), inputs, "healthChecks") ===
                referencePath(String(found), inputs, "healthChecks"),
    },
    verify,
    remove: (inputs, { cloud }) => {
        requireUnused(
            "backend_service",
            pathIn(collection)(inputs),
            cloud,
            "urlMaps",
            "forwardingRules",
            "targetTcpProxies",
        );
        cloud.iam.forget(`//${api}/${pathIn(collection)(inputs)}`);
    },
};

const policyChange = ({ securityPolicy = "" }: Inputs, old: Inputs = {}) =>
    securityPolicy === (old.securityPolicy ?? "") ? [] : ["setSecurityPolicy"];

const ofBackendService: References = (inputs) => [
    ["securityPolicies", [usedPath(inputs.securityPolicy, inputs, "securityPolicies")]],
];

export const backendService: TypeRules = {
    ...rules,
    noun: "BackendService",
    generatedNoun: "ComputeBackendService",
    cost: "free",
    state: state(globalLimits),
    calls: balancing("backendServices", ofBackendService, "update", policyChange),
};

/** The fields of backends that only managed load balancers have. */
const onlyManaged = {
    capacityScaler: "capacity_scaler",
    maxConnections: "max_connections",
    maxConnectionsPerInstance: "max_connections_per_instance",
    maxConnectionsPerEndpoint: "max_connections_per_endpoint",
    maxRate: "max_rate",
    maxRatePerInstance: "max_rate_per_instance",
    maxRatePerEndpoint: "max_rate_per_endpoint",
    maxUtilization: "max_utilization",
};

/** The provider has no default of `capacityScaler`, other than of a global backend service, and reads one that is not set as 0. */
const refusedBackends: PlanRule["refuse"] = ({ backends = [], loadBalancingScheme }, _state, isUnknown) => {
    const all = (Array.isArray(backends) ? backends : []) as Inputs[];
    const scheme = loadBalancingScheme ?? (isUnknown("loadBalancingScheme") ? "" : "INTERNAL");
    if (all.length === 0 || scheme === "INTERNAL_MANAGED") {
        return undefined;
    }
    if (["INTERNAL", "EXTERNAL"].includes(scheme)) {
        const [field, value] = all
            .flatMap((each) => Object.entries(onlyManaged).map(([name, field]) => [field, each?.[name]] as const))
            .find(([, found]) => found) ?? [undefined];
        return field && `"${field}" cannot be set for non-managed backend service, found value ${value}`;
    }
    const sum = all.reduce((total, each) => total + (each?.capacityScaler ?? 0), 0);
    return sum === 0
        ? "managed backend service must have at least one non-zero capacity_scaler for backends"
        : undefined;
};

export const regionBackendService: TypeRules = {
    ...rules,
    plan: { customDiffRegionBackendService: { refuse: refusedBackends } },
    noun: "RegionBackendService",
    generatedNoun: "ComputeRegionBackendService",
    cost: "free",
    state: state({ ...unsetLimits, failover: false }),
    calls: balancing("backendServices", ofBackendService, "update", policyChange),
};
