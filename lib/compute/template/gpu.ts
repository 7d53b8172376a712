import * as pulumi from "@pulumi/pulumi";
import { type Gpu, type GpuType, gpuCounts, gpuOf, gpus } from "../../facts/gpus";
import { zonesWithGpu } from "../../facts/machines/gpuZones";
import { seriesOf } from "../../facts/machines/series";
import * as check from "../../internal/arguments/check";
import { computeGpu, computeGpuCount } from "../../internal/arguments/computeGpu";
import { type GpuOptions, gpuOptions, gpuOr } from "../../internal/arguments/gpu";
import { regionOf } from "../../internal/arguments/locations";
import { imageFacts, type MachineImage } from "./image";

/** GPUs of a machine. Changing this replaces it. */
export interface MachineGpu extends Partial<GpuOptions> {
    /**
     * The type, such as `nvidia-tesla-t4` ({@link https://cloud.google.com/compute/docs/gpus GPU machine types}). N1 machines get
     * the GPUs that are named here; other machine types include theirs, which need not be named.
     * @default the GPU that the machine type includes
     */
    type?: GpuType;
    /**
     * Whether the first start installs NVIDIA's driver. Deep Learning VM images and Container-Optimized OS can; for other images, install
     * it in the startup script.
     * @default true with these images
     */
    installDriver?: boolean;
}

/** Checks a type of GPU, or options. */
export const machineGpu = gpuOr(
    computeGpu,
    check.options<MachineGpu>({ type: computeGpu, count: computeGpuCount, installDriver: check.flag() }),
);

/** GPUs with their type and number. */
export type ResolvedGpu = Required<Omit<MachineGpu, "installDriver">> & {
    /** Whether N1 machines get them, which otherwise are a part of the machine type. */
    isAttached: boolean;
    driver: "metadata" | "cos-extensions" | "none";
};

/** Completes GPUs with their type and number; undefined without any. */
export function resolveGpu(
    { machineType, gpu: arg = {} }: { machineType: string; gpu?: GpuType | MachineGpu },
    image: MachineImage | undefined,
): ResolvedGpu | undefined {
    const gpu = gpuOptions<GpuType, MachineGpu>(arg);
    const included = gpuOf(machineType);
    const type = gpu.type ?? (included?.type as GpuType | undefined);
    if (type === undefined) {
        return undefined;
    }
    const { gpuDrivers = "none" } = imageFacts(image) ?? {};
    return {
        type,
        count: gpu.count ?? included?.count ?? 1,
        isAttached: included === undefined,
        driver: gpu.installDriver === false ? "none" : gpuDrivers,
    };
}

/** https://cloud.google.com/compute/docs/gpus */
export function gpuProblems(
    { gpu: given }: { gpu?: GpuType | MachineGpu },
    { gpu, machineType, image }: { gpu?: ResolvedGpu; machineType: string; image?: MachineImage },
): (check.Problem | undefined)[] {
    const arg = given === undefined ? undefined : gpuOptions<GpuType, MachineGpu>(given);
    const typePath = typeof given === "string" ? "gpu" : "gpu.type";
    if (!gpu) {
        const reason = `must be a GPU that ${machineType} includes, or that N1 machines can have. Name its type, or remove gpu.`;
        return arg ? [check.problem(typePath, "compute/gpu-type-missing", reason)] : [];
    }
    const { type, count, isAttached } = gpu;
    const included = gpuOf(machineType);
    const { machines = {}, attachable }: Partial<Gpu> = (gpus.rows as Record<string, Gpu>)[type] ?? {};
    const attaches = seriesOf(machineType)?.attachesGpus === true && !/^(f1-micro|g1-small)$/.test(machineType);
    if (isAttached && gpuCounts(type) && !(attaches && attachable)) {
        const how = attachable
            ? "can only be attached to N1 machines, such as n1-standard-4"
            : `is only part of the machine types ${Object.keys(machines).slice(0, 4).join(", ")} and similar ones`;
        const reason = `${how}, not to ${machineType} (got "${type}"). Change machineType.`;
        return [check.problem(typePath, "compute/gpu-not-attachable", reason)];
    }
    const counts = included ? [included.count] : attachable;
    const { gpuDrivers } = imageFacts(image) ?? {};
    return [
        check.when(
            included !== undefined && included.type !== type,
            typePath,
            "compute/gpu-type-of-machine",
            `must be ${included?.type}, which ${machineType} includes (got "${type}").`,
        ),
        check.when(
            counts?.includes(count) === false,
            typeof given === "string" ? "gpu" : "gpu.count",
            "compute/gpu-count",
            `must be ${isAttached ? `one of ${counts?.join(", ")}` : counts?.[0]} for ${type} with ${machineType} (got ${count}).`,
        ),
        check.when(
            arg?.installDriver === true && gpuDrivers === undefined,
            "gpu.installDriver",
            "compute/gpu-driver-of-image",
            "is for images of deeplearning-platform-release and cos-cloud (got true). Remove it, and install the driver in the startup script.",
        ),
    ];
}

/** Zones that are not known to have the GPU. */
export function zoneProblems({ gpu }: { gpu?: ResolvedGpu }, zones: readonly string[]): check.Problem[] {
    const { type = "" } = gpu ?? {};
    const missing = zones.filter((zone) => zonesWithGpu(type, regionOf(zone))?.includes(zone) === false);
    const region = regionOf(zones[0] ?? "");
    const available = zonesWithGpu(type, region) ?? [];
    const which = available.length > 0 ? `: ${available.join(", ")}` : `, of which ${region} has none`;
    const reason = `must be a zone with ${type}${which} (got "${missing.join(", ")}").`;
    return missing.length > 0 ? [check.problem("zone", "compute/zone-without-gpu", reason)] : [];
}

/**
 * Warns if Secure Boot prevents the GPU driver from loading. An image can have its own driver and keys:
 * https://github.com/GoogleCloudDataproc/initialization-actions/issues/933 and
 * https://github.com/GoogleCloudDataproc/custom-images/pull/83
 */
export function warnOfDrivers(
    { title }: { title: string },
    { secureBoot }: { secureBoot?: boolean },
    { gpu, image }: { gpu?: ResolvedGpu; image?: MachineImage },
): void {
    if (secureBoot === true && gpu !== undefined && imageFacts(image)?.signedDrivers !== true) {
        pulumi.log.warn(
            `${title}: secureBoot: prevents the GPU driver from loading, unless the image has a signed driver. Remove it, or use an image of cos-cloud or ubuntu-os-cloud.`,
        );
    }
}
