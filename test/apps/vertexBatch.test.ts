import { batchPredictionMethods } from "../../local/runtime/services/vertex/batchPredictions";
import { SimulatedTime } from "../../local/simulator/cloud/propagation";
import { Discovery } from "../discovery";
import { batch, batchWorld, ofTables } from "../unit/local/vertexBatches";
import { call, parent } from "../unit/local/vertexJobs";

test("every method of batch predictions accepts and returns what Google's API does", async () => {
    const document = await Discovery.of("aiplatform.v1");
    const world = await batchWorld();
    const answered = new Set<string>();
    const asked = async (method: string, verb: string, path: string, body?: object) => {
        const [address = "", search] = path.split("?");
        const query = Object.fromEntries(new URLSearchParams(search));
        expect(document.problems({ method: verb, path: `v1/${address}`, query, body })).toEqual([]);
        const answer = await call(world, verb, path, body);
        expect([method, answer.status, answer.body]).toEqual([method, 200, expect.anything()]);
        const full = `aiplatform.projects.locations.batchPredictionJobs.${method}`;
        expect(document.unanswered(full, answer.body)).toEqual([]);
        answered.add(full);
        return answer.body;
    };
    const jobs = `${parent}/batchPredictionJobs`;
    const first = await asked("create", "POST", jobs, batch());
    const second = await asked("create", "POST", jobs, batch(ofTables));
    const third = await asked(
        "create",
        "POST",
        jobs,
        batch({
            instanceConfig: { instanceType: "object", excludedFields: ["a"], keyField: "id" },
            modelParameters: { threshold: 0.5 },
            manualBatchTuningParameters: { batchSize: 8 },
            generateExplanation: true,
            explanationSpec: { parameters: { sampledShapleyAttribution: { pathCount: 3 } } },
            disableContainerLogging: true,
        }),
    );
    await asked("cancel", "POST", `${third.name}:cancel`, {});
    new SimulatedTime(world.cloud.folder).skip(3_600_000);
    for (const { name } of [first, second, third]) {
        await asked("get", "GET", name);
    }
    const filter = encodeURIComponent('labels.team="forecast"');
    expect((await asked("list", "GET", `${jobs}?pageSize=5&filter=${filter}`)).batchPredictionJobs).toHaveLength(3);
    await asked("delete", "DELETE", first.name);
    expect([...answered].sort()).toEqual(batchPredictionMethods.map(({ id }) => id).sort());
});
