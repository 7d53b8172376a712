import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The colors of what belongs together: white signs on them have a contrast of at least 4.5. */
const colors = {
    computing: "#1a63d8",
    data: "#0b7a55",
    messages: "#7c3aed",
    network: "#b54708",
    identity: "#be185d",
    models: "#6d28d9",
    watching: "#475467",
    outside: "#344054",
};

/** A sign of Lucide and a color for each kind of thing. */
const signs: Record<keyof typeof colors, Record<string, string[]>> = {
    computing: {
        zap: ["ServerlessFunction", "Function"],
        container: ["CloudRunService", "Service", "GkeCluster", "Cluster", "AutoscaledDeployment", "Deployment"],
        play: ["CloudRunJob", "Job", "VertexBatchPrediction", "VertexTrainingJob"],
        cog: ["CloudRunWorkerPool", "WorkerPool"],
        "app-window": ["AppEngineApp"],
        server: ["VirtualMachine", "Instance"],
        layers: ["AutoscaledInstanceGroup", "UnmanagedInstanceGroup", "NodePool", "VertexDeploymentPool"],
        package: ["ContainerImage", "ContainerRegistry", "PackageRegistry", "Repository", "Image"],
        workflow: ["Workflow", "ComposerEnvironment", "VertexPipeline"],
        waves: ["DataflowJob"],
    },
    data: {
        "hard-drive": ["StorageBucket", "Bucket", "Disk"],
        folder: ["ManagedFolder"],
        database: ["CloudSqlInstance", "DatabaseInstance", "Database"],
        "chart-column": ["BigQueryDataset", "Dataset"],
        "table-2": ["BigQueryTable", "Table"],
    },
    messages: {
        "messages-square": ["PubSubTopic", "Topic"],
        inbox: ["PubSubSubscription", "Subscription"],
        clock: ["Schedule"],
    },
    network: {
        network: ["Network", "Subnetwork"],
        split: ["LoadBalancer", "NetworkLoadBalancer", "NetworkEndpointGroup"],
        "map-pin": ["IpAddress", "Address", "GlobalAddress"],
        signpost: ["DnsZone", "ManagedZone"],
        cable: ["VpcConnector", "Connector", "ServiceAttachment"],
    },
    identity: {
        "key-round": ["Secret", "RegionalSecret", "KmsKey", "KmsKeyRing", "KmsKeyHandle", "CryptoKey", "KeyRing"],
        "id-card": ["ServiceAccount", "Account", "Deployer", "service account", "service agent"],
        handshake: ["WorkloadIdentityPool"],
        tag: ["TagKey"],
    },
    models: {
        brain: ["VertexModel", "VertexEndpoint", "ModelGardenEndpoint", "AiEndpoint", "Model"],
    },
    watching: {
        bell: ["Alerts"],
        "chart-line": ["Dashboard", "ServiceObjective", "LogMetric"],
        "scroll-text": ["LogBucket", "LogSink", "LogExclusion"],
        activity: ["UptimeCheck"],
        wallet: ["Budget"],
    },
    outside: {
        globe: ["everybody"],
        users: ["group", "user", "domain"],
        building: ["Environment", "EnvironmentProject", "project"],
        "git-branch": ["GitHub"],
        box: ["other"],
        "file-code": ["code, reads $MODELS", "code", "running code"],
        laptop: ["machine"],
        cog: ["engine", "refuses what Google refuses"],
        plug: ["Google's APIs for your code"],
        folder: ["folder"],
        "scroll-text": ["records"],
    },
};

const found = new Map(
    Object.entries(signs).flatMap(([group, byIcon]) =>
        Object.entries(byIcon).flatMap(([icon, kinds]) =>
            kinds.map((kind) => [kind, { icon, color: colors[group as keyof typeof colors] }] as const),
        ),
    ),
);

/** The names of all signs, which `npm run docs` copies from Lucide. */
export const signNames = [...new Set([...found.values()].map(({ icon }) => icon))].sort();

let shapes: Record<string, string> | undefined;

/** The sign of a kind of thing: what is in it, in a square of 24, and its color. */
export function signOf(kind: string): { body: string; color: string } {
    shapes ??= JSON.parse(readFileSync(join(__dirname, "lucide.json"), "utf8")).shapes as Record<string, string>;
    const { icon, color } = found.get(kind) ?? { icon: "box", color: colors.outside };
    const body = shapes[icon];
    if (body === undefined) {
        throw new Error(`there is no sign ${icon}: run 'npm run docs', which copies it from Lucide`);
    }
    return { body, color };
}

export const hasSign = (kind: string): boolean => found.has(kind);
