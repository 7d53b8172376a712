import { readFileSync } from "node:fs";
import { ServicePerimeterDryRunResource } from "@pulumi/gcp/accesscontextmanager/servicePerimeterDryRunResource";
import { ServicePerimeterResource } from "@pulumi/gcp/accesscontextmanager/servicePerimeterResource";
import { DatasetIamMember } from "@pulumi/gcp/bigquery/datasetIamMember";
import { Reservation } from "@pulumi/gcp/bigquery/reservation";
import { ReservationAssignment } from "@pulumi/gcp/bigquery/reservationAssignment";
import { getResourcesSearchAllOutput } from "@pulumi/gcp/cloudasset/getResourcesSearchAll";
import { ProjectFeed } from "@pulumi/gcp/cloudasset/projectFeed";
import { SQuotaPreference } from "@pulumi/gcp/cloudquota/squotaPreference";
import { ProjectDefaultNetworkTier } from "@pulumi/gcp/compute/projectDefaultNetworkTier";
import { SharedVPCHostProject } from "@pulumi/gcp/compute/sharedVPCHostProject";
import { SharedVPCServiceProject } from "@pulumi/gcp/compute/sharedVPCServiceProject";
import { DenyPolicy } from "@pulumi/gcp/iam/denyPolicy";
import { WorkloadIdentityPool } from "@pulumi/gcp/iam/workloadIdentityPool";
import { WorkloadIdentityPoolProvider } from "@pulumi/gcp/iam/workloadIdentityPoolProvider";
import { AutokeyConfig } from "@pulumi/gcp/kms/autokeyConfig";
import { CryptoKeyIAMMember } from "@pulumi/gcp/kms/cryptoKeyIAMMember";
import { KeyHandle } from "@pulumi/gcp/kms/keyHandle";
import { KeyRingIAMMember } from "@pulumi/gcp/kms/keyRingIAMMember";
import { LogScope } from "@pulumi/gcp/logging/logScope";
import { Metric } from "@pulumi/gcp/logging/metric";
import { ProjectExclusion } from "@pulumi/gcp/logging/projectExclusion";
import { ProjectSink } from "@pulumi/gcp/logging/projectSink";
import { AlertPolicy } from "@pulumi/gcp/monitoring/alertPolicy";
import { NotificationChannel } from "@pulumi/gcp/monitoring/notificationChannel";
import { Entitlement } from "@pulumi/gcp/privilegedaccessmanager/entitlement";
import { IAMAuditConfig } from "@pulumi/gcp/projects/iamauditConfig";
import { IAMMember } from "@pulumi/gcp/projects/iammember";
import { ServiceIdentity } from "@pulumi/gcp/projects/serviceIdentity";
import { TopicIAMMember } from "@pulumi/gcp/pubsub/topicIAMMember";
import { ManagementProjectSecurityHealthAnalyticsCustomModule as HealthModule } from "@pulumi/gcp/securitycenter/managementProjectSecurityHealthAnalyticsCustomModule";
import { V2ProjectMuteConfig } from "@pulumi/gcp/securitycenter/v2projectMuteConfig";
import { BucketIAMMember } from "@pulumi/gcp/storage/bucketIAMMember";
import { getProjectServiceAccountOutput } from "@pulumi/gcp/storage/getProjectServiceAccount";
import { TagBinding } from "@pulumi/gcp/tags/tagBinding";
import { TagValue } from "@pulumi/gcp/tags/tagValue";
import * as pulumi from "@pulumi/pulumi";
import {
    allow,
    BigQueryDataset,
    Environment,
    EnvironmentProject,
    KmsKey,
    KmsKeyRing,
    LogBucket,
    Network,
    PubSubTopic,
    StorageBucket,
    TagKey,
} from "slipway";
import type { Example } from "./example";

