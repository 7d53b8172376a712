import type { Part, Serving } from "../../emulator/serving";
import run from "../run";
import { ExecutionsApi } from "./api";
import { Executions } from "./executions";

export default function workflows(serving: Serving): Part {
    const executions = new Executions(serving);
    const api = new ExecutionsApi(serving, executions);
    serving.part(run);
    const { caller } = serving;
    const before = caller.runJob;
    caller.runJob = (...call) => api.call(...call) ?? before(...call);
    return { rest: [api.rest], close: () => executions.close() };
}
