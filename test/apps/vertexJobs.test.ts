import { SimulatedTime } from "../../local/cloud/propagation";
import { jobMethods } from "../../local/emulator/vertex/jobs";
import { Discovery } from "../discovery";
import { call, job, jobWorld, parent, tuning } from "../unit/local/vertexJobs";

test("every method of jobs accepts and returns what Google's API does", async () => {
    const document = await Discovery.of("aiplatform.v1");
    const world = jobWorld();
    const answered = new Set<string>();
    const asked = async (id: string, method: string, path: string, body?: object) => {
        const [address = "", search] = path.split("?");
        const query = Object.fromEntries(new URLSearchParams(search));
        expect(document.problems({ method, path: `v1/${address}`, query, body })).toEqual([]);
        const answer = await call(world, method, path, body);
        expect([id, answer.status, answer.body]).toEqual([id, 200, expect.anything()]);
        const full = `aiplatform.projects.locations.${id}`;
        expect(document.unanswered(full, answer.body)).toEqual([]);
        answered.add(full);
        return answer.body;
    };
    for (const [kind, body] of Object.entries({ customJobs: job(), hyperparameterTuningJobs: tuning() })) {
        const { name } = await asked(`${kind}.create`, "POST", `${parent}/${kind}`, body);
        const second = await asked(`${kind}.create`, "POST", `${parent}/${kind}`, body);
        await asked(`${kind}.cancel`, "POST", `${second.name}:cancel`, {});
        new SimulatedTime(world.cloud.folder).skip(3_600_000);
        await asked(`${kind}.get`, "GET", name);
        await asked(`${kind}.list`, "GET", `${parent}/${kind}?pageSize=5&filter=labels.team%3D%22forecast%22`);
        await asked(`${kind}.delete`, "DELETE", name);
    }
    expect([...answered].sort()).toEqual(jobMethods.map(({ id }) => id).sort());
});
