import { type GpuType, gpuCounts, gpus } from "../../facts/gpus";
import * as check from "./check";

/** Checks a type of the GPUs of Compute Engine, which machines and nodes can have. */
export const computeGpu = check.known(
    "GPU",
    Object.keys(gpus.rows),
    /^[a-z0-9]+(-[a-z0-9]+)*$/,
    "must be a GPU such as nvidia-l4",
) as check.Check<GpuType>;

/** Checks the number of GPUs of a machine or a node. */
export const computeGpuCount = check.whole(
    1,
    Math.max(...Object.keys(gpus.rows).flatMap((type) => gpuCounts(type) as number[])),
);
