import { AutoscaledInstanceGroup, type AutoscaledInstanceGroupArgs } from "slipway";
import { refused, registered } from "../registered";

const group = (args: object) => new AutoscaledInstanceGroup("shop", args as AutoscaledInstanceGroupArgs);

const made = async (args: object) => {
    const all = await registered(() => group(args));
    return {
        group: all["RegionInstanceGroupManager shop"] as Record<string, unknown>,
        template: all["RegionInstanceTemplate shop-template"] as Record<string, unknown> & { disks: object[] },
    };
};

const ranked = ["n2-standard-4", ["n2d-standard-4", "e2-standard-4"]];

test("a group has machine types in the order of preference, and its instances are where there is capacity", async () => {
    const { group, template } = await made({ machineTypes: ranked });
    expect(group).toMatchObject({
        instanceFlexibilityPolicy: {
            instanceSelections: [
                { name: "rank-1", rank: 1, machineTypes: ["n2-standard-4"] },
                { name: "rank-2", rank: 2, machineTypes: ["n2d-standard-4", "e2-standard-4"] },
            ],
        },
        distributionPolicyTargetShape: "BALANCED",
        updatePolicy: { instanceRedistributionType: "NONE" },
    });
    expect(template).toMatchObject({ machineType: "e2-standard-4", disks: [{ diskType: "pd-balanced" }] });
});

test("another preference does not change the template", async () => {
    const { template } = await made({ machineTypes: ranked });
    expect((await made({ machineTypes: [...ranked].reverse() })).template).toEqual({
        ...template,
        name: expect.stringMatching(/^shop-template-/),
    });
});

test("disks have a type that all machine types support", async () => {
    const { template } = await made({
        machineTypes: ["c3-standard-8", ["c4-highcpu-8", "c4-highcpu-16"]],
        disks: { data: {} },
    });
    expect(template.disks).toMatchObject([{ diskType: "hyperdisk-balanced" }, { diskType: "hyperdisk-balanced" }]);
});

test("instances with a machine type that cannot be migrated stop during host maintenance", async () => {
    const { template } = await made({
        machineTypes: ["c3-standard-4", "c3-standard-192-metal"],
        shape: "ANY",
        scaling: 3,
    });
    expect(template.scheduling).toMatchObject({ onHostMaintenance: "TERMINATE" });
});

test.each(["0 seconds", "1 hour"] as const)("an instance is available after %s of an update", async (minReady) => {
    const { group } = await made({ update: { minReady } });
    expect(group).toMatchObject({ updatePolicy: { minReadySec: minReady === "1 hour" ? 3600 : 0 } });
});

test("machine types with the same GPUs are accepted", async () => {
    const { group } = await made({ machineTypes: ["g2-standard-4", "g2-standard-8"] });
    expect(group).toMatchObject({ distributionPolicyTargetShape: "BALANCED" });
});

test.each<[object, string]>([
    [{ machineTypes: [] }, "machineTypes: must have at least one machine type"],
    [{ machineTypes: ["e2-standard-4", ["e2-standard-4"]] }, "machineTypes: must have each machine type once"],
    [{ machineTypes: ["e2-standard-3"] }, "machineTypes.0: "],
    [{ update: { minReady: "61 minutes" } }, "update.minReady: "],
    [{ machineTypes: 4 }, "machineTypes: must be a list"],
    [{ machineTypes: ranked, machineType: "e2-small" }, "machineType: [compute/machine-type-beside-types]"],
    [{ machineTypes: ranked, shape: "EVEN" }, "shape: [compute/shape-of-machine-types]"],
    [{ machineTypes: ranked, standby: { stopped: 1 } }, "standby: [compute/standby-with-machine-types]"],
    [{ machineTypes: ["n2-standard-4", "t2a-standard-4"] }, "machineTypes: [compute/architectures-of-machine-types]"],
    [{ machineTypes: ["n2-standard-4", "g2-standard-4"] }, "machineTypes: [compute/gpus-of-machine-types]"],
    [
        { machineTypes: ranked, canary: { template: { machineType: "e2-small" } } },
        "canary.template.machineType: [compute/machine-type-of-flexible-canary]",
    ],
    [
        { machineTypes: ["n1-standard-4", "c4-standard-4"], bootDisk: { type: "pd-ssd" } },
        "bootDisk.type: [compute/disk-type-of-machine]",
    ],
    [
        {
            machineTypes: ["n2-standard-4", "e2-small"],
            interfaces: [1, 2].map((n) => ({ network: `n${n}`, subnet: `n${n}` })),
        },
        "interfaces: [compute/too-many-interfaces]",
    ],
])("%j is refused", async (args, text) => {
    expect(await refused(() => group(args))).toContain(text);
});
