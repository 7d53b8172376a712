import type { EnvironmentArgs } from "@pulumi/gcp/composer/environment";
import type { Bucket } from "@pulumi/gcp/storage/bucket";
import type * as pulumi from "@pulumi/pulumi";
import type { AccountReference } from "../iam/serviceAccount";
import { daysIn } from "../internal/duration";
import type { ResolvedNetwork } from "../internal/networkOf";
import { accessControl } from "./access";
import { backendOptions } from "./backend";
import { maintenanceWindow } from "./maintenance";
import type { ResolvedArgs } from "./resolveArgs";
import { recoveryConfig } from "./snapshots";

/** The resources that an environment uses. */
export interface Parts {
    account: AccountReference;
    bucket: Bucket;
    network?: ResolvedNetwork;
    /** The environment variables of `uses` and of the scheduler plugin. */
    variables: Record<string, pulumi.Input<string>>;
}

const undefinedIfEmpty = <Value>(all: Record<string, Value>) => (Object.keys(all).length > 0 ? all : undefined);

/** The arguments of the environment resource. */
export function environmentArgs(args: ResolvedArgs, parts: Parts, project: string): EnvironmentArgs {
    const { image, maintenance, snapshots, databaseRetention } = args;
    const { bucket } = parts;
    return {
        name: args.name,
        region: args.region,
        labels: args.labels,
        storageConfig: { bucket: bucket.name },
        config: {
            environmentSize: `ENVIRONMENT_SIZE_${args.size.toUpperCase().replace("-", "_")}`,
            resilienceMode: `${args.resilience.toUpperCase()}_RESILIENCE`,
            softwareConfig: {
                imageVersion: args.version,
                pypiPackages: undefinedIfEmpty(args.packages),
                envVariables: undefinedIfEmpty({ ...args.env, ...parts.variables }),
                airflowConfigOverrides: undefinedIfEmpty({ ...args.airflow, ...backendOptions(args, project) }),
            },
            workloadsConfig: args.workloads,
            webServerNetworkAccessControl: accessControl(args.webServerAccess),
            maintenanceWindow: maintenance && maintenanceWindow(maintenance),
            recoveryConfig: snapshots && recoveryConfig(args.name, snapshots),
            dataRetentionConfig: databaseRetention && {
                airflowMetadataRetentionConfigs: [
                    { retentionMode: "RETENTION_MODE_ENABLED", retentionDays: daysIn(databaseRetention) },
                ],
            },
            encryptionConfig: args.encryptionKey === undefined ? undefined : { kmsKeyName: args.encryptionKey },
            ...(image.composer === 3 ? composer3Config(args, parts) : composer2Config(args, parts)),
        },
    };
}

function composer3Config(
    { internetAccess = false, privateBuilds = false, ranges }: ResolvedArgs,
    { account, network }: Parts,
) {
    return {
        enablePrivateEnvironment: !internetAccess,
        enablePrivateBuildsOnly: privateBuilds,
        nodeConfig: {
            serviceAccount: account.email,
            network: network?.network,
            subnetwork: network?.subnet,
            composerInternalIpv4CidrBlock: ranges.internal,
        },
    };
}

function composer2Config({ internetAccess = false, ranges }: ResolvedArgs, { account, network }: Parts) {
    const { pods, services, controlPlane } = ranges;
    return {
        nodeConfig: {
            serviceAccount: account.email,
            network: network?.network,
            subnetwork: network?.subnet,
            ipAllocationPolicy:
                pods === undefined && services === undefined
                    ? undefined
                    : { clusterIpv4CidrBlock: pods, servicesIpv4CidrBlock: services },
        },
        // Private Service Connect reaches the tenant project without a range of the network.
        privateEnvironmentConfig: internetAccess
            ? undefined
            : {
                  connectionType: "PRIVATE_SERVICE_CONNECT",
                  cloudComposerConnectionSubnetwork: network?.subnet,
                  enablePrivateEndpoint: true,
                  masterIpv4CidrBlock: controlPlane,
              },
    };
}
