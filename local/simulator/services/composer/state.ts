import { createHash } from "node:crypto";
import { places } from "../../rules/paths";
import { type Context, type Inputs, lastPart } from "../../rules/rules";
import { computedInBlocks } from "../../schema/flags";
import { defaultAccess } from "./access";
import { accountOf } from "./accounts";
import { generatedBucketName, plainBucket } from "./bucket";
import { environmentPath } from "./names";
import { attachmentOf, pathsOf } from "./network";
import { defaultImage, type Image, imageNamed, imageOf, imageVersionOf, isSameImage } from "./versions";
import { defaultWorkloads } from "./workloads";

/**
 * The image of an environment: the configured image, resolved at this time, or its current image if it matches.
 *
 * @returns undefined if there is none
 */
export function wantedImage(inputs: Inputs, now: Date, old?: Inputs): Image | undefined {
    const desired = imageVersionOf(inputs);
    const found = old && imageVersionOf(old);
    return found && (desired === undefined || isSameImage(desired, found))
        ? imageNamed(found)
        : imageOf(desired ?? defaultImage, now);
}

/** The unique part of an environment's bucket and addresses. */
function idOf(inputs: Inputs, now: Date, old?: Inputs): string {
    const [, found] = /^https:\/\/([0-9a-f]{32})-dot-/.exec(old?.config.airflowUri ?? "") ?? [];
    const seed = `${environmentPath(inputs)} ${now.toISOString()}`;
    return found ?? createHash("sha256").update(seed).digest("hex").slice(0, 32);
}

const noPolicy = {
    useIpAliases: false,
    clusterIpv4CidrBlock: "",
    clusterSecondaryRangeName: "",
    servicesIpv4CidrBlock: "",
    servicesSecondaryRangeName: "",
};

function usualNodes(inputs: Inputs, { generation }: Image): Inputs {
    const isNew = generation === 3;
    return {
        composerInternalIpv4CidrBlock: isNew ? "100.64.128.0/20" : "",
        composerNetworkAttachment: "",
        diskSizeGb: 0,
        enableIpMasqAgent: false,
        ipAllocationPolicy: isNew ? noPolicy : { ...noPolicy, useIpAliases: true },
        machineType: "",
        maxPodsPerNode: isNew ? 0 : 32,
        network: "",
        oauthScopes: [],
        serviceAccount: accountOf(inputs) ?? "",
        subnetwork: "",
        tags: [],
        zone: "",
        // Only environments in a network have this.
        ...(inputs.config?.nodeConfig?.trafficRoutingConfig && {
            trafficRoutingConfig: { cloudRunFunctionsRouting: "DIRECT" },
        }),
    };
}

/**
 * "Configure private IP networking": default ranges for Google's resources, and the type of the database connection: "By default,
 * Cloud Composer 2 uses Private Service Connect". Only peered networks need the ranges of the database and of Cloud Composer.
 * https://cloud.google.com/composer/docs/composer-2/configure-private-ip
 */
function defaultPrivateConfig({ config }: Inputs): Inputs {
    const value = config?.privateEnvironmentConfig;
    const isPeered =
        !value?.cloudComposerConnectionSubnetwork &&
        Boolean(value?.cloudSqlIpv4CidrBlock || value?.cloudComposerNetworkIpv4CidrBlock);
    return {
        cloudComposerConnectionSubnetwork: "",
        cloudComposerNetworkIpv4CidrBlock: "172.31.245.0/24",
        cloudSqlIpv4CidrBlock: "10.0.0.0/12",
        connectionType: value ? (isPeered ? "VPC_PEERING" : "PRIVATE_SERVICE_CONNECT") : "",
        enablePrivateEndpoint: false,
        enablePrivatelyUsedPublicIps: false,
        masterIpv4CidrBlock: value ? "172.16.0.0/28" : "",
        webServerIpv4CidrBlock: "",
    };
}

