import type { Cloud } from "../../cloud/cloud";
import { type Context, type Inputs, lastPart } from "../../rules/rules";

/** The API of Identity-Aware Proxy, with its title. */
export const proxyApi: [string, string] = ["iap.googleapis.com", "Cloud Identity-Aware Proxy API"];

/** The resource whose policy says who may open a service through Identity-Aware Proxy. */
export const proxyPath = (project: string, location: string, service: string) =>
    `projects/${project}/iap_web/cloud_run-${location}/services/${lastPart(service)}`;

export const proxyName = (path: string) => `//${proxyApi[0]}/${path}`;

/** The same, by the full name of the service. */
const proxyOf = (service: string): string => {
    const [, project = "", location = "", name = ""] =
        /\/projects\/([^/]+)\/locations\/([^/]+)\/services\/([^/]+)$/.exec(service) ?? [];
    return proxyName(proxyPath(project, location, name));
};

/** The resource exists while the proxy is enabled: https://cloud.google.com/run/docs/securing/identity-aware-proxy-cloud-run */
export function updateProxy({ project, location, name, iapEnabled }: Inputs, { cloud }: Context): void {
    const id = proxyPath(project, location, name);
    if (iapEnabled) {
        cloud.store.write({ name: proxyName(id), project, id, state: { service: lastPart(name) } });
    } else {
        cloud.store.remove(proxyName(id));
    }
}

/** Deletes the resource and its policy with the service. */
export function forgetProxy(service: string, cloud: Cloud): void {
    cloud.store.remove(proxyOf(service));
    cloud.iam.forget(proxyOf(service));
}
