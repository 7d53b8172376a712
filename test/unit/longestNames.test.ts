import * as pulumi from "@pulumi/pulumi";
import { cloudSqlUserNames } from "../../lib/facts/cloudSqlUsers";
import { budgetLimits } from "../../lib/facts/limits/billing";
import { cloudRunLimits } from "../../lib/facts/limits/cloudRun";
import { iamLimits, workloadIdentityLimits } from "../../lib/facts/limits/iam";
import { labelLimits } from "../../lib/facts/limits/labels";
import { monitoringLimits } from "../../lib/facts/limits/monitoring";
import { resourceManagerLimits } from "../../lib/facts/limits/resourceManager";
import { tagLimits } from "../../lib/facts/limits/tags";
import { workflowsLimits } from "../../lib/facts/limits/workflows";
import { nameFormats } from "../../lib/facts/names";
import { vertexEndpointLimits } from "../../lib/facts/vertex/endpointLimits";
import { checkFailures } from "../../local/provider/check";
import { InstalledProvider } from "../../local/provider/installed";
import { Types } from "../../local/provider/types";
import type { everything as Everything } from "./everything";
import { answeringFolder } from "./folders";
import { lengthening } from "./lengthened";
import { registeredTypes } from "./registered";

/** Keys by which the program refers to something, and databases to which consumers connect by sockets, whose paths are limited. */
const mockFixed = [
    ...[
        "rows",
        "half",
        "latest",
        "daily",
        "reports",
        "predictions",
        "owner",
        "app",
        "shop",
        "sales",
        "forecast",
        "near",
        "far",
        "gone",
        "http",
        "prod",
        "dev",
        "acme-shop",
        "pods",
        "services",
    ],
    ...["service-open", "app-database", "stock"],
];
jest.mock("slipway", () => lengthening(jest.requireActual("slipway"), mockFixed));
jest.mock("slipway/gke", () => lengthening(jest.requireActual("slipway/gke"), mockFixed));
const { everything } = require("./everything") as { everything: typeof Everything };

const folder = answeringFolder();
const types = new Types(new InstalledProvider(process.cwd()), () => undefined);

