import type { EnvironmentArgs } from "@pulumi/gcp/composer/environment";
import type { Account } from "@pulumi/gcp/serviceaccount/account";
import type { Bucket } from "@pulumi/gcp/storage/bucket";
import type * as pulumi from "@pulumi/pulumi";
import { secondsIn } from "../../internal/duration";
import { accessControl } from "./access";
import { backendOptions } from "./backend";
import type { Decided } from "./decided";
import { maintenanceWindow } from "./maintenance";
import type { Attached } from "./network";
import { recoveryConfig } from "./snapshots";

/** What an environment stands on. */
export interface Parts {
    account: Account;
    bucket: Bucket;
    network?: Attached;
    /** The variables of what is used. */
    variables: Record<string, pulumi.Input<string>>;
}

/** A map that is left out when nothing is in it. */
const given = <Value>(all: Record<string, Value>) => (Object.keys(all).length > 0 ? all : undefined);

/** An environment in the form of the provider. */
export function definition(args: Decided, parts: Parts, project: string): EnvironmentArgs {
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
                pypiPackages: given(args.packages),
                envVariables: given({ ...args.environment, ...parts.variables }),
                airflowConfigOverrides: given({ ...args.airflow, ...backendOptions(args, project) }),
            },
            workloadsConfig: args.workloads,
            webServerNetworkAccessControl: accessControl(args.webServerAccess),
            maintenanceWindow: maintenance && maintenanceWindow(maintenance),
            recoveryConfig: snapshots && recoveryConfig(args.name, snapshots),
            dataRetentionConfig: databaseRetention && {
                airflowMetadataRetentionConfigs: [
                    { retentionMode: "RETENTION_MODE_ENABLED", retentionDays: secondsIn(databaseRetention) / 86_400 },
                ],
            },
            encryptionConfig: args.encryptionKey === undefined ? undefined : { kmsKeyName: args.encryptionKey },
            ...(image.composer === 3 ? third(args, parts) : second(args, parts)),
        },
    };
}

function third({ internetAccess = false, privateBuilds = false, ranges }: Decided, { account, network }: Parts) {
    return {
        enablePrivateEnvironment: !internetAccess,
        enablePrivateBuildsOnly: privateBuilds,
        nodeConfig: {
            serviceAccount: account.email,
            ...network,
            composerInternalIpv4CidrBlock: ranges.internal,
        },
    };
}

function second({ internetAccess = false, ranges }: Decided, { account, network }: Parts) {
    const { pods, services, controlPlane } = ranges;
    return {
        nodeConfig: {
            serviceAccount: account.email,
            ...network,
            ipAllocationPolicy:
                pods === undefined && services === undefined
                    ? undefined
                    : { clusterIpv4CidrBlock: pods, servicesIpv4CidrBlock: services },
        },
        // Google's own part is reached by Private Service Connect, which needs no range of the network.
        privateEnvironmentConfig: internetAccess
            ? undefined
            : {
                  connectionType: "PRIVATE_SERVICE_CONNECT",
                  cloudComposerConnectionSubnetwork: network?.subnetwork,
                  enablePrivateEndpoint: true,
                  masterIpv4CidrBlock: controlPlane,
              },
    };
}
