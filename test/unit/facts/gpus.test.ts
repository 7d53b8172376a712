import { gpuCounts, gpuOf, gpus } from "../../../lib/facts";

test("every GPU can be used in a number of machines, and every machine type includes one GPU", () => {
    expect(Object.keys(gpus.rows).filter((type) => !gpuCounts(type)?.length)).toEqual([]);
    const machines = Object.values(gpus.rows).flatMap((row) => Object.keys(row.machines));
    expect(new Set(machines).size).toBe(machines.length);
});

test.each([
    ["nvidia-l4", [1, 2, 4, 8]],
    ["nvidia-tesla-a100", [1, 2, 4, 8, 16]],
    ["nvidia-tesla-t4", [1, 2, 4]],
    ["nvidia-rtx-pro-6000", [1, 2, 4, 8]],
    ["nvidia-gb300", [4]],
    ["nvidia-tesla-p100", undefined],
    ["nvidia-next", undefined],
])("nodes can have as many %s as any machine", (type, counts) => {
    expect(gpuCounts(type)).toEqual(counts);
});

test("a machine type includes its GPU", () => {
    expect(gpuOf("g2-standard-24")).toEqual({ type: "nvidia-l4", count: 2 });
    expect(gpuOf("a2-highgpu-4g")).toEqual({ type: "nvidia-tesla-a100", count: 4 });
    expect(gpuOf("e2-standard-4")).toBeUndefined();
});