/** IDs of the tests' mocks, and the user's own texts, which the components check or for which no page has a limit. */
const unlimited = [
    "gcp:appengine/domainMapping:DomainMapping domainName",
    "gcp:appengine/flexibleAppVersion:FlexibleAppVersion resources.volumes.name",
    "gcp:appengine/flexibleAppVersion:FlexibleAppVersion service",
    "gcp:appengine/serviceNetworkSettings:ServiceNetworkSettings service",
    "gcp:appengine/standardAppVersion:StandardAppVersion service",
    "gcp:appengine/standardAppVersion:StandardAppVersion vpcAccessConnector.name",
    "gcp:artifactregistry/repository:Repository cleanupPolicies.id",
    "gcp:bigquery/dataTransferConfig:DataTransferConfig displayName",
    "gcp:bigquery/datasetAccess:DatasetAccess routine.routineId",
    "gcp:bigquery/routine:Routine arguments.name",
    "gcp:bigquery/routine:Routine routineId",
    "gcp:cloudfunctionsv2/function:Function serviceConfig.secretEnvironmentVariables.key",
    "gcp:cloudrunv2/job:Job template.template.containers.envs.name",
    "gcp:cloudrunv2/job:Job template.template.containers.name",
    "gcp:cloudrunv2/job:Job template.template.containers.startupProbe.httpGet.httpHeaders.name",
    "gcp:cloudrunv2/job:Job template.template.containers.volumeMounts.name",
    "gcp:cloudrunv2/job:Job template.template.volumes.name",
    "gcp:cloudrunv2/service:Service template.containers.envs.name",
    "gcp:cloudrunv2/service:Service template.containers.livenessProbe.httpGet.httpHeaders.name",
    "gcp:cloudrunv2/service:Service template.containers.name",
    "gcp:cloudrunv2/service:Service template.containers.volumeMounts.name",
    "gcp:cloudrunv2/service:Service template.volumes.name",
    "gcp:cloudrunv2/service:Service traffics.revision",
    "gcp:cloudrunv2/service:Service traffics.tag",
    "gcp:cloudrunv2/workerPool:WorkerPool template.containers.envs.name",
    "gcp:cloudrunv2/workerPool:WorkerPool template.containers.volumeMounts.name",
    "gcp:cloudrunv2/workerPool:WorkerPool template.volumes.name",
    "gcp:cloudscheduler/job:Job httpTarget.uri",
    "gcp:compute/backendBucket:BackendBucket customResponseHeaders",
    "gcp:compute/backendService:BackendService healthChecks",
    "gcp:compute/regionAutoscaler:RegionAutoscaler target",
    "gcp:compute/regionBackendService:RegionBackendService backends.group",
    "gcp:compute/regionBackendService:RegionBackendService healthChecks",
    "gcp:compute/regionInstanceGroupManager:RegionInstanceGroupManager autoHealingPolicies.healthCheck",
    "gcp:compute/regionInstanceGroupManager:RegionInstanceGroupManager versions.instanceTemplate",
    "gcp:compute/regionInstanceTemplate:RegionInstanceTemplate metadata.startup-script",
    "gcp:compute/serviceAttachment:ServiceAttachment targetService",
    "gcp:compute/targetHttpsProxy:TargetHttpsProxy sslPolicy",
    "gcp:container/cluster:Cluster clusterAutoscaling.resourceLimits.resourceType",
    "gcp:container/cluster:Cluster maintenancePolicy.maintenanceExclusions.exclusionName",
    "gcp:container/nodePool:NodePool nodeConfig.containerdConfig.registryHosts.server",
    "gcp:eventarc/trigger:Trigger name",
    "gcp:logging/logViewIamMember:LogViewIamMember bucket",
    "gcp:orgpolicy/policy:Policy name",
    "gcp:servicenetworking/connection:Connection service",
    "gcp:sql/database:Database name",
    "gcp:sql/databaseInstance:DatabaseInstance settings.connectionPoolConfigs.flags.name",
    "gcp:storage/bucketObject:BucketObject content.secret",
    "gcp:vpcaccess/connector:Connector name",
    "kubernetes:apps/v1:Deployment spec.template.spec.containers.env.name",
    "pulumi-nodejs:dynamic/appengine:Rollout service",
    "pulumi-nodejs:dynamic/model:Deployments endpoint",
    "pulumi-nodejs:dynamic/model:Deployments models.rare.sharedResources",
    "pulumi-nodejs:dynamic/model:Model content.containerSpec.env.name",
    "pulumi-nodejs:dynamic/model:Monitoring endpoint",
    "pulumi-nodejs:dynamic/model:TrainingJob spec.workerPoolSpecs.containerSpec.env.name",
    "pulumi-nodejs:dynamic/model:TrainingJob tuning.studySpec.metrics.metricId",
    "pulumi-nodejs:dynamic/model:TrainingJob tuning.studySpec.parameters.parameterId",
    "pulumi:providers:gcp defaultLabels",
];

const { rows: format } = nameFormats;
const monitoring = monitoringLimits.rows;
const vertex = vertexEndpointLimits.rows;

