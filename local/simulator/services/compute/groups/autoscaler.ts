import { instanceGroupLimits } from "slipway/facts";
import { isTimeZone, parseScalingCron, secondsIn } from "../../../../../lib/formats";
import { GoogleError } from "../../../cloud/errors";
import type { Calls, Context, Inputs, TypeRules } from "../../../rules/rules";
import { isOfGroup, type ScalingMetric } from "../autoscaling/policy";
import { regional, regionWait } from "../calls";
import { createdState, pathIn, required, sharedRules, verifyRegion } from "../loadBalancing/references";
import { fullName, invalidField, pathOf } from "../names";
import { act, autoscalerOf, autoscalerSettings, groupPath } from "./live";

const collection = "autoscalers";
const { rows: limits } = instanceGroupLimits;

/**
 * https://cloud.google.com/compute/docs/reference/rest/v1/regionAutoscalers and the pages of each signal. The texts are approximate, except
 * for those that are on record.
 */
function verifyPolicy(policy: Inputs): void {
    const { minReplicas, maxReplicas, cooldownPeriod = 60, stabilizationPeriod = 600 } = policy;
    const { cpuUtilization, loadBalancingUtilization } = policy;
    const refuse = (field: string, value: unknown, cause: string) =>
        invalidField(`autoscalingPolicy.${field}`, value, cause);
    if (minReplicas < 0) {
        throw refuse("minNumReplicas", minReplicas, "Min number of replicas cannot be negative.");
    }
    if (minReplicas > maxReplicas) {
        throw refuse(
            "maxNumReplicas",
            maxReplicas,
            "Max number of replicas cannot be less than min number of replicas.",
        );
    }
    if (maxReplicas > limits.instances.max) {
        throw refuse("maxNumReplicas", maxReplicas, `Must be less than or equal to ${limits.instances.max}.`);
    }
    if (cooldownPeriod < 0) {
        throw refuse("coolDownPeriodSec", cooldownPeriod, "Must be greater than or equal to 0.");
    }
    const longest = secondsIn(limits.stabilizationPeriod.max);
    if (stabilizationPeriod < 0 || stabilizationPeriod > longest) {
        throw refuse("stabilizationPeriodSec", stabilizationPeriod, `Must be between 0 and ${longest}.`);
    }
    if (cpuUtilization && !(cpuUtilization.target > 0 && cpuUtilization.target <= 1)) {
        throw refuse(
            "cpuUtilization.utilizationTarget",
            cpuUtilization.target,
            "Utilization target must be in the range (0, 1].",
        );
    }
    const { predictiveMethod = "NONE" } = cpuUtilization ?? {};
    if (!["NONE", "OPTIMIZE_AVAILABILITY"].includes(predictiveMethod)) {
        throw refuse("cpuUtilization.predictiveMethod", predictiveMethod, "Unknown predictive method.");
    }
    if (loadBalancingUtilization && !(loadBalancingUtilization.target > 0)) {
        throw refuse(
            "loadBalancingUtilization.utilizationTarget",
            loadBalancingUtilization.target,
            "Utilization target must be positive.",
        );
    }
    verifyMetrics(policy, refuse);
    verifyScaleIn(policy, refuse);
    verifySchedules(policy, refuse);
}

type Refuse = (field: string, value: unknown, cause: string) => Error;

