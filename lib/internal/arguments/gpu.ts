import type { GpuType } from "../../facts/gpus";
import * as check from "./check";

/** The GPUs of a machine. Every component has the types that its service offers, and its own options besides. */
export interface GpuOptions<Type extends string = GpuType> {
    /** The {@link https://cloud.google.com/compute/docs/gpus type}, as Compute Engine calls it: `"nvidia-l4"`. */
    type: Type;
    /**
     * The number of GPUs of each machine.
     * @default all that the machine type includes; 1 where GPUs are attached
     */
    count?: number;
}

/** Checks GPUs: their type, or options. */
export function gpuOr<Type extends string, Options>(type: check.Check<Type>, options: check.Check<Options>) {
    return check.either((value) => typeof value === "string", type, options);
}

/** The options of GPUs, of which the type is the short form. */
export const gpuOptions = <Type extends string, Options extends { type?: Type }>(gpu: Type | Options): Options =>
    (typeof gpu === "string" ? { type: gpu } : gpu) as Options;
