import type { FunctionArgs } from "@pulumi/gcp/cloudfunctionsv2/function";
import type { Account } from "@pulumi/gcp/serviceaccount/account";
import type { Environment } from "../environment/environment";
import type { Used } from "../identity/capability";
import { databases } from "../identity/cloudSql";
import type { Mountable } from "./attachments";
import type { Build } from "./build";
import { connections } from "./database";
import type { Decided } from "./decided";
import type { Events } from "./events";
import { networkConfig } from "./network";
import { secretConfig } from "./secrets";
import { eventTrigger, ingress } from "./trigger";

/** What a function stands on: the accounts, the code, and what it was given to use. */
interface Parts {
    account: Account;
    build: Build;
    events?: Events;
    used: Used<Mountable>;
}

/** The function as the API takes it. */
export function definition(args: Decided, parts: Parts, { region }: Environment) {
    return {
        name: args.name,
        location: region,
        description: args.description,
        buildConfig: buildConfig(args, parts.build),
        serviceConfig: serviceConfig(args, parts),
        eventTrigger: parts.events && eventTrigger(args.trigger, region, parts.events.account.email),
        kmsKeyName: args.encryptionKey,
        labels: args.labels,
    } satisfies FunctionArgs;
}

function buildConfig(args: Decided, { archive, sourceBucket, repository, account }: Build) {
    const updates = args.runtimeUpdates === "on-deploy" ? "onDeployUpdatePolicy" : "automaticUpdatePolicy";
    return {
        runtime: args.runtime,
        entryPoint: args.entryPoint,
        environmentVariables: args.build?.environment,
        workerPool: args.build?.workerPool,
        serviceAccount: account.name,
        dockerRepository: repository.id,
        source: { storageSource: { bucket: sourceBucket.name, object: archive.name } },
        [updates]: {},
    };
}

function serviceConfig(args: Decided, { account, used }: Parts) {
    const { secretEnvironmentVariables, secretVolumes } = secretConfig(used.attachments);
    const connected = connections(databases(used.attachments), account.member);
    return {
        serviceAccountEmail: account.email,
        environmentVariables: { ...args.environment, ...used.environment, ...connected },
        secretEnvironmentVariables: given(secretEnvironmentVariables),
        secretVolumes: given(secretVolumes),
        availableMemory: args.memory,
        availableCpu: String(args.cpu),
        maxInstanceRequestConcurrency: args.scaling.concurrency,
        minInstanceCount: args.scaling.min,
        maxInstanceCount: args.scaling.max,
        timeoutSeconds: args.timeoutSeconds,
        ingressSettings: ingress(args.trigger),
        ...networkConfig(args.network),
        binaryAuthorizationPolicy: args.binaryAuthorization,
        allTrafficOnLatestRevision: true,
    };
}

/** A list that is left out when nothing is in it. */
const given = <Item>(list: Item[]) => (list.length > 0 ? list : undefined);
