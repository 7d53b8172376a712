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

/**
 * The resource exists with the service, also if the proxy is not enabled: `TestAccIapWebCloudRunServiceIamBindingGenerated` in
 * https://github.com/hashicorp/terraform-provider-google/blob/main/google/services/iap/iam_iap_web_cloud_run_service_generated_test.go
 */
export function updateProxy({ project, location, name }: Inputs, { cloud }: Context): void {
    const id = proxyPath(project, location, name);
    cloud.store.write({ name: proxyName(id), project, id, state: { service: lastPart(name) } });
}

/** Deletes the resource and its policy with the service. */
export function forgetProxy(service: string, cloud: Cloud): void {
    cloud.store.remove(proxyOf(service));
    cloud.iam.forget(proxyOf(service));
}
