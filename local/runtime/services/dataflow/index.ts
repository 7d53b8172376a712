import { RunFolder } from "../../emulator/containers/runFolder";
import type { Part, Serving } from "../../emulator/serving";
import pubsub from "../pubsub";
import run from "../run";
import { dataflowRest } from "./api";
import { RunningDataflow } from "./runningJobs";

export default function dataflow(serving: Serving): Part & { jobs: RunningDataflow } {
    const { cloud, recorder, terminal, metadata, variables } = serving;
    const { pipelines = {} } = serving.options;
    const { containers, folder: shared } = serving.part(run).cloudRun;
    let folder: RunFolder | undefined;
    const files = () => {
        folder ??= shared ?? new RunFolder(cloud.folder);
        return folder;
    };
    const jobs = new RunningDataflow({
        ...{ cloud, pipelines, pubsub: serving.part(pubsub).pubsub, recorder, terminal, metadata, files, variables },
        ...(containers && { containers }),
    });
    return {
        jobs,
        rest: [dataflowRest(cloud)],
        start: () => jobs.start(),
        close: async () => {
            await jobs.close();
            folder?.close();
        },
    };
}
