import type { Part, Serving } from "../../emulator/serving";
import pubsub from "../pubsub";
import run from "../run";
import { dataflowRest } from "./api";
import { RunningDataflow } from "./runningJobs";

export default function dataflow(serving: Serving): Part & { jobs: RunningDataflow } {
    const { access, cloud, recorder, terminal, metadata, variablesOf } = serving;
    const { pipelines = {} } = serving.options;
    const { containers } = serving.part(run).cloudRun;
    const files = () => serving.files;
    const jobs = new RunningDataflow({
        ...{ cloud, pipelines, pubsub: serving.part(pubsub).pubsub, recorder, terminal, metadata, files, variablesOf },
        ...(containers && { containers }),
    });
    return {
        jobs,
        rest: [access.asCaller((cloud) => dataflowRest(cloud))],
        start: () => jobs.start(),
        close: () => jobs.close(),
    };
}
