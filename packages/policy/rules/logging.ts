import type { FolderSinkArgs } from "@pulumi/gcp/logging/folderSink";
import type { MetricArgs } from "@pulumi/gcp/logging/metric";
import type { ProjectBucketConfigArgs } from "@pulumi/gcp/logging/projectBucketConfig";
import type { AlertPolicyArgs } from "@pulumi/gcp/monitoring/alertPolicy";
import type { ProjectArgs } from "@pulumi/gcp/organizations/project";
import type { AccessApprovalSettingsArgs } from "@pulumi/gcp/projects/accessApprovalSettings";
import type { IAMAuditConfigArgs } from "@pulumi/gcp/projects/iamauditConfig";
import type { ServiceArgs } from "@pulumi/gcp/projects/service";
import { type Checked, each, type Rule, rule, type Stack, stackRule } from "../rule";

const project = "gcp:organizations/project:Project";
const auditConfig = /^gcp:(?:projects|folder|organizations)\/i[aA][mM]AuditConfig:/;
const sinks = /^gcp:logging\/(?:project|folder|organization|billingAccount)Sink:/;

/** Requires something of each project that a stack creates; a program in an existing project cannot show it. */
const ofProject = (isMet: (args: { projectId: string; name: string }, stack: Stack) => boolean, problem: string) =>
    each<ProjectArgs>(project, ({ projectId }, { name }: Checked, stack) => {
        return !isMet({ projectId: projectId ?? name, name }, stack) && problem;
    });

