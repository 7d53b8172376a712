import { Service } from "@pulumi/gcp/projects/service";
import type * as pulumi from "@pulumi/pulumi";
import * as check from "../../internal/arguments/check";
import { shortName } from "../../internal/arguments/names";
import type { Child } from "../../internal/engine/children";
import { budgetApis } from "./budget";
import { sharedVpcApi } from "./sharedVpc";

const api = check.matching(/^[a-z0-9-]+\.googleapis\.com$/, "must be an API's name, such as run.googleapis.com");

/** Checks additional APIs. */
export const apis = check.list(api, "must be a list of APIs");

/** Enabled first, as the provider reads the project through it. */
const firstApi = "cloudresourcemanager.googleapis.com";

/** The APIs of environments, deployers and promotion. */
const commonApis = [
    "artifactregistry.googleapis.com",
    "cloudbilling.googleapis.com",
    "iam.googleapis.com",
    "iamcredentials.googleapis.com",
    "logging.googleapis.com",
    "serviceusage.googleapis.com",
    "storage.googleapis.com",
    "sts.googleapis.com",
];

/** The API of organization policies, which must be enabled in the quota project. */
const policyApi = "orgpolicy.googleapis.com";

/** The parts of a project that need APIs. */
interface ProjectParts {
    apis?: string[];
    budget?: object;
    policies: object;
    sharedVpc?: unknown;
}

/** The APIs to enable, in order. */
export function apisOf({ apis = [], budget, policies, sharedVpc }: ProjectParts): string[] {
    const ofPolicies = Object.keys(policies).length > 0 ? [policyApi] : [];
    return [
        ...new Set([
            firstApi,
            ...commonApis,
            ...ofPolicies,
            ...(budget ? budgetApis : []),
            ...(sharedVpc ? [sharedVpcApi] : []),
            ...apis,
        ]),
    ];
}

/** Enables the APIs, which stay enabled when the stack is destroyed. */
export function enableApis(name: string, project: pulumi.Output<string>, apis: string[], child: Child) {
    const services: Record<string, Service> = {};
    for (const api of apis) {
        const args = { project, service: api, disableOnDestroy: false };
        const options = { dependsOn: services[firstApi] };
        services[api] = new Service(...child("service", `${name}-${shortName(api)}`, args, options));
    }
    return services;
}
