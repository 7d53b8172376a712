import {
    type GroupInstance,
    type GroupSettings,
    isAvailable,
    type Step,
} from "../../../local/simulator/services/compute/groups/groupState";
import { plan } from "../../../local/simulator/services/compute/groups/plan";
import { requiredAction } from "../../../local/simulator/services/compute/groups/versions";

// What a managed instance group does, by the rules that Google documents: of a group that is simulated in steps of a second.

const [one, two] = ["one", "two"].map((name) => `projects/acme-dev/regions/europe-west1/instanceTemplates/${name}`) as [
    string,
    string,
];
const zones = ["europe-west1-b", "europe-west1-c", "europe-west1-d"];

type Changes = Partial<Omit<GroupSettings, "update" | "standby" | "lifecycle">> & {
    update?: Partial<GroupSettings["update"]>;
    standby?: Partial<GroupSettings["standby"]>;
    lifecycle?: Partial<GroupSettings["lifecycle"]>;
};

const settingsOf = ({ update, standby, lifecycle, ...more }: Changes = {}): GroupSettings => ({
    targetSize: 3,
    zones,
    shape: "EVEN",
    versions: [{ template: one }],
    healthDelay: 300_000,
    requiredAction: () => "REPLACE",
    ...more,
    update: {
        type: "PROACTIVE",
        minimalAction: "REPLACE",
        mostDisruptiveAllowedAction: "REPLACE",
        replacementMethod: "SUBSTITUTE",
        instanceRedistributionType: "PROACTIVE",
        maxSurge: { fixed: 3 },
        maxUnavailable: { fixed: 0 },
        ...update,
    },
    standby: { mode: "SCALE_OUT_POOL", delay: 0, sizes: { SUSPENDED: 0, STOPPED: 0 }, ...standby },
    lifecycle: {
        defaultActionOnFailure: "REPAIR",
        onFailedHealthCheck: "DEFAULT_ACTION",
        forceUpdateOnRepair: "NO",
        ...lifecycle,
    },
});

/** A group whose instances take some seconds to become healthy, and to be deleted. */
class Simulated {
    instances: GroupInstance[] = [];
    now = 0;
    /** In each second. */
    readonly available: number[] = [];
    readonly sizes: number[] = [];
    readonly steps: Step[] = [];
    private created = 0;
    private readonly due = new Map<
        string,
        { at: number; change: (each: GroupInstance) => GroupInstance | undefined }
    >();

    constructor(
        private settings: GroupSettings,
        readonly times = { start: 5, end: 3 },
    ) {
        this.run(20);
        this.forget();
    }

    /** Changes the group, and runs it for some seconds. */
    change(settings: GroupSettings, seconds = 60): this {
        this.settings = settings;
        this.forget();
        return this.run(seconds);
    }

    run(seconds: number): this {
        for (let count = 0; count < seconds; count++) {
            this.now += 1000;
            this.instances = this.instances.flatMap((each) => {
                const due = this.due.get(each.name);
                if (!due || due.at > this.now) {
                    return [each];
                }
                this.due.delete(each.name);
                return due.change(each) ?? [];
            });
            const steps = plan(this.settings, this.instances, this.now);
            this.steps.push(...steps);
            for (const step of steps) {
                this.apply(step);
            }
            this.available.push(this.instances.filter((each) => isAvailable(each, this.settings)).length);
            this.sizes.push(this.instances.length);
        }
        return this;
    }

    /** Replaces an instance, as if it had changed itself. */
    set(index: number, changed: Partial<GroupInstance>): this {
        this.instances[index] = { ...(this.instances[index] as GroupInstance), ...changed };
        return this;
    }

    /** The numbers of instances by a property. */
    count(of: (each: GroupInstance) => string): Record<string, number> {
        const counts: Record<string, number> = {};
        for (const each of this.instances) {
            counts[of(each)] = (counts[of(each)] ?? 0) + 1;
        }
        return counts;
    }

    get templates(): Record<string, number> {
        return this.count(({ template }) => template.split("/").at(-1) as string);
    }

    private forget(): void {
        for (const each of [this.available, this.sizes, this.steps]) {
            each.length = 0;
        }
    }

