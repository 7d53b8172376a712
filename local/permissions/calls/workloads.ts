import type { Context, Inputs } from "../../rules/rules";
import type { Calls, TypeCalls } from "./call";

/** The provider reads the instance groups of node pools. */
const readPool = ["container.projects.locations.clusters.nodePools.get", "compute.instanceGroupManagers.get"];
const readCluster = ({ enableAutopilot }: Inputs) => [
    "container.projects.locations.clusters.get",
    ...(enableAutopilot ? [] : ["compute.instanceGroupManagers.get"]),
];
const clusterOperation = "container.projects.locations.operations.get";

const version = "appengine.apps.services.versions";

/** App Engine builds the version as the caller. https://cloud.google.com/iam/docs/roles-permissions/appengine */
const deployVersion = [
    `${version}.create`,
    "appengine.apps.operations.get",
    `${version}.get`,
    "cloudbuild.projects.builds.create",
];
const versions: TypeCalls = {
    create: deployVersion,
    read: [`${version}.get`],
    update: deployVersion,
    delete: ({ noopOnDestroy, deleteServiceOnDestroy }) =>
        noopOnDestroy
            ? []
            : [
                  deleteServiceOnDestroy ? "appengine.apps.services.delete" : `${version}.delete`,
                  "appengine.apps.operations.get",
              ],
};

const onService = ["appengine.apps.services.patch", "appengine.apps.operations.get", "appengine.apps.services.get"];
const onApplication = ["appengine.apps.patch", "appengine.apps.operations.get", "appengine.apps.get"];

/** Cloud Run reads the images as the caller. */
function imagesOf(template: Inputs | undefined): Calls {
    return (template?.containers ?? []).flatMap(({ image = "" }: Inputs) => {
        const [, location, path] = /^([a-z0-9-]+)-docker\.pkg\.dev\/([^/]+\/[^/@:]+)/.exec(image) ?? [];
        const [project, repository] = path?.split("/") ?? [];
        const on = `//artifactregistry.googleapis.com/projects/${project}/locations/${location}/repositories/${repository}`;
        return path ? [{ method: "run.projects.locations.services.useImage", on }] : [];
    });
}

const vertex = "aiplatform.projects.locations";
const endpointOf = ({ project, location, endpoint }: Inputs) =>
    `//aiplatform.googleapis.com/projects/${project}/locations/${location}/endpoints/${endpoint}`;
const onEndpoint =
    (...methods: string[]) =>
    (inputs: Inputs): Calls =>
        [...methods, "operations.get"].map((method) => ({
            method: `${vertex}.endpoints.${method}`,
            on: endpointOf(inputs),
        }));

/** The provider never reads an endpoint with a model of Model Garden after its creation. */
const modelGarden: TypeCalls = {
    create: ({ project, location }) => {
        const on = `//aiplatform.googleapis.com/projects/${project}/locations/${location}`;
        return [`${vertex}.deploy`, `${vertex}.operations.get`, `${vertex}.endpoints.get`].map((method) => ({
            method,
            on,
        }));
    },
    read: [],
    update: onEndpoint("mutateDeployedModel"),
    delete: onEndpoint("undeployModel", "delete"),
};

/** The calls for a service: to disable the check of invokers is to open its policy. */
const ofService = ({ template, invokerIamDisabled }: Inputs): Calls => [
    ...imagesOf(template),
    ...(invokerIamDisabled ? ["run.projects.locations.services.disableInvokerIam"] : []),
];

/** The calls for a job: a new token starts an execution. */
const ofJob = ({ template, runExecutionToken, startExecutionToken }: Inputs, _: Context, old?: Inputs): Calls => {
    const token = runExecutionToken || startExecutionToken;
    const isNew = token && token !== (old?.runExecutionToken || old?.startExecutionToken);
    return [...imagesOf(template?.template), ...(isNew ? ["run.projects.locations.jobs.run"] : [])];
};

const ofPool = ({ template }: Inputs): Calls => imagesOf(template);

function userWorkloads(kind: string): TypeCalls {
    const collection = `composer.projects.locations.environments.userWorkloads${kind}`;
    return { update: [`${collection}.update`, `${collection}.get`] };
}

/** Calls for what runs code: App Engine, Cloud Run, Cloud Scheduler, Cloud Composer and GKE. */
export const workloads: Record<string, TypeCalls> = {
    "gcp:appengine/application:Application": {
        create: ["appengine.apps.create", "appengine.apps.operations.get", "appengine.apps.get"],
        read: ["appengine.apps.get"],
        update: onApplication,
        delete: [],
    },
    "gcp:appengine/applicationUrlDispatchRules:ApplicationUrlDispatchRules": {
        create: onApplication,
        read: ["appengine.apps.get"],
        update: onApplication,
        delete: onApplication,
    },
    "gcp:appengine/engineSplitTraffic:EngineSplitTraffic": {
        create: onService,
        read: ["appengine.apps.services.get"],
        update: onService,
        delete: [],
    },
    "gcp:appengine/serviceNetworkSettings:ServiceNetworkSettings": {
        create: onService,
        read: ["appengine.apps.services.get"],
        update: onService,
        delete: [],
    },
    "gcp:appengine/flexibleAppVersion:FlexibleAppVersion": versions,
    "gcp:appengine/standardAppVersion:StandardAppVersion": versions,
    "gcp:appengine/firewallRule:FirewallRule": { collection: "appengine.apps.firewall.ingressRules" },
    "gcp:cloudrunv2/job:Job": { also: { create: ofJob, update: ofJob } },
    "gcp:cloudrunv2/service:Service": { also: { create: ofService, update: ofService } },
    "gcp:cloudrunv2/workerPool:WorkerPool": { also: { create: ofPool, update: ofPool } },
    "gcp:cloudscheduler/job:Job": {
        also: {
            create: ({ paused }) => (paused ? ["cloudscheduler.projects.locations.jobs.pause"] : []),
            update: ({ paused }, _, old) =>
                Boolean(paused) === Boolean(old?.paused)
                    ? []
                    : [`cloudscheduler.projects.locations.jobs.${paused ? "pause" : "resume"}`],
        },
    },
    "gcp:composer/userWorkloadsConfigMap:UserWorkloadsConfigMap": userWorkloads("ConfigMaps"),
    "gcp:composer/userWorkloadsSecret:UserWorkloadsSecret": userWorkloads("Secrets"),
    "gcp:container/cluster:Cluster": {
        create: (inputs) => ["container.projects.locations.clusters.create", clusterOperation, ...readCluster(inputs)],
        read: readCluster,
        update: (inputs) => ["container.projects.locations.clusters.update", clusterOperation, ...readCluster(inputs)],
        delete: ["container.projects.locations.clusters.delete", clusterOperation],
    },
    "gcp:container/nodePool:NodePool": {
        create: ["container.projects.locations.clusters.nodePools.create", clusterOperation, ...readPool],
        read: readPool,
        update: ["container.projects.locations.clusters.nodePools.update", clusterOperation, ...readPool],
        delete: ["container.projects.locations.clusters.nodePools.delete", clusterOperation],
    },
    "gcp:vertex/aiEndpointWithModelGardenDeployment:AiEndpointWithModelGardenDeployment": modelGarden,
};
