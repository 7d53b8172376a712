import type { AiEndpointArgs } from "@pulumi/gcp/vertex/aiEndpoint";
import * as pulumi from "@pulumi/pulumi";
import type { Environment } from "../../environment/environment";
import type { AccountReference } from "../../iam/serviceAccount";
import { inSeconds } from "../../internal/duration";
import { networkIds } from "../../internal/networkOf";
import type { DeploymentsArgs } from "../dynamic";
import { versionName } from "../version";
import type { PrivateAccess } from "./access";
import type { ModelScaling } from "./arguments";
import { dedicatedResources } from "./machines";
import { type ResolvedArgs, type ResolvedModel, scalingOf } from "./resolveArgs";

/** The arguments of the endpoint. */
export function endpointArgs(resolved: ResolvedArgs, name: string, { project }: Environment): AiEndpointArgs {
    const { region, displayName, description, access, requestLogs, encryptionKey, labels } = resolved;
    return {
        name,
        project,
        location: region,
        region,
        displayName,
        description,
        labels,
        ...(access === "dedicated" && { dedicatedEndpointEnabled: true }),
        ...(typeof access === "object" && { privateServiceConnectConfig: privateArgs(access, project) }),
        ...(encryptionKey !== undefined && { encryptionSpec: { kmsKeyName: encryptionKey } }),
        ...(requestLogs && { predictRequestResponseLoggingConfig: logsArgs(requestLogs) }),
    };
}

/** Private Service Connect in the form of the provider. */
export function privateArgs({ privateServiceConnect, network }: PrivateAccess, project: string) {
    const projectAllowlists = privateServiceConnect.length > 0 ? privateServiceConnect : [project];
    const args = { enablePrivateServiceConnect: true };
    if (!network) {
        return { ...args, projectAllowlists };
    }
    const id = pulumi.output(networkIds(network, "", project).network as pulumi.Input<string>);
    const projectId = id.apply((known) => known.split("/")[1] as string);
    return {
        ...args,
        projectAllowlists: projectId.apply((known) => [...new Set([...projectAllowlists, known])]),
        pscAutomationConfigs: [{ projectId, network: id }],
    };
}

function logsArgs({ dataset: { dataset }, table, sampling = 100 }: Required<ResolvedArgs>["requestLogs"]) {
    const { project, datasetId } = dataset;
    const outputUri = pulumi.interpolate`bq://${project}.${datasetId}.${table ?? "request_response_logging"}`;
    return { enabled: true, samplingRate: sampling / 100, bigqueryDestination: { outputUri } };
}

/** The deployed models in the form of the API, and their traffic. */
export function deploymentsArgs(
    { models, split, timeout }: ResolvedArgs,
    endpoint: pulumi.Input<string>,
    account: AccountReference | undefined,
): DeploymentsArgs {
    const deployed = Object.entries(models).map(([key, model]) => [key, deployedModel(model, account)]);
    return {
        endpoint,
        models: Object.fromEntries(deployed),
        split,
        ...(timeout !== undefined && { requestTimeout: inSeconds(timeout) }),
    };
}

function deployedModel(resolved: ResolvedModel, account: AccountReference | undefined) {
    const { machines, pool, accessLogs = false, containerLogs = true, spot, scaling } = resolved;
    return {
        model: versionName(resolved.model),
        enableAccessLogging: accessLogs,
        disableContainerLogging: !containerLogs,
        ...(pool && { sharedResources: pool.pool.id }),
        ...(machines && {
            dedicatedResources: {
                ...dedicatedResources(machines),
                ...(spot && { spot }),
                ...(machines.replicas.min === 0 && zeroArgs(scalingOf(scaling))),
            },
            ...(account && { serviceAccount: account.email }),
        }),
    };
}

const zeroArgs = ({ scaleToZeroAfter = "1 hour", keepFor = "1 hour", initial = 1 }: ModelScaling) => ({
    initialReplicaCount: initial,
    scaleToZeroSpec: { idleScaledownPeriod: inSeconds(scaleToZeroAfter), minScaleupPeriod: inSeconds(keepFor) },
});
