import { launchOf } from "../../lib/dataflow/admin/dataflowApi";
import type { DataflowJobInputs } from "../../lib/dataflow/admin/jobInputs";
import { methods } from "../../local/runtime/services/dataflow/methods";
import { SimulatedTime } from "../../local/simulator/cloud/propagation";
import type { Inputs } from "../../local/simulator/rules/rules";
import { Discovery } from "../discovery";
import { call, dataflowWorld, launch, parent } from "../unit/local/dataflowWorld";

test("every method accepts and returns what Google's API does", async () => {
    const world = dataflowWorld();
    const document = await Discovery.of("dataflow.v1b3");
    const answered = new Set<string>();
    const asked = async (id: string, method: string, path: string, body?: object): Promise<Inputs> => {
        const [address = "", search] = path.split("?");
        const query = Object.fromEntries(new URLSearchParams(search));
        expect(document.problems({ method, path: `v1b3/${address}`, query, body })).toEqual([]);
        const answer = await call(world, method, path, body);
        expect([id, answer.status, answer.body]).toEqual([id, 200, expect.anything()]);
        const full = `dataflow.projects.locations.${id}`;
        expect(document.unanswered(full, answer.body)).toEqual([]);
        answered.add(full);
        return answer.body;
    };
    const { job } = await asked("flexTemplates.launch", "POST", `${parent}/flexTemplates:launch`, launch());
    new SimulatedTime(world.cloud.folder).skip(240_000);
    const update = launch({ update: true, transformNameMappings: { a: "b" } });
    const { job: next } = await asked("flexTemplates.launch", "POST", `${parent}/flexTemplates:launch`, update);
    new SimulatedTime(world.cloud.folder).skip(240_000);
    await asked("jobs.get", "GET", `${parent}/jobs/${job.id}?view=JOB_VIEW_ALL`);
    await asked("jobs.list", "GET", `${parent}/jobs?filter=ALL&name=score&pageSize=5`);
    const mask = "runtime_updatable_params.max_num_workers";
    const params = { runtimeUpdatableParams: { maxNumWorkers: 7 } };
    await asked("jobs.update", "PUT", `${parent}/jobs/${next.id}?updateMask=${mask}`, params);
    await asked("jobs.update", "PUT", `${parent}/jobs/${next.id}`, { requestedState: "JOB_STATE_DRAINED" });
    await asked("jobs.messages.list", "GET", `${parent}/jobs/${job.id}/messages?minimumImportance=JOB_MESSAGE_BASIC`);
    const path = encodeURIComponent("gs://dataflow-templates-europe-west1/latest/Word_Count");
    await asked("templates.launch", "POST", `${parent}/templates:launch?gcsPath=${path}`, {
        jobName: "count",
        parameters: { inputFile: "gs://a/b", output: "gs://flow/c" },
        environment: { tempLocation: "gs://flow/temp", maxWorkers: 2, numWorkers: 1 },
    });
    expect([...answered].sort()).toEqual(methods.map(({ id }) => id).sort());
});

const inputs: DataflowJobInputs = {
    project: "acme-dev",
    location: "europe-west1",
    name: "score",
    type: "streaming",
    template: { kind: "flex", path: "gs://flow/score.json" },
    parameters: { sales: "projects/acme-dev/subscriptions/score" },
    environment: {
        tempLocation: "gs://flow/temp",
        stagingLocation: "gs://flow/staging",
        sdkContainerImage: "docker.io/acme/score",
        machineType: "n2-standard-4",
        diskSizeGb: 50,
        serviceAccountEmail: "score-flow@acme-dev.iam.gserviceaccount.com",
        subnetwork: "regions/europe-west1/subnetworks/data",
        ipConfiguration: "WORKER_IP_PRIVATE",
        kmsKeyName: "projects/acme-keys/locations/europe-west1/keyRings/data/cryptoKeys/flow",
        enableStreamingEngine: true,
        streamingMode: "STREAMING_MODE_AT_LEAST_ONCE",
        additionalExperiments: ["enable_prime"],
    },
    workers: { min: 1, max: 3 },
    transformNames: { Parse: "Parse sales" },
    runOn: [],
    labels: { environment: "dev" },
    onIncompatible: "drain",
    drainSeconds: 1800,
    wait: true,
    waitSeconds: 0,
};

test.each(["flex", "classic"] as const)(
    "requests that launch a %s template have only fields of Google's API",
    async (kind) => {
        const document = await Discovery.of("dataflow.v1b3");
        const { stagingLocation: _, sdkContainerImage: __, ...classic } = inputs.environment;
        const environment = kind === "flex" ? inputs.environment : classic;
        const template = { ...inputs.template, kind };
        for (const isUpdate of [false, true]) {
            const { path, query, body } = launchOf({ ...inputs, template, environment }, "score", "0a", isUpdate);
            expect(document.problems({ method: "POST", path: `v1b3/${path}`, query, body })).toEqual([]);
        }
    },
);
