import { apiCall } from "../../../emulator/apiCalls";
import type { Part, Serving } from "../../../emulator/serving";
import sql from "../../sql/serve";
import { cloudRunRest, jobCalls } from "./api";
import { CloudRun } from "./cloudRun";

/** How long instances without requests run by default, in seconds. Cloud Run keeps instances for up to 15 minutes. */
const defaultIdle = 60;

export default function run(serving: Serving): Part & { cloudRun: CloudRun } {
    const { cloud, router, tokens, terminal, recorder, url, variables, caller } = serving;
    const { docker, idle = defaultIdle } = serving.options;
    const { fronts } = serving.part(sql);
    const cloudRun = new CloudRun({ cloud, docker, router, tokens, terminal, recorder, fronts, idle, url, variables });
    const runJob = jobCalls(cloud, cloudRun.executions);
    caller.runJob = (...call) => runJob(...call) ?? apiCall(cloud, ...call);
    return {
        cloudRun,
        rest: [cloudRunRest(cloud, cloudRun.executions)],
        start: () => cloudRun.start(),
        close: () => cloudRun.close(),
    };
}
