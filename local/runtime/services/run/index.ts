import { apiCall } from "../../emulator/apiCalls";
import type { Part, Serving } from "../../emulator/serving";
import sql from "../sql";
import { cloudRunRest, jobCalls } from "./api";
import { CloudRun } from "./cloudRun";

export default function run(serving: Serving): Part & { cloudRun: CloudRun } {
    const { access, cloud, caller } = serving;
    const cloudRun = new CloudRun(serving, serving.part(sql).fronts);
    const runJob = jobCalls(cloud, cloudRun.executions);
    caller.runJob = (...call) => runJob(...call) ?? apiCall(cloud, ...call);
    return {
        cloudRun,
        rest: [access.asCaller((cloud) => cloudRunRest(cloud, cloudRun.executions))],
        start: () => cloudRun.start(),
        close: () => cloudRun.close(),
    };
}
