import { createHash } from "node:crypto";
import { places } from "../../rules/paths";
import { type Context, type Inputs, lastPart } from "../../rules/rules";
import { computedInBlocks } from "../../schema/flags";
import { usualAccess } from "./access";
import { accountOf } from "./accounts";
import { madeBucket, plainBucket } from "./bucket";
import { environmentPath } from "./names";
import { attachmentOf, pathsOf } from "./network";
import { type Image, imageNamed, imageOf, imageVersionOf, isSameImage, usualImage } from "./versions";
import { usualWorkloads } from "./workloads";

/**
 * The image that an environment is to have: what the program names at this time, or what it has where that is meant.
 *
 * @returns nothing where there is none
 */
export function wantedImage(inputs: Inputs, now: Date, old?: Inputs): Image | undefined {
    const wanted = imageVersionOf(inputs);
    const found = old && imageVersionOf(old);
    return found && (wanted === undefined || isSameImage(wanted, found))
        ? imageNamed(found)
        : imageOf(wanted ?? usualImage, now);
}

/** What an environment is told apart by, in its bucket and its addresses. */
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
        // Where an environment sends what goes to functions is told by those that are in a network only.
        ...(inputs.config?.nodeConfig?.trafficRoutingConfig && {
            trafficRoutingConfig: { cloudRunFunctionsRouting: "DIRECT" },
        }),
    };
}

/** "Configure private IP networking": ranges of Google's own, and how the database is reached. */
function usualPrivacy({ config }: Inputs): Inputs {
    const given = config?.privateEnvironmentConfig;
    const isEndpoint = given?.cloudComposerConnectionSubnetwork;
    return {
        cloudComposerConnectionSubnetwork: "",
        cloudComposerNetworkIpv4CidrBlock: "172.31.245.0/24",
        cloudSqlIpv4CidrBlock: "10.0.0.0/12",
        connectionType: given ? (isEndpoint ? "PRIVATE_SERVICE_CONNECT" : "VPC_PEERING") : "",
        enablePrivateEndpoint: false,
        enablePrivatelyUsedPublicIps: false,
        masterIpv4CidrBlock: given ? "172.16.0.0/28" : "",
        webServerIpv4CidrBlock: "",
    };
}

/** What only the clusters of Cloud Composer 2 have, or only those of 3. */
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
              privateEnvironmentConfig: usualPrivacy(inputs),
          };
}

/** All that the server sets of an environment of which the program says nothing. */
function usual(inputs: Inputs, image: Image, id: string): Inputs {
    const { project, region, name } = inputs;
    const hash = id.slice(0, 8);
    const bucket = inputs.storageConfig?.bucket ? plainBucket(inputs.storageConfig.bucket) : madeBucket(inputs, hash);
    const cluster = `projects/${project}/locations/${region}/clusters/${madeBucket({ region, name }, hash).replace(/-bucket$/, "-gke")}`;
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
            webServerNetworkAccessControl: usualAccess,
            workloadsConfig: usualWorkloads[image.generation],
            ...ofGeneration(inputs, image, cluster),
        },
    };
}

/** Puts values where the program gave none, in blocks too: of several the first that there is. */
function fill(state: Inputs, sources: Inputs[]): void {
    for (const path of ["storageConfig", "config", ...computedInBlocks("gcp:composer/environment:Environment")]) {
        const known = new Map(
            [...sources].reverse().flatMap((source) =>
                places(source, path)
                    .filter(({ holder, key }) => holder[key] !== undefined)
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

/** An environment as the API tells it. */
export function environmentState(inputs: Inputs, { cloud }: Context, old?: Inputs): Inputs {
    const now = cloud.now();
    const image = wantedImage(inputs, now, old) ?? (imageOf(usualImage, now) as Image);
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