/** The maximum length of each name, title and description, by the end of its type and property. */
const maxima: [end: string, max: number][] = [
    ["artifactregistry/repository:Repository repositoryId", format.artifactRegistryRepository.max],
    ["bigquery/dataset:Dataset datasetId", format.bigQueryDataset.max],
    ["bigquery/table:Table tableId", format.bigQueryTable.max],
    ["billing/budget:Budget displayName", budgetLimits.rows.displayName.max],
    ["cloudfunctionsv2/function:Function name", format.function.max],
    ["cloudrunv2/job:Job name", format.cloudRunService.max],
    ["cloudrunv2/service:Service name", format.cloudRunService.max],
    ["cloudrunv2/service:Service template.revision", cloudRunLimits.rows.revisionName.max],
    ["cloudrunv2/workerPool:WorkerPool name", format.cloudRunService.max],
    ["cloudscheduler/job:Job name", format.schedulerJob.max],
    ["cloudtasks/queue:Queue name", format.queue.max],
    ["composer/environment:Environment name", format.composerEnvironment.max],
    // https://cloud.google.com/compute/docs/reference/rest/v1/firewalls
    ["compute/firewall:Firewall description", 2048],
    // https://cloud.google.com/compute/docs/reference/rest/v1/regionInstanceGroupManagers
    [" baseInstanceName", 58],
    // https://cloud.google.com/compute/docs/reference/rest/v1/securityPolicies
    ["SecurityPolicy rules.description", 64],
    [" attachedDisks.deviceName", format.computeResource.max],
    [" autoscalingPolicy.scalingSchedules.name", format.computeResource.max],
    ["container/cluster:Cluster name", format.gkeCluster.max],
    ["container/nodePool:NodePool name", format.gkeCluster.max],
    ["gkebackup/backupPlan:BackupPlan name", format.backupPlan.max],
    ["dns/managedZone:ManagedZone name", format.dnsZone.max],
    // https://cloud.google.com/dns/docs/reference/rest/v1/managedZones
    ["dns/managedZone:ManagedZone description", 1024],
    ["Pool displayName", workloadIdentityLimits.rows.displayName.max],
    ["PoolProvider displayName", workloadIdentityLimits.rows.displayName.max],
    ["Pool workloadIdentityPoolId", format.workloadIdentityPool.max],
    ["kms/cryptoKey:CryptoKey name", format.kmsKey.max],
    ["kms/keyRing:KeyRing name", format.kmsKey.max],
    // https://cloud.google.com/logging/docs/logs-based-metrics/labels
    ["metricDescriptor.labels.key", 100],
    ["logging/metric:Metric name", format.logMetric.max],
    ["logging/logView:LogView name", format.logBucket.max],
    ["logging/projectBucketConfig:ProjectBucketConfig bucketId", format.logBucket.max],
    ["logging/projectSink:ProjectSink name", format.logSink.max],
    ["logging/projectSink:ProjectSink exclusions.name", format.logSink.max],
    ["AlertPolicy displayName", monitoring.displayName.max],
    ["AlertPolicy conditions.displayName", monitoring.displayName.max],
    ["AlertPolicy documentation.content", monitoring.documentation.max],
    ["AlertPolicy documentation.subject", monitoring.subjectBytes.max],
    ["AlertPolicy conditions.conditionThreshold.filter", monitoring.filter.max],
    ["AlertPolicy conditions.conditionMatchedLog.filter", monitoring.filter.max],
    ["NotificationChannel displayName", monitoring.displayName.max],
    ["monitoring/slo:Slo displayName", monitoring.displayName.max],
    ["monitoring/slo:Slo sloId", monitoring.displayName.max],
    ["CustomService displayName", monitoring.displayName.max],
    ["CustomService serviceId", monitoring.displayName.max],
    ["pubsub/schema:Schema name", format.pubSub.max],
    ["pubsub/subscription:Subscription name", format.pubSub.max],
    ["pubsub/topic:Topic name", format.pubSub.max],
    ["Lien reason", resourceManagerLimits.rows.lienReason.max],
    ["secretmanager/regionalSecret:RegionalSecret secretId", format.secret.max],
    ["secretmanager/secret:Secret secretId", format.secret.max],
    ["serviceaccount/account:Account accountId", format.serviceAccountId.max],
    ["serviceaccount/account:Account displayName", iamLimits.rows.accountDisplayName.max],
    // https://cloud.google.com/iam/quotas
    [" condition.title", 100],
    ["tags/tagKey:TagKey shortName", tagLimits.rows.shortName.max],
    ["sql/user:User name", cloudSqlUserNames.rows.postgres.max],
    ["sql/databaseInstance:DatabaseInstance name", format.cloudSqlInstance.max - "acme-dev:".length],
    ["storage/bucket:Bucket name", 63],
    ["AiEndpoint displayName", vertex.displayName.max],
    ["AiEndpoint name", vertex.endpointId.max],
    ["endpointConfig.endpointDisplayName", vertex.displayName.max],
    ["modelConfig.modelDisplayName", vertex.displayName.max],
    ["dynamic/model:Monitoring job.displayName", vertex.displayName.max],
    ["dynamic/model:Model displayName", vertex.displayName.max],
    ["dynamic/model:Model modelId", 63],
    ["dynamic/model:PipelineRun name", vertex.displayName.max],
    ["dynamic/model:TrainingJob name", vertex.displayName.max],
    ["dynamic/data:DataflowRun name", 63],
    ["workflows/workflow:Workflow name", format.workflow.max],
    ["workflows/workflow:Workflow description", workflowsLimits.rows.description.max],
];