    private apply(step: Step): void {
        const ready = (each: GroupInstance): GroupInstance => ({
            ...each,
            ...{ status: "RUNNING", action: "NONE", health: "HEALTHY", wasHealthy: true, hasFailed: false },
        });
        if (step.kind === "create") {
            const { zone, template, pool } = step;
            const name = `web-${++this.created}`;
            const created = { name, zone, template, pool, started: this.now };
            this.instances.push({ ...created, status: "STAGING", action: "CREATING" });
            this.due.set(name, { at: this.now + this.times.start * 1000, change: ready });
            return;
        }
        const { name } = step;
        const index = this.instances.findIndex((each) => each.name === name);
        switch (step.kind) {
            case "delete":
                this.set(index, { action: "DELETING" });
                this.due.set(name, { at: this.now + this.times.end * 1000, change: () => undefined });
                break;
            case "refresh":
                this.set(index, { template: step.template });
                break;
            case "park":
                this.set(index, { status: step.pool });
                break;
            default:
                this.set(index, {
                    ...("template" in step && { template: step.template }),
                    ...{ action: "RECREATING", wasHealthy: false, hasFailed: false, health: "UNKNOWN" },
                    ...{ started: this.now, pool: undefined },
                });
                this.due.set(name, { at: this.now + this.times.start * 1000, change: ready });
        }
    }
}

const rolling = "https://cloud.google.com/compute/docs/instance-groups/rolling-out-updates-to-managed-instance-groups";
const rest = "https://cloud.google.com/compute/docs/reference/rest/v1/regionInstanceGroupManagers";

interface UpdateRow {
    rule: string;
    source: string;
    from?: Changes;
    to: Changes;
    /** The fewest available instances, the most that exist, and the templates after a minute. */
    expected: [available: number, size: number, templates: Record<string, number>];
}

const toTwo = { versions: [{ template: two }] };
const split = (targetSize: object) => ({ versions: [{ template: one }, { template: two, targetSize }] });

const updates: UpdateRow[] = [
    {
        rule: "a surge adds instances before old ones are deleted",
        source: `${rolling}#max_surge`,
        to: toTwo,
        expected: [3, 6, { two: 3 }],
    },
    {
        rule: "without a surge, instances are deleted first",
        source: `${rolling}#max_unavailable`,
        to: { ...toTwo, update: { maxSurge: { fixed: 0 }, maxUnavailable: { fixed: 1 } } },
        expected: [2, 3, { two: 3 }],
    },
    {
        rule: "both limits are used at once",
        source: `${rolling}#max_unavailable`,
        from: { targetSize: 6 },
        to: { ...toTwo, targetSize: 6, update: { maxSurge: { fixed: 3 }, maxUnavailable: { fixed: 3 } } },
        expected: [3, 9, { two: 6 }],
    },
    {
        rule: "percentages are of the size of the group, and rounded",
        source: rest,
        from: { targetSize: 12 },
        to: { ...toTwo, targetSize: 12, update: { maxSurge: { percent: 20 }, maxUnavailable: { percent: 10 } } },
        expected: [11, 14, { two: 12 }],
    },
    {
        rule: "instances that keep their names are created again, as many as can be unavailable",
        source: `${rolling}#replacement_method`,
        to: {
            ...toTwo,
            update: { replacementMethod: "RECREATE", maxSurge: { fixed: 0 }, maxUnavailable: { fixed: 2 } },
        },
        expected: [1, 3, { two: 3 }],
    },
    {
        rule: "an opportunistic update replaces nothing",
        source: `${rolling}#opportunistic_updates`,
        to: { ...toTwo, update: { type: "OPPORTUNISTIC" } },
        expected: [3, 3, { one: 3 }],
    },
    {
        rule: "an opportunistic update is of new instances",
        source: `${rolling}#opportunistic_updates`,
        to: { ...toTwo, targetSize: 5, update: { type: "OPPORTUNISTIC" } },
        expected: [3, 5, { one: 3, two: 2 }],
    },
    {
        rule: "a canary has a percentage of the instances",
        source: `${rolling}#starting_a_canary_update`,
        from: { targetSize: 10 },
        to: { targetSize: 10, ...split({ percent: 20 }) },
        expected: [10, 12, { one: 8, two: 2 }],
    },
    {
        rule: "a canary with a number has not more instances than the group",
        source: rest,
        to: split({ fixed: 5 }),
        expected: [3, 6, { two: 3 }],
    },
    {
        rule: "the end of a canary removes its instances",
        source: `${rolling}#starting_a_canary_update`,
        from: { targetSize: 10, ...split({ fixed: 2 }) },
        to: { targetSize: 10 },
        expected: [10, 12, { one: 10 }],
    },
    {
        rule: "an update that needs more than is allowed does nothing",
        source: `${rolling}#most_disruptive_allowed_action`,
        to: { ...toTwo, update: { minimalAction: "REFRESH", mostDisruptiveAllowedAction: "RESTART" } },
        expected: [3, 3, { one: 3 }],
    },
    {
        rule: "a refresh interrupts nothing",
        source: `${rolling}#minimal_action`,
        to: { ...toTwo, update: { minimalAction: "REFRESH" }, requiredAction: () => "REFRESH" },
        expected: [3, 3, { two: 3 }],
    },
    {
        rule: "a restart makes as many unavailable as there can be",
        source: `${rolling}#minimal_action`,
        to: {
            ...toTwo,
            update: { minimalAction: "RESTART", maxSurge: { fixed: 0 }, maxUnavailable: { fixed: 1 } },
            requiredAction: () => "REFRESH",
        },
        expected: [2, 3, { two: 3 }],
    },
    {
        rule: "a group that shrinks during an update keeps as many as it needs",
        source: rest,
        from: { targetSize: 6 },
        to: { ...toTwo, targetSize: 4 },
        expected: [4, 7, { two: 4 }],
    },
    {
        rule: "a group that grows during an update has a surge above the new size",
        source: rest,
        to: { ...toTwo, targetSize: 5 },
        expected: [3, 8, { two: 5 }],
    },
];

