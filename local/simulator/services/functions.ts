import { randomUUID } from "node:crypto";
import { functionCpus, nameFormats } from "slipway/facts";
import type { Cloud } from "../cloud/cloud";
import { canEncrypt, keyLocation } from "../cloud/encryption";
import { GoogleError } from "../cloud/errors";
import { isRegion } from "../cloud/regions";
import { defaultAccount } from "../permissions/accounts";
import { policyTypes } from "../rules/policy";
import type { Context, Inputs, Service, TypeRules } from "../rules/rules";
import { lastPart } from "../rules/rules";
import { functionRepository, registryApi, repositoryName } from "./artifactregistry";
import {
    makeTrigger,
    messageEvent,
    removeTrigger,
    type TriggerRequest,
    transportTopic,
    triggerPath,
    verifyDelivery,
    verifyTrigger,
} from "./eventarc";
import { buildApi, verifyBuild, verifySource } from "./functions/build";
import { releaseSubnetwork, reserveSubnetwork, verifyNetwork } from "./functions/network";
import { verifyMounts, verifySecrets } from "./functions/secrets";
import { verifyService } from "./functions/service";
import { runApi, serviceName, servicePath, serviceUrl, updateFunctionService } from "./run";
import { objectName } from "./storage/names";

const api = "cloudfunctions.googleapis.com";
const functionsApi: [string, string] = [api, "Cloud Functions API"];

const path = ({ project, location }: Inputs, name: string) =>
    name.includes("/") ? name : `projects/${project}/locations/${location}/functions/${name}`;

/** The Cloud Run service of a function: service names are lowercase and have no underscores. */
const serviceOf = (inputs: Inputs) => servicePath(inputs, inputs.name.toLowerCase().replaceAll("_", "-"));

function triggerOf({ project, location, name, eventTrigger }: Inputs): TriggerRequest | undefined {
    return eventTrigger && { project, location, name, event: eventTrigger };
}

/** The default CPUs of functions, with the maximum memory in MiB for each. */
const defaultCpus = Object.values<{ returned: string; defaultUpTo?: number }>(functionCpus.rows)
    .map(({ returned, defaultUpTo = Number.NaN }): [number, string] => [defaultUpTo, returned])
    .sort(([one], [other]) => one - other);

const mebibytes: Record<string, number> = { k: 1 / 1024, M: 1, G: 1024 };

/** The CPUs of a function: as configured, or the default for its memory. */
function availableCpu({ availableCpu, availableMemory = "256M" }: Inputs): string {
    if (availableCpu !== undefined) {
        return String(availableCpu);
    }
    const [, amount, unit = "M"] = /^([\d.]+)([kMG]?)/.exec(availableMemory) ?? [];
    const memory = Number(amount) * (mebibytes[unit] ?? 1);
    return (defaultCpus.find(([maxMemory]) => memory <= maxMemory) ?? defaultCpus.at(-1))?.[1] as string;
}

/** "Protect your data with CMEK": service agents that need the key; Eventarc's only for functions with a trigger. */
const encryptionAgents = ["gcf-admin-robot", "gcp-sa-artifactregistry", "gs-project-accounts", "serverless-robot-prod"];

/** The key must be in the function's location, encrypt its repository, and be usable by the service agents. */
function verifyKey(inputs: Inputs, cloud: Cloud): void {
    const { kmsKeyName: key, project, location, buildConfig, eventTrigger } = inputs;
    if (!key) {
        return;
    }
    if (keyLocation(key) !== location) {
        throw new GoogleError(400, `KMS key ${key} must be in the same location as the function: ${location}.`);
    }
    const repository = cloud.store.read(repositoryName(buildConfig?.dockerRepository ?? ""));
    if (repository?.state.kmsKeyName !== key) {
        throw new GoogleError(
            400,
            `A Docker repository that is encrypted with the KMS key ${key} must be specified for a function with this key.`,
        );
    }
    for (const name of [...encryptionAgents, ...(eventTrigger ? ["gcp-sa-eventarc"] : [])]) {
        const agent = `service-${cloud.projects.number(project)}@${name}.iam.gserviceaccount.com`;
        if (!canEncrypt(cloud, key, agent)) {
            throw new GoogleError(
                400,
                `Permission 'cloudkms.cryptoKeyVersions.useToEncrypt' denied on resource '${key}' (or it may not exist). Please grant the Cloud KMS CryptoKey Encrypter/Decrypter role to the service account ${agent}.`,
            );
        }
    }
}

