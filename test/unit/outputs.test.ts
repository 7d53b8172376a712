import * as pulumi from "@pulumi/pulumi";
import { everything } from "./everything";
import { everythingElse } from "./everythingElse";
import { answers } from "./everythingExisting";
import { folderOf } from "./folders";
import { registeredOutputs } from "./registered";

jest.spyOn(pulumi.log, "warn").mockResolvedValue();
jest.spyOn(pulumi.log, "info").mockResolvedValue();

/** What `pulumi stack` and the console show of each component. */
const outputs: Record<string, string[]> = {
    Alerts: ["channels"],
    AppEngineApp: ["application", "url"],
    AutoscaledDeployment: ["address", "deployment", "url"],
    AutoscaledInstanceGroup: ["group"],
    BigQueryDataset: ["dataset"],
    BigQueryTable: ["table"],
    CloudRunJob: ["job"],
    CloudRunService: ["service", "url"],
    CloudRunWorkerPool: ["pool"],
    CloudSqlInstance: ["connectionName", "instance"],
    ComposerEnvironment: ["airflowUri", "environment"],
    ContainerImage: ["digest", "reference"],
    ContainerRegistry: ["repository", "url"],
    DataflowJob: ["jobId"],
    Deployer: ["email", "workloadIdentityProvider"],
    Environment: ["kind", "project", "region"],
    EnvironmentProject: ["kind", "number", "projectId"],
    GkeCluster: ["cluster", "kubeconfig"],
    LoadBalancer: ["address", "url"],
    LogExclusion: ["exclusion"],
    LogMetric: ["metric"],
    LogSink: ["sink"],
    ModelGardenEndpoint: ["name"],
    PubSubSubscription: ["subscription"],
    PubSubTopic: ["topic"],
    Schedule: ["job"],
    ServerlessFunction: ["function", "url"],
    ServiceAccount: ["email"],
    ServiceObjective: ["objective", "service"],
    StorageBucket: ["bucket"],
    UptimeCheck: ["check", "url"],
    VertexBatchPrediction: ["predictions"],
    VertexDeploymentPool: ["pool"],
    VertexEndpoint: ["name", "url"],
    VertexModel: ["name", "version"],
    VertexPipeline: ["artifacts"],
    VertexTrainingJob: ["artifacts"],
    VirtualMachine: ["name", "zone"],
    "slipway:Budget": ["budget"],
    "slipway:Dashboard": ["dashboard"],
    "slipway:Network": ["network"],
    "slipway:Secret": ["secret", "version"],
    "slipway:Workflow": ["workflow"],
    "slipway:WorkloadIdentityPool": ["pool"],
};

test("all components show their main resources, names and addresses as outputs", async () => {
    const folder = folderOf({ "main.py": "def answer(request):\n    return 'range'\n" });
    const made = [
        ...Object.entries(await registeredOutputs(() => everything(folder), { environment: true })),
        ...Object.entries(await registeredOutputs(() => everythingElse(folder), { environment: true, ...answers })),
    ];
    const found: Record<string, string[]> = {};
    for (const [key, all] of made) {
        const [type = ""] = key.split(" ");
        found[type] = [...new Set([...(found[type] ?? []), ...Object.keys(all)])].sort();
    }
    expect(found).toEqual(outputs);
});