/** https://cloud.google.com/compute/docs/autoscaler/scaling-cloud-monitoring-metrics#limitations */
function verifyMetrics({ metrics = [] }: Inputs, refuse: Refuse): void {
    const field = "customMetricUtilizations";
    if (metrics.length > limits.metrics.max) {
        throw refuse(field, metrics.length, `At most ${limits.metrics.max} metrics are allowed.`);
    }
    const names = metrics.map(({ name }: Inputs) => name);
    const twice = names.find((name: string, index: number) => names.indexOf(name) !== index);
    if (twice) {
        throw refuse(field, twice, "The same metric cannot be configured more than once.");
    }
    for (const [index, metric] of (metrics as ScalingMetric[]).entries()) {
        const { target, type, singleInstanceAssignment, filter = "", name } = metric;
        const at = `${field}[${index}]`;
        if ((target === undefined) === (singleInstanceAssignment === undefined)) {
            throw refuse(at, name, "Exactly one of utilizationTarget and singleInstanceAssignment must be specified.");
        }
        if ((target ?? singleInstanceAssignment ?? 0) <= 0) {
            throw refuse(at, target ?? singleInstanceAssignment, "The target must be positive.");
        }
        if (target !== undefined && !type) {
            throw refuse(`${at}.utilizationTargetType`, "", "Utilization target type must be specified.");
        }
        if (singleInstanceAssignment !== undefined && !isOfGroup(metric)) {
            throw refuse(
                `${at}.singleInstanceAssignment`,
                singleInstanceAssignment,
                "Single instance assignment does not apply to metrics of each instance.",
            );
        }
        // https://cloud.google.com/compute/docs/reference/rest/v1/autoscalers: only AND and =.
        if (/\bOR\b|\bNOT\b|!=|[<>]/.test(filter.replaceAll(/"[^"]*"/g, '""'))) {
            throw refuse(`${at}.filter`, filter, "Only the AND operator and direct equality comparison can be used.");
        }
        if (!isOfGroup(metric) && /\bresource\.labels?\./.test(filter)) {
            throw refuse(`${at}.filter`, filter, "Resource labels cannot be filtered for gce_instance metrics.");
        }
    }
}

/** https://cloud.google.com/compute/docs/autoscaler/understanding-autoscaler-decisions#scale-in_controls */
function verifyScaleIn({ scaleInControl }: Inputs, refuse: Refuse): void {
    if (!scaleInControl) {
        return;
    }
    const { maxScaledInReplicas: { fixed, percent } = {} as Inputs, timeWindowSec } = scaleInControl;
    const field = "scaleInControl";
    if (fixed !== undefined && percent !== undefined) {
        throw refuse(`${field}.maxScaledInReplicas`, "", "Only one of fixed and percent can be specified.");
    }
    if (percent !== undefined && (percent < 0 || percent > 100)) {
        throw refuse(`${field}.maxScaledInReplicas.percent`, percent, "Must be between 0 and 100.");
    }
    const [min, max] = [secondsIn(limits.scaleInWindow.min), secondsIn(limits.scaleInWindow.max)];
    if (timeWindowSec !== undefined && (timeWindowSec < min || timeWindowSec > max)) {
        throw refuse(`${field}.timeWindowSec`, timeWindowSec, `Must be between ${min} and ${max}.`);
    }
}

/** https://cloud.google.com/compute/docs/autoscaler/scaling-schedules */
function verifySchedules({ scalingSchedules = [] }: Inputs, refuse: Refuse): void {
    if (scalingSchedules.length > limits.schedules.max) {
        throw refuse("scalingSchedules", scalingSchedules.length, `At most ${limits.schedules.max} are allowed.`);
    }
    for (const { name, schedule, durationSec, timeZone = "UTC", minRequiredReplicas } of scalingSchedules) {
        const field = `scalingSchedules[${name}]`;
        const parsed = parseScalingCron(schedule);
        if ("problem" in parsed) {
            throw refuse(`${field}.schedule`, schedule, "Invalid cron expression.");
        }
        const least = secondsIn(limits.scheduleDuration.min);
        if (durationSec < least) {
            throw refuse(`${field}.durationSec`, durationSec, `Must be greater than or equal to ${least}.`);
        }
        if (!isTimeZone(timeZone)) {
            throw refuse(`${field}.timeZone`, timeZone, "Must be a time zone name from the tz database.");
        }
        if (minRequiredReplicas < 0) {
            throw refuse(`${field}.minRequiredReplicas`, minRequiredReplicas, "Must be greater than or equal to 0.");
        }
    }
}

function verify(inputs: Inputs, { cloud }: Context, old?: Inputs): void {
    verifyRegion(inputs);
    const path = groupPath(inputs);
    if (!path.startsWith(`projects/${inputs.project}/regions/${inputs.region}/instanceGroupManagers/`)) {
        throw invalidField("target", inputs.target, "The target must be an instance group manager in the same region.");
    }
    const { state } = required(cloud, path);
    const other = autoscalerOf(cloud, path);
    if (other && other.id !== pathIn(collection)(inputs)) {
        throw new GoogleError(409, `Instance group manager '${path}' is already being autoscaled by '${other.id}'.`, {
            reason: "alreadyExists",
        });
    }
    // https://cloud.google.com/compute/docs/instance-groups/stateful-migs#limitations: the text is approximate.
    if (((state.statefulDisks as unknown[] | undefined) ?? []).length > 0) {
        throw invalidField(
            "target",
            inputs.target,
            "Autoscaling is not supported for stateful managed instance groups.",
        );
    }
    verifyPolicy(inputs.autoscalingPolicy);
    const before = old && cloud.store.read(fullName(pathIn(collection)(old)));
    if (before) {
        // Until now, the autoscaler acted by the policy that it had.
        act(cloud, before);
    }
}

/**
 * The provider does not send a period of 0 (`IsEmptyValue` in `expandComputeRegionAutoscalerAutoscalingPolicy` of
 * https://github.com/hashicorp/terraform-provider-google-beta), so that the API's default applies, and differs at the next refresh.
 */
function sentPeriods({ cooldownPeriod, stabilizationPeriod }: Inputs): Inputs {
    return {
        ...(cooldownPeriod === 0 && { cooldownPeriod: 60 }),
        ...(stabilizationPeriod === 0 && { stabilizationPeriod: 600 }),
    };
}

/** "compute.instanceGroupManagers.use on the MIG": https://cloud.google.com/compute/docs/autoscaler/multiple-signals */
function usedGroup({ target, project, region }: Inputs): Calls {
    const path = pathOf(String(target), project, `regions/${region}/instanceGroupManagers`);
    return [{ method: "compute.instanceGroupManagers.use", on: fullName(path) }];
}

export const regionAutoscaler: TypeRules = {
    ...sharedRules(collection),
    noun: "RegionAutoscaler",
    generatedNoun: "ComputeRegionAutoscaler",
    cost: "free",
    simulated: autoscalerSettings,
    verify,
    state: (inputs, context, old) => {
        const { autoscalingPolicy } = inputs;
        const { cpuUtilization, loadBalancingUtilization, metrics = [], scalingSchedules = [] } = autoscalingPolicy;
        const isEmpty = !loadBalancingUtilization && metrics.length === 0 && scalingSchedules.length === 0;
        return {
            ...createdState(inputs, context, old, collection),
            autoscalingPolicy: {
                ...autoscalingPolicy,
                ...sentPeriods(autoscalingPolicy),
                // "If none of these are specified, the default will be to autoscale based on cpuUtilization to 0.6."
                ...((cpuUtilization || isEmpty) && {
                    cpuUtilization: { target: 0.6, predictiveMethod: "NONE", ...cpuUtilization },
                }),
            },
        };
    },
    afterStore: (state, { cloud }) => {
        const entry = cloud.store.read(fullName(pathIn(collection)(state)));
        if (entry) {
            act(cloud, entry);
        }
    },
    read: (state, { cloud }) => {
        const entry = cloud.store.read(fullName(pathIn(collection)(state)));
        if (entry) {
            act(cloud, entry);
        }
        return entry?.state;
    },
    remove: (state, { cloud }) => {
        const entry = cloud.store.read(fullName(pathIn(collection)(state)));
        if (entry) {
            act(cloud, entry);
            cloud.simulated.forget(entry.name);
        }
    },
    calls: {
        ...regional("regionAutoscalers", [
            "compute.regionAutoscalers.update",
            regionWait,
            "compute.regionAutoscalers.get",
        ]),
        create: (inputs) => [
            "compute.regionAutoscalers.insert",
            ...usedGroup(inputs),
            regionWait,
            "compute.regionAutoscalers.get",
        ],
    },
};
