import * as pulumi from "@pulumi/pulumi";
import type {
    AutoscaledInstanceGroup,
    ExistingEndpointGroup,
    ExistingInstanceGroup,
    NetworkEndpointGroup,
    UnmanagedInstanceGroup,
} from "../compute";
import { deferredError, programPlace } from "../internal/arguments/argumentsError";
import * as check from "../internal/arguments/check";
import { type Duration, secondsIn } from "../internal/arguments/duration";
import type { Probes } from "../internal/arguments/healthCheck";
import { regionOf } from "../internal/arguments/locations";
import { nameOf } from "../internal/engine/pulumiSdk";
import { type BackendTls, tlsArgs } from "./backendTls";
import {
    type BackendHealthCheck,
    backendHealthProblems,
    type ExistingHealthCheck,
    isExisting,
    resolveHealth,
} from "./health";
import { isRegionalType, type LoadBalancerType } from "./types";

/** Instances or endpoints that a load balancer sends requests to. */
export type AnyGroup =
    | AutoscaledInstanceGroup
    | UnmanagedInstanceGroup
    | NetworkEndpointGroup
    | ExistingInstanceGroup
    | ExistingEndpointGroup;

/**
 * The {@link https://cloud.google.com/load-balancing/docs/backend-service#balancing-mode capacity} of a group: the average CPU utilization in
 * percent, or the requests per second of each instance or endpoint. Above it, other groups get the requests. `scaling.loadBalancing` of an
 * `AutoscaledInstanceGroup` is a fraction of it.
 */
export type GroupCapacity = check.OneOf<
    | {
          /** The average CPU utilization of the instances in percent: 1 to 100. */
          utilization: number;
      }
    | {
          /** The requests per second of each instance or endpoint. */
          requestsPerSecond: number;
      }
>;

/** How requests are sent to the groups of a backend. */
export interface GroupPlace {
    /** The name of the port of instance groups, if they have several. */
    port?: string;
    protocol?: "http" | "https" | "http2";
    health?: string | BackendHealthCheck | ExistingHealthCheck;
    capacity?: GroupCapacity;
    timeout?: Duration;
    tlsSettings?: BackendTls;
}

/** The groups that a backend leads to; `component` is the first one. */
export type GroupTarget = {
    kind: "group";
    component: AnyGroup;
    groups: readonly AnyGroup[];
    probes?: Probes;
} & GroupPlace;

/** Completes how requests are sent to groups. */
export function resolveGroups(groups: readonly AnyGroup[], place: GroupPlace = {}): GroupTarget {
    const component = groups[0] as AnyGroup;
    const { health } = place;
    const isWithout = isExisting(health) || (health === undefined && !isProbed(component));
    const probes = isWithout ? undefined : resolveHealth(health, protocolOf({ component, ...place }));
    return { kind: "group", component, groups, ...place, probes };
}

export const isEndpoints = (group: AnyGroup): group is NetworkEndpointGroup | ExistingEndpointGroup =>
    "existing" in group ? group.existing === "NetworkEndpointGroup" : "endpoints" in group;

/** Whether the ports of a group are only known when it is looked up. */
export const isFound = (group: AnyGroup): group is ExistingInstanceGroup => "portNames" in group;

/** What the endpoints of a group are; undefined for instances and for what exists already, which is in a zone. */
const endpointsOf = (group: AnyGroup) => ("endpoints" in group ? group.endpoints : undefined);

/** Whether Google Cloud probes a group, and sends requests by its capacity: instances, and endpoints with private addresses. */
export function isProbed(group: AnyGroup): boolean {
    const endpoints = endpointsOf(group);
    return endpoints === undefined || endpoints.machines !== undefined || endpoints.endpoints !== undefined;
}

export const healthOf = (group: AnyGroup) => ("template" in group ? group.health : undefined);

