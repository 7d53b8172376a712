import { AdminApi, vertexAi } from "../../lib/internal/adminApi/adminApi";
import { monitoringProvider } from "../../lib/vertex/admin/monitoring";
import type { MonitoringInputs } from "../../lib/vertex/admin/monitoringInputs";
import { serve } from "../../local/runtime/emulator/server";
import { projectName } from "../../local/simulator/cloud/projects";
import { agentOf } from "../../local/simulator/services/vertex/agents";
import { changeEndpoint, requireEndpoint } from "../../local/simulator/services/vertex/endpoints";
import { Discovery } from "../discovery";
import { endpointId, model, withEndpoint } from "../unit/local/endpointWorld";
import type { World } from "../unit/local/world";
import { monitoringInputs as inputs } from "../unit/vertex/inputs";

let discovery: Discovery;
beforeAll(async () => {
    discovery = await Discovery.of("aiplatform.v1");
});

/** An endpoint with two deployed models, and the service agent. */
function world(): World {
    const made = withEndpoint();
    const { cloud } = made;
    const deployedModels = ["1", "2"].map((id) => ({ id, model: model(Number(id)), modelVersionId: id }));
    changeEndpoint(cloud, endpointId, { deployedModels });
    const agent = agentOf(cloud, "acme-dev");
    cloud.iam.requestAgent("acme-dev", agent);
    const grant = { role: "roles/aiplatform.serviceAgent", member: `serviceAccount:${agent}` };
    cloud.iam.grant("acme-dev", projectName("acme-dev"), grant);
    return made;
}

/** Runs against the local Google Cloud, and returns the changing calls after checking all against the discovery document. */
async function calling<Result>(
    { cloud }: World,
    act: (provider: ReturnType<typeof monitoringProvider>) => Promise<Result>,
    after: (method: string) => void = () => undefined,
) {
    const { url, close } = await serve(cloud);
    const calls: string[] = [];
    const strangers: string[] = [];
    const recorded: typeof fetch = async (input, init) => {
        const { pathname, searchParams } = new URL(String(input));
        const body = init?.body === undefined || init.body === null ? undefined : JSON.parse(String(init.body));
        const method = init?.method ?? "GET";
        const query = Object.fromEntries(searchParams);
        strangers.push(...discovery.problems({ method, path: pathname.slice(1), query, body }));
        const verb = /:(\w+)$/.exec(pathname)?.[1] ?? method;
        if (method !== "GET") {
            calls.push(query.updateMask ? `${verb} ${query.updateMask}` : verb);
        }
        const answer = await fetch(input, init);
        if (answer.ok && /modelDeploymentMonitoringJobs\/\d+$/.test(pathname) && method === "GET") {
            const id = "aiplatform.projects.locations.modelDeploymentMonitoringJobs.get";
            strangers.push(...discovery.unanswered(id, await answer.clone().json()));
        }
        after(verb);
        return answer;
    };
    const environment = { GOOGLE_VERTEX_AI_CUSTOM_ENDPOINT: `${url}/v1/`, GOOGLE_OAUTH_ACCESS_TOKEN: "local" };
    const provider = monitoringProvider(
        (place, version) => new AdminApi(environment, recorded, vertexAi(place, version)),
    );
    const result = await act(provider)
        .catch((error: Error) => error)
        .finally(close);
    expect(strangers).toEqual([]);
    return { calls, result };
}

const jobsOf = ({ cloud }: World) =>
    cloud.store.list(
        "//aiplatform.googleapis.com/projects/acme-dev/locations/europe-west1",
        "modelDeploymentMonitoringJobs",
    );
const everything =
    "PATCH displayName,labels,logTtl,loggingSamplingStrategy,modelDeploymentMonitoringScheduleConfig,modelMonitoringAlertConfig,modelDeploymentMonitoringObjectiveConfigs";

async function created(made: World): Promise<string> {
    const { result } = await calling(made, (provider) => provider.create(inputs()));
    return (result as { id: string }).id;
}

test("the job of an endpoint is created, and deleted after it was paused", async () => {
    const made = world();
    const { calls, result } = await calling(made, (provider) => provider.create(inputs()));
    expect(calls).toEqual(["POST"]);
    const { id } = result as { id: string };
    expect(requireEndpoint(made.cloud, endpointId).state.modelDeploymentMonitoringJob).toBe(id);
    expect(jobsOf(made)).toMatchObject([
        {
            state: {
                state: "JOB_STATE_RUNNING",
                modelDeploymentMonitoringObjectiveConfigs: [
                    { deployedModelId: "1", objectiveConfig: inputs().objective },
                ],
            },
        },
    ]);
    const removed = await calling(made, async (provider) => provider.delete?.(id, inputs()));
    expect([removed.calls, jobsOf(made)]).toEqual([["pause", "DELETE"], []]);
    expect((await calling(made, async (provider) => provider.delete?.(id, inputs()))).calls).toEqual([]);
});

