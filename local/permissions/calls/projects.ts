import { resourceManagerName } from "../../cloud/organization";
import { projectName } from "../../cloud/projects";
import { type Context, type Inputs, lastPart } from "../../rules/rules";
import type { Calls, TypeCalls } from "./call";

const billingAccount = (id: string) => `//cloudbilling.googleapis.com/billingAccounts/${lastPart(id)}`;

/** Budgets are subject to the policy of their billing account. */
const onBudget =
    (...verbs: string[]) =>
    ({ billingAccount: account }: Inputs): Calls =>
        verbs.map((verb) => ({
            method: `billingbudgets.billingAccounts.budgets.${verb}`,
            on: billingAccount(account),
        }));

/** Where a project or folder is created. */
function creatorOf({ folderId, orgId, parent }: Inputs): string | undefined {
    const found = parent ?? (folderId ? `folders/${lastPart(folderId)}` : orgId && `organizations/${lastPart(orgId)}`);
    return found && resourceManagerName(found);
}

/** The creator of a project, as its owner, may link it. */
function linkBilling({ billingAccount: account, projectId }: Inputs, isNew = false): Calls {
    const onProject = isNew ? [] : ["updateBillingInfo", "getBillingInfo"];
    return account
        ? [
              { method: "cloudbilling.billingAccounts.link", on: billingAccount(account) },
              ...onProject.map((verb) => ({ method: `cloudbilling.projects.${verb}`, on: projectName(projectId) })),
          ]
        : [];
}

/** Keys are subject to the policy of their account. */
const onKey =
    (...verbs: string[]) =>
    ({ serviceAccountId }: Inputs, { cloud, project }: Context): Calls =>
        verbs.map((verb) => ({
            method: `iam.projects.serviceAccounts.keys.${verb}`,
            on: cloud.iam.accountOfKey(String(serviceAccountId), project),
        }));

const services = {
    enable: ["serviceusage.services.batchEnable", "serviceusage.operations.get"],
    read: ["serviceusage.services.list", "cloudresourcemanager.projects.get"],
};

const setProjectPolicy = ["cloudresourcemanager.projects.getIamPolicy", "cloudresourcemanager.projects.setIamPolicy"];

/** What is done to default service accounts, or undone. */
function defaultAccounts(action: string, isUndone = false): string[] {
    const verbs: Record<string, string[]> = {
        DEPRIVILEGE: setProjectPolicy,
        DISABLE: [`iam.projects.serviceAccounts.${isUndone ? "enable" : "disable"}`],
        DELETE: [`iam.projects.serviceAccounts.${isUndone ? "undelete" : "delete"}`],
    };
    return verbs[action] ?? [];
}

const logBuckets = "logging.projects.locations.buckets";

