import { cpuOf, demands, type Fleet, type Load } from "./demand";
import { type CpuSample, forecast, withSample } from "./forecast";
import { type AutoscalingPolicy, initializationOf, isPredictive, needsInstance, stabilizationOf } from "./policy";
import { Schedules } from "./schedules";

/** A number of instances at a moment. */
type Sized = [moment: number, instances: number];

/** A group and what its autoscaler remembers. Moments are in milliseconds. */
export interface Group {
    /** When each instance was created, the oldest first. */
    instances: number[];
    /** The numbers of instances that the load required, in the stabilization period. */
    required: Sized[];
    /** The sizes that the autoscaler recommended, in the trailing time window of the scale-in control. */
    recommended: Sized[];
    cpu: CpuSample[];
}

/** A group at a moment. */
export interface Step {
    moment: number;
    /** The target size of the group. */
    size: number;
    /** The size that the autoscaler recommends, also while it is off. */
    recommended: number;
    /** The instances that do work. */
    serving: number;
    /** The average CPU utilization of the instances: 0 to 1. */
    cpu: number;
    /** What each signal requires: `cpu`, `loadBalancing`, metrics by their names, `schedules`, `prediction`. */
    signals: Record<string, number>;
    /** The schedules that are active. */
    schedules: string[];
}

/** What the simulation needs to know of the instances. */
export interface Behavior {
    /**
     * How long the application takes to start, in seconds.
     * @default the initialization period
     */
    startupSeconds?: number;
    /**
     * The CPU utilization of an instance while the application starts: 0 to 1.
     * @default 0
     */
    startingCpu?: number;
}

export interface Simulation {
    policy: AutoscalingPolicy;
    load: (moment: number) => Load;
    from: number;
    to: number;
    group: Group;
    behavior?: Behavior;
}

/** How often the autoscaler looks, in milliseconds: as often as Cloud Monitoring has points of the metrics of instances. */
export const interval = 60_000;

/**
 * A group of a size. "The autoscaler uses the current MIG size as a starting point. Before scaling in, the autoscaler uses the
 * stabilization period and then scale-in controls":
 * https://cloud.google.com/compute/docs/autoscaler/understanding-autoscaler-decisions#configure_autoscaler_for_the_first_time
 *
 * @param created when its instances were created; by default long ago
 */
export function groupOf(size: number, from: number, created = 0): Group {
    const instances = Array.from({ length: size }, () => created);
    return { instances, required: [[from, size]], recommended: [[from, size]], cpu: [] };
}

/** Runs an autoscaler. Returns each look, and the group after the last. */
export function simulate(simulation: Simulation): { steps: Step[]; group: Group } {
    const { policy, from, to } = simulation;
    const schedules = new Schedules(policy.scalingSchedules ?? [], from, to);
    const steps: Step[] = [];
    let { group } = simulation;
    for (let moment = from; moment <= to; moment += interval) {
        const step = next(simulation, group, schedules, moment);
        steps.push(step.step);
        group = step.group;
    }
    return { steps, group };
}

function next(
    simulation: Simulation,
    group: Group,
    schedules: Schedules,
    moment: number,
): { step: Step; group: Group } {
    const { policy, load, behavior = {} } = simulation;
    const fleet = fleetOf(group, policy, behavior, moment);
    const work = load(moment);
    const used = cpuOf(work, fleet);
    const cpu = isPredictive(policy) ? withSample(group.cpu, moment, used) : group.cpu;
    const signals = {
        ...demands(policy, work, fleet),
        ...(policy.scalingSchedules && { schedules: schedules.minimumAt(moment) }),
        ...predicted(policy, cpu, moment),
    };
    // "Calculating the recommended number of VMs for each signal and then picking the signal that results in the largest number of VMs":
    // https://cloud.google.com/compute/docs/autoscaler/multiple-signals
    const highest = Math.max(0, ...Object.values(signals));
    const required = recent([...group.required, [moment, highest]], moment - stabilizationOf(policy));
    const window = (policy.scaleInControl?.timeWindowSec ?? 0) * 1000;
    const before = recent(group.recommended, moment - window);
    const size = recommend(policy, fleet.size, peak(required), peak(before));
    const instances = resized(group.instances, actedOn(policy, size, group.instances.length), moment);
    return {
        step: {
            moment,
            size: instances.length,
            recommended: size,
            serving: fleet.serving,
            cpu: fleet.size === 0 ? 0 : used / fleet.size,
            signals,
            schedules: schedules.activeAt(moment),
        },
        group: { instances, required, recommended: [...before, [moment, size]], cpu },
    };
}