/** Whether a resource is in a project; one without a project is in the one of the stack. */
const isIn = ({ project: own }: { project?: string }, projectId: string) =>
    own === undefined || own.replace(/^projects\//, "") === projectId;

/** Requires a metric of log entries, and an alert on the metric. The filter must contain each of the texts. */
function alertOn(name: string, what: string, ids: { "4.0": string[]; "5.0": string[] }, contains: RegExp[]): Rule {
    return stackRule(
        {
            name: `alerts-on-${name}`,
            description: `Projects alert on changes of ${what}.`,
            cis: ids,
            url: "https://cloud.google.com/logging/docs/logs-based-metrics",
            optional: "Alerts can also be on logs of the organization, in a project of their own.",
        },
        ofProject(({ projectId }, stack) => {
            const metrics = stack
                .of<MetricArgs>("gcp:logging/metric:Metric")
                .filter(({ props }) => isIn(props, projectId) && contains.every((text) => text.test(props.filter)))
                .map(({ props, name: own }) => props.name ?? own);
            return stack.of<AlertPolicyArgs>("gcp:monitoring/alertPolicy:AlertPolicy").some(({ props }) => {
                const isFor = (filter: string) =>
                    metrics.some((metric) => filter.includes(`logging.googleapis.com/user/${metric}`));
                return (
                    isIn(props, projectId) &&
                    props.conditions.some(
                        ({ conditionThreshold, conditionMatchedLog }) =>
                            isFor(conditionThreshold?.filter ?? "") ||
                            contains.every((text) => text.test(conditionMatchedLog?.filter ?? "")),
                    )
                );
            });
        }, `Create a 'gcp.logging.Metric' of changes of ${what} in the project, and a 'gcp.monitoring.AlertPolicy' on it.`),
    );
}

/** Rules of Cloud Logging and of what projects record. */
export const logging: Rule[] = [
    rule(
        {
            name: "audit-logs-complete",
            description: "Audit logs record reads and writes of data for all members.",
            cis: { "4.0": ["2.1"], "5.0": ["2.1"] },
            checkov: ["CKV2_GCP_5"],
            url: "https://cloud.google.com/logging/docs/audit/configure-data-access",
        },
        each<IAMAuditConfigArgs>(auditConfig, ({ service, auditLogConfigs }) => {
            const types = auditLogConfigs.map(({ logType }) => logType);
            const missing = ["ADMIN_READ", "DATA_READ", "DATA_WRITE"].filter((type) => !types.includes(type));
            return [
                service === "allServices" && missing.length > 0 && `Add ${missing.join(", ")} to 'auditLogConfigs'.`,
                auditLogConfigs.some(({ exemptedMembers = [] }) => exemptedMembers.length > 0) &&
                    "Leave 'exemptedMembers' out.",
            ];
        }),
    ),
    stackRule(
        {
            name: "audit-logs-of-projects",
            description: "Projects have audit logs of data access of all services.",
            cis: { "4.0": ["2.1"], "5.0": ["2.1"] },
            url: "https://cloud.google.com/logging/docs/audit/configure-data-access",
        },
        ofProject(
            ({ projectId }, stack) =>
                stack
                    .of<IAMAuditConfigArgs>(auditConfig)
                    .some(({ props }) => props.service === "allServices" && isIn(props, projectId)),
            "Create a 'gcp.projects.IAMAuditConfig' for allServices in the project.",
        ),
    ),
    stackRule(
        {
            name: "log-sinks-of-all-entries",
            description: "A sink exports all log entries of a project.",
            cis: { "4.0": ["2.2"], "5.0": ["2.3"] },
            url: "https://cloud.google.com/logging/docs/export/configure_export_v2",
            optional: "A sink of the organization or the folder can export them, and exported logs are billed.",
        },
        ofProject(
            ({ projectId }, stack) =>
                stack
                    .of<FolderSinkArgs & { project?: string }>(sinks)
                    .some(
                        ({ type, props }) =>
                            !props.filter &&
                            (type.includes("projectSink") ? isIn(props, projectId) : props.includeChildren === true),
                    ),
            "Create a 'gcp.logging.ProjectSink' without a filter in the project.",
        ),
    ),
    alertOn("owners", "project owners", { "4.0": ["2.4"], "5.0": ["2.5"] }, [
        /roles\/owner/,
        /SetIamPolicy|bindingDeltas/i,
    ]),
    alertOn("audit-configuration", "audit configurations", { "4.0": ["2.5"], "5.0": ["2.6"] }, [
        /SetIamPolicy/,
        /auditConfigDeltas/,
    ]),
    alertOn("custom-roles", "custom roles", { "4.0": ["2.6"], "5.0": ["2.7"] }, [
        /iam_role/,
        /CreateRole/,
        /UpdateRole/,
    ]),
    alertOn("firewall-rules", "firewall rules", { "4.0": ["2.7"], "5.0": ["2.8"] }, [/gce_firewall_rule/]),
    alertOn("routes", "routes", { "4.0": ["2.8"], "5.0": ["2.9"] }, [/gce_route/]),
    alertOn("networks", "networks", { "4.0": ["2.9"], "5.0": ["2.10"] }, [/gce_network/]),
    alertOn("bucket-permissions", "permissions of buckets", { "4.0": ["2.10"], "5.0": ["2.11"] }, [
        /gcs_bucket/,
        /storage\.setIamPermissions/,
    ]),
    alertOn("sql-configuration", "database instances", { "4.0": ["2.11"], "5.0": ["2.12"] }, [
        /cloudsql\.instances\.update/,
    ]),
    stackRule(
        {
            name: "asset-inventory",
            description: "Projects have Cloud Asset Inventory.",
            cis: { "4.0": ["2.13"], "5.0": ["2.14"] },
            url: "https://cloud.google.com/asset-inventory/docs/asset-inventory-overview",
            optional: "The API can be enabled in one project for the whole organization.",
        },
        ofProject(
            ({ projectId }, stack) =>
                stack
                    .of<ServiceArgs>("gcp:projects/service:Service")
                    .some(({ props }) => props.service === "cloudasset.googleapis.com" && isIn(props, projectId)),
            "Enable cloudasset.googleapis.com with a 'gcp.projects.Service' in the project.",
        ),
    ),
    stackRule(
        {
            name: "access-approval",
            description: "Accesses of Google's staff to a project need an approval.",
            cis: { "4.0": ["2.15"], "5.0": ["2.16"] },
            url: "https://cloud.google.com/assured-workloads/access-approval/docs/overview",
            optional: "Needs a support contract, and can be enabled for the organization.",
        },
        ofProject(
            ({ projectId }, stack) =>
                stack
                    .of<AccessApprovalSettingsArgs>("gcp:projects/accessApprovalSettings:AccessApprovalSettings")
                    .some(({ props }) => isIn({ project: props.projectId }, projectId)),
            "Create 'gcp.projects.AccessApprovalSettings' for the project.",
        ),
    ),
    rule(
        {
            name: "log-buckets-locked",
            description: "Retention of log buckets cannot be changed.",
            checkov: ["CKV2_GCP_4"],
            url: "https://cloud.google.com/logging/docs/buckets",
            optional: "A locked bucket cannot be unlocked, and keeps the project from being deleted.",
        },
        each<ProjectBucketConfigArgs>(
            "gcp:logging/projectBucketConfig:ProjectBucketConfig",
            ({ locked }) => locked !== true && "Set 'locked' to true.",
        ),
    ),
];
