import { ServiceNetworkSettings } from "@pulumi/gcp/appengine/serviceNetworkSettings";
import type * as pulumi from "@pulumi/pulumi";
import * as check from "../internal/arguments/check";
import type { Child } from "../internal/engine/children";
import type { Ingress } from "../internal/network/ingress";
import type { AppEngineServiceArgs } from "./service/serviceArgs";
import { servicesUsed } from "./service/uses";
import type { StandardNetwork } from "./standard/network";

/** What calls the services of an application. */
interface Callers {
    services: Record<string, AppEngineServiceArgs>;
    cron?: Record<string, { service?: string }>;
    queues?: Record<string, { service?: string }>;
}

/**
 * Only requests from the project's VPC networks count as
 * {@link https://cloud.google.com/appengine/docs/standard/ingress-settings internal}. Requests from Cloud Scheduler, Cloud Tasks and
 * services outside of the networks do not, nor requests to custom domains.
 */
export function ingressProblems(args: Callers & { domains?: object; iap?: unknown }): check.Problem[] {
    const { services, domains = {}, iap } = args;
    if (iap) {
        return [];
    }
    const isReached = !services.default || Object.values(services).some(({ ingress }) => ingress === "all");
    const unreached = `leads to no service, because no service gets requests from the internet. Set ingress: "all" on the services that are public.`;
    return [
        ...(isReached
            ? []
            : Object.keys(domains).map((name) =>
                  check.problem(`domains.${name}`, "appengine/domain-without-service", unreached),
              )),
        ...Object.entries(services).flatMap(([name, { ingress }]) => {
            const all = ingress === undefined ? callersOf(name, args) : [];
            const reason = `is missing, as requests of ${all.join(", ")} do not come from the project's networks, from which the default lets them in. Set ingress: "all", and restrict who may call it by login: "admin", firewall or iap.`;
            return all.length === 0
                ? []
                : [check.problem(`services.${name}.ingress`, "appengine/ingress-missing", reason)];
        }),
    ];
}

/** The arguments that send requests to a service from outside of the project's networks. */
export function callersOf(name: string, { services, cron = {}, queues = {} }: Callers): string[] {
    return [
        ...Object.entries(cron).flatMap(([key, { service = "default" }]) => (service === name ? `cron.${key}` : [])),
        ...Object.entries(queues).flatMap(([key, { service = "default" }]) =>
            service === name ? `queues.${key}` : [],
        ),
        ...Object.entries(services).flatMap(([key, service]) =>
            key !== name && !isInNetwork(service) && servicesUsed(service.uses ?? {}).includes(name)
                ? `services.${key}.uses`
                : [],
        ),
    ];
}

/** Whether all requests of a service come from a VPC network. */
function isInNetwork({ flexible, network }: AppEngineServiceArgs): boolean {
    return flexible || (network as StandardNetwork | undefined)?.egress === "all-traffic";
}

const ingressValues: Record<Ingress, string> = {
    all: "INGRESS_TRAFFIC_ALLOWED_ALL",
    internal: "INGRESS_TRAFFIC_ALLOWED_INTERNAL_ONLY",
    "load-balancer": "INGRESS_TRAFFIC_ALLOWED_INTERNAL_AND_LB",
};

/** Registers the ingress settings, which need the first version of the service. */
export function ingressSettings(
    name: string,
    service: string,
    from: Ingress,
    child: Child,
    version: pulumi.Resource,
): pulumi.Resource[] {
    const args = { service, networkSettings: { ingressTrafficAllowed: ingressValues[from] } };
    return [new ServiceNetworkSettings(...child("ingress", name, args, { dependsOn: version }))];
}