test.each(updates)("$rule", ({ from, to, expected }) => {
    const group = new Simulated(settingsOf(from)).change(settingsOf(to), 120);
    expect([Math.min(...group.available), Math.max(...group.sizes), group.templates]).toEqual(expected);
    expect(group.run(20).sizes.at(-1)).toBe(settingsOf(to).targetSize);
});

test("an update stops while its new instances are not healthy", () => {
    const group = new Simulated(settingsOf());
    group.times.start = 1000;
    group.change(settingsOf(toTwo), 60);
    expect([Math.min(...group.available), group.templates]).toEqual([3, { one: 3, two: 3 }]);
});

const failing = { health: "UNHEALTHY" } as const;

interface RepairRow {
    rule: string;
    source: string;
    settings?: Changes;
    instance: Partial<GroupInstance>;
    /** The age of the instances in seconds. */
    age: number;
    /** The steps of the first plan. */
    expected: object[];
}

const about = "https://cloud.google.com/compute/docs/instance-groups/about-repair";
const healing = "https://cloud.google.com/compute/docs/instance-groups/autohealing-instances-in-migs";
const recreated = (reason: string, template = one) => [{ kind: "recreate", name: "web-1", template, reason }];

const repairs: RepairRow[] = [
    { rule: "a failed instance", source: about, instance: { hasFailed: true }, age: 1, expected: recreated("failed") },
    { rule: "an unhealthy instance", source: healing, instance: failing, age: 1, expected: recreated("unhealthy") },
    {
        rule: "not one that was not healthy yet, during the initial delay",
        source: `${healing}#initial_delay`,
        instance: { ...failing, action: "VERIFYING", wasHealthy: false },
        age: 299,
        expected: [],
    },
    {
        rule: "one that was not healthy after the initial delay",
        source: `${healing}#initial_delay`,
        instance: { ...failing, action: "VERIFYING", wasHealthy: false },
        age: 300,
        expected: recreated("unhealthy"),
    },
    {
        rule: "not an unhealthy one if repairs are off",
        source: `${about}#turn-off-repairs`,
        settings: { lifecycle: { defaultActionOnFailure: "DO_NOTHING" } },
        instance: failing,
        age: 1,
        expected: [],
    },
    {
        rule: "not an unhealthy one if only failures are repaired",
        source: rest,
        settings: { lifecycle: { onFailedHealthCheck: "DO_NOTHING" } },
        instance: failing,
        age: 1,
        expected: [],
    },
    {
        rule: "one of an old template, which it keeps with opportunistic updates",
        source: `${about}#update-on-repair`,
        settings: { ...toTwo, update: { type: "OPPORTUNISTIC" } },
        instance: failing,
        age: 1,
        expected: recreated("unhealthy"),
    },
    {
        rule: "one of an old template, which is updated if it is forced",
        source: `${about}#update-on-repair`,
        settings: { ...toTwo, update: { type: "OPPORTUNISTIC" }, lifecycle: { forceUpdateOnRepair: "YES" } },
        instance: failing,
        age: 1,
        expected: recreated("unhealthy", two),
    },
];

test.each(repairs)("repaired is $rule", ({ settings, instance, age, expected }) => {
    const group = new Simulated(settingsOf()).set(0, instance);
    const instances = group.instances.map((each) => ({ ...each, started: group.now - age * 1000 }));
    expect(plan(settingsOf(settings), instances, group.now)).toEqual(expected);
});

test.each([
    ["all if there is one in each zone", 3, 3],
    ["fewer than all in a larger group", 6, 5],
])("unhealthy at once are repaired %s", (_, targetSize, expected) => {
    const group = new Simulated(settingsOf({ targetSize }));
    const instances = group.instances.map((each) => ({ ...each, ...failing }));
    expect(plan(settingsOf({ targetSize }), instances, group.now)).toHaveLength(expected);
});