/** Defaults that differ between the generations. */
function ofGeneration(inputs: Inputs, { generation }: Image, cluster: string): Inputs {
    const retention = generation === 3 ? [60, "ENABLED"] : [0, "DISABLED"];
    const airflowMetadataRetentionConfigs = [
        { retentionDays: retention[0], retentionMode: `RETENTION_MODE_${retention[1]}` },
    ];
    return generation === 3
        ? { gkeCluster: "", dataRetentionConfig: { airflowMetadataRetentionConfigs } }
        : {
              gkeCluster: cluster,
              databaseConfig: { machineType: "db-custom-2-7680", zone: "" },
              dataRetentionConfig: {
                  airflowMetadataRetentionConfigs,
                  taskLogsRetentionConfigs: [{ storageMode: "CLOUD_LOGGING_ONLY" }],
              },
              privateEnvironmentConfig: defaultPrivateConfig(inputs),
          };
}

/** Server defaults of an environment. */
function usual(inputs: Inputs, image: Image, id: string): Inputs {
    const { project, region, name } = inputs;
    const hash = id.slice(0, 8);
    const bucket = inputs.storageConfig?.bucket
        ? plainBucket(inputs.storageConfig.bucket)
        : generatedBucketName(inputs, hash);
    const cluster = `projects/${project}/locations/${region}/clusters/${generatedBucketName({ region, name }, hash).replace(/-bucket$/, "-gke")}`;
    return {
        storageConfig: { bucket },
        config: {
            airflowUri: `https://${id}-dot-${region}.composer.googleusercontent.com`,
            dagGcsPrefix: `gs://${bucket}/dags`,
            enablePrivateBuildsOnly: false,
            enablePrivateEnvironment: false,
            encryptionConfig: { kmsKeyName: "" },
            environmentSize: "ENVIRONMENT_SIZE_SMALL",
            nodeConfig: usualNodes(inputs, image),
            nodeCount: 0,
            resilienceMode: "STANDARD_RESILIENCE",
            softwareConfig: {
                cloudDataLineageIntegration: { enabled: false },
                imageVersion: image.id,
                pythonVersion: "",
                schedulerCount: 0,
                webServerPluginsMode: image.generation === 3 ? "ENABLED" : "",
            },
            webServerNetworkAccessControl: defaultAccess,
            workloadsConfig: defaultWorkloads[image.generation],
            ...ofGeneration(inputs, image, cluster),
        },
    };
}

/** Fills in missing values, also in blocks, from the first of several defaults. */
function fill(state: Inputs, sources: Inputs[]): void {
    for (const path of ["storageConfig", "config", ...computedInBlocks("gcp:composer/environment:Environment")]) {
        const known = new Map(
            [...sources].reverse().flatMap((source) =>
                places(source, path)
                    .filter(({ holder: owner, key }) => owner[key] !== undefined)
                    .map((place) => [place.path, place.holder[place.key]]),
            ),
        );
        for (const { path: at, holder, key } of places(state, path)) {
            if (holder[key] === undefined && known.has(at)) {
                holder[key] = structuredClone(known.get(at));
            }
        }
    }
}

/** An environment in the API's format. */
export function environmentState(inputs: Inputs, { cloud }: Context, old?: Inputs): Inputs {
    const now = cloud.now();
    const image = wantedImage(inputs, now, old) ?? (imageOf(defaultImage, now) as Image);
    const id = idOf(inputs, now, old);
    const state: Inputs = structuredClone({ ...inputs });
    fill(state, [...(old ? [old] : []), usual(inputs, image, id)]);
    const { nodeConfig, softwareConfig } = state.config;
    Object.assign(nodeConfig, pathsOf(state, image, cloud), { serviceAccount: lastPart(nodeConfig.serviceAccount) });
    softwareConfig.imageVersion = wantedImage(inputs, now, old)?.id ?? imageVersionOf(inputs);
    const isOwn = Boolean(inputs.config?.nodeConfig?.composerNetworkAttachment);
    if (image.generation === 3 && nodeConfig.subnetwork && !isOwn) {
        nodeConfig.composerNetworkAttachment = attachmentOf(state, id.slice(0, 8));
    }
    return {
        config: state.config,
        storageConfig: { bucket: plainBucket(state.storageConfig.bucket) },
    };
}
