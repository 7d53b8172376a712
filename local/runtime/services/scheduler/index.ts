import type { Part, Serving } from "../../emulator/serving";
import pubsub from "../pubsub";
import { Scheduler } from "./scheduler";

export default function scheduler({
    access,
    cloud,
    caller,
    terminal,
    recorder,
    part,
}: Serving): Part & { jobs: Scheduler } {
    const jobs = new Scheduler(cloud, part(pubsub).pubsub, caller, terminal, recorder);
    return { jobs, rest: [access.asCaller((cloud) => jobs.rest(cloud))], runDue: (minute) => jobs.runDue(minute) };
}
