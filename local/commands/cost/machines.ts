import { seriesOf } from "slipway/facts";
import { type Charge, type Count, hourly, unknown } from "./charges";
import { diskCharge, imageSize, localSsdCharge, localSsdSize, times } from "./disks";
import type { Pricing } from "./pricing";
import { lastPart, numberIn, objectIn, objectsIn, type Resource, type Stack, textIn } from "./resources";
import { inRegion, snapshot } from "./snapshot";

/** Machines of one type. The price of some series includes their GPUs or local SSDs. */
export function machineCharge(type: string, region: string, isSpot: boolean, count: number | Count = 1): Charge {
    const item = `${times(count)}${type}${isSpot ? " (Spot)" : ""}`;
    const price = inRegion(snapshot().machines[type]?.[isSpot ? "spot" : "onDemand"], region, "hour");
    return hourly(item, price, count, region);
}

/** GPUs that are attached to machines. The price of other machine types includes their GPUs. */
export const acceleratorCharges = (accelerators: unknown, machineType: string): Charge[] =>
    seriesOf(machineType)?.attachesGpus
        ? objectsIn(accelerators)
              .filter(({ count }) => numberIn(count) !== 0)
              .map(({ count, type }) =>
                  unknown(`${times(numberIn(count) ?? 1)}${lastPart(type) ?? "GPU"}`, "no source has its price"),
              )
        : [];

/** Machines with their disks and addresses, of an instance or a template. */
function machineCharges(values: Record<string, unknown>, region: string, count: number | Count): Charge[] {
    const scheduling = objectIn(values.scheduling);
    const isSpot = scheduling.provisioningModel === "SPOT" || scheduling.preemptible === true;
    const type = lastPart(values.machineType);
    const isStopped = values.desiredStatus === "TERMINATED";
    const machine =
        type === undefined
            ? unknown("machine", "its type is not known yet")
            : machineCharge(type, region, isSpot, count);
    return [
        ...(isStopped ? [] : [machine, ...acceleratorCharges(values.guestAccelerators, type ?? "")]),
        ...bootDisk(values, region, count),
        ...templateDisks(values, region, isSpot, count),
        ...scratchDisks(values, region, isSpot, count),
        ...(isStopped ? [] : addresses(values, region, isSpot, count)),
    ];
}

/** All local SSDs of an instance. */
function scratchDisks(
    values: Record<string, unknown>,
    region: string,
    isSpot: boolean,
    count: number | Count,
): Charge[] {
    const sizes = objectsIn(values.scratchDisks).map(({ size }) => numberIn(size) ?? localSsdSize);
    const size = sizes.reduce((sum, each) => sum + each, 0);
    return size > 0 ? [localSsdCharge(size, region, isSpot, count)] : [];
}

/** The boot disk of an instance that is created with it. */
function bootDisk(values: Record<string, unknown>, region: string, count: number | Count): Charge[] {
    const { initializeParams, source } = objectIn(values.bootDisk);
    if (values.bootDisk === undefined || (textIn(source) !== undefined && initializeParams === undefined)) {
        return [];
    }
    const { size, type, image } = objectIn(initializeParams);
    return [diskCharge(lastPart(type) ?? "pd-standard", numberIn(size) ?? imageSize(image), region, count)];
}

/** The disks of a template. */
const templateDisks = (
    values: Record<string, unknown>,
    region: string,
    isSpot: boolean,
    count: number | Count,
): Charge[] =>
    objectsIn(values.disks)
        .filter(({ source }) => textIn(source) === undefined)
        .map(({ diskType, diskSizeGb, sourceImage, type }) =>
            type === "SCRATCH" || lastPart(diskType) === "local-ssd"
                ? localSsdCharge(numberIn(diskSizeGb) ?? localSsdSize, region, isSpot, count)
                : diskCharge(
                      lastPart(diskType) ?? "pd-standard",
                      numberIn(diskSizeGb) ?? imageSize(sourceImage),
                      region,
                      count,
                  ),
        );

/** External addresses in use. */
function addresses(values: Record<string, unknown>, region: string, isSpot: boolean, count: number | Count): Charge[] {
    const external = objectsIn(values.networkInterfaces).flatMap(({ accessConfigs }) =>
        objectsIn(accessConfigs),
    ).length;
    if (external === 0) {
        return [];
    }
    const item = `${times(count)}external address`;
    const { min, max } = typeof count === "number" ? { min: count, max: count } : count;
    return [
        isSpot
            ? unknown(`${item} of a Spot machine`, "no source has its price")
            : hourly(
                  item,
                  inRegion(snapshot().addresses.machine, region, "hour"),
                  { min: min * external, max: max === undefined ? undefined : max * external },
                  region,
              ),
    ];
}

const templates = [
    "gcp:compute/regionInstanceTemplate:RegionInstanceTemplate",
    "gcp:compute/instanceTemplate:InstanceTemplate",
];

const autoscalers = {
    Region: "gcp:compute/regionAutoscaler:RegionAutoscaler",
    "": "gcp:compute/autoscaler:Autoscaler",
};

/** The number of instances: of the autoscaler, or of the group. */
function sizeOf(group: Resource, stack: Stack, kind: keyof typeof autoscalers): Count | undefined {
    const [autoscaler] = stack.referring(group, autoscalers[kind], "target");
    if (autoscaler) {
        const { minReplicas, maxReplicas } = objectIn(autoscaler.values.autoscalingPolicy);
        const min = numberIn(minReplicas);
        return min === undefined ? undefined : { min, max: numberIn(maxReplicas) };
    }
    const size = numberIn(group.values.targetSize);
    return size === undefined ? undefined : { min: size, max: size };
}

const groupManager =
    (kind: keyof typeof autoscalers) =>
    (group: Resource, stack: Stack): Charge[] => {
        const template = stack.referred(group, "versions", templates);
        const size = sizeOf(group, stack, kind);
        if (template === undefined || size === undefined) {
            const missing = template === undefined ? "its template is in another stack" : "its size is not known";
            return [unknown("instances", missing)];
        }
        return machineCharges(template.values, group.region, size);
    };

export const machines: Pricing = {
    "gcp:compute/instance:Instance": ({ values, region }) => machineCharges(values, region, 1),
    "gcp:compute/regionInstanceGroupManager:RegionInstanceGroupManager": groupManager("Region"),
    "gcp:compute/instanceGroupManager:InstanceGroupManager": groupManager(""),
    // Connectors are billed as virtual machines: https://cloud.google.com/vpc/pricing
    "gcp:vpcaccess/connector:Connector": ({ values, region }) => [
        machineCharge(textIn(values.machineType) ?? "e2-micro", region, false, {
            min: numberIn(values.minInstances) ?? 2,
            max: numberIn(values.maxInstances),
        }),
    ],
};
