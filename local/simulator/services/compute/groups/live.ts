import { isRunning, type Process, thisProcess } from "../../../../machine/daemon/processes";
import type { Cloud } from "../../../cloud/cloud";
import { SimulatedTime } from "../../../cloud/propagation";
import type { Entry } from "../../../cloud/store";
import type { Inputs } from "../../../rules/rules";
import type { Load } from "../autoscaling/demand";
import { type Behavior, type Group, groupOf, interval, simulate } from "../autoscaling/simulation";
import { api, fullName } from "../names";

/** What `slipway local set` sets of an autoscaler. */
export const autoscalerSettings = {
    /** The load: `{ "cpu": 4.2 }`, or changes of it in a list, `[{ "from": "2026-12-24T08:00Z", "cpu": 4.2 }]`. */
    load: "any",
    /** The time until which the autoscaler has acted, after the present: `2026-12-24T08:00Z`. */
    time: "string",
    /** How long the application takes to start. */
    startupSeconds: "number",
    /** The CPU utilization of an instance that starts. */
    startingCpu: "number",
} as const;

interface Settings extends Behavior {
    load?: Load | (Load & { from: string })[];
    time?: string;
    /** What the autoscaler did until a moment. */
    run?: { until: number; group: Group };
}

/** The autoscaler of a group. */
export function autoscalerOf(cloud: Cloud, group: string): Entry | undefined {
    const [, place] = /^(projects\/[^/]+\/regions\/[^/]+)\//.exec(group) ?? [];
    return cloud.store.list(`//${api}/${place}/autoscalers`).find(({ state }) => groupPath(state) === group);
}

/** The path of an autoscaler's group, from its path or its link. */
export const groupPath = ({ target }: Inputs): string =>
    String(target).replace(/^https:\/\/(www|compute)\.googleapis\.com\/compute\/(v1|beta)\//, "");

/** The entry with the load that a process measures. */
const measuredName = (autoscaler: string) => `${autoscaler}/measured`;

/** Sets the load of a group whose instances this process runs. It counts while the process runs, unless another load was set. */
export function setMeasured(cloud: Cloud, { name, project }: Entry, load: Load): void {
    cloud.simulated.set(measuredName(name), project, { load, by: thisProcess() });
}

/** The load that a running process measures. */
function measuredOf(cloud: Cloud, autoscaler: Entry): Load | undefined {
    const { load, by } = cloud.simulated.of(measuredName(autoscaler.name)) as { load?: Load; by?: Process };
    return by && isRunning(by) ? load : undefined;
}

/** The load at a moment: of a list, the last change before it. */
function loadAt(load: Settings["load"], moment: number): Load {
    if (!Array.isArray(load)) {
        return load ?? {};
    }
    const before = load.filter(({ from }) => Date.parse(from) <= moment);
    return before.sort((one, other) => Date.parse(one.from) - Date.parse(other.from)).at(-1) ?? {};
}

/** A minute, as the autoscaler looks once a minute. */
const minuteOf = (moment: number) => Math.floor(moment / interval) * interval;

/**
 * Lets an autoscaler act until the present simulated time, or the time that was set, and resizes its group. The load is what was set,
 * or what a process measures that runs the instances; without any, the group has none.
 */
export function act(cloud: Cloud, autoscaler: Entry): void {
    const path = groupPath(autoscaler.state);
    const group = cloud.store.read(fullName(path));
    if (!group) {
        return;
    }
    const settings = cloud.simulated.of(autoscaler.name) as Settings;
    const now = new SimulatedTime(cloud.folder).now();
    const until = minuteOf(Math.max(now, Date.parse(settings.time ?? "") || 0));
    const size = Number(group.state.targetSize ?? 0);
    const before = settings.run ?? { until: until - interval, group: groupOf(size, until) };
    if (before.until >= until) {
        return;
    }
    const load = settings.load ?? measuredOf(cloud, autoscaler);
    const { group: after } = simulate({
        policy: (autoscaler.state as Inputs).autoscalingPolicy,
        load: (moment) => loadAt(load, moment),
        from: before.until + interval,
        to: until,
        group: before.group,
        behavior: settings,
    });
    cloud.simulated.set(autoscaler.name, autoscaler.project, { ...settings, run: { until, group: after } });
    if (after.instances.length !== size) {
        cloud.store.write({ ...group, state: { ...group.state, targetSize: after.instances.length } });
    }
}
