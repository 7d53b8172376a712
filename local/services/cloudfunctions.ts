import { randomUUID } from "node:crypto";
import { unzipSync } from "fflate";
import type { Cloud } from "../cloud/cloud";
import { GoogleError, OperationError } from "../cloud/errors";
import { projectName } from "../cloud/projects";
import { policyTypes } from "../rules/policy";
import type { Context, Inputs, Service } from "../rules/rules";
import { repositoryName } from "./artifactregistry";
import {
    makeTrigger,
    messageEvent,
    removeTrigger,
    transportTopic,
    triggerPath,
    verifyDelivery,
    verifyTrigger,
} from "./eventarc";
import { regions, serviceName, servicePath } from "./run";
import { bucketName, objectName } from "./storage";

const api = "cloudfunctions.googleapis.com";

const path = ({ project, location }: Inputs, name: string) =>
    name.includes("/") ? name : `projects/${project}/locations/${location}/functions/${name}`;

/** The APIs that a function needs beside its own: "Create a Cloud Run function", and for events those of Eventarc. */
const alsoNeeded: Record<string, string> = {
    "run.googleapis.com": "Cloud Run Admin API",
    "cloudbuild.googleapis.com": "Cloud Build API",
    "artifactregistry.googleapis.com": "Artifact Registry API",
};
const neededForEvents: Record<string, string> = {
    "eventarc.googleapis.com": "Eventarc API",
    "pubsub.googleapis.com": "Cloud Pub/Sub API",
};

/** The runtimes with the file that a source must have, which the buildpacks look for. */
const mainFiles: [RegExp, string[]][] = [
    [/^python/, ["main.py"]],
    [/^nodejs/, ["index.js", "function.js", "package.json"]],
    [/^go/, ["go.mod"]],
];

function verify(inputs: Inputs, context: Context): void {
    const { project, location, name, buildConfig = {}, serviceConfig = {}, eventTrigger } = inputs;
    const { cloud } = context;
    for (const [needed, title] of Object.entries({ ...alsoNeeded, ...(eventTrigger ? neededForEvents : {}) })) {
        cloud.projects.requireApi(project, needed, title);
    }
    if (!regions.includes(location)) {
        throw new GoogleError(403, `Permission denied on 'locations/${location}' (or it may not exist).`);
    }
    if (!/^[a-z]([a-z0-9_-]{0,61}[a-z0-9])?$/.test(name)) {
        throw new GoogleError(400, `Invalid function name '${name}': it must match ^[a-z]([a-z0-9-_]{0,61}[a-z0-9])?$`);
    }
    for (const account of [
        serviceConfig.serviceAccountEmail,
        accountOf(buildConfig),
        eventTrigger?.serviceAccountEmail,
    ]) {
        if (account && !cloud.iam.account(account)) {
            throw new GoogleError(404, `Service account projects/-/serviceAccounts/${account} was not found.`);
        }
    }
    if (serviceConfig.maxInstanceRequestConcurrency > 1 && Number(serviceConfig.availableCpu ?? 1) < 1) {
        throw new GoogleError(
            400,
            `Could not create Cloud Run service ${servicePath(inputs, name)}. spec.template.spec.containers.resources.limits.cpu: Invalid value specified for cpu. Total cpu < 1 is not supported with concurrency > 1.`,
        );
    }
    const trigger = eventTrigger && { project, location, name, event: eventTrigger };
    if (trigger) {
        verifyTrigger(cloud, trigger);
    }
    verifyBuild(inputs, context);
    if (trigger) {
        verifyDelivery(cloud, trigger);
    }
}

const accountOf = (buildConfig: Inputs): string | undefined => buildConfig.serviceAccount?.split("/").at(-1);

/** Refuses what Cloud Build could not reach with the build account, or could not build. */
function verifyBuild({ project, buildConfig = {} }: Inputs, { cloud }: Context): void {
    const { bucket, object } = buildConfig.source?.storageSource ?? {};
    const archive = cloud.store.read(objectName(bucket ?? "", object ?? ""));
    if (!archive?.content) {
        throw new GoogleError(400, `Source object gs://${bucket}/${object} was not found`);
    }
    const { dockerRepository, runtime } = buildConfig;
    if (dockerRepository && !cloud.store.read(repositoryName(dockerRepository))) {
        throw new GoogleError(
            404,
            `Unable to retrieve the repository metadata for ${dockerRepository}. Ensure that the Cloud Functions service account has 'artifactregistry.repositories.list' and 'artifactregistry.repositories.get' permissions. You can add the permissions by granting the role 'roles/artifactregistry.reader'.`,
        );
    }
    const account = accountOf(buildConfig);
    if (account) {
        verifyBuildAccount(cloud, project, account, bucket, dockerRepository);
    }
    const files = Object.keys(unzipSync(cloud.store.content(archive.content)));
    const wanted = mainFiles.find(([pattern]) => pattern.test(runtime))?.[1];
    if (wanted && !wanted.some((file) => files.includes(file))) {
        throw new OperationError(
            3,
            `Build failed with status: FAILURE and message: missing ${wanted[0]}; it has ${files.join(", ")}`,
        );
    }
}

