import type { KubeObject } from "../api/api";
import type { Addresses } from "./addresses";
import type { AddressOwners } from "./addressOwners";

/** The controller of GKE's GatewayClasses. */
export const controllerName = "networking.gke.io/gateway";

interface Condition {
    type: string;
    status: "True" | "False";
    reason: string;
    message: string;
    observedGeneration: number;
    lastTransitionTime: string;
}

/** The status of a Gateway with or without a load balancer. */
export function gatewayStatus(
    gateway: KubeObject,
    routes: KubeObject[],
    addresses: Addresses,
    used: Set<string>,
    owners: AddressOwners,
): object {
    const { spec, status, metadata } = gateway;
    const [desired] = spec.addresses ?? [];
    const now = status?.addresses?.[0]?.value;
    const isInternal = spec.gatewayClassName === "gke-l7-rilb";
    const place =
        spec.gatewayClassName.includes("global") || spec.gatewayClassName.endsWith("gxlb") ? "global" : "regional";
    const found =
        desired?.type === "NamedAddress"
            ? addresses.named(desired.value, place)
            : (desired?.value ?? now ?? addresses.free(isInternal, used));
    const isRegional = isInternal || spec.gatewayClassName.includes("regional");
    const unproxied = isRegional && !addresses.hasProxies() ? proxiesProblem(gateway, addresses) : undefined;
    const unusable = found === undefined ? `address "${desired?.value}" was not found` : owners.problem(found, gateway);
    const problem = unproxied ?? unusable;
    const reason = unproxied ? "Pending" : problem ? "AddressNotUsable" : "Programmed";
    const value = problem === undefined ? found : undefined;
    const condition = conditionsOf(gateway, status?.conditions);
    return {
        addresses: value === undefined ? [] : [{ type: "IPAddress", value }],
        conditions: [condition("Accepted", "Accepted"), condition("Programmed", reason, problem)],
        listeners: spec.listeners.map((listener: KubeObject) => {
            const before = status?.listeners?.find((item: KubeObject) => item.name === listener.name);
            const own = conditionsOf(gateway, before?.conditions);
            return {
                name: listener.name,
                supportedKinds: [{ group: "gateway.networking.k8s.io", kind: "HTTPRoute" }],
                attachedRoutes: routes.filter((route) => attaches(route, metadata, listener.name)).length,
                conditions: [
                    own("Accepted", "Accepted"),
                    own("ResolvedRefs", "ResolvedRefs"),
                    own("Programmed", reason, problem),
                    own("Conflicted", "NoConflicts", ""),
                ],
            };
        }),
    };
}

/** Why a regional Gateway has no load balancer, in the words of Gateways that were seen without a proxy-only subnet. */
function proxiesProblem({ metadata }: KubeObject, addresses: Addresses): string {
    const proxy = addresses.proxyPath(`gkegw1-${metadata.uid.slice(0, 4)}-${metadata.namespace}-${metadata.name}`);
    return `error cause: gceSync: generic::invalid_argument: Insert: ${noProxies(proxy)}`;
}

/** Compute Engine's error for a forwarding rule without a proxy-only subnet. */
export const noProxies = (target: string): string =>
    `Invalid value for field 'resource.target': '${target}'. An active proxy-only subnetwork is required in the same region and VPC as the forwarding rule.`;

const parentsOf = ({ spec, metadata }: KubeObject): KubeObject[] =>
    (spec.parentRefs ?? []).map((item: KubeObject) => ({ namespace: metadata.namespace, ...item }));

const attaches = (route: KubeObject, { name, namespace }: KubeObject["metadata"], listener: string) =>
    parentsOf(route).some(
        (item) =>
            item.name === name &&
            item.namespace === namespace &&
            (item.sectionName === undefined || item.sectionName === listener),
    );

/** The status of a route, for each parent Gateway of GKE. */
export function routeStatus(
    route: KubeObject,
    gateways: KubeObject[],
    hasService: (name: string, namespace: string) => boolean,
): object {
    const { namespace = "default" } = route.metadata;
    const backends: KubeObject[] = (route.spec.rules ?? []).flatMap((rule: KubeObject) => rule.backendRefs ?? []);
    const missing = backends.find((item) => !hasService(item.name, item.namespace ?? namespace));
    const parents = (route.spec.parentRefs ?? []).filter((ref: KubeObject) =>
        gateways.some(
            ({ metadata }) => metadata.name === ref.name && metadata.namespace === (ref.namespace ?? namespace),
        ),
    );
    return {
        parents: parents.map((parentRef: KubeObject) => {
            const before = route.status?.parents?.find(
                (item: KubeObject) => item.parentRef.name === parentRef.name && item.controllerName === controllerName,
            );
            const condition = conditionsOf(route, before?.conditions);
            const missingPermissions =
                missing && `Service "${missing.namespace ?? namespace}/${missing.name}" not found`;
            return {
                parentRef,
                controllerName,
                conditions: [
                    condition("Accepted", "Accepted"),
                    condition(
                        "ResolvedRefs",
                        missingPermissions ? "BackendNotFound" : "ResolvedRefs",
                        missingPermissions,
                    ),
                    condition(
                        "Reconciled",
                        missingPermissions ? "ReconciliationFailed" : "ReconciliationSucceeded",
                        missingPermissions,
                    ),
                ],
            };
        }),
    };
}

/** Returns conditions that are true unless there is a problem, and keeps their transition times. */
export function conditionsOf({ metadata }: KubeObject, before: Condition[] = []) {
    return (type: string, reason: string, problem?: string): Condition => {
        const status = problem === undefined ? "True" : "False";
        const same = before.find((item) => item.type === type && item.status === status);
        return {
            type,
            status,
            reason,
            message: problem ?? "",
            observedGeneration: metadata.generation,
            lastTransitionTime: same?.lastTransitionTime ?? new Date().toISOString().replace(/\.\d+Z$/, "Z"),
        };
    };
}
