import type { Inputs } from "../../../../local/simulator/rules/rules";
import { chosen } from "../recordings";
import { answers, mapped, none, type RecordedType } from "./recordedType";

/** https://cloud.google.com/resource-manager/docs/reference/essentialcontacts/rest/v1/NotificationCategory: the names of the numbers. */
const contactCategories: Record<number, string> = {
    2: "ALL",
    3: "SUSPENSION",
    5: "SECURITY",
    6: "TECHNICAL",
    7: "BILLING",
    8: "LEGAL",
    9: "PRODUCT_UPDATES",
    10: "TECHNICAL_INCIDENTS",
};

/** The provider has strings for the booleans of rules. */
const policySpec = (spec: Inputs | undefined): Inputs | undefined =>
    spec && {
        ...spec,
        rules: mapped(spec.rules, (rule) => ({
            ...rule,
            ...Object.fromEntries(
                ["allowAll", "denyAll", "enforce"]
                    .filter((name) => rule[name] !== undefined)
                    .map((name) => [name, String(rule[name]).toUpperCase()]),
            ),
        })),
    };

export const platformTypes: RecordedType[] = [
    {
        token: "gcp:artifactregistry/repository:Repository",
        path: "artifactregistry.googleapis.com/v1/projects/{project}/locations/{location}/repositories/{repositoryId}",
        enums: {
            format: ["", "DOCKER", "MAVEN", "NPM", "", "APT", "YUM", "", "PYTHON"],
            mode: ["", "STANDARD_REPOSITORY", "VIRTUAL_REPOSITORY", "REMOTE_REPOSITORY"],
            "vulnerabilityScanningConfig.enablementState": [
                "",
                "SCANNING_UNSUPPORTED",
                "SCANNING_DISABLED",
                "SCANNING_ACTIVE",
            ],
            "vulnerabilityScanningConfig.enablementConfig": ["", "INHERITED", "DISABLED"],
        },
        renames: { satisfiesPzi: "", satisfiesPzs: "", "vulnerabilityScanningConfig.lastEnableTime": "" },
        flat: ({ cleanupPolicies, mode, ...rest }) => ({
            ...rest,
            ...(mode !== "MODE_UNSPECIFIED" && { mode }),
            ...(cleanupPolicies &&
                Object.keys(cleanupPolicies).length > 0 && { cleanupPolicies: Object.values(cleanupPolicies) }),
        }),
    },
    ...["v1", "v1beta1"].map((version) => ({
        token: "gcp:billing/budget:Budget",
        path: `billingbudgets.googleapis.com/${version}/billingAccounts/{billingAccount}/budgets/{}`,
        isNumbered: true,
        nested: "budget",
        renames: { etag: "", name: "", notificationsRule: "allUpdatesRule" },
        own: ["name"],
        enums: {
            "budgetFilter.calendarPeriod": ["", "MONTH", "QUARTER", "YEAR"],
            "budgetFilter.creditTypesTreatment": [
                "",
                "INCLUDE_ALL_CREDITS",
                "EXCLUDE_ALL_CREDITS",
                "INCLUDE_SPECIFIED_CREDITS",
            ],
            "thresholdRules.spendBasis": ["", "CURRENT_SPEND", "FORECASTED_SPEND"],
        },
        flat: ({ budgetFilter, notificationsRule, ...rest }: Inputs) => ({
            ...rest,
            ...(Object.keys(notificationsRule ?? {}).length > 0 && { notificationsRule }),
            budgetFilter: budgetFilter && {
                ...budgetFilter,
                labels:
                    budgetFilter.labels &&
                    Object.fromEntries(
                        Object.entries(budgetFilter.labels).map(([key, value]) => [key, [value].flat()[0]]),
                    ),
            },
        }),
    })),
    {
        token: "gcp:kms/keyRing:KeyRing",
        path: "cloudkms.googleapis.com/v1/projects/{project}/locations/{location}/keyRings/{name}",
        renames: answers,
    },
    {
        token: "gcp:kms/cryptoKey:CryptoKey",
        path: "cloudkms.googleapis.com/v1/{keyRing+4}/cryptoKeys/{name}",
        renames: { ...answers, nextRotationTime: "" },
        enums: {
            purpose: ["", "ENCRYPT_DECRYPT", "", "", "", "ASYMMETRIC_SIGN", "ASYMMETRIC_DECRYPT", "", "", "MAC"],
            "primaries.state": ["", "ENABLED"],
            "versionTemplate.protectionLevel": ["", "SOFTWARE", "HSM"],
            "versionTemplate.algorithm": ["", "GOOGLE_SYMMETRIC_ENCRYPTION"],
        },
        flat: ({ primary, ...rest }) => ({
            ...rest,
            primaries: primary && [{ name: primary.name, state: primary.state }],
        }),
    },
    {
        token: "gcp:organizations/project:Project",
        path: "cloudresourcemanager.googleapis.com/v1/projects/{projectId}",
        named: "projectId",
        renames: { ...answers, lifecycleState: "" },
        flat: ({ parent, projectNumber, ...rest }) => ({
            ...rest,
            number: projectNumber && "0",
            ...(parent?.type === "folder" ? { folderId: parent.id } : parent && { orgId: parent.id }),
        }),
        inputs: () => ({ deletionPolicy: "DELETE" }),
        own: ["autoCreateNetwork"],
    },
    {
        token: "gcp:organizations/folder:Folder",
        path: "cloudresourcemanager.googleapis.com/v3/folders/{}",
        isNumbered: true,
        renames: { etag: "", updateTime: "", state: "lifecycleState" },
        // Placeholders of folders are those of their parents too.
        flat: ({ name, ...rest }) => rest,
        own: ["folderId", "name"],
        inputs: () => ({ deletionProtection: false }),
    },
    {
        token: "gcp:cloudtasks/queue:Queue",
        path: "cloudtasks.googleapis.com/v2/projects/{project}/locations/{location}/queues/{name}",
        renames: { state: "", "rateLimits.maxBurstSize": "maxBurstSize" },
        own: ["desiredState"],
    },
    {
        token: "gcp:composer/environment:Environment",
        path: "composer.googleapis.com/v1/projects/{project}/locations/{region}/environments/{name}",
        renames: {
            ...answers,
            ...none(
                "uuid state config.airflowByoidUri config.privateEnvironmentConfig.networkingConfig config.privateEnvironmentConfig.networkingType config.softwareConfig.auditLogsReplicationMode",
            ),
        },
        enums: {
            "config.environmentSize": [
                "",
                "ENVIRONMENT_SIZE_SMALL",
                "ENVIRONMENT_SIZE_MEDIUM",
                "ENVIRONMENT_SIZE_LARGE",
            ],
            "config.dataRetentionConfig.airflowMetadataRetentionConfig.retentionMode": [
                "",
                "RETENTION_MODE_ENABLED",
                "RETENTION_MODE_DISABLED",
            ],
            "config.softwareConfig.webServerPluginsMode": ["", "DISABLED", "ENABLED"],
        },
    },
    {
        token: "gcp:serviceaccount/account:Account",
        path: "iam.googleapis.com/v1/projects/{project}/serviceAccounts/{accountId}",
        named: "accountId",
        nested: "serviceAccount",
        renames: { etag: "", oauth2ClientId: "", projectId: "" },
        own: ["accountId", "member"],
    },
    {
        token: "gcp:cloudrunv2/service:Service",
        path: "run.googleapis.com/v2/projects/{project}/locations/{location}/services/{name}",
        inputs: () => ({ deletionProtection: false }),
        own: ["deletionProtection"],
    },
    {
        token: "gcp:secretmanager/secret:Secret",
        path: "secretmanager.googleapis.com/v1/projects/{project}/secrets/{secretId}",
        renames: { etag: "", "replication.automatic": "auto" },
        own: ["deletionProtection"],
    },
    {
        token: "gcp:workflows/workflow:Workflow",
        path: "workflows.googleapis.com/v1/projects/{project}/locations/{region}/workflows/{name}",
        renames: { revisionCreateTime: "" },
        enums: { state: ["", "ACTIVE", "UNAVAILABLE"] },
        inputs: () => ({ deletionProtection: false }),
        own: ["deletionProtection"],
    },
    {
        token: "gcp:serviceaccount/key:Key",
        path: "iam.googleapis.com/v1/projects/{}/serviceAccounts/{serviceAccountId}/keys/{}",
        isNumbered: true,
        renames: {
            ...none("keyOrigin keyType privateKeyData"),
            validAfterTime: "validAfter",
            validBeforeTime: "validBefore",
        },
        // What only the answer to the creation has, and the account as the program names it.
        own: ["privateKey", "privateKeyType", "publicKey", "publicKeyType", "serviceAccountId"],
        isNew: true,
    },
    {
        token: "gcp:essentialcontacts/contact:Contact",
        path: "essentialcontacts.googleapis.com/v1/projects/{project}/contacts/{}",
        isNumbered: true,
        renames: none("validateTime validationState"),
        flat: ({ notificationCategorySubscriptions: categories, name, ...rest }) => ({
            ...rest,
            name: name?.replace(/\d+$/, chosen),
            notificationCategorySubscriptions: categories?.map((each: number) => contactCategories[each]),
        }),
        inputs: (_, { project }) => ({ parent: `projects/${project}` }),
        own: ["parent"],
        isNew: true,
    },
    ...["projects/{project}", "folders/{folder}", "organizations/{organization}"].map((node) => ({
        token: "gcp:orgpolicy/policy:Policy",
        path: `orgpolicy.googleapis.com/v2/${node}/policies/{}`,
        flat: ({ spec, dryRunSpec, ...rest }: Inputs) => ({
            ...rest,
            spec: policySpec(spec),
            dryRunSpec: policySpec(dryRunSpec),
        }),
        inputs: ({ name }: Inputs) => ({ parent: name.split("/").slice(0, 2).join("/") }),
        own: ["parent"],
        isNew: true,
    })),
];