function fleetOf({ instances }: Group, policy: AutoscalingPolicy, behavior: Behavior, moment: number): Fleet {
    const initialization = initializationOf(policy);
    const startup = behavior.startupSeconds === undefined ? initialization : behavior.startupSeconds * 1000;
    const older = (age: number) => instances.filter((created) => moment - created >= age).length;
    return {
        size: instances.length,
        initialized: older(initialization),
        serving: older(startup),
        startingCpu: behavior.startingCpu ?? 0,
    };
}

/**
 * "The predictive autoscaler scales out your group ahead of anticipated demand", by the initialization period, and "yields to real-time
 * data": the higher of both applies.
 * https://cloud.google.com/compute/docs/autoscaler/predictive-autoscaling#how_predictive_autoscaling_works
 */
function predicted(policy: AutoscalingPolicy, history: CpuSample[], moment: number): { prediction?: number } {
    const cpu = isPredictive(policy) ? forecast(history, moment, moment + initializationOf(policy)) : undefined;
    const { target = 1 } = policy.cpuUtilization ?? {};
    return cpu === undefined ? {} : { prediction: Math.ceil(cpu / target - 1e-9) };
}

const recent = (all: Sized[], since: number): Sized[] => all.filter(([moment]) => moment >= since);

const peak = (all: Sized[]): number => Math.max(0, ...all.map(([, instances]) => instances));

/**
 * The recommended size. "Autoscaler never creates more than the maximum number of VM instances or fewer than the minimum", also for
 * schedules: https://cloud.google.com/compute/docs/autoscaler/scaling-schedules#creating_a_scaling_schedule. A group whose signals need an
 * instance keeps one, "and can't scale out from zero because no instances exist in the group to generate the metrics":
 * https://cloud.google.com/compute/docs/autoscaler/understanding-autoscaler-decisions#autoscale_a_mig_to_zero_instances
 *
 * @param size the present size
 * @param required the peak of the stabilization period
 * @param largest the peak size of the trailing time window
 */
function recommend(policy: AutoscalingPolicy, size: number, required: number, largest: number): number {
    const { minReplicas, maxReplicas } = policy;
    const least = Math.max(minReplicas, size > 0 && needsInstance(policy) ? 1 : 0);
    return Math.min(maxReplicas, Math.max(least, required, largest - reduction(policy, largest)));
}

/**
 * How many instances may be removed from the peak size. "Autoscaler won't resize below the maximum allowed reduction subtracted from the
 * peak size observed in the trailing time window":
 * https://cloud.google.com/compute/docs/autoscaler/understanding-autoscaler-decisions#scale-in_controls. Of a percentage, "if there is a
 * remainder, the number is rounded": `FixedOrPercent` of https://cloud.google.com/compute/docs/reference/rest/v1/autoscalers
 */
function reduction({ scaleInControl }: AutoscalingPolicy, largest: number): number {
    const { fixed, percent } = scaleInControl?.maxScaledInReplicas ?? {};
    if (percent !== undefined) {
        return Math.round((largest * percent) / 100);
    }
    return fixed ?? Number.POSITIVE_INFINITY;
}

/** The target size: https://cloud.google.com/compute/docs/autoscaler/understanding-autoscaler-decisions */
function actedOn({ mode = "ON" }: AutoscalingPolicy, recommended: number, size: number): number {
    const onlyOut = mode === "ONLY_SCALE_OUT" || mode === "ONLY_UP";
    return mode === "OFF" ? size : onlyOut ? Math.max(size, recommended) : recommended;
}

/** Adds instances, or removes the youngest: Google documents only the zone from which an instance is removed, see `victimOf`. */
function resized(instances: number[], size: number, moment: number): number[] {
    const added = Array.from({ length: Math.max(0, size - instances.length) }, () => moment);
    return [...instances.slice(0, size), ...added];
}
