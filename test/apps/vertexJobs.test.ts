import { jobMethods } from "../../local/runtime/services/vertex/jobs";
import { SimulatedTime } from "../../local/simulator/cloud/propagation";
import { job, jobWorld, parent, tuning } from "../unit/local/vertexJobs";
import { comparedCalls } from "./vertexDiscovery";

test("every method of jobs accepts and returns what Google's API does", async () => {
    const world = jobWorld();
    const { asked, answered } = await comparedCalls(world);
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
