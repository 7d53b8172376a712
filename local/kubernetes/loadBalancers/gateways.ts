import type { KubeObject } from "../api/api";
import type { Addresses } from "./addresses";
import type { Holders } from "./holders";

/** The controller of the GatewayClasses that GKE has. */
export const controllerName = "networking.gke.io/gateway";

interface Condition {
    type: string;
    status: "True" | "False";
    reason: string;
    message: string;
    observedGeneration: number;
    lastTransitionTime: string;
}

/** The status that GKE gives to a Gateway once its load balancer serves, or why there is none. */
export function gatewayStatus(
    gateway: KubeObject,
    routes: KubeObject[],
    addresses: Addresses,
    used: Set<string>,
    holders: Holders,
): object {
    const { spec, status, metadata } = gateway;
    const [wanted] = spec.addresses ?? [];
    const now = status?.addresses?.[0]?.value;
    const isInternal = spec.gatewayClassName === "gke-l7-rilb";
    const place =
        spec.gatewayClassName.includes("global") || spec.gatewayClassName.endsWith("gxlb") ? "global" : "regional";
    const found =
        wanted?.type === "NamedAddress"
            ? addresses.named(wanted.value, place)
            : (wanted?.value ?? now ?? addresses.free(isInternal, used));
    const problem = found === undefined ? `address "${wanted?.value}" was not found` : holders.problem(found, gateway);
    const value = problem === undefined ? found : undefined;
    const condition = conditionsOf(gateway, status?.conditions);
    return {
        addresses: value === undefined ? [] : [{ type: "IPAddress", value }],
        conditions: [
            condition("Accepted", "Accepted"),
            condition("Programmed", problem ? "AddressNotUsable" : "Programmed", problem),
        ],
        listeners: spec.listeners.map((listener: KubeObject) => {
            const before = status?.listeners?.find((each: KubeObject) => each.name === listener.name);
            const own = conditionsOf(gateway, before?.conditions);
            return {
                name: listener.name,
                supportedKinds: [{ group: "gateway.networking.k8s.io", kind: "HTTPRoute" }],
                attachedRoutes: routes.filter((route) => attaches(route, metadata, listener.name)).length,
                conditions: [
                    own("Accepted", "Accepted"),
                    own("ResolvedRefs", "ResolvedRefs"),
                    own("Programmed", problem ? "AddressNotUsable" : "Programmed", problem),
                    own("Conflicted", "NoConflicts", ""),
                ],
            };
        }),
    };
}

const parentsOf = ({ spec, metadata }: KubeObject): KubeObject[] =>
    (spec.parentRefs ?? []).map((each: KubeObject) => ({ namespace: metadata.namespace, ...each }));

const attaches = (route: KubeObject, { name, namespace }: KubeObject["metadata"], listener: string) =>
    parentsOf(route).some(
        (each) =>
            each.name === name &&
            each.namespace === namespace &&
            (each.sectionName === undefined || each.sectionName === listener),
    );

/** The status of a route: what each of the Gateways says of it that are GKE's. */
export function routeStatus(
    route: KubeObject,
    gateways: KubeObject[],
    hasService: (name: string, namespace: string) => boolean,
): object {
    const { namespace = "default" } = route.metadata;
    const backends: KubeObject[] = (route.spec.rules ?? []).flatMap((rule: KubeObject) => rule.backendRefs ?? []);
    const missing = backends.find((each) => !hasService(each.name, each.namespace ?? namespace));
    const parents = (route.spec.parentRefs ?? []).filter((ref: KubeObject) =>
        gateways.some(
            ({ metadata }) => metadata.name === ref.name && metadata.namespace === (ref.namespace ?? namespace),
        ),
    );
    return {
        parents: parents.map((parentRef: KubeObject) => {
            const before = route.status?.parents?.find(
                (each: KubeObject) => each.parentRef.name === parentRef.name && each.controllerName === controllerName,
            );
            const condition = conditionsOf(route, before?.conditions);
            const lacking = missing && `Service "${missing.namespace ?? namespace}/${missing.name}" not found`;
            return {
                parentRef,
                controllerName,
                conditions: [
                    condition("Accepted", "Accepted"),
                    condition("ResolvedRefs", lacking ? "BackendNotFound" : "ResolvedRefs", lacking),
                    condition("Reconciled", lacking ? "ReconciliationFailed" : "ReconciliationSucceeded", lacking),
                ],
            };
        }),
    };
}

/** Makes conditions that are true unless a problem is told, and that keep the time at which they became so. */
export function conditionsOf({ metadata }: KubeObject, before: Condition[] = []) {
    return (type: string, reason: string, problem?: string): Condition => {
        const status = problem === undefined ? "True" : "False";
        const same = before.find((each) => each.type === type && each.status === status);
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
