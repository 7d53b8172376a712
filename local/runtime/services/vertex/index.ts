import type { Part, Serving } from "../../emulator/serving";
import run from "../run";
import { vertexRest } from "./api";
import { predictRest } from "./predict";
import { runDuePipelines } from "./schedules";
import { RunningVertex } from "./vertex";

export default function vertexPart(serving: Serving): Part {
    const { access, cloud, tokens, recorder, terminal } = serving;
    const { containers } = serving.part(run).cloudRun;
    const vertex = containers && new RunningVertex(cloud, containers, terminal);
    return {
        rest: [
            predictRest({ cloud, tokens, recorder, replicas: vertex?.replicas, allows: access.allows }),
            access.asCaller((cloud) => vertexRest(cloud)),
        ],
        start: () => vertex?.start(),
        runDue: (minute) => runDuePipelines(cloud, minute, terminal),
        close: () => vertex?.close(),
    };
}
