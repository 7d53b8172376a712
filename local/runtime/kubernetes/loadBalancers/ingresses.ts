import type { KubeObject } from "../api/api";
import type { Addresses } from "./addresses";
import type { AddressOwners } from "./addressOwners";
import { noProxies } from "./gateways";
import type { AddressResult } from "./services";

const classOf = ({ metadata, spec }: KubeObject): string =>
    metadata.annotations?.["kubernetes.io/ingress.class"] ?? spec.ingressClassName ?? "gce";

/** Whether GKE creates a load balancer for an Ingress: "GKE Ingress for Application Load Balancers". */
export const isGkeIngress = (ingress: KubeObject) =>
    ["gce", "gce-internal"].includes(classOf(ingress)) && ingress.metadata.deletionTimestamp === undefined;

export function ingressAddress(
    ingress: KubeObject,
    addresses: Addresses,
    used: Set<string>,
    owners: AddressOwners,
): AddressResult {
    const { annotations = {}, name, namespace, uid } = ingress.metadata;
    if (classOf(ingress) === "gce-internal" && !addresses.hasProxies()) {
        const loadBalancer = `${uid.slice(0, 8)}-${namespace}-${name}`;
        const problem = noProxies(addresses.proxyPath(`k8s2-tp-${loadBalancer}`));
        return {
            problem: `error running load balancer syncing routine: loadbalancer ${loadBalancer} does not exist: googleapi: Error 400: ${problem}, invalid`,
        };
    }
    const global = annotations["kubernetes.io/ingress.global-static-ip-name"];
    const regional = annotations["kubernetes.io/ingress.regional-static-ip-name"];
    if (global ?? regional) {
        const address = addresses.named(global ?? regional ?? "", global ? "global" : "regional");
        if (address === undefined) {
            const problem = `the given static IP name ${global ?? regional} doesn't translate to an existing static IP.`;
            return { problem };
        }
        const problem = owners.problem(address, ingress);
        return problem === undefined ? { address } : { problem };
    }
    const now = ingress.status?.loadBalancer?.ingress?.[0]?.ip;
    const address = now ?? addresses.free(classOf(ingress) === "gce-internal", used);
    return address ? { address } : { problem: "no address is free" };
}