const maximumOf = (type: string, path: string): number | undefined => {
    const id = `${type} ${path}`;
    const row = maxima.find(([end]) => id.endsWith(end));
    const isLabel = /(^|\.)(labels|userLabels|resourceLabels)\.[^.]+$/.test(path) && type.startsWith("gcp:");
    return (
        row?.[1] ??
        (isLabel
            ? labelLimits.rows.value.max
            : path === "name" && type.startsWith("gcp:compute/")
              ? format.computeResource.max
              : path === "name" && type.startsWith("gcp:certificatemanager/")
                ? format.certificateManager.max
                : path === "metadata.name" && type.startsWith("kubernetes:")
                  ? kubernetesName
                  : undefined)
    );
};

/** The limit of https://kubernetes.io/docs/concepts/overview/working-with-objects/names/ of most objects. */
const kubernetesName = 253;

interface Leaf {
    type: string;
    path: string;
    value: string;
}

/** All texts of a value that contain a lengthened name. `*` is a lengthened key. */
function leavesOf(type: string, value: unknown, path: string[] = []): Leaf[] {
    if (typeof value === "string") {
        return value.includes("xxx") ? [{ type, path: path.join("."), value }] : [];
    }
    return typeof value !== "object" || value === null
        ? []
        : Object.entries(value).flatMap(([key, inner]) =>
              leavesOf(type, inner, Array.isArray(value) ? path : [...path, key.includes("xxx") ? "*" : key]),
          );
}

/** The inputs as the provider gets them. */
const revealed = (value: unknown): unknown =>
    Array.isArray(value)
        ? value.map(revealed)
        : typeof value === "object" && value !== null
          ? "secret" in value && Object.keys(value).length === 1
              ? revealed(value.secret)
              : Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, revealed(inner)]))
          : value;

jest.spyOn(pulumi.log, "warn").mockResolvedValue();

test("what is named after components and keys with the longest names is within its limit", async () => {
    const made = await registeredTypes(() => everything(folder));
    const refusals = made
        .filter(({ type }) => type.startsWith("gcp:"))
        .flatMap(({ key, type, inputs }) =>
            checkFailures(revealed(inputs) as Record<string, unknown>, types.get(type)).map(
                ({ property, reason }) => `${key}: ${property}: ${reason}`,
            ),
        );
    expect(refusals).toEqual([]);
    const leaves = made.flatMap(({ type, inputs }) => leavesOf(type, inputs));
    const tooLong = leaves.filter(
        ({ type, path, value }) => Buffer.byteLength(value) > (maximumOf(type, path) ?? value.length),
    );
    expect(tooLong).toEqual([]);
    const used = maxima.filter(([end]) => leaves.some(({ type, path }) => `${type} ${path}`.endsWith(end)));
    expect(maxima.filter((row) => !used.includes(row)).map(([end]) => end)).toEqual([]);
    const limited = leaves.filter(({ type, path }) => maximumOf(type, path) !== undefined).map(({ value }) => value);
    const names = [...new Set(limited)].sort((one, other) => one.length - other.length);
    const without = leaves.filter(
        ({ type, path, value }) =>
            maximumOf(type, path) === undefined &&
            !names.some((name) => value.includes(name)) &&
            !(type.startsWith("gcp:") && types.get(type).flags.accepted.some((each) => each.path === path)),
    );
    expect([...new Set(without.map(({ type, path }) => `${type} ${path}`))].sort()).toEqual(unlimited);
});