function verify(inputs: Inputs, { cloud }: Context, old?: Inputs): void {
    const { project, location, name, buildConfig = {}, serviceConfig = {}, eventTrigger } = inputs;
    // "Create a Cloud Run function": additional required APIs.
    for (const needed of [runApi, buildApi, registryApi]) {
        cloud.projects.requireApi(project, ...needed);
    }
    if (!isRegion(location)) {
        throw new GoogleError(403, `Permission denied on 'locations/${location}' (or it may not exist).`);
    }
    if (!nameFormats.rows.function.pattern.test(name)) {
        throw new GoogleError(400, `Invalid function name '${name}': it must match ^[a-z]([a-z0-9-_]{0,61}[a-z0-9])?$`);
    }
    if (
        !old &&
        cloud.store.read(serviceName(serviceOf(inputs))) &&
        !cloud.store.read(`//${api}/${path(inputs, name)}`)
    ) {
        throw new GoogleError(
            409,
            `Could not create Cloud Run service ${name}. A Cloud Run service with this name already exists. Please redeploy the function with a different name.`,
        );
    }
    if (old && Boolean(eventTrigger) !== Boolean(old.eventTrigger)) {
        throw new GoogleError(400, "Cannot change trigger type of an existing function.");
    }
    const accounts = [serviceConfig.serviceAccountEmail, buildConfig.serviceAccount, eventTrigger?.serviceAccountEmail];
    for (const account of accounts.map((item) => item?.split("/").at(-1))) {
        if (account && !cloud.iam.hasAccount(account)) {
            throw new GoogleError(404, `Service account projects/-/serviceAccounts/${account} was not found.`);
        }
    }
    const runtime = serviceConfig.serviceAccountEmail ?? cloud.projects.defaultAccount(project);
    if (cloud.iam.isDisabled(runtime)) {
        throw new GoogleError(
            403,
            `Could not create Cloud Run service ${name}. Permission 'iam.serviceaccounts.actAs' denied on service account ${runtime} (or it may not exist).`,
        ).recordedIn("https://github.com/privacysandbox/privacy-sandbox-dev-support/issues/299");
    }
    if (serviceConfig.maxInstanceRequestConcurrency > 1 && Number(availableCpu(serviceConfig)) < 1) {
        throw new GoogleError(
            400,
            `Could not ${old ? "update" : "create"} Cloud Run service ${serviceOf(inputs)}. spec.template.spec.containers.resources.limits.cpu: Invalid value specified for cpu. Total cpu < 1 is not supported with concurrency > 1.`,
        );
    }
    verifyService(inputs);
    verifySource(inputs, cloud);
    verifyKey(inputs, cloud);
    verifyMounts(inputs);
    verifyNetwork(inputs, cloud);
    const trigger = triggerOf(inputs);
    if (trigger) {
        verifyTrigger(cloud, trigger);
    }
}

function state(inputs: Inputs, { cloud }: Context): Inputs {
    const { project, location, name, buildConfig, serviceConfig, eventTrigger } = inputs;
    const number = cloud.projects.number(project);
    const account = cloud.projects.defaultAccount(project);
    const { bucket, object } = buildConfig.source.storageSource;
    const generation = cloud.store.read(objectName(bucket, object))?.state.generation;
    const service = serviceOf(inputs);
    const trigger = triggerOf(inputs);
    return {
        environment: "GEN_2",
        state: "ACTIVE",
        updateTime: new Date().toISOString(),
        url: `https://${location}-${project}.cloudfunctions.net/${name}`,
        buildConfig: {
            dockerRepository: functionRepository(inputs),
            serviceAccount: `projects/${project}/serviceAccounts/${account}`,
            ...(buildConfig.onDeployUpdatePolicy ? {} : { automaticUpdatePolicy: {} }),
            ...buildConfig,
            ...(buildConfig.onDeployUpdatePolicy && {
                onDeployUpdatePolicy: { runtimeVersion: "", ...buildConfig.onDeployUpdatePolicy },
            }),
            source: { storageSource: { generation, ...buildConfig.source.storageSource } },
            environmentVariables: { ...buildConfig.environmentVariables },
            build: `projects/${number}/locations/${location}/builds/${randomUUID()}`,
        },
        serviceConfig: {
            availableMemory: "256M",
            maxInstanceCount: 100,
            maxInstanceRequestConcurrency: 1,
            timeoutSeconds: 60,
            ingressSettings: "ALLOW_ALL",
            allTrafficOnLatestRevision: true,
            serviceAccountEmail: account,
            directVpcEgress: "",
            ...serviceConfig,
            ...(serviceConfig?.secretVolumes && {
                secretVolumes: serviceConfig.secretVolumes.map((volume: Inputs) => ({ versions: [], ...volume })),
            }),
            availableCpu: availableCpu(serviceConfig ?? {}),
            environmentVariables: { LOG_EXECUTION_ID: "true", ...serviceConfig?.environmentVariables },
            service,
            uri: serviceUrl(number, location, service.split("/").at(-1) as string),
            gcfUri: "",
        },
        ...(trigger && {
            eventTrigger: {
                triggerRegion: location,
                serviceAccountEmail: account,
                retryPolicy: "RETRY_POLICY_DO_NOT_RETRY",
                ...eventTrigger,
                pubsubTopic: transportTopic(trigger),
                trigger: triggerPath(trigger),
            },
        }),
    };
}