/** "Custom service account for Cloud Build": reading the source, writing the image, writing the log. */
function verifyBuildAccount(cloud: Cloud, project: string, account: string, bucket: string, repository?: string): void {
    const whole = projectName(project);
    const has = (resource: string, ...roles: string[]) =>
        [resource, whole].some((on) =>
            cloud.iam.has(
                on,
                [...roles, "roles/cloudbuild.builds.builder", "roles/editor", "roles/owner"],
                `serviceAccount:${account}`,
            ),
        );
    const readsSource = has(
        bucketName(bucket),
        "roles/storage.objectViewer",
        "roles/storage.objectUser",
        "roles/storage.objectAdmin",
    );
    const writesImage =
        !repository || has(repositoryName(repository), "roles/artifactregistry.writer", "roles/artifactregistry.admin");
    if (!readsSource || !writesImage || !has(whole, "roles/logging.logWriter", "roles/logging.admin")) {
        throw new OperationError(
            3,
            "Build failed with status: FAILURE. Could not build the function due to a missing permission on the build service account. If you didn't revoke that permission explicitly, this could be caused by a change in the organization policies. Please refer to the following documentation for more details and resolution: https://cloud.google.com/functions/docs/troubleshooting#build-service-account",
        );
    }
}

function state(inputs: Inputs, { cloud }: Context): Inputs {
    const { project, location, name, buildConfig, serviceConfig, eventTrigger } = inputs;
    const number = cloud.projects.number(project);
    const computeAccount = `${number}-compute@developer.gserviceaccount.com`;
    const generation = cloud.store.read(
        objectName(buildConfig.source.storageSource.bucket, buildConfig.source.storageSource.object),
    )?.state.generation;
    const event = eventTrigger && {
        triggerRegion: location,
        serviceAccountEmail: computeAccount,
        retryPolicy: "RETRY_POLICY_DO_NOT_RETRY",
        ...eventTrigger,
    };
    return {
        environment: "GEN_2",
        state: "ACTIVE",
        updateTime: new Date().toISOString(),
        url: `https://${location}-${project}.cloudfunctions.net/${name}`,
        buildConfig: {
            dockerRepository: `projects/${project}/locations/${location}/repositories/gcf-artifacts`,
            serviceAccount: `projects/${project}/serviceAccounts/${computeAccount}`,
            automaticUpdatePolicy: {},
            ...buildConfig,
            source: { storageSource: { generation, ...buildConfig.source.storageSource } },
            environmentVariables: { ...buildConfig.environmentVariables },
            build: `projects/${number}/locations/${location}/builds/${randomUUID()}`,
        },
        serviceConfig: {
            availableMemory: "256M",
            availableCpu: "0.1666",
            maxInstanceCount: 100,
            maxInstanceRequestConcurrency: 1,
            timeoutSeconds: 60,
            ingressSettings: "ALLOW_ALL",
            allTrafficOnLatestRevision: true,
            serviceAccountEmail: computeAccount,
            ...serviceConfig,
            environmentVariables: { LOG_EXECUTION_ID: "true", ...serviceConfig?.environmentVariables },
            service: servicePath(inputs, name),
            uri: `https://${name}-${number}.${location}.run.app`,
            gcfUri: "",
        },
        ...(event && {
            eventTrigger: {
                ...event,
                pubsubTopic: transportTopic({ project, location, name, event }),
                trigger: triggerPath({ project, location, name, event }),
            },
        }),
    };
}

const service: Service = {
    titles: { [api]: "Cloud Functions API", "cloudbuild.googleapis.com": "Cloud Build API" },
    types: {
        "gcp:cloudfunctionsv2/function:Function": {
            noun: "function",
            api,
            autoname: true,
            id: (inputs) => path(inputs, inputs.name),
            replaceOnChange: ["name", "location", "project", "buildConfig.source.repoSource.projectId"],
            taken: (inputs) => new GoogleError(409, `Resource '${path(inputs, inputs.name)}' already exists`),
            verify,
            state,
            stored: ({ project, location, name, serviceConfig, eventTrigger }, { cloud }) => {
                const { service, uri, ingressSettings, serviceAccountEmail } = serviceConfig;
                cloud.store.write({
                    name: serviceName(service),
                    project,
                    id: service,
                    state: { project, location, name, uri, ingressSettings, serviceAccountEmail },
                });
                if (eventTrigger) {
                    const { trigger, pubsubTopic, ...event } = eventTrigger;
                    const own = event.eventType === messageEvent ? { pubsubTopic } : {};
                    makeTrigger(cloud, { project, location, name, event: { ...event, ...own } });
                }
            },
            remove: (inputs, { cloud }) => {
                const underlying = serviceName(inputs.serviceConfig.service);
                cloud.store.remove(underlying);
                cloud.iam.forget(underlying);
                if (inputs.eventTrigger) {
                    removeTrigger(cloud, inputs.eventTrigger.trigger);
                }
            },
            changesOnUpdate: ["updateTime"],
        },
        ...policyTypes({
            token: "gcp:cloudfunctionsv2/functionIam",
            property: "cloudFunction",
            api,
            id: (inputs) => path(inputs, inputs.cloudFunction),
            name: (inputs) => `//${api}/${path(inputs, inputs.cloudFunction)}`,
            described: (inputs) => `cloudfunctions2 function "${path(inputs, inputs.cloudFunction)}"`,
            missing: (inputs) => new GoogleError(404, `Resource '${path(inputs, inputs.cloudFunction)}' was not found`),
        }),
    },
};

export default service;
