import { type ComposerLimits, composerLimits } from "slipway/facts";

const rows = Object.entries<ComposerLimits>(composerLimits.rows);

test("the limits of both generations have sources", () => {
    expect(rows.map(([generation]) => generation)).toEqual(["composer2", "composer3"]);
    expect([composerLimits.source, composerLimits.rows.composer2.source]).toEqual([
        expect.stringMatching(/^https:\/\/\S+\/composer-3\/\S+$/),
        expect.stringMatching(/^https:\/\/\S+\/composer-2\/\S+$/),
    ]);
});

test.each(rows)("no minimum of %s exceeds its maximum, and the memory for the minimum vCPUs is allowed", (_, row) => {
    const [min, max] = row.memoryPerCpuGb;
    const bounds = Object.values(row.workloads).flatMap((part) => Object.values(part));
    expect(bounds.length).toBeGreaterThan(12);
    expect([[min, max], ...bounds].filter(([least, most]) => least >= most)).toEqual([]);
    for (const { cpu, memoryGb } of Object.values(row.workloads)) {
        expect(cpu[0] * max).toBeGreaterThanOrEqual(memoryGb[0]);
        expect(cpu[1] * min).toBeLessThanOrEqual(memoryGb[1]);
    }
});

// Each is announced in the release notes of a day: https://docs.cloud.google.com/composer/docs/release-notes
test("Cloud Composer 2 takes no new environments in the regions that Google closed to it", () => {
    expect(composerLimits.rows.composer2.closedRegions).toEqual([
        "africa-south1",
        "australia-southeast2",
        "europe-west10",
        "europe-west12",
        "northamerica-south1",
        "us-south1",
    ]);
});
