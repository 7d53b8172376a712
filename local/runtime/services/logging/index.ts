import type { Part, Serving } from "../../emulator/serving";
import dataflow from "../dataflow";
import { loggingRest } from "./api";

export default (serving: Serving): Part => ({
    rest: [
        serving.access.asCaller((cloud) => loggingRest(cloud, (project) => serving.part(dataflow).jobs.logOf(project))),
    ],
});