/** Calls for projects, folders, their APIs, accounts and budgets, and for logs and monitoring. */
export const projects: Record<string, TypeCalls> = {
    "gcp:billing/budget:Budget": {
        create: onBudget("create", "get"),
        read: onBudget("get"),
        update: onBudget("patch", "get"),
        delete: onBudget("delete"),
    },
    "gcp:logging/linkedDataset:LinkedDataset": { update: [] },
    "gcp:logging/metric:Metric": {
        update: ["logging.projects.metrics.update", "logging.projects.metrics.get"],
    },
    "gcp:logging/projectBucketConfig:ProjectBucketConfig": {
        // The provider looks for an existing log bucket, such as _Default, which it updates.
        create: ({ bucketId }) => [
            `${logBuckets}.get`,
            bucketId === "_Default" ? `${logBuckets}.patch` : `${logBuckets}.createAsync`,
        ],
        update: ({ enableAnalytics }, _, old) => [
            ...(enableAnalytics && !old?.enableAnalytics ? [`${logBuckets}.updateAsync`] : []),
            `${logBuckets}.patch`,
            `${logBuckets}.get`,
        ],
    },
    "gcp:logging/projectSink:ProjectSink": {
        // The provider looks for an existing sink, which it updates.
        also: { create: () => ["logging.projects.sinks.get"] },
    },
    "gcp:monitoring/customService:CustomService": { collection: "monitoring.services" },
    "gcp:monitoring/dashboard:Dashboard": { collection: "monitoring.projects.dashboards" },
    "gcp:monitoring/slo:Slo": { collection: "monitoring.services.serviceLevelObjectives" },
    "gcp:monitoring/uptimeCheckConfig:UptimeCheckConfig": { collection: "monitoring.projects.uptimeCheckConfigs" },
    "gcp:monitoring/alertPolicy:AlertPolicy": { collection: "monitoring.projects.alertPolicies" },
    "gcp:monitoring/notificationChannel:NotificationChannel": {
        collection: "monitoring.projects.notificationChannels",
    },
    "gcp:organizations/folder:Folder": {
        create: (inputs) => [
            { method: "cloudresourcemanager.folders.create", on: creatorOf(inputs) },
            { method: "cloudresourcemanager.operations.get", on: creatorOf(inputs) },
        ],
        read: ["cloudresourcemanager.folders.get"],
        update: ({ parent }, _, old) => [
            "cloudresourcemanager.folders.patch",
            ...(parent === old?.parent ? [] : ["cloudresourcemanager.folders.move"]),
        ],
        delete: ["cloudresourcemanager.folders.delete"],
    },
    "gcp:organizations/project:Project": {
        create: (inputs) => [
            { method: "cloudresourcemanager.projects.create", on: creatorOf(inputs) },
            { method: "cloudresourcemanager.operations.get", on: creatorOf(inputs) },
            ...linkBilling(inputs, true),
        ],
        read: ["cloudresourcemanager.projects.get", "cloudbilling.projects.getBillingInfo"],
        update: (inputs, _, old) => [
            "cloudresourcemanager.projects.patch",
            ...(inputs.billingAccount === old?.billingAccount ? [] : linkBilling(inputs)),
            ...(creatorOf(inputs) === creatorOf(old ?? {}) ? [] : ["cloudresourcemanager.projects.move"]),
        ],
        delete: ["cloudresourcemanager.projects.delete"],
    },
    "gcp:projects/defaultServiceAccounts:DefaultServiceAccounts": {
        create: ({ action }) => ["iam.projects.serviceAccounts.list", ...defaultAccounts(action)],
        read: ["iam.projects.serviceAccounts.list"],
        update: ({ action }) => ["iam.projects.serviceAccounts.list", ...defaultAccounts(action)],
        delete: ({ action, restorePolicy }) => (restorePolicy === "NONE" ? [] : defaultAccounts(action, true)),
    },
    "gcp:projects/iAMAuditConfig:IAMAuditConfig": {
        create: setProjectPolicy,
        read: ["cloudresourcemanager.projects.getIamPolicy"],
        update: setProjectPolicy,
        delete: setProjectPolicy,
    },
    "gcp:projects/service:Service": {
        create: [...services.enable, ...services.read],
        read: services.read,
        update: services.read,
        delete: ["serviceusage.services.disable", "serviceusage.operations.get"],
    },
    "gcp:projects/serviceIdentity:ServiceIdentity": {
        create: ["serviceusage.services.generateServiceIdentity", "serviceusage.operations.get"],
        read: [],
        update: [],
        delete: [],
    },
    "gcp:resourcemanager/lien:Lien": {
        create: ["cloudresourcemanager.liens.create", "cloudresourcemanager.liens.list"],
        read: ["cloudresourcemanager.liens.list"],
        update: [],
        delete: ["cloudresourcemanager.liens.delete"],
    },
    "gcp:serviceaccount/key:Key": {
        create: onKey("create", "get"),
        read: onKey("get"),
        update: [],
        delete: onKey("delete"),
    },
    "gcp:serviceaccount/account:Account": {
        collection: "iam.projects.serviceAccounts",
        also: {
            update: ({ disabled }, _, old) =>
                Boolean(disabled) === Boolean(old?.disabled)
                    ? []
                    : [`iam.projects.serviceAccounts.${disabled ? "disable" : "enable"}`],
        },
    },
};