/** The host of an endpoint on the internet, which gets requests with its own name. */
export const hostOf = ({ component }: GroupTarget): string | undefined =>
    "endpoints" in component ? component.host : undefined;

/** The protocol of requests to a backend: on the internet and to published services encrypted. */
const protocolOf = ({ protocol, component }: Pick<GroupTarget, "protocol" | "component">) =>
    protocol ?? (isProbed(component) ? "http" : "https");

/** The names of the ports of a group, if the program knows them. */
const portsOf = (group: AnyGroup): string[] => (isEndpoints(group) || isFound(group) ? [] : Object.keys(group.ports));

/** The names of ports that all instance groups have. */
export function commonPorts([first = [], ...others]: string[][]): string[] {
    return first.filter((name) => others.every((all) => all.includes(name)));
}

/** The port of instance groups that is meant; undefined if it is not clear. */
function chosenPort(names: string[], port: string | undefined): string | undefined {
    const [only, ...others] = names;
    return port === undefined ? (others.length === 0 ? only : undefined) : names.find((name) => name === port);
}

/** Where a port that is not clear is reported: at the groups, or at its name. */
type PortPlace = Record<"group" | "port", string>;

const portPlace = (path: string): PortPlace => ({ group: path, port: `${path}.port` });

type PortOfGroups = Pick<GroupTarget, "groups" | "port">;

/** A port of groups that is not clear; `ports` has the names of each group. */
export function portProblem(
    place: PortPlace,
    { groups, port }: PortOfGroups,
    ports: string[][],
): check.Problem | undefined {
    const names = commonPorts(ports);
    const all = groups.length > 1 ? "all groups" : "the group";
    return check.when(
        chosenPort(names, port) === undefined,
        port === undefined ? place.group : place.port,
        "loadbalancer/group-port-unknown",
        `must name a port of ${all}: ${names.join(", ") || "there are none, set its ports"}${port === undefined ? "" : ` (got "${port}")`}.`,
    );
}

/** A port that is not clear, of groups whose ports the program knows. */
export function knownPortProblem(place: PortPlace, target: PortOfGroups): check.Problem | undefined {
    const { groups } = target;
    const isKnown = !groups.some((group) => isEndpoints(group) || isFound(group));
    return isKnown ? portProblem(place, target, groups.map(portsOf)) : undefined;
}

/**
 * The name of the port of instance groups. At preview, it fails if it is not clear which one of groups that exist already is meant.
 *
 * @param title the load balancer in errors
 */
export function portOf(place: PortPlace, target: PortOfGroups, title: string): pulumi.Input<string> | undefined {
    const { groups, port } = target;
    if (!groups.some(isFound)) {
        return chosenPort(commonPorts(groups.map(portsOf)), port);
    }
    const at = programPlace();
    const all = pulumi.all(groups.map((group) => (isFound(group) ? group.portNames : pulumi.output(portsOf(group)))));
    return all.apply((ports) => {
        const problem = portProblem(place, target, ports);
        if (problem) {
            throw deferredError(title, [problem], at);
        }
        return chosenPort(commonPorts(ports), port) as string;
    });
}