export const examples: Example[] = [
    {
        title: "Basic Project Creation",
        hcl: 229,
        kind: "components",
        program: () => {
            new EnvironmentProject("project", {
                projectId: "acme-basics",
                kind: "development",
                parent: { folder: "123456789012" },
                billingAccount: "012345-6789AB-CDEF01",
                apis: ["container.googleapis.com", "stackdriver.googleapis.com"],
            });
        },
    },
    {
        title: "Authoritative IAM",
        hcl: 374,
        kind: "components",
        program: () => {
            const project = new EnvironmentProject("project", {
                projectId: "acme-roles",
                kind: "development",
                parent: { folder: "123456789012" },
                billingAccount: "012345-6789AB-CDEF01",
                apis: ["container.googleapis.com", "stackdriver.googleapis.com"],
            });
            allow(project.role("roles/cloudasset.owner"), "group:admins@acme.com");
        },
    },
    {
        title: "Authoritative IAM (2)",
        hcl: 457,
        kind: "components",
        program: () => {
            const project = new EnvironmentProject("project", {
                projectId: "acme-groups",
                kind: "development",
                parent: { folder: "123456789012" },
                billingAccount: "012345-6789AB-CDEF01",
            });
            const roles = [
                "cloudasset.owner",
                "cloudsupport.techSupportEditor",
                "iam.securityReviewer",
                "logging.admin",
            ];
            for (const role of roles) {
                allow(project.role(`roles/${role}`), "group:admins@acme.com");
            }
            allow(project.role("roles/owner"), "group:admins@acme.com");
        },
    },
    {
        title: "Conditional IAM by Principals",
        hcl: 468,
        kind: "components",
        program: () => {
            const project = new EnvironmentProject("project", {
                projectId: "acme-until",
                kind: "development",
                parent: { folder: "123456789012" },
                billingAccount: "012345-6789AB-CDEF01",
            });
            // Google Cloud grants Owner and Viewer without conditions only.
            for (const role of ["roles/storage.admin", "roles/browser"]) {
                allow(project.role(role), "user:ana@acme.com", { until: "2100-01-01" });
            }
        },
    },
    {
        title: "Conditional IAM by Principals (2)",
        hcl: 772,
        kind: "components",
        program: () => {
            const project = new EnvironmentProject("project", {
                projectId: "acme-delegates",
                kind: "development",
                parent: { folder: "123456789012" },
                billingAccount: "012345-6789AB-CDEF01",
                apis: ["stackdriver.googleapis.com"],
            });
            const role = "organizations/123456789012/roles/myRole";
            allow(
                project.role("roles/resourcemanager.projectIamAdmin"),
                ["group:admins@acme.com", "group:admins@acme.com"],
                {
                    condition: {
                        title: "delegated_custom_role",
                        expression: `api.getAttribute('iam.googleapis.com/modifiedGrantsByRole', []).hasOnly(['${role}'])`,
                    },
                },
            );
        },
    },
    {
        title: "Additive IAM",
        hcl: 459,
        kind: "components",
        program: () => {
            const project = new EnvironmentProject("project", {
                projectId: "acme-additive",
                kind: "development",
                parent: { folder: "123456789012" },
                billingAccount: "012345-6789AB-CDEF01",
                apis: ["compute.googleapis.com"],
            });
            allow(project.role("roles/owner"), "group:ops@acme.com");
            allow(project.role("roles/viewer"), "group:admins@acme.com");
        },
    },
    {
        title: "Skipping Service Agent IAM Grants",
        hcl: 286,
        kind: "components",
        program: () => {
            // Google Cloud grants their roles to service agents itself.
            new EnvironmentProject("project", {
                projectId: "acme-agents",
                kind: "development",
                parent: { folder: "123456789012" },
                billingAccount: "012345-6789AB-CDEF01",
                apis: ["container.googleapis.com", "run.googleapis.com"],
            });
        },
    },
    {
        title: "Service Agent Aliases",
        hcl: 235,
        kind: "components",
        program: () => {
            const api = "container.googleapis.com";
            const project = new EnvironmentProject("project", {
                projectId: "acme-identities",
                kind: "development",
                parent: { folder: "123456789012" },
                billingAccount: "012345-6789AB-CDEF01",
                apis: [api],
            });
            // That of Artifact Registry is in every project.
            project.agent(api);
        },
    },
    {
        title: "Shared VPC",
        hcl: 773,
        kind: "components",
        program: () => {
            const base = {
                kind: "development",
                parent: { folder: "123456789012" },
                billingAccount: "012345-6789AB-CDEF01",
            } as const;
            const host = new EnvironmentProject("host", { ...base, projectId: "acme-host-1", sharedVpc: "host" });
            const service = new EnvironmentProject("service", {
                ...base,
                projectId: "acme-service-1",
                apis: ["container.googleapis.com", "run.googleapis.com"],
                sharedVpc: { host },
            });
            const gke = service.agent("container.googleapis.com");
            allow(host.role("roles/compute.networkUser"), [gke, service.googleApisAgent]);
            allow(host.role("roles/container.hostServiceAgentUser"), gke);
            allow(host.role("roles/compute.securityAdmin"), gke);
            allow(host.role("roles/vpcaccess.user"), service.agent("run.googleapis.com"));
        },
    },
    {
        title: "Shared VPC (2)",
        hcl: 581,
        kind: "components",
        program: () => {
            const base = {
                kind: "development",
                parent: { folder: "123456789012" },
                billingAccount: "012345-6789AB-CDEF01",
            } as const;
            const host = new EnvironmentProject("host", { ...base, projectId: "acme-host-2", sharedVpc: "host" });
            const service = new EnvironmentProject("service", {
                ...base,
                projectId: "acme-service-2",
                apis: ["container.googleapis.com"],
                sharedVpc: { host },
            });
            const gke = service.agent("container.googleapis.com");
            allow(host.role("roles/compute.networkUser"), [gke, service.googleApisAgent]);
            allow(host.role("roles/container.hostServiceAgentUser"), gke);
            allow(host.role("roles/compute.securityAdmin"), gke);
        },
    },
    {
        title: "Shared VPC (3)",
        hcl: 793,
        kind: "components",
        program: () => {
            const base = {
                kind: "development",
                parent: { folder: "123456789012" },
                billingAccount: "012345-6789AB-CDEF01",
            } as const;
            const host = new EnvironmentProject("host", { ...base, projectId: "acme-host-3", sharedVpc: "host" });
            const allowed = ["projects/acme-host-3/regions/europe-west1/subnetworks/prod-default-ew1"];
            const service = new EnvironmentProject("service", {
                ...base,
                projectId: "acme-service-3",
                apis: ["container.googleapis.com"],
                policies: { "compute.restrictSharedVpcSubnetworks": { allow: allowed } },
                sharedVpc: { host },
            });
            const gke = service.agent("container.googleapis.com");
            allow(host.role("roles/compute.networkUser"), [gke, service.googleApisAgent, "group:apps@acme.com"]);
            allow(host.role("roles/container.hostServiceAgentUser"), gke);
            allow(host.role("roles/compute.securityAdmin"), gke);
        },
    },
    {
        title: "Shared VPC (4)",
        hcl: 629,
        kind: "components",
        program: () => {
            const base = {
                kind: "development",
                parent: { folder: "123456789012" },
                billingAccount: "012345-6789AB-CDEF01",
            } as const;
            const host = new EnvironmentProject("host", { ...base, projectId: "acme-host-4", sharedVpc: "host" });
            const service = new EnvironmentProject("service", {
                ...base,
                projectId: "acme-service-4",
                sharedVpc: { host },
            });
            const network = new Network(
                "shared",
                { subnets: { gce: { range: "10.0.0.0/24" } } },
                { provider: host.provider, dependsOn: host.ready },
            );
            allow(network.subnet("gce").user, [service.agent("compute.googleapis.com"), "group:team-1@acme.com"]);
        },
    },
    {
        title: "Organization Policies",
        hcl: 1107,
        kind: "components",
        program: () => {
            new EnvironmentProject("project", {
                projectId: "acme-policies",
                kind: "development",
                parent: { folder: "123456789012" },
                billingAccount: "012345-6789AB-CDEF01",
                policies: {
                    "compute.disableGuestAttributesAccess": true,
                    "compute.trustedImageProjects": { allow: ["projects/my-project"] },
                    "compute.vmExternalIpAccess": { deny: "all" },
                    "essentialcontacts.managed.allowedContactDomains": {
                        rules: [
                            {
                                enforce: true,
                                parameters: { allowedDomains: ["@example.com", "@secondary.example.com"] },
                            },
                        ],
                    },
                    "iam.allowedPolicyMemberDomains": { allow: ["C0xxxxxxx", "C0yyyyyyy", "C0zzzzzzz"] },
                    "iam.disableServiceAccountKeyUpload": {
                        rules: [
                            {
                                enforce: true,
                                condition: {
                                    title: "condition",
                                    description: "test condition",
                                    expression: "resource.matchTagId('tagKeys/1234', 'tagValues/1234')",
                                },
                            },
                            { enforce: false },
                        ],
                    },
                },
            });
        },
    },
    {
        title: "Dry-Run Mode",
        hcl: 308,
        kind: "components",
        program: () => {
            new EnvironmentProject("project", {
                projectId: "acme-dry-run",
                kind: "development",
                parent: { folder: "123456789012" },
                billingAccount: "012345-6789AB-CDEF01",
                policies: {
                    "gcp.restrictTLSVersion": {
                        enforced: { deny: ["TLS_VERSION_1"] },
                        dryRun: { deny: ["TLS_VERSION_1", "TLS_VERSION_1_1"] },
                    },
                },
            });
        },
    },
    {
        title: "Organization Policy Factory",
        hcl: 391,
        kind: "components",
        program: () => {
            new EnvironmentProject("project", {
                projectId: "acme-policy-files",
                kind: "development",
                parent: { folder: "123456789012" },
                billingAccount: "012345-6789AB-CDEF01",
                policies: JSON.parse(readFileSync("./files/policies.json", "utf8")),
            });
        },
    },
    {
        title: "Log Sinks",
        hcl: 1530,
        kind: "raw",
        program: () => {
            const { bucket } = new StorageBucket("sink", { location: "EU" });
            const { dataset } = new BigQueryDataset("sink", { location: "EU" });
            const { topic } = new PubSubTopic("sink");
            const logs = new LogBucket("sink", { location: "global" });
            const base = {
                kind: "development",
                parent: { folder: "123456789012" },
                billingAccount: "012345-6789AB-CDEF01",
            } as const;
            const other = new EnvironmentProject("dest-prj", { ...base, projectId: "acme-log-target" });
            const { provider, ready } = new EnvironmentProject("project", { ...base, projectId: "acme-log-source" });
            const options = { provider, dependsOn: ready };
            const sink = (severity: string, destination: pulumi.Input<string>, exclusions = {}) => {
                const filter = `severity=${severity}`;
                const args = { filter, destination, uniqueWriterIdentity: true, ...exclusions };
                return new ProjectSink(severity.toLowerCase(), args, options).writerIdentity;
            };
            new BucketIAMMember("warnings", {
                bucket: bucket.name,
                role: "roles/storage.objectCreator",
                member: sink("WARNING", pulumi.interpolate`storage.googleapis.com/${bucket.name}`),
            });
            new DatasetIamMember("info", {
                datasetId: dataset.datasetId,
                role: "roles/bigquery.dataEditor",
                member: sink("INFO", pulumi.interpolate`bigquery.googleapis.com/${dataset.id}`),
            });
            new TopicIAMMember("notice", {
                topic: topic.id,
                role: "roles/pubsub.publisher",
                member: sink("NOTICE", pulumi.interpolate`pubsub.googleapis.com/${topic.id}`),
            });
            const debug = sink("DEBUG", pulumi.interpolate`logging.googleapis.com/${logs.id}`, {
                exclusions: [{ name: "no-compute", filter: "logName:compute" }],
            });
            allow(logs.writer, { member: debug, memberName: "debug" });
            new IAMMember("alert", {
                project: other.projectId,
                role: "roles/logging.logWriter",
                member: sink("ALERT", pulumi.interpolate`logging.googleapis.com/projects/${other.projectId}`),
            });
            new ProjectExclusion("no-gce-instances", { filter: "resource.type=gce_instance" }, options);
        },
    },
    {
        title: "Data Access Logs",
        hcl: 328,
        kind: "components",
        program: () => {
            new EnvironmentProject("project", {
                projectId: "acme-access-logs",
                kind: "development",
                parent: { folder: "123456789012" },
                billingAccount: "012345-6789AB-CDEF01",
                auditLogs: {
                    allServices: [{ type: "ADMIN_READ", exemptedMembers: ["group:ops@acme.com"] }],
                    "storage.googleapis.com": ["DATA_READ", "DATA_WRITE"],
                },
            });
        },
    },
    {
        title: "Log Scopes",
        hcl: 565,
        kind: "raw",
        program: () => {
            const views = { view1: { filter: 'LOG_ID("stdout")' } };
            const logs = new LogBucket("mybucket", { location: "global", views });
            allow(logs.view("view1").viewer, "user:ana@acme.com");
            const { projectId, provider, ready } = new EnvironmentProject("logscope", {
                projectId: "acme-log-scope",
                kind: "development",
                parent: { folder: "123456789012" },
                billingAccount: "012345-6789AB-CDEF01",
            });
            new LogScope(
                "scope",
                {
                    parent: pulumi.interpolate`projects/${projectId}`,
                    location: "global",
                    description: "Logs of several projects",
                    resourceNames: [
                        "projects/acme-one",
                        "projects/acme-two",
                        pulumi.interpolate`${logs.id}/views/_AllLogs`,
                    ],
                },
                { provider, dependsOn: ready },
            );
        },
    },
    {
        title: "Cloud KMS Encryption Keys",
        hcl: 713,
        kind: "raw",
        program: () => {
            const { projectId, number, ready } = new EnvironmentProject("project", {
                projectId: "acme-encrypted",
                kind: "development",
                parent: { folder: "123456789012" },
                billingAccount: "012345-6789AB-CDEF01",
                apis: ["compute.googleapis.com"],
            });
            const key = new KmsKey("key-regional");
            const agents = {
                compute: pulumi.interpolate`serviceAccount:service-${number}@compute-system.iam.gserviceaccount.com`,
                storage: getProjectServiceAccountOutput({ project: projectId }, { dependsOn: ready }).member,
            };
            for (const [name, member] of Object.entries(agents)) {
                const role = "roles/cloudkms.cryptoKeyEncrypterDecrypter";
                new CryptoKeyIAMMember(name, { cryptoKeyId: key.id, role, member }, { dependsOn: ready });
            }
        },
    },
    {
        title: "Custom Security Health Analytics Modules",
        hcl: 549,
        kind: "raw",
        program: () => {
            const { provider, ready } = new EnvironmentProject("project", {
                projectId: "acme-health",
                kind: "development",
                parent: { folder: "123456789012" },
                billingAccount: "012345-6789AB-CDEF01",
            });
            new HealthModule(
                "rotation",
                {
                    displayName: "cloudkmKeyRotationPeriod",
                    enablementState: "ENABLED",
                    customConfig: {
                        description: "The rotation period of the identified cryptokey resource exceeds 30 days.",
                        recommendation: "Set the rotation period to at most 30 days.",
                        severity: "MEDIUM",
                        predicate: { expression: 'resource.rotationPeriod > duration("2592000s")' },
                        resourceSelector: { resourceTypes: ["cloudkms.googleapis.com/CryptoKey"] },
                    },
                },
                { provider, dependsOn: ready },
            );
        },
    },
    {
        title: "Custom Security Health Analytics Modules Factory",
        hcl: 235,
        kind: "raw",
        program: () => {
            const { provider, ready } = new EnvironmentProject("project", {
                projectId: "acme-health-files",
                kind: "development",
                parent: { folder: "123456789012" },
                billingAccount: "012345-6789AB-CDEF01",
            });
            const modules = JSON.parse(readFileSync("./files/health-modules.json", "utf8"));
            for (const displayName of Object.keys(modules)) {
                new HealthModule(
                    displayName,
                    { displayName, enablementState: "ENABLED", customConfig: modules[displayName] },
                    { provider, dependsOn: ready },
                );
            }
        },
    },
    {
        title: "Security Command Center Mute Configs",
        hcl: 293,
        kind: "raw",
        program: () => {
            const { provider, ready } = new EnvironmentProject("project", {
                projectId: "acme-muted",
                kind: "development",
                parent: { folder: "123456789012" },
                billingAccount: "012345-6789AB-CDEF01",
            });
            new V2ProjectMuteConfig(
                "mute",
                {
                    muteConfigId: "muteHighSeverity",
                    description: "Mute high severity findings",
                    filter: 'severity="HIGH"',
                    type: "DYNAMIC",
                },
                { provider, dependsOn: ready },
            );
        },
    },
    {
        title: "Security Command Center Mute Configs Factory",
        hcl: 223,
        kind: "raw",
        program: () => {
            const { provider, ready } = new EnvironmentProject("project", {
                projectId: "acme-muted-files",
                kind: "development",
                parent: { folder: "123456789012" },
                billingAccount: "012345-6789AB-CDEF01",
            });
            const configs = JSON.parse(readFileSync("./files/mute-configs.json", "utf8"));
            for (const muteConfigId of Object.keys(configs)) {
                const args = { muteConfigId, ...configs[muteConfigId] };
                new V2ProjectMuteConfig(muteConfigId, args, { provider, dependsOn: ready });
            }
        },
    },
    {
        title: "Tags",
        hcl: 1297,
        kind: "raw",
        program: () => {
            const project = new EnvironmentProject("project", {
                projectId: "acme-tags",
                kind: "development",
                parent: { folder: "123456789012" },
                billingAccount: "012345-6789AB-CDEF01",
                apis: ["compute.googleapis.com"],
            });
            const parent = { project: project.projectId };
            new TagKey("cost_center", { parent, description: "Cost center code.", allowedValues: "^cc-[0-9]{3}$" });
            const environment = new TagKey("environment", {
                parent,
                description: "Environment specification.",
                values: { dev: {}, prod: { description: "Environment: production." } },
            });
            allow(environment.role("roles/resourcemanager.tagAdmin"), "group:ops@acme.com");
            allow(environment.viewer, "group:support@acme.com");
            allow(environment.user, "group:app1@acme.com");
            const prod = environment.value("prod");
            allow(environment.value("dev").user, "group:app2@acme.com");
            allow(prod.viewer, "group:app1@acme.com");
            allow(prod.role("roles/resourcemanager.tagAdmin"), "group:support@acme.com", {
                condition: {
                    title: "gcp_support",
                    expression:
                        'request.time.getHours("Europe/Berlin") <= 9 && request.time.getHours("Europe/Berlin") >= 17',
                },
            });
            new TagBinding("prod", {
                parent: pulumi.interpolate`//cloudresourcemanager.googleapis.com/projects/${project.number}`,
                tagValue: prod.id,
            });
        },
    },
    {
        title: "Tags (2)",
        hcl: 544,
        kind: "components",
        given: () => {
            new Network("vpc");
        },
        program: () => {
            const project = new EnvironmentProject("project", {
                projectId: "acme-network-tags",
                kind: "development",
                parent: { folder: "123456789012" },
                billingAccount: "012345-6789AB-CDEF01",
                apis: ["compute.googleapis.com"],
            });
            const parent = { project: project.projectId };
            const key = new TagKey("net-environment", {
                parent,
                description: "This is a network tag.",
                firewall: { network: `${Environment.current().project}/vpc` },
                values: { dev: {}, prod: { description: "Environment: production." } },
            });
            allow(key.role("roles/resourcemanager.tagAdmin"), "group:ops@acme.com");
            allow(key.value("prod").user, "group:ops@acme.com");
        },
    },
    {
        title: "Tags (3)",
        hcl: 514,
        kind: "components",
        program: () => {
            const project = new EnvironmentProject("project", {
                projectId: "acme-firewall-tags",
                kind: "development",
                parent: { folder: "123456789012" },
                billingAccount: "012345-6789AB-CDEF01",
                apis: ["compute.googleapis.com"],
            });
            const parent = { project: project.projectId };
            const key = new TagKey("net-environment", {
                parent,
                description: "This is a network tag.",
                firewall: "organization",
                values: { dev: {}, prod: { description: "Environment: production." } },
            });
            allow(key.role("roles/resourcemanager.tagAdmin"), "group:ops@acme.com");
            allow(key.value("prod").user, "group:ops@acme.com");
        },
    },
    {
        title: "Tags Factory",
        hcl: 317,
        kind: "raw",
        given: () => {
            new TagKey("service", { parent: { organization: "123456789012" }, values: { nginx: {} } });
        },
        program: () => {
            const project = new EnvironmentProject("project", {
                projectId: "acme-tag-files",
                kind: "development",
                parent: { folder: "123456789012" },
                billingAccount: "012345-6789AB-CDEF01",
            });
            const tags = JSON.parse(readFileSync("./files/tags.json", "utf8"));
            for (const shortName of Object.keys(tags)) {
                const { isExisting, description, viewers, values } = tags[shortName];
                if (!isExisting) {
                    const parent = { project: project.projectId };
                    allow(new TagKey(shortName, { parent, description, values }).viewer, viewers);
                    continue;
                }
                const key = TagKey.existing(shortName, { organization: "123456789012" });
                allow(key.viewer, viewers);
                for (const value of Object.keys(values)) {
                    const { isExisting, users, description } = values[value];
                    if (isExisting) {
                        allow(key.value(value).user, users);
                    } else {
                        new TagValue(value, { parent: key.id, shortName: value, description });
                    }
                }
            }
        },
    },
    {
        title: "Tag Bindings",
        hcl: 398,
        kind: "components",
        given: () => {
            new TagKey("foo", { parent: { organization: "123456789012" }, values: { bar: {} } });
        },
        program: () => {
            const foo = TagKey.existing("foo", { organization: "123456789012" }).value("bar");
            const environment = new TagKey("environment", {
                parent: { organization: "123456789012" },
                description: "Environment specification.",
                values: { dev: {}, prod: {} },
            });
            new EnvironmentProject("project", {
                projectId: "acme-tagged",
                kind: "development",
                parent: { folder: "123456789012" },
                billingAccount: "012345-6789AB-CDEF01",
                resourceManagerTags: { environment: environment.value("prod"), foo },
            });
        },
    },
    {
        title: "Project-scoped Tags",
        hcl: 398,
        kind: "components",
        given: () => {
            new Network("vpc");
        },
        program: () => {
            const project = new EnvironmentProject("project", {
                projectId: "acme-own-tags",
                kind: "development",
                parent: { folder: "123456789012" },
                billingAccount: "012345-6789AB-CDEF01",
            });
            const parent = { project: project.projectId };
            new TagKey("mytag1", { parent });
            const key = new TagKey("mytag2", { parent, values: { myvalue1: {}, myvalue2: {} } });
            allow(key.role("roles/resourcemanager.tagAdmin"), "user:ana@acme.com");
            allow(key.value("myvalue2").user, "user:ben@acme.com");
            new TagKey("my_net_tag", { parent, firewall: { network: `${Environment.current().project}/vpc` } });
        },
    },
    {
        title: "Custom Roles",
        hcl: 660,
        kind: "components",
        program: () => {
            const project = new EnvironmentProject("project", {
                projectId: "acme-custom-roles",
                kind: "development",
                parent: { folder: "123456789012" },
                billingAccount: "012345-6789AB-CDEF01",
                customRoles: { myRole: { permissions: ["compute.instances.list"] } },
            });
            allow(project.role("myRole"), "group:ops@acme.com");
            const role = "organizations/123456789012/roles/myRole";
            allow(
                project.role("roles/resourcemanager.projectIamAdmin"),
                ["group:ops@acme.com", "group:admins@acme.com"],
                {
                    condition: {
                        title: "delegated_custom_role",
                        expression: `api.getAttribute('iam.googleapis.com/modifiedGrantsByRole', []).hasOnly(['${role}'])`,
                    },
                },
            );
        },
    },
    {
        title: "Custom Roles Factory",
        hcl: 131,
        kind: "components",
        program: () => {
            new EnvironmentProject("project", {
                projectId: "acme-role-files",
                kind: "development",
                parent: { folder: "123456789012" },
                billingAccount: "012345-6789AB-CDEF01",
                // Without resourcemanager.projects.list, which IAM refuses in roles of projects.
                customRoles: JSON.parse(readFileSync("./files/custom-roles.json", "utf8")),
            });
        },
    },
    {
        title: "KMS Autokeys",
        hcl: 321,
        kind: "raw",
        given: () => {
            const keyProjectResolutionMode = "RESOURCE_PROJECT";
            new AutokeyConfig("autokey", { folder: "123456789012", keyProjectResolutionMode });
        },
        program: () => {
            const { provider, ready } = new EnvironmentProject("project", {
                projectId: "acme-autokeys",
                kind: "development",
                parent: { folder: "123456789012" },
                billingAccount: "012345-6789AB-CDEF01",
                apis: ["cloudkms.googleapis.com"],
            });
            new KeyHandle(
                "compute-disk-ew8",
                { location: "europe-west8", resourceTypeSelector: "compute.googleapis.com/Disk" },
                { provider, dependsOn: ready },
            );
        },
    },
    {
        title: "Quotas",
        hcl: 425,
        kind: "raw",
        program: () => {
            const { projectId, provider, ready } = new EnvironmentProject("project", {
                projectId: "acme-quotas",
                kind: "development",
                parent: { folder: "123456789012" },
                billingAccount: "012345-6789AB-CDEF01",
                apis: ["cloudquotas.googleapis.com", "compute.googleapis.com"],
            });
            new SQuotaPreference(
                "cpus-ew8",
                {
                    parent: pulumi.interpolate`projects/${projectId}`,
                    service: "compute.googleapis.com",
                    quotaId: "CPUS-per-project-region",
                    dimensions: { region: "europe-west8" },
                    contactEmail: "user@example.com",
                    quotaConfig: { preferredValue: "751" },
                },
                { provider, dependsOn: ready },
            );
        },
    },
    {
        title: "Quotas factory",
        hcl: 273,
        kind: "raw",
        program: () => {
            const { projectId, provider, ready } = new EnvironmentProject("project", {
                projectId: "acme-quota-files",
                kind: "development",
                parent: { folder: "123456789012" },
                billingAccount: "012345-6789AB-CDEF01",
                apis: ["cloudquotas.googleapis.com", "compute.googleapis.com"],
            });
            const parent = pulumi.interpolate`projects/${projectId}`;
            const quotas = JSON.parse(readFileSync("./files/quotas.json", "utf8"));
            for (const name of Object.keys(quotas)) {
                new SQuotaPreference(name, { parent, ...quotas[name] }, { provider, dependsOn: ready });
            }
        },
    },
    {
        title: "Privileged Access Manager (PAM) Entitlements",
        hcl: 517,
        kind: "raw",
        program: () => {
            const { projectId, provider, ready } = new EnvironmentProject("project", {
                projectId: "acme-entitled",
                kind: "development",
                parent: { folder: "123456789012" },
                billingAccount: "012345-6789AB-CDEF01",
                apis: ["privilegedaccessmanager.googleapis.com"],
            });
            const roleBindings = [{ role: "roles/compute.networkAdmin" }, { role: "roles/compute.admin" }];
            const steps = [{ approvers: { principals: ["group:admins@acme.com"] } }];
            new Entitlement(
                "net-admins",
                {
                    parent: pulumi.interpolate`projects/${projectId}`,
                    location: "global",
                    entitlementId: "net-admins",
                    maxRequestDuration: "3600s",
                    eligibleUsers: [{ principals: ["group:network@acme.com"] }],
                    requesterJustificationConfig: { notMandatory: {} },
                    approvalWorkflow: { manualApprovals: { requireApproverJustification: true, steps } },
                    privilegedAccess: {
                        gcpIamAccess: {
                            resourceType: "cloudresourcemanager.googleapis.com/Project",
                            resource: pulumi.interpolate`//cloudresourcemanager.googleapis.com/projects/${projectId}`,
                            roleBindings,
                        },
                    },
                },
                { provider, dependsOn: ready },
            );
        },
    },
    {
        title: "Privileged Access Manager (PAM) Entitlements Factory",
        hcl: 227,
        kind: "raw",
        program: () => {
            const { projectId, provider, ready } = new EnvironmentProject("project", {
                projectId: "acme-entitled-files",
                kind: "development",
                parent: { folder: "123456789012" },
                billingAccount: "012345-6789AB-CDEF01",
                apis: ["privilegedaccessmanager.googleapis.com"],
            });
            const parent = pulumi.interpolate`projects/${projectId}`;
            const entitlements = JSON.parse(readFileSync("./files/entitlements.json", "utf8"));
            for (const entitlementId of Object.keys(entitlements)) {
                const { hours, approvers, users, roles } = entitlements[entitlementId];
                new Entitlement(
                    entitlementId,
                    {
                        parent,
                        location: "global",
                        entitlementId,
                        maxRequestDuration: `${hours * 3600}s`,
                        eligibleUsers: [{ principals: users }],
                        requesterJustificationConfig: { notMandatory: {} },
                        approvalWorkflow: {
                            manualApprovals: {
                                requireApproverJustification: true,
                                steps: [{ approvers: { principals: approvers } }],
                            },
                        },
                        privilegedAccess: {
                            gcpIamAccess: {
                                resourceType: "cloudresourcemanager.googleapis.com/Project",
                                resource: pulumi.interpolate`//cloudresourcemanager.googleapis.com/${parent}`,
                                roleBindings: roles.map((role: string) => ({ role })),
                            },
                        },
                    },
                    { provider, dependsOn: ready },
                );
            }
        },
    },
    {
        title: "VPC Service Controls",
        hcl: 285,
        kind: "raw",
        program: () => {
            const { number } = new EnvironmentProject("project", {
                projectId: "acme-perimeter",
                kind: "development",
                parent: { folder: "123456789012" },
                billingAccount: "012345-6789AB-CDEF01",
                apis: ["stackdriver.googleapis.com"],
            });
            new ServicePerimeterResource("perimeter", {
                perimeterName: "accessPolicies/1234567890/servicePerimeters/default",
                resource: pulumi.interpolate`projects/${number}`,
            });
        },
    },
    {
        title: "VPC Service Controls (2)",
        hcl: 303,
        kind: "raw",
        program: () => {
            const { number } = new EnvironmentProject("project", {
                projectId: "acme-perimeter-plan",
                kind: "development",
                parent: { folder: "123456789012" },
                billingAccount: "012345-6789AB-CDEF01",
                apis: ["stackdriver.googleapis.com"],
            });
            new ServicePerimeterDryRunResource("perimeter", {
                perimeterName: "accessPolicies/1234567890/servicePerimeters/default",
                resource: pulumi.interpolate`projects/${number}`,
            });
        },
    },
    {
        title: "Default compute network tier",
        hcl: 231,
        kind: "raw",
        program: () => {
            const { provider, ready } = new EnvironmentProject("project", {
                projectId: "acme-standard-tier",
                kind: "development",
                parent: { folder: "123456789012" },
                billingAccount: "012345-6789AB-CDEF01",
                apis: ["compute.googleapis.com"],
            });
            new ProjectDefaultNetworkTier("tier", { networkTier: "STANDARD" }, { provider, dependsOn: ready });
        },
    },
    {
        title: "Cloud Asset Search",
        hcl: 387,
        kind: "raw",
        program: () => {
            const { projectId, provider, ready } = new EnvironmentProject("project", {
                projectId: "acme-searched",
                kind: "development",
                parent: { folder: "123456789012" },
                billingAccount: "012345-6789AB-CDEF01",
                apis: ["cloudasset.googleapis.com"],
            });
            return getResourcesSearchAllOutput(
                {
                    scope: pulumi.interpolate`projects/${projectId}`,
                    assetTypes: ["iam.googleapis.com/ServiceAccount"],
                    query: "name:compute@developer.gserviceaccount.com",
                },
                { provider, dependsOn: ready },
            );
        },
    },
    {
        title: "Cloud Asset Inventory Feeds",
        hcl: 498,
        kind: "raw",
        program: () => {
            const { topic } = new PubSubTopic("asset-feed");
            const { projectId, provider, ready } = new EnvironmentProject("project", {
                projectId: "acme-inventory",
                kind: "development",
                parent: { folder: "123456789012" },
                billingAccount: "012345-6789AB-CDEF01",
                apis: ["cloudasset.googleapis.com"],
            });
            new ProjectFeed(
                "compute-instances",
                {
                    billingProject: projectId,
                    feedId: "compute-instances",
                    contentType: "RESOURCE",
                    assetTypes: ["compute.googleapis.com/Instance"],
                    feedOutputConfig: { pubsubDestination: { topic: topic.id } },
                },
                { provider, dependsOn: ready },
            );
        },
    },
    {
        title: "BigQuery Reservations",
        hcl: 783,
        kind: "raw",
        program: () => {
            const base = {
                kind: "development",
                parent: { folder: "123456789012" },
                billingAccount: "012345-6789AB-CDEF01",
            } as const;
            const apis = ["bigquery", "bigqueryreservation", "container", "stackdriver"].map(
                (name) => `${name}.googleapis.com`,
            );
            const data = new EnvironmentProject("data", { ...base, projectId: "acme-bq-data", apis });
            const { provider, ready } = new EnvironmentProject("billing", {
                ...base,
                projectId: "acme-bq-slots",
                apis,
            });
            const location = "europe-west8";
            const options = { provider, dependsOn: ready };
            const reservation = new Reservation("ew8", { location, slotCapacity: 0 }, options).id;
            const assignee = pulumi.interpolate`projects/${data.projectId}`;
            new ReservationAssignment("query", { location, reservation, assignee, jobType: "QUERY" }, options);
        },
    },
    {
        title: "Project Related Outputs",
        hcl: 283,
        kind: "components",
        program: () => {
            const project = new EnvironmentProject("project", {
                projectId: "acme-outputs",
                kind: "development",
                parent: { folder: "123456789012" },
                billingAccount: "012345-6789AB-CDEF01",
                apis: ["compute.googleapis.com"],
            });
            return pulumi.interpolate`${project.number}-compute@developer.gserviceaccount.com`;
        },
    },
    {
        title: "Managing project related configuration without creating it",
        hcl: 4316,
        kind: "both",
        program: () => {
            const { bucket } = new StorageBucket("sink", { location: "EU" });
            const { dataset } = new BigQueryDataset("sink", { location: "EU" });
            const { topic } = new PubSubTopic("sink");
            const logs = new LogBucket("sink", { location: "global" });
            const keyRing = new KmsKeyRing("keyring", { location: "global" });
            const key = new KmsKey("key-global", { keyRing });
            const base = {
                kind: "development",
                parent: { folder: "123456789012" },
                billingAccount: "012345-6789AB-CDEF01",
            } as const;
            const apis = ["apigee", "bigquery", "compute", "container", "run"].map((name) => `${name}.googleapis.com`);
            const host = new EnvironmentProject("host", { ...base, projectId: "acme-host-5", apis: apis.slice(2, 3) });
            const condition = {
                title: "condition",
                description: "test condition",
                location: "somewhere",
                expression: "resource.matchTagId('tagKeys/1234', 'tagValues/1234')",
            };
            const project = new EnvironmentProject("project", {
                ...base,
                projectId: "acme-reused",
                apis,
                policies: {
                    "compute.disableGuestAttributesAccess": true,
                    "compute.trustedImageProjects": { allow: ["projects/my-project"] },
                    "compute.vmExternalIpAccess": { deny: "all" },
                    "iam.allowedPolicyMemberDomains": { allow: ["C0xxxxxxx", "C0yyyyyyy"] },
                },
                transform: {
                    policy: (policy, _, name) => {
                        if (name === "project-iam.disableServiceAccountKeyUpload") {
                            policy.spec = { rules: [{ enforce: "TRUE", condition }, { enforce: "FALSE" }] };
                        }
                    },
                    auditConfig: {
                        auditLogConfigs: [{ logType: "ADMIN_READ", exemptedMembers: ["group:ops@acme.com"] }],
                    },
                },
            });
            const { projectId, number, provider } = project;
            const options = { provider, dependsOn: project.ready };
            new IAMAuditConfig(
                "storage",
                {
                    project: projectId,
                    service: "storage.googleapis.com",
                    auditLogConfigs: [{ logType: "DATA_READ" }, { logType: "DATA_WRITE" }],
                },
                options,
            );

            const roles = [
                "cloudasset.owner",
                "cloudsupport.techSupportEditor",
                "iam.securityReviewer",
                "logging.admin",
            ];
            for (const role of roles) {
                allow(project.role(`roles/${role}`), "group:ops@acme.com");
            }
            allow(project.role("roles/owner"), "group:ops@acme.com");
            allow(project.role("roles/resourcemanager.projectIamAdmin"), "group:ops@acme.com", {
                condition: {
                    title: "delegated_network_user_one",
                    expression:
                        "api.getAttribute('iam.googleapis.com/modifiedGrantsByRole', []).hasOnly(['roles/compute.networkAdmin'])",
                },
            });
            const agent = (name: string) => new ServiceIdentity(name, { service: `${name}.googleapis.com` }, options);
            allow(project.role("roles/apigee.serviceAgent"), agent("apigee"));
            const cloudServices = pulumi.interpolate`serviceAccount:${number}@cloudservices.gserviceaccount.com`;
            const editors = {
                cloudservices: cloudServices,
                accounts: pulumi.interpolate`principalSet://cloudresourcemanager.googleapis.com/projects/${number}/type/ServiceAccount`,
            };
            for (const [name, member] of Object.entries(editors)) {
                new IAMMember(`${name}-editor`, { project: projectId, role: "roles/editor", member }, options);
            }

            const shared = new SharedVPCHostProject("host", { project: host.projectId }, { dependsOn: host.ready });
            new SharedVPCServiceProject("service", { hostProject: shared.project, serviceProject: projectId }, options);
            const gke = agent("container");
            const run = agent("run");
            allow(host.role("roles/compute.networkUser"), [gke, run]);
            allow(host.role("roles/container.hostServiceAgentUser"), gke);
            allow(host.role("roles/compute.securityAdmin"), gke);
            allow(host.role("roles/vpcaccess.user"), run);
            allow(host.role("roles/cloudasset.owner"), gke);
            for (const role of ["compute.networkUser", "cloudasset.owner"]) {
                new IAMMember(role, { project: host.projectId, role: `roles/${role}`, member: cloudServices });
            }

            const sink = (severity: string, destination: pulumi.Input<string>, exclusions = {}) => {
                const filter = `severity=${severity}`;
                const args = { filter, destination, uniqueWriterIdentity: true, ...exclusions };
                return new ProjectSink(severity.toLowerCase(), args, options).writerIdentity;
            };
            new BucketIAMMember("warnings", {
                bucket: bucket.name,
                role: "roles/storage.objectCreator",
                member: sink("WARNING", pulumi.interpolate`storage.googleapis.com/${bucket.name}`),
            });
            new DatasetIamMember("info", {
                datasetId: dataset.datasetId,
                role: "roles/bigquery.dataEditor",
                member: sink("INFO", pulumi.interpolate`bigquery.googleapis.com/${dataset.id}`),
            });
            new TopicIAMMember("notice", {
                topic: topic.id,
                role: "roles/pubsub.publisher",
                member: sink("NOTICE", pulumi.interpolate`pubsub.googleapis.com/${topic.id}`),
            });
            const debug = sink("DEBUG", pulumi.interpolate`logging.googleapis.com/${logs.id}`, {
                exclusions: [{ name: "no-compute", filter: "logName:compute" }],
            });
            allow(logs.writer, { member: debug, memberName: "debug" });
            new ProjectExclusion("no-gce-instances", { filter: "resource.type=gce_instance" }, options);

            const agents = {
                compute: pulumi.interpolate`serviceAccount:service-${number}@compute-system.iam.gserviceaccount.com`,
                storage: getProjectServiceAccountOutput({ project: projectId }, { dependsOn: project.ready }).member,
            };
            for (const [name, member] of Object.entries(agents)) {
                const role = "roles/cloudkms.cryptoKeyEncrypterDecrypter";
                const granted = { dependsOn: project.ready };
                new CryptoKeyIAMMember(name, { cryptoKeyId: key.id, role, member }, granted);
                new KeyRingIAMMember(name, { keyRingId: keyRing.keyRing.id, role, member }, granted);
            }
        },
    },
    {
        title: "Observability",
        hcl: 978,
        kind: "raw",
        program: () => {
            const { provider, ready } = new EnvironmentProject("project", {
                projectId: "acme-observed",
                kind: "development",
                parent: { folder: "123456789012" },
                billingAccount: "012345-6789AB-CDEF01",
                apis: ["monitoring.googleapis.com"],
            });
            const options = { provider, dependsOn: ready };
            const channel = new NotificationChannel(
                "my-channel",
                { displayName: "My channel", type: "email", labels: { email_address: "ops@acme.com" } },
                options,
            );
            new AlertPolicy(
                "alert-1",
                {
                    displayName: "alert-1",
                    combiner: "OR",
                    notificationChannels: [channel.name, "projects/acme-shared/notificationChannels/1234567890"],
                    conditions: [
                        {
                            displayName: "written bytes",
                            conditionThreshold: {
                                filter: 'metric.type="compute.googleapis.com/instance/disk/write_bytes_count"',
                                comparison: "COMPARISON_GT",
                                thresholdValue: 100,
                                duration: "60s",
                                aggregations: [{ alignmentPeriod: "60s", perSeriesAligner: "ALIGN_RATE" }],
                            },
                        },
                    ],
                },
                options,
            );
            new Metric(
                "metric-1",
                {
                    filter: 'resource.type="gce_instance"',
                    description: "A metric of instances",
                    metricDescriptor: { metricKind: "GAUGE", valueType: "DOUBLE", unit: "ms" },
                },
                options,
            );
        },
    },
    {
        title: "Observability factory",
        hcl: 333,
        kind: "raw",
        program: () => {
            const { provider, ready } = new EnvironmentProject("project", {
                projectId: "acme-observed-files",
                kind: "development",
                parent: { folder: "123456789012" },
                billingAccount: "012345-6789AB-CDEF01",
                apis: ["monitoring.googleapis.com"],
            });
            const options = { provider, dependsOn: ready };
            const { metrics, channels, alerts } = JSON.parse(readFileSync("./files/observability.json", "utf8"));
            for (const name of Object.keys(metrics)) {
                new Metric(name, metrics[name], options);
            }
            const created = Object.keys(channels).map((name) => {
                return new NotificationChannel(name, channels[name], options).name;
            });
            const notificationChannels = [...created, "projects/acme-shared/notificationChannels/1234567890"];
            for (const name of Object.keys(alerts)) {
                new AlertPolicy(name, { ...alerts[name], notificationChannels }, options);
            }
        },
    },
    {
        title: "Workload Identity Federation",
        hcl: 1930,
        kind: "raw",
        program: () => {
            const { provider, ready } = new EnvironmentProject("project", {
                projectId: "acme-federated",
                kind: "development",
                parent: { folder: "123456789012" },
                billingAccount: "012345-6789AB-CDEF01",
            });
            const options = { provider, dependsOn: ready };
            const pool = (workloadIdentityPoolId: string, displayName: string) =>
                new WorkloadIdentityPool(workloadIdentityPoolId, { workloadIdentityPoolId, displayName }, options)
                    .workloadIdentityPoolId;
            const claims = (...names: string[]) =>
                Object.fromEntries(names.map((name) => [`attribute.${name}`, `assertion.${name}`]));
            const workloadIdentityPoolId = pool("test-oidc", "Test pool (OIDC).");
            new WorkloadIdentityPoolProvider(
                "github",
                {
                    workloadIdentityPoolId,
                    workloadIdentityPoolProviderId: "github-test",
                    displayName: "GitHub provider (from template).",
                    attributeCondition: "attribute.repository_owner=='my_org'",
                    attributeMapping: {
                        "google.subject": "assertion.sub",
                        "attribute.fast_sub": '"repo:" + assertion.repository + ":ref:" + assertion.ref',
                        ...claims("sub", "actor", "repository", "repository_owner", "ref"),
                    },
                    oidc: { issuerUri: "https://token.actions.githubusercontent.com" },
                },
                options,
            );
            new WorkloadIdentityPoolProvider(
                "gitlab",
                {
                    workloadIdentityPoolId,
                    workloadIdentityPoolProviderId: "gitlab-test",
                    displayName: "GitLab provider (explicit attributes).",
                    attributeCondition: "attribute.namespace_path=='my_org'",
                    attributeMapping: {
                        "google.subject": "assertion.sub",
                        "attribute.repository": "assertion.project_path",
                        ...claims("sub", "environment", "namespace_id", "namespace_path"),
                        ...claims("project_id", "project_path", "ref", "ref_type"),
                    },
                    oidc: { issuerUri: "https://gitlab.com" },
                },
                options,
            );
            const others = {
                workloadIdentityPoolId: pool("test-non-oidc", "Test pool (non-OIDC)."),
                attributeMapping: {
                    "google.subject": "assertion.arn",
                    "attribute.aws_account": "assertion.account",
                    "attribute.environment": 'assertion.arn.contains(":instance-profile/Production") ? "prod" : "test"',
                },
            };
            const lambda = "arn:aws:sts::999999999999:assumed-role/stack-eu-central-1-lambdaRole";
            new WorkloadIdentityPoolProvider(
                "aws",
                {
                    ...others,
                    workloadIdentityPoolProviderId: "aws-test",
                    attributeCondition: `attribute.aws_role=="${lambda}"`,
                    aws: { accountId: "999999999999" },
                },
                options,
            );
            new WorkloadIdentityPoolProvider(
                "saml",
                {
                    ...others,
                    workloadIdentityPoolProviderId: "saml-test",
                    saml: { idpMetadataXml: '<?xml version="1.0" encoding="utf-8"?>...' },
                },
                options,
            );
        },
    },
    {
        title: "IAM Deny Policies",
        hcl: 1038,
        kind: "raw",
        program: () => {
            const { projectId, provider, ready } = new EnvironmentProject("project", {
                projectId: "acme-denied",
                kind: "development",
                parent: { folder: "123456789012" },
                billingAccount: "012345-6789AB-CDEF01",
            });
            const parent = pulumi.interpolate`cloudresourcemanager.googleapis.com%2Fprojects%2F${projectId}`;
            const options = { provider, dependsOn: ready };
            const deniedPrincipals = ["principalSet://goog/public:all"];
            new DenyPolicy(
                "kms",
                {
                    parent,
                    name: "prevent-kms-destruction",
                    displayName: "Prevent KMS Key destruction",
                    rules: [
                        {
                            description: "Deny destroying KMS key versions to all except the key admins group.",
                            denyRule: {
                                deniedPrincipals,
                                deniedPermissions: ["cloudkms.googleapis.com/cryptoKeyVersions.destroy"],
                                exceptionPrincipals: ["principalSet://goog/group/kms-admins@acme.com"],
                            },
                        },
                    ],
                },
                options,
            );
            new DenyPolicy(
                "buckets",
                {
                    parent,
                    name: "prevent-core-bucket-deletion",
                    displayName: "Prevent core bucket deletion",
                    rules: [
                        {
                            description: "Deny deletion of any Cloud Storage bucket with the 'core-' prefix.",
                            denyRule: {
                                deniedPrincipals,
                                deniedPermissions: ["storage.googleapis.com/buckets.delete"],
                                denialCondition: {
                                    title: "core_buckets_only",
                                    description: "Applies only to buckets starting with 'core-'.",
                                    expression: 'resource.name.startsWith("projects/-/buckets/core-")',
                                },
                            },
                        },
                    ],
                },
                options,
            );
        },
    },
];
