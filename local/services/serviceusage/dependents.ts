import type { Cloud } from "../../cloud/cloud";
import { GoogleError } from "../../cloud/errors";
import { serviceName } from "../../cloud/projects";
import type { Context, Inputs } from "../../rules/rules";
import { makeDefaultNetwork } from "../compute/default";

/** APIs that need others, which are switched on with them: those of which it is on record. */
const needs: Record<string, string[]> = {
    bigquerystorage: ["bigquery"],
    cloudapis: ["bigquery", "cloudtrace", "datastore", "logging", "monitoring", "servicemanagement", "storage-api"],
    composer: ["sqladmin"],
    container: ["compute"],
    dataflow: ["compute"],
};

const full = (api: string) => `${api}.googleapis.com`;

/** The APIs that an API cannot be without, and those that these cannot be without. */
export function needsOf(service: string): string[] {
    const direct = (needs[service.replace(/\.googleapis\.com$/, "")] ?? []).map(full);
    return [...new Set(direct.flatMap((each) => [each, ...needsOf(each)]))];
}

const isOn = (cloud: Cloud, project: string, service: string) =>
    cloud.store.read(serviceName(project, service)) !== undefined;

/** Switches an API on, with what comes with it: its agents, and the default network. */
export function enable(cloud: Cloud, project: string, service: string): void {
    cloud.store.create({
        name: serviceName(project, service),
        project,
        id: `${project}/${service}`,
        state: { project, service },
    });
    cloud.projects.enabled(project, service, cloud.iam);
    const { autoCreateNetwork } = cloud.projects.get(project).state;
    if (service === "compute.googleapis.com" && autoCreateNetwork !== false) {
        makeDefaultNetwork(cloud, project);
    }
}

const precondition = (text: string) => new GoogleError(400, text, { reason: "failedPrecondition" });

/** Refuses to switch off what others need, or takes them along; and what is in use, when the program asks for that. */
export function disable(state: Inputs, { cloud }: Context): void {
    const { project, service, disableDependentServices, checkIfServiceHasUsageOnDestroy } = state;
    const dependents = Object.keys(needs)
        .map(full)
        .filter((each) => needsOf(each).includes(service) && isOn(cloud, project, each));
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