const zoneOf = ({ zone }: GroupInstance) => zone.slice(-1);

test("instances are added to the zone with the fewest, and removed from that with the most", () => {
    const group = new Simulated(settingsOf({ targetSize: 5 }));
    expect(group.count(zoneOf)).toEqual({ b: 2, c: 2, d: 1 });
    expect(group.change(settingsOf({ targetSize: 4 })).count(zoneOf)).toEqual({ b: 1, c: 2, d: 1 });
    expect(group.change(settingsOf({ targetSize: 3 })).count(zoneOf)).toEqual({ b: 1, c: 1, d: 1 });
});

test.each([
    ["ANY_SINGLE_ZONE", { b: 5 }],
    ["BALANCED", { b: 2, c: 2, d: 1 }],
])("a group of the shape %s", (shape, expected) => {
    const update = { instanceRedistributionType: "NONE" };
    expect(new Simulated(settingsOf({ targetSize: 5, shape, update })).count(zoneOf)).toEqual(expected);
});

test.each([
    ["PROACTIVE", { b: 2, c: 1, d: 1 }],
    ["NONE", { b: 3, c: 1 }],
])("with redistribution %s, an uneven group", (instanceRedistributionType, expected) => {
    const settings = settingsOf({ targetSize: 4, update: { instanceRedistributionType } });
    const group = new Simulated(settings);
    group.instances = group.instances.map((each, index) => ({ ...each, zone: zones[index === 3 ? 1 : 0] as string }));
    group.run(60);
    expect([group.count(zoneOf), Math.min(...group.available.slice(-60))]).toEqual([expected, 4]);
});

test("of a zone, an instance is removed that does not work, then the one with the lowest load", () => {
    const settings = settingsOf({ targetSize: 4, zones: zones.slice(0, 1) });
    const group = new Simulated(settings);
    group.instances = group.instances.map((each, index) => ({ ...each, load: [0.5, 0.1, 0.9, 0.3][index] }));
    const removed = (targetSize: number) => plan({ ...settings, targetSize }, group.instances, group.now);
    expect(removed(3)).toEqual([{ kind: "delete", name: "web-2" }]);
    group.set(2, { wasHealthy: false, action: "VERIFYING" });
    expect(removed(2)).toEqual([
        { kind: "delete", name: "web-3" },
        { kind: "delete", name: "web-2" },
    ]);
});

const states = ({ status, pool }: GroupInstance) => (pool ? `${status} in the pool` : status);
const pool = { mode: "SCALE_OUT_POOL", delay: 10_000, sizes: { SUSPENDED: 1, STOPPED: 2 } };

test("instances of the standby pool run for its delay, and replace new ones, the suspended first", () => {
    const group = new Simulated(settingsOf());
    const full = { RUNNING: 3, "SUSPENDED in the pool": 1, "STOPPED in the pool": 2 };
    expect(group.change(settingsOf({ standby: pool }), 8).count(states)).toEqual({
        RUNNING: 3,
        "RUNNING in the pool": 3,
    });
    expect(group.run(5).count(states)).toEqual(full);
    const steps = plan(settingsOf({ targetSize: 5, standby: pool }), group.instances, group.now);
    expect(steps.map((step) => ("name" in step ? `${step.kind} ${step.name}` : `${step.kind} ${step.pool}`))).toEqual([
        "resume web-4",
        "resume web-5",
        "create SUSPENDED",
        "create STOPPED",
    ]);
    group.change(settingsOf({ targetSize: 5, standby: pool }));
    expect(group.count(states)).toEqual({ ...full, RUNNING: 5 });
    expect(group.change(settingsOf({ targetSize: 5 })).count(states)).toEqual({ RUNNING: 5 });
});

test("a pool that is resumed by hand does not replace new instances", () => {
    const standby = { ...pool, mode: "MANUAL" };
    const group = new Simulated(settingsOf({ standby })).run(20);
    group.change(settingsOf({ targetSize: 5, standby }), 10);
    expect(group.steps.map(({ kind }) => kind)).toEqual(["create", "create"]);
});

test.each([
    [{ metadata: { level: "info" } }, { metadata: { level: "debug" } }, "REFRESH"],
    [{ machineType: "e2-medium", labels: {} }, { machineType: "e2-small", labels: { team: "web" } }, "RESTART"],
    [{ disks: [{ diskSizeGb: 10 }] }, { disks: [{ diskSizeGb: 20 }] }, "REPLACE"],
    [{ name: "web-1", numericId: "1" }, { name: "web-2", numericId: "2" }, "NONE"],
])("a template %j that becomes %j requires %s", (before, after, action) => {
    expect(requiredAction(before, after)).toBe(action);
});