/** Creates the Cloud Run service and the trigger of a function. */
function stored(state: Inputs, context: Context, old?: Inputs): void {
    const { cloud } = context;
    const { eventTrigger } = state;
    updateFunctionService(state, context);
    reserveSubnetwork(state, cloud, state.serviceConfig.service, old);
    if (old?.eventTrigger && old.eventTrigger.trigger !== eventTrigger?.trigger) {
        removeTrigger(cloud, old.eventTrigger.trigger);
    }
    const request = triggerOf(state);
    if (request) {
        const { pubsubTopic, ...event } = request.event;
        // Eventarc creates the topic for events other than messages.
        makeTrigger(cloud, { ...request, event: event.eventType === messageEvent ? request.event : event });
    }
}

const cloudFunction: TypeRules = {
    noun: "function",
    generatedNoun: "Cloudfunctions2function",
    sendsOnlyChanges: true,
    api,
    // https://cloud.google.com/functions/docs/reference/iam/roles#additional-configuration,
    // https://github.com/privacysandbox/aggregation-service/issues/47
    actsAs: {
        accounts: (inputs, context) => [
            inputs.serviceConfig?.serviceAccountEmail ?? defaultAccount(context, inputs),
            lastPart(inputs.buildConfig?.serviceAccount ?? defaultAccount(context, inputs)),
            ...(inputs.eventTrigger
                ? [inputs.eventTrigger.serviceAccountEmail ?? defaultAccount(context, inputs)]
                : []),
        ],
        refusal: (account, { name }) =>
            new GoogleError(
                403,
                `Could not create Cloud Run service ${name}. Permission 'iam.serviceaccounts.actAs' denied on service account ${account} (or it may not exist).`,
            ),
    },
    id: (inputs) => path(inputs, inputs.name),
    changesOnUpdate: ["updateTime"],
    alreadyExists: (inputs) => new GoogleError(409, `Resource '${path(inputs, inputs.name)}' already exists`),
    verify,
    operation: {
        run: (inputs, { cloud }) => {
            verifyBuild(inputs, cloud);
            verifySecrets(inputs, cloud);
            const trigger = triggerOf(inputs);
            if (trigger) {
                verifyDelivery(cloud, trigger, `Creating trigger failed for ${triggerPath(trigger)}: `);
            }
        },
        broken: { state: "FAILED" },
    },
    state,
    afterStore: stored,
    remove: (inputs, { cloud }) => {
        const underlying = serviceName(inputs.serviceConfig.service);
        cloud.store.remove(underlying);
        cloud.iam.forget(underlying);
        releaseSubnetwork(inputs, cloud, inputs.serviceConfig.service);
        if (inputs.eventTrigger) {
            removeTrigger(cloud, inputs.eventTrigger.trigger);
        }
    },
};

const service: Service = {
    titles: Object.fromEntries([functionsApi, buildApi]),
    methods: { cloudfunctions: { operations: { "": "projects.locations.operations.get" } } },
    lookups: {
        "gcp:cloudfunctionsv2/getFunction:getFunction": {
            type: "gcp:cloudfunctionsv2/function:Function",
            method: "cloudfunctions.projects.locations.functions.get",
        },
    },
    types: {
        "gcp:cloudfunctionsv2/function:Function": cloudFunction,
        ...policyTypes({
            token: "gcp:cloudfunctionsv2/functionIam",
            property: "cloudFunction",
            api: functionsApi,
            id: (inputs) => path(inputs, inputs.cloudFunction),
            name: (inputs) => `//${api}/${path(inputs, inputs.cloudFunction)}`,
            describe: (inputs) => `cloudfunctions2 function "${path(inputs, inputs.cloudFunction)}"`,
            missing: (inputs) => new GoogleError(404, `Resource '${path(inputs, inputs.cloudFunction)}' was not found`),
        }),
    },
};

export default service;
