import {
    defaultDiskType,
    diskLimitsOf,
    diskTypesOf,
    isMachineType,
    isTerminated,
    machineSeries,
    machineTypeNames,
    machineTypes,
    publicFamily,
    seriesNameOf,
    vcpusOf,
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
    expect(Object.keys(machineTypes.rows).filter((name) => !Object.hasOwn(machineSeries.rows, name))).toEqual([]);
});

// "Supported disk types" of the pages of machine families, https://docs.cloud.google.com/compute/docs/general-purpose-machines and its
// siblings, and, for those that it gained later, https://docs.cloud.google.com/compute/docs/release-notes
test.each([
    ["e2-standard-4", "pd-balanced pd-ssd pd-standard"],
    ["n1-standard-4", "pd-balanced pd-ssd pd-standard"],
    ["n2-standard-64", "pd-balanced pd-ssd pd-standard pd-extreme hyperdisk-throughput"],
    ["n2-standard-80", "pd-balanced pd-ssd pd-standard pd-extreme hyperdisk-throughput hyperdisk-extreme"],
    ["n2-custom-80-81920", "pd-balanced pd-ssd pd-standard pd-extreme hyperdisk-throughput"],
    ["n2d-standard-4", "pd-balanced pd-ssd pd-standard hyperdisk-throughput"],
    ["n4-standard-4", "hyperdisk-balanced hyperdisk-throughput hyperdisk-ml hyperdisk-balanced-high-availability"],
    ["c2-standard-60", "pd-balanced pd-ssd pd-standard"],
    [
        "c3-standard-44",
        "pd-balanced pd-ssd hyperdisk-balanced hyperdisk-throughput hyperdisk-ml hyperdisk-balanced-high-availability",
    ],
    ["c3-standard-192-metal", "hyperdisk-balanced hyperdisk-extreme hyperdisk-ml"],
    ["c4-standard-48", "hyperdisk-balanced hyperdisk-throughput hyperdisk-ml hyperdisk-balanced-high-availability"],
    ["c4-standard-288-lssd-metal", "hyperdisk-balanced hyperdisk-extreme hyperdisk-ml"],
    ["c4a-standard-96-metal", "hyperdisk-balanced hyperdisk-throughput hyperdisk-extreme hyperdisk-ml"],
    ["c4d-standard-2", "hyperdisk-balanced hyperdisk-throughput hyperdisk-ml hyperdisk-balanced-high-availability"],
    [
        "c4n-standard-2",
        "hyperdisk-balanced hyperdisk-throughput hyperdisk-extreme hyperdisk-ml hyperdisk-balanced-high-availability",
    ],
    ["t2a-standard-4", "pd-balanced pd-ssd pd-standard"],
    ["h3-standard-88", "pd-balanced hyperdisk-balanced hyperdisk-throughput"],
    ["a2-highgpu-1g", "pd-balanced pd-ssd pd-standard hyperdisk-balanced hyperdisk-ml"],
    [
        "m3-ultramem-32",
        "pd-balanced pd-ssd pd-extreme hyperdisk-balanced hyperdisk-throughput hyperdisk-balanced-high-availability",
    ],
    ["m4-megamem-56", "hyperdisk-balanced"],
    ["m4n-hypermem-16", "hyperdisk-balanced hyperdisk-extreme"],
    ["z3-highmem-192-highlssd-metal", "hyperdisk-balanced hyperdisk-extreme"],
])("machines of the type %s can have the disks %s", (machineType, types) => {
    expect(diskTypesOf(machineType)?.join(" ")).toBe(types);
});

// "Disk and capacity limits" of the same pages, without the boot disk.
test.each([
    ["c4-standard-2", 7],
    ["c4-standard-32", 63],
    ["c4-standard-32-lssd", 31],
    ["c4-highmem-144", 127],
    ["c4-highmem-144-lssd", 63],
    ["c4-standard-288-metal", 31],
    ["c4-standard-288-lssd-metal", 31],
    ["c4a-standard-1", 15],
    ["c4a-standard-48-lssd", 31],
    ["c4a-standard-72", 63],
    ["c4a-standard-96-metal", 31],
    ["c4d-standard-2", 3],
    ["c4d-standard-384", 127],
    ["c4d-standard-384-metal", 31],
    ["c4n-highcpu-48", 63],
    ["c3-standard-4", 127],
    ["c3-standard-192-metal", 15],
    ["m4-hypermem-16", 15],
    ["m4-ultramem-224", 127],
    ["m4n-megamem-112", 63],
    ["x4-1920-32t-metal", 31],
    ["z3-highmem-192-highlssd-metal", 31],
    ["f1-micro", 15],
])("machines of the type %s can have %d disks beside the boot disk", (machineType, disks) => {
    expect(diskLimitsOf(machineType).disks).toBe(disks);
});

// A list of the API's machine types: https://github.com/Cyclenerd/google-cloud-pricing-cost-calculator/blob/master/tools/machinetyperegion.csv
test.each([
    ["c4-standard-288-lssd-metal", 288],
    ["x4-480-6t-metal", 480],
    ["x4-1920-32t-metal", 1920],
    ["z3-highmem-192-highlssd-metal", 192],
    ["m2-ultramem2x-96", 96],
    ["n1-custom-2-4096-ext", 2],
    ["f1-micro", 1],
    ["e2-micro", 2],
    ["e2-custom-micro-1024", 2],
    ["a2-highgpu-1g", undefined],
])("machines of the type %s have %p vCPUs", (machineType, vcpus) => {
    expect(vcpusOf(machineType)).toBe(vcpus);
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