/** What is wrong with the groups of a backend: https://cloud.google.com/load-balancing/docs/backend-service */
export function groupProblems(
    path: string,
    target: GroupTarget,
    type: LoadBalancerType,
): (check.Problem | undefined)[] {
    const isGlobal = !isRegionalType(type);
    const { groups, component, health, capacity, port, probes, tlsSettings } = target;
    const probed = groups.filter(isProbed);
    return [
        ...(isEndpoints(component)
            ? [
                  check.when(
                      port !== undefined,
                      `${path}.port`,
                      "loadbalancer/port-of-endpoints",
                      "cannot be set, as endpoints have their own ports. Remove it.",
                  ),
              ]
            : instanceProblems(path, target)),
        mixProblem(path, target, isGlobal),
        ...(type === "cross-region-internal" ? internetProblems(path, groups) : scopeProblems(path, groups, isGlobal)),
        check.when(
            tlsSettings !== undefined && protocolOf(target) === "http",
            `${path}.tlsSettings`,
            "loadbalancer/tls-of-http",
            'requires encrypted requests. Set protocol: "https" or "http2".',
        ),
        check.when(
            health !== undefined && probed.length === 0,
            `${path}.health`,
            "loadbalancer/health-of-unprobed",
            "cannot be set, as Google Cloud does not probe endpoints on the internet and published services. Remove it.",
        ),
        check.when(
            capacity !== undefined && probed.length === 0,
            `${path}.capacity`,
            "loadbalancer/capacity-of-unprobed",
            "cannot be set, as endpoints on the internet and published services have no capacity. Remove it.",
        ),
        check.when(
            capacity?.utilization !== undefined && probed.some(isEndpoints),
            `${path}.capacity`,
            "loadbalancer/utilization-of-endpoints",
            "must be requestsPerSecond of each endpoint, because endpoints have no CPU utilization.",
        ),
        ...(health === undefined || probes === undefined || isExisting(health)
            ? []
            : backendHealthProblems(`${path}.health`, health, probes)),
    ];
}

/** Load balancers send requests to a named port of instances that a health check probes. */
function instanceProblems(path: string, target: GroupTarget): (check.Problem | undefined)[] {
    const { groups, health } = target;
    const isWithoutHealth = groups.some((group) => "template" in group && healthOf(group) === undefined);
    return [
        check.when(
            isWithoutHealth && health === undefined,
            path,
            "loadbalancer/group-without-health",
            "requires a health check, so that only healthy instances get requests. Set health of the AutoscaledInstanceGroup.",
        ),
        knownPortProblem(portPlace(path), target),
    ];
}

/** What a group has: each kind has a backend service of its own. */
export function kindOf(group: AnyGroup): "instances" | "endpoints" | "internet" | "service" {
    const { internet, serviceAttachment, googleApi } = endpointsOf(group) ?? {};
    return internet
        ? "internet"
        : (serviceAttachment ?? googleApi)
          ? "service"
          : isEndpoints(group)
            ? "endpoints"
            : "instances";
}

/** Which groups one backend can have. */
function mixProblem(path: string, { groups, component }: GroupTarget, isGlobal: boolean): check.Problem | undefined {
    const kind = kindOf(component);
    const isSingle = kind === "internet" || (kind === "service" && !isGlobal);
    return check.when(
        groups.some((group) => kindOf(group) !== kind) || (isSingle && groups.length > 1),
        path,
        "loadbalancer/groups-of-kinds",
        "must have groups of one kind: instances, endpoints of machines and outside of Google Cloud, or published services of several regions for a global load balancer. An endpoint on the internet is the only one. Use a route for each.",
    );
}

/** https://cloud.google.com/load-balancing/docs/negs/internet-neg-concepts */
const internetProblems = (path: string, groups: readonly AnyGroup[]) =>
    groups.map((group) =>
        check.when(
            kindOf(group) === "internet",
            path,
            "loadbalancer/internet-of-cross-region",
            'is not supported: a cross-region-internal load balancer has no endpoints on the internet behind it. Use type: "regional-internal" without regions, and set proxyOnlySubnets of the Network.',
        ),
    );

/** Global load balancers have endpoints on the internet of their own kind. */
export const scopeProblems = (path: string, groups: readonly AnyGroup[], isGlobal: boolean) =>
    groups.map((group) => {
        const isInternet = endpointsOf(group)?.internet !== undefined;
        const how = isGlobal ? "Remove network of" : "Set network of";
        return check.when(
            isInternet && (Reflect.get(group, "region") === undefined) !== isGlobal,
            path,
            "loadbalancer/internet-scope",
            `is for a ${isGlobal ? "regional" : "global"} load balancer. ${how} the NetworkEndpointGroup "${nameOf(group)}".`,
        );
    });

