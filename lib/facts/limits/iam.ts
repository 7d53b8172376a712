import { facts } from "../facts";
import type { DurationLimit, Limit } from "./limit";

/** Limits of Identity and Access Management. */
export const iamLimits = facts<Limit | DurationLimit>()({
    subject: "Limits of IAM",
    source: "https://cloud.google.com/iam/quotas",
    checked: "2026-11-20",
    rows: {
        /** In a project, by default. */
        serviceAccounts: { max: 100, unit: "service accounts", checked: "2026-11-21" },
        accountId: {
            min: 6,
            max: 30,
            unit: "characters",
            source: "https://cloud.google.com/iam/docs/service-accounts-create",
            checked: "2026-11-21",
        },
        accountDisplayName: { max: 100, unit: "bytes" },
        accountDescription: { max: 256, unit: "characters" },
        /** Of a policy, each counted as often as it appears. */
        principals: { max: 1500, unit: "principals" },
        /** Google groups and domains of a policy. */
        groups: { max: 250, unit: "groups and domains" },
        policy: { max: 250 * 1024, unit: "bytes" },
        /** Conditional bindings of a policy for the same role and principal. */
        conditionalBindings: { max: 20, unit: "bindings" },
        /** Logical operators of a condition. */
        logicalOperators: { max: 12, unit: "operators" },
        /** Of an access token of a service account. */
        tokenLifetime: {
            max: "1 hour",
            source: "https://cloud.google.com/iam/docs/create-short-lived-credentials-direct",
        },
        /** Roles in a condition that limits granting roles. */
        rolesOfCondition: {
            max: 10,
            unit: "roles",
            source: "https://cloud.google.com/iam/docs/setting-limits-on-granting-roles",
        },
    },
});

/** Limits of custom roles. */
export const customRoleLimits = facts<Limit>()({
    subject: "Limits of custom roles",
    source: "https://cloud.google.com/iam/quotas",
    checked: "2026-11-22",
    rows: {
        /** In a project. */
        roles: { max: 300, unit: "roles" },
        permissions: { max: 3000, unit: "permissions" },
        title: { max: 100, unit: "bytes" },
        description: { max: 300, unit: "bytes" },
    },
});

/**
 * Permissions that no custom role of a project can have, because they are of organizations, folders and their resources: beginnings, and
 * whole permissions. Public records: https://github.com/aquasecurity/cloudsploit/issues/978,
 * https://github.com/terraform-google-modules/terraform-google-iam/issues/158
 */
export const permissionsOfOrganizations = [
    "resourcemanager.organizations.",
    "resourcemanager.folders.",
    "resourcemanager.tagKeys.",
    "resourcemanager.tagValues.",
    "resourcemanager.projects.list",
] as const;

/** Limits of Workload Identity Federation. */
export const workloadIdentityLimits = facts<Limit>()({
    subject: "Limits of Workload Identity Federation",
    source: "https://cloud.google.com/iam/docs/reference/rest/v1/projects.locations.workloadIdentityPools.providers",
    checked: "2026-10-23",
    rows: {
        /** Of a pool or a provider. */
        id: { min: 4, max: 32, unit: "characters" },
        displayName: { max: 32, unit: "characters" },
        description: { max: 256, unit: "characters" },
        mappedAttributes: { max: 50, unit: "attributes" },
        /** After `attribute.`. */
        attributeKey: { min: 1, max: 100, unit: "characters" },
        attributeMapping: { max: 2048, unit: "characters" },
        attributeCondition: { max: 4096, unit: "characters" },
        /** That an OIDC provider allows. */
        audiences: { max: 10, unit: "audiences", checked: "2026-11-30" },
        audience: { max: 256, unit: "characters", checked: "2026-11-30" },
        /** Of a token, as the mapping makes it. */
        subject: {
            max: 127,
            unit: "bytes",
            source: "https://cloud.google.com/iam/docs/workload-identity-federation-with-deployment-pipelines",
            checked: "2026-11-20",
        },
        /** During which the ID of a deleted pool or provider is taken. */
        deletedId: {
            max: 30,
            unit: "days",
            source: "https://cloud.google.com/iam/docs/manage-workload-identity-pools-providers",
            checked: "2026-11-20",
        },
    },
});
