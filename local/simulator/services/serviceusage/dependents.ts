import type { Cloud } from "../../cloud/cloud";
import { GoogleError } from "../../cloud/errors";
import { serviceName } from "../../cloud/projects";
import type { Context, Inputs } from "../../rules/rules";
import { makeDefaultNetwork } from "../compute/defaultNetwork";

/** Dependencies of APIs, which are enabled with them, as far as documented. */
const needs: Record<string, string[]> = {
    bigquerystorage: ["bigquery"],
    cloudapis: ["bigquery", "cloudtrace", "datastore", "logging", "monitoring", "servicemanagement", "storage-api"],
    composer: ["sqladmin"],
    container: ["compute"],
    dataflow: ["compute"],
};

const full = (api: string) => `${api}.googleapis.com`;

/** All direct and indirect dependencies of an API. */
export function dependenciesOf(service: string): string[] {
    const direct = (needs[service.replace(/\.googleapis\.com$/, "")] ?? []).map(full);
    return [...new Set(direct.flatMap((item) => [item, ...dependenciesOf(item)]))];
}

/**
 * Enables an API, with its service agents and the default network; returns whether it was disabled before.
 *
 * @param type the type of the resource that enables it, if it is not another API
 */
export function enable(cloud: Cloud, project: string, service: string, type?: string): boolean {
    const name = serviceName(project, service);
    if (!cloud.store.create({ name, type, project, id: `${project}/${service}`, state: { project, service } })) {
        return false;
    }
    cloud.projects.enabled(project, service, cloud);
    const { autoCreateNetwork } = cloud.projects.get(project).state;
    if (service === "compute.googleapis.com" && autoCreateNetwork !== false) {
        makeDefaultNetwork(cloud, project);
    }
    return true;
}

const precondition = (text: string) => new GoogleError(400, text, { reason: "failedPrecondition" });

/** Throws if other APIs depend on an API or it is in use, or disables dependents if configured. */
export function disable(state: Inputs, { cloud }: Context): void {
    const { project, service, disableDependentServices, checkIfServiceHasUsageOnDestroy } = state;
    const dependents = Object.keys(needs)
        .map(full)
        .filter((item) => dependenciesOf(item).includes(service) && cloud.projects.isEnabled(project, item));
    if (dependents.length > 0 && !disableDependentServices) {
        throw precondition(
            `The service ${service} is depended on by the following active service(s): ${dependents.join(",")}; Please specify disable_dependent_services=true if you want to proceed with disabling all services.`,
        );
    }
    if (checkIfServiceHasUsageOnDestroy && cloud.store.count(`//${service}/projects/${project}`) > 0) {
        throw precondition(
            `The service ${service} has been used recently or has resources in project ${project}. Please specify check_if_service_has_usage_on_destroy=false if you want to proceed with disabling it.`,
        );
    }
    for (const each of dependents) {
        cloud.store.remove(serviceName(project, each));
    }
}
