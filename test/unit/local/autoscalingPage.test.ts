import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { AutoscalingPolicy } from "../../../local/simulator/services/compute/autoscaling/policy";
import { groupOf, simulate } from "../../../local/simulator/services/compute/autoscaling/simulation";
import { root } from "./world";

// The table of the page, from the simulation.

const start = Date.UTC(2026, 10, 2);
const minute = 60_000;

/** The CPU that the work takes, in instances that it fully uses, from each minute on. */
const loads: [from: number, cpu: number][] = [
    [0, 1.2],
    [10, 1.7],
    [40, 4],
    [80, 0.9],
];

const loadAt = (at: number) => loads.filter(([from]) => from <= at).at(-1)?.[1] ?? 0;
const last = 150;

const policy: AutoscalingPolicy = {
    minReplicas: 2,
    maxReplicas: 6,
    cpuUtilization: { target: 0.8 },
    scaleInControl: { maxScaledInReplicas: { fixed: 1 }, timeWindowSec: 600 },
};

function autoscaled(): number[] {
    const load = (moment: number) => ({ cpu: loadAt((moment - start) / minute) });
    const to = start + last * minute;
    return simulate({ policy, load, from: start, to, group: groupOf(2, start) }).steps.map(({ size }) => size);
}

/** Adds one instance above 80 % for ten minutes, and removes one below 20 % for ten minutes. */
function byThresholds(): number[] {
    let [size, above, below] = [2, 0, 0];
    return Array.from({ length: last + 1 }, (_, at) => {
        const utilization = Math.min(1, loadAt(at) / size);
        above = utilization > 0.8 ? above + 1 : 0;
        below = utilization < 0.2 ? below + 1 : 0;
        const change = above > 10 ? 1 : below > 10 ? -1 : 0;
        [above, below] = change === 0 ? [above, below] : [0, 0];
        size = Math.min(policy.maxReplicas, Math.max(policy.minReplicas, size + change));
        return size;
    });
}

/** The rows of the table: the minutes at which a number changes. */
function table(): string[] {
    const [rule, autoscaler] = [byThresholds(), autoscaled()];
    const percent = (at: number, sizes: number[]) => Math.round(100 * Math.min(1, loadAt(at) / (sizes[at - 1] ?? 2)));
    const changes = Array.from({ length: last + 1 }, (_, at) => at).filter(
        (at) =>
            at === 0 ||
            loadAt(at) !== loadAt(at - 1) ||
            rule[at] !== rule[at - 1] ||
            autoscaler[at] !== autoscaler[at - 1],
    );
    return changes.map(
        (at) =>
            `| ${at} | ${loadAt(at)} | ${rule[at]} (${percent(at, rule)} %) | ${autoscaler[at]} (${percent(at, autoscaler)} %) |`,
    );
}

test("the page shows what the autoscaler does in place of a rule with thresholds", () => {
    const page = readFileSync(join(root, "docs", "instance-group.md"), "utf8");
    const [, ...lines] = /\n\| minute \|.*\n\|---.*\n((?:\|.*\n)+)/.exec(page) ?? [];
    expect(lines.join("").trim().split("\n")).toEqual(table());
});
