import { pipelineMethods } from "../../local/runtime/services/vertex/pipelines";
import { scheduleMethods } from "../../local/runtime/services/vertex/schedules";
import { SimulatedTime } from "../../local/simulator/cloud/propagation";
import { pipelineJob, schedule } from "../unit/local/pipelineWorld";
import { jobWorld, parent } from "../unit/local/vertexJobs";
import { comparedCalls } from "./vertexDiscovery";

test("every method of pipeline jobs and schedules accepts and returns what Google's API does", async () => {
    const world = jobWorld();
    const { asked, answered } = await comparedCalls(world);
    const jobs = `${parent}/pipelineJobs`;
    const { name } = await asked("pipelineJobs.create", "POST", `${jobs}?pipelineJobId=forecast-1`, pipelineJob());
    const second = await asked("pipelineJobs.create", "POST", jobs, pipelineJob());
    await asked("pipelineJobs.cancel", "POST", `${second.name}:cancel`, {});
    new SimulatedTime(world.cloud.folder).skip(3_600_000);
    const ended = await asked("pipelineJobs.get", "GET", name);
    expect([ended.state, ended.jobDetail.taskDetails.length]).toEqual(["PIPELINE_STATE_SUCCEEDED", 4]);
    await asked("pipelineJobs.list", "GET", `${jobs}?pageSize=5&filter=labels.team%3D%22forecast%22`);
    await asked("pipelineJobs.delete", "DELETE", name);

    const timed = await asked("schedules.create", "POST", `${parent}/schedules`, schedule());
    await asked("schedules.list", "GET", `${parent}/schedules?filter=display_name%3D%22forecast%22`);
    await asked("schedules.patch", "PATCH", `${timed.name}?updateMask=cron`, { cron: "0 4 * * *" });
    await asked("schedules.pause", "POST", `${timed.name}:pause`, {});
    await asked("schedules.resume", "POST", `${timed.name}:resume`, { catchUp: true });
    await asked("schedules.get", "GET", timed.name);
    await asked("schedules.delete", "DELETE", timed.name);
    expect([...answered].sort()).toEqual([...pipelineMethods, ...scheduleMethods].map(({ id }) => id).sort());
});
