import type { FunctionArgs } from "@pulumi/gcp/cloudfunctionsv2/function";
import type { Environment } from "../environment/environment";
import type { Used } from "../identity/capability";
import { databases } from "../identity/cloudSql";
import type { AccountReference } from "../identity/serviceAccount";
import type { FunctionAttachment } from "./arguments";
import type { Build } from "./build";
import { connectionVariables } from "./database";
import type { Events } from "./events";
import { networkConfig } from "./network";
import type { ResolvedArgs } from "./resolveArgs";
import { secretConfig } from "./secrets";
import { eventTrigger, ingressSettings } from "./trigger";

/** The child resources that the function refers to, and the capabilities that it uses. */
interface Parts {
    account: AccountReference;
    build: Build;
    events?: Events;
    used: Used<FunctionAttachment>;
}

/** The arguments of the function resource. */
export function functionArgs(args: ResolvedArgs, parts: Parts, { region }: Environment) {
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

function buildConfig(args: ResolvedArgs, { archive, sourceBucket, repository, account }: Build) {
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

function serviceConfig(args: ResolvedArgs, { account, used }: Parts) {
    const { secretEnvironmentVariables, secretVolumes } = secretConfig(used.attachments);
    const connections = connectionVariables(databases(used.attachments), account.member);
    return {
        serviceAccountEmail: account.email,
        environmentVariables: { ...args.environment, ...used.environment, ...connections },
        secretEnvironmentVariables: nonEmpty(secretEnvironmentVariables),
        secretVolumes: nonEmpty(secretVolumes),
        availableMemory: args.memory,
        availableCpu: String(args.cpu),
        maxInstanceRequestConcurrency: args.scaling.concurrency,
        minInstanceCount: args.scaling.min,
        maxInstanceCount: args.scaling.max,
        timeoutSeconds: args.timeoutSeconds,
        ingressSettings: ingressSettings(args.trigger),
        ...networkConfig(args.network),
        binaryAuthorizationPolicy: args.binaryAuthorization,
        allTrafficOnLatestRevision: true,
    };
}

const nonEmpty = <Item>(list: Item[]) => (list.length > 0 ? list : undefined);
