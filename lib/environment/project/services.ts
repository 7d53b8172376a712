import { Service } from "@pulumi/gcp/projects/service";
import type * as pulumi from "@pulumi/pulumi";
import type { Child } from "../../internal/children";
import { shortName } from "../../internal/names";

/** Through this one the provider reads a project before anything is done in it, also before another API is enabled. */
const first = "cloudresourcemanager.googleapis.com";

/** What an environment, its deployer and the way from one environment to the next call. */
const always = [
    "artifactregistry.googleapis.com",
    "cloudbilling.googleapis.com",
    "iam.googleapis.com",
    "iamcredentials.googleapis.com",
    "logging.googleapis.com",
    "serviceusage.googleapis.com",
    "storage.googleapis.com",
    "sts.googleapis.com",
];

/** What a budget and its alerts are made by. */
const forBudgets = ["billingbudgets.googleapis.com", "monitoring.googleapis.com"];

/** The APIs that are enabled in a project, the first one first. */
export function apisOf({ apis = [], budget }: { apis?: string[]; budget?: unknown }): string[] {
    return [...new Set([first, ...always, ...(budget ? forBudgets : []), ...apis])];
}

/** Enables APIs, which stay on when the stack is destroyed, as what is in the project needs them. */
export function enabled(name: string, project: pulumi.Output<string>, apis: string[], child: Child) {
    const services: Record<string, Service> = {};
    for (const api of apis) {
        const args = { project, service: api, disableOnDestroy: false };
        const dependsOn = services[first] ?? [];
        services[api] = new Service(...child("service", `${name}-${shortName(api)}`, args, { dependsOn }));
    }
    return services;
}
