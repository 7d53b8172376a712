import {
    defaultDiskType,
    isMachineType,
    isTerminated,
    machineSeries,
    machineTypeNames,
    machineTypes,
    publicFamily,
    seriesNameOf,
} from "../../../lib/facts";

test.each([
    "e2-medium",
    "f1-micro",
    "n2-standard-128",
    "n2d-highcpu-224",
    "c3d-highmem-8-lssd",
    "c4-standard-288-lssd-metal",
    "x4-megamem-960-metal",
    "x4-480-8t-metal",
    "z3-highmem-14-standardlssd",
    "m2-ultramem2x-96",
    "a2-megagpu-16g",
    "a3-ultragpu-8g-nolssd",
    "a4x-maxgpu-4g-metal",
    "n2-custom-4-8192",
    "n1-custom-2-4096-ext",
    "custom-4-8192",
    "e2-custom-micro-1024",
])("%s is a machine type", (machineType) => {
    expect(isMachineType(machineType)).toBe(true);
});

test.each([
    "e2-standard-3",
    "n2-highcpu-128",
    "c3d-highmem-4-lssd",
    "c4-custom-4-8192",
    "z9-standard-4",
    "a2-highgpu-3g",
])("%s is not a machine type", (machineType) => {
    expect(isMachineType(machineType)).toBe(false);
});

test("each machine type is listed once, and has a series", () => {
    expect(new Set(machineTypeNames).size).toBe(machineTypeNames.length);
    expect(machineTypeNames.filter((name) => seriesNameOf(name) === undefined)).toEqual([]);
});

test("each series with disk types has machine types", () => {
    const withTypes = new Set(machineTypeNames.map(seriesNameOf));
    expect(Object.keys(machineSeries.rows).filter((name) => !withTypes.has(name))).toEqual([]);
    // No source states the disk types of these.
    const others = Object.keys(machineTypes.rows).filter((name) => !Object.hasOwn(machineSeries.rows, name));
    expect(others).toEqual(["c4n", "m4n"]);
});

test("a series that is not listed has the disk of new series, and is migrated", () => {
    expect(defaultDiskType("z9-standard-4")).toBe("hyperdisk-balanced");
    expect(isTerminated("z9-standard-4")).toBe(false);
    expect(isTerminated("z9-standard-4-metal")).toBe(true);
});

test("families of Deep Learning VM Images have the names of their contents", () => {
    expect(publicFamily("deeplearning-platform-release", "pytorch-3-0-cu131-ubuntu-2604-nvidia-600")).toEqual({
        images: "pytorch-3-0-cu131-ubuntu-2604-nvidia-600",
        architecture: "X86_64",
        diskSize: 50,
    });
    expect(publicFamily("deeplearning-platform-release", "common-cpu")).toBeUndefined();
    expect(publicFamily("debian-cloud", "debian-99")).toBeUndefined();
});