test("a call whose answer is lost does not create a second job", async () => {
    const made = world();
    let isLost = false;
    const { calls } = await calling(
        made,
        (provider) => provider.create(inputs()),
        (verb) => {
            if (verb === "POST" && !isLost) {
                isLost = true;
                throw new TypeError("fetch failed");
            }
        },
    );
    expect([calls, jobsOf(made).length]).toEqual([["POST", everything], 1]);
});

test("another model and other settings change the job, and each only what differs", async () => {
    const made = world();
    const id = await created(made);
    const canary = inputs({ deployedModels: ["2", "1"] });
    const update = (olds: MonitoringInputs, news: MonitoringInputs) =>
        calling(made, async (provider) => provider.update?.(id, olds, news));
    expect((await update(inputs(), canary)).calls).toEqual(["PATCH modelDeploymentMonitoringObjectiveConfigs"]);
    const slower = inputs(
        { deployedModels: ["2", "1"] },
        { modelDeploymentMonitoringScheduleConfig: { monitorInterval: "7200s" } },
    );
    expect((await update(canary, slower)).calls).toEqual(["PATCH modelDeploymentMonitoringScheduleConfig"]);
    expect(jobsOf(made)).toMatchObject([
        {
            state: {
                modelDeploymentMonitoringScheduleConfig: { monitorInterval: "7200s" },
                modelDeploymentMonitoringObjectiveConfigs: [{ deployedModelId: "2" }, { deployedModelId: "1" }],
            },
        },
    ]);
});

test("a job that somebody deleted is created again, and another endpoint or schema replaces it", async () => {
    const made = world();
    const id = await created(made);
    made.cloud.store.remove(jobsOf(made)[0]?.name as string);
    expect((await calling(made, async (provider) => provider.read?.(id, inputs()))).result).toEqual({ id: "" });
    const diff = async (news: MonitoringInputs) =>
        (await calling(made, async (provider) => provider.diff?.(id, inputs(), news))).result;
    expect(await diff(inputs())).toEqual({ changes: false, replaces: [], deleteBeforeReplace: true });
    expect(await diff(inputs({ schema: "gs://acme-models/iris.yaml" }))).toEqual({
        changes: true,
        replaces: ["schema"],
        deleteBeforeReplace: true,
    });
});

test("training data in a bucket that Vertex AI's service agent reads is accepted", async () => {
    const made = world();
    made.make("Bucket", { name: "acme-dev-data", location: "EU" });
    made.make("BucketObject", { bucket: "acme-dev-data", name: "iris.csv", content: "kind" });
    const objective: MonitoringInputs["objective"] = {
        trainingDataset: {
            gcsSource: { uris: ["gs://acme-dev-data/iris.csv"] },
            dataFormat: "csv",
            targetField: "kind",
        },
        trainingPredictionSkewDetectionConfig: { defaultSkewThreshold: { value: 0.3 } },
    };
    expect(await calling(made, (provider) => provider.create(inputs({ objective })))).toMatchObject({
        calls: ["POST"],
    });
    expect(jobsOf(made)).toHaveLength(1);
});

const refusals: [string, Partial<MonitoringInputs>, Partial<MonitoringInputs["job"]>, string][] = [
    [
        "an interval below an hour",
        {},
        { modelDeploymentMonitoringScheduleConfig: { monitorInterval: "600s" } },
        "The monitor_interval must be at least one hour.",
    ],
    ["an unknown model", { deployedModels: ["3"] }, {}, "The following DeployedModel ID(s) [3] do not exist."],
    ["no models", { deployedModels: [""] }, {}, "model_deployment_monitoring_objective_configs must not be empty."],
    [
        "data that does not exist",
        {
            objective: {
                trainingDataset: {
                    gcsSource: { uris: ["gs://acme-none/a.csv"] },
                    dataFormat: "csv",
                    targetField: "kind",
                },
                trainingPredictionSkewDetectionConfig: { defaultSkewThreshold: { value: 0.3 } },
            },
        },
        {},
        "Not found: gs://acme-none/a.csv",
    ],
];

test.each(refusals)("%s is refused", async (_, more, job, message) => {
    const made = world();
    const { result } = await calling(made, (provider) => provider.create(inputs(more, job)));
    expect([(result as Error).message, jobsOf(made)]).toEqual([expect.stringContaining(message), []]);
});