/** A backend in another region than a regional load balancer. */
export const otherRegionProblem = (path: string, region: string, required: string | undefined) =>
    check.when(
        required !== undefined && region !== required,
        path,
        "loadbalancer/backend-in-other-region",
        `must be in ${required}, as the load balancer is (got "${region}").`,
    );

/**
 * The link of a group. At preview, it fails if the group is in another region than the load balancer.
 *
 * @param title the load balancer in errors
 */
export function linkOf(
    group: AnyGroup,
    path: string,
    title: string,
    required: string | undefined,
): pulumi.Output<string> {
    const at = programPlace();
    const [link, region]: [pulumi.Output<string>, pulumi.Output<string | undefined>] =
        "existing" in group
            ? [group.group.id, group.group.zone.apply(regionOf)]
            : isEndpoints(group)
              ? [group.group.id, pulumi.output(group.region)]
              : "template" in group
                ? [group.group.instanceGroup, group.group.region]
                : [group.group.selfLink, group.group.zone.apply(regionOf)];
    return required === undefined
        ? link
        : pulumi.all([link, region]).apply(([link, region]) => {
              const problem = otherRegionProblem(path, region ?? "", required);
              if (problem) {
                  throw deferredError(title, [problem], at);
              }
              return link;
          });
}

/** The probes of a backend that needs a health check of its own; undefined for one that has the check of its group, or none. */
export function probesOf(target: GroupTarget, isGlobal: boolean): Probes | undefined {
    const { component, health } = target;
    if (!isProbed(component) || (isGlobal && checkOf(target) !== undefined)) {
        return undefined;
    }
    const ofGroup = health === undefined ? healthOf(component) : undefined;
    return ofGroup ?? target.probes;
}

/** The health check of a group, which a global load balancer also uses. */
const checkOf = ({ component, health }: GroupTarget) =>
    health === undefined && "healthCheck" in component ? component.healthCheck : undefined;

/**
 * The arguments of the backend service of groups.
 *
 * @param healthCheck the health check that was created for {@link probesOf}
 */
export function groupBackend(
    path: string,
    target: GroupTarget,
    { component, region, isInternal }: { component: string; region?: string; isInternal: boolean },
    healthCheck: pulumi.Resource | undefined,
) {
    const { groups, health, tlsSettings, timeout = "30 seconds" } = target;
    const check = (healthCheck ?? checkOf(target)) as pulumi.CustomResource | undefined;
    const healthChecks = isExisting(health) ? health.existing : check?.id;
    const capacityScaler = isProbed(target.component) || (region !== undefined && !isInternal) ? 1 : undefined;
    return {
        protocol: protocolOf(target).toUpperCase(),
        portName: portOf(portPlace(path), target, `LoadBalancer "${component}"`),
        healthChecks: isProbed(target.component) ? healthChecks : undefined,
        timeoutSec: secondsIn(timeout),
        ...(tlsSettings && { tlsSettings: tlsArgs(tlsSettings) }),
        backends: groups.map((group) => ({
            group: linkOf(group, path, `LoadBalancer "${component}"`, region),
            ...(capacityScaler === undefined ? {} : { capacityScaler }),
            ...balancing(group, target),
        })),
    };
}

/** The balancing mode of a group. One with endpoints needs a rate, which is only a limit if there are other groups. */
function balancing(group: AnyGroup, { capacity }: GroupTarget) {
    if (!isProbed(group)) {
        return {};
    }
    const { utilization, requestsPerSecond } =
        capacity ?? (isEndpoints(group) ? { requestsPerSecond: 100 } : { utilization: 80 });
    return utilization !== undefined
        ? { balancingMode: "UTILIZATION", maxUtilization: utilization / 100 }
        : {
              balancingMode: "RATE",
              ...(isEndpoints(group)
                  ? { maxRatePerEndpoint: requestsPerSecond }
                  : { maxRatePerInstance: requestsPerSecond }),
          };
}
