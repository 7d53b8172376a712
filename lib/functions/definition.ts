import type { FunctionArgs } from "@pulumi/gcp/cloudfunctionsv2/function";
import type { Used } from "../iam/capability";
import { databases, databaseVariables } from "../iam/cloudSql";
import type { ServerlessAttachment } from "../iam/serverless/attachments";
import type { EventCaller } from "../iam/serverless/events";
import type { ResolvedVpcAccess } from "../iam/serverless/vpcAccess";
import type { AccountReference } from "../iam/serviceAccount";
import { cpusOf } from "../internal/cpus";
import { secondsIn } from "../internal/duration";
import { quantityOf } from "../internal/size";
import type { Build } from "./build";
import { databaseWay, type ResolvedArgs } from "./resolveArgs";
import { secretConfig } from "./secrets";
import { eventTrigger, eventTriggerOf, ingressSettings } from "./trigger";

/** The child resources that the function refers to, and the capabilities that it uses. */
interface Parts {
    account: AccountReference;
    build: Build;
    events?: EventCaller;
    used: Used<ServerlessAttachment>;
}

/** The arguments of the function resource. */
export function functionArgs(args: ResolvedArgs, parts: Parts) {
    const { region } = args;
    const events = eventTriggerOf(args.trigger);
    return {
        name: args.name,
        location: region,
        description: args.description,
        buildConfig: buildConfig(args, parts.build),
        serviceConfig: serviceConfig(args, parts),
        eventTrigger: events && parts.events && eventTrigger(events, region, parts.events.account.email),
        kmsKeyName: args.encryptionKey,
        labels: args.labels,
    } satisfies FunctionArgs;
}

function buildConfig(args: ResolvedArgs, { archive, sourceBucket, repository, account }: Build) {
    const updates = args.runtimeUpdates === "on-deploy" ? "onDeployUpdatePolicy" : "automaticUpdatePolicy";
    return {
        runtime: args.runtime,
        entryPoint: args.entryPoint,
        environmentVariables: args.build?.env,
        workerPool: args.build?.workerPool,
        serviceAccount: account.name,
        dockerRepository: repository.id,
        source: { storageSource: { bucket: sourceBucket.name, object: archive.name } },
        [updates]: {},
    };
}

function serviceConfig(args: ResolvedArgs, { account, used }: Parts) {
    const { secretEnvironmentVariables, secretVolumes } = secretConfig(used.attachments);
    const connections = databaseVariables(databases(used.attachments), account.member, databaseWay);
    return {
        serviceAccountEmail: account.email,
        environmentVariables: { ...args.env, ...used.env, ...connections },
        secretEnvironmentVariables: nonEmpty(secretEnvironmentVariables),
        secretVolumes: nonEmpty(secretVolumes),
        availableMemory: quantityOf(args.memory),
        availableCpu: String(cpusOf(args.cpu)),
        maxInstanceRequestConcurrency: args.scaling.concurrency,
        minInstanceCount: args.scaling.min,
        maxInstanceCount: args.scaling.max,
        timeoutSeconds: secondsIn(args.timeout),
        ingressSettings: ingressSettings(args.trigger),
        ...networkConfig(args.network),
        binaryAuthorizationPolicy: args.binaryAuthorization,
        allTrafficOnLatestRevision: true,
    };
}

const nonEmpty = <Item>(list: Item[]) => (list.length > 0 ? list : undefined);

/** The VPC egress in the service configuration of a function. */
function networkConfig(access: ResolvedVpcAccess | undefined) {
    if (!access) {
        return {};
    }
    const isAll = access.egress === "all-traffic";
    if (access.connector) {
        const vpcConnectorEgressSettings = isAll ? "ALL_TRAFFIC" : "PRIVATE_RANGES_ONLY";
        return { vpcConnector: access.connector, vpcConnectorEgressSettings };
    }
    const { network, subnet, tags } = access;
    return {
        directVpcNetworkInterfaces: [{ network, subnetwork: subnet, tags }],
        directVpcEgress: isAll ? "VPC_EGRESS_ALL_TRAFFIC" : "VPC_EGRESS_PRIVATE_RANGES_ONLY",
    };
}
