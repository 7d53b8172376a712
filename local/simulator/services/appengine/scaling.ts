import { appEngineFlexibleLimits, appEngineStandardLimits } from "slipway/facts";
import { secondsIn } from "../../../../lib/formats";
import type { Inputs } from "../../rules/rules";
import { invalid } from "./names";

const standard = appEngineStandardLimits.rows;
const flexible = appEngineFlexibleLimits.rows;

const rangeOf = ({ min, max }: { min: number; max: number }): [number, number] => [min, max];
const secondsOfLimit = ({ min, max }: { min: string; max: string }): [number, number] => [
    secondsIn(min),
    secondsIn(max),
];

/** A numeric property, and its range in the "app.yaml reference". */
type Bounds = Record<string, [min: number, max: number]>;

function verifyBounds(block: Inputs, bounds: Bounds, within: string): void {
    for (const [property, [min, max]] of Object.entries(bounds)) {
        const value = block[property];
        if (value !== undefined && !(Number(value) >= min && Number(value) <= max)) {
            throw invalid(`${within}.${property} (${value}) must be in the range [${min}, ${max}].`);
        }
    }
}

/** Parses the seconds of a duration such as `3.5s`. */
function secondsOf(path: string, value: string): number {
    if (!/^\d+(\.\d{1,9})?s$/.test(value)) {
        throw invalid(`Invalid value at 'version.${path}' (type.googleapis.com/google.protobuf.Duration), "${value}"`);
    }
    return Number(value.slice(0, -1));
}

/** Verifies durations of a block. */
export function verifyDurations(block: Inputs, bounds: Bounds, within: string): void {
    for (const [property, [min, max]] of Object.entries(bounds)) {
        if (block[property] === undefined) {
            continue;
        }
        const seconds = secondsOf(`${within}.${property}`, block[property]);
        if (seconds < min || seconds > max) {
            throw invalid(`${within}.${property} (${block[property]}) must be in the range [${min}s, ${max}s].`);
        }
    }
}

function verifyOrder(block: Inputs, min: string, max: string, within: string): void {
    if (block[min] !== undefined && block[max] !== undefined && block[min] > block[max]) {
        throw invalid(`${within}.${min} (${block[min]}) must be less than or equal to ${max} (${block[max]}).`);
    }
}

/** "Instance classes" by type of scaling. */
const automaticClasses = ["F1", "F2", "F4", "F4_1G"];
const otherClasses = ["B1", "B2", "B4", "B4_1G", "B8"];

/** The default instance class. */
export const defaultClass = ({ basicScaling, manualScaling }: Inputs): string =>
    basicScaling || manualScaling ? "B2" : "F1";

/** "app.yaml reference" of the standard environment: scaling and instance classes. */
export function verifyStandardScaling(inputs: Inputs): void {
    const { automaticScaling, basicScaling, manualScaling, instanceClass } = inputs;
    const classes = basicScaling || manualScaling ? otherClasses : automaticClasses;
    if (instanceClass !== undefined && !classes.includes(instanceClass)) {
        throw invalid(
            `Invalid instance class '${instanceClass}' for ${basicScaling ? "basic" : manualScaling ? "manual" : "automatic"} scaling: it must be one of ${classes.join(", ")}.`,
        );
    }
    if (automaticScaling) {
        verifyAutomatic(automaticScaling);
    }
    if (basicScaling) {
        verifyBounds(basicScaling, { maxInstances: rangeOf(standard.basicInstances) }, "basicScaling");
        secondsOf("basicScaling.idleTimeout", basicScaling.idleTimeout ?? "900s");
    }
    verifyManual(manualScaling);
}

function verifyManual(manualScaling: Inputs | undefined): void {
    if (manualScaling) {
        verifyBounds(manualScaling, { instances: [1, Number.MAX_SAFE_INTEGER] }, "manualScaling");
    }
}

function verifyAutomatic(scaling: Inputs): void {
    const { standardSchedulerSettings: settings = {} } = scaling;
    const path = "automaticScaling";
    verifyBounds(
        scaling,
        {
            maxConcurrentRequests: rangeOf(standard.concurrentRequests),
            maxIdleInstances: rangeOf(standard.maxIdleInstances),
            minIdleInstances: rangeOf(standard.minIdleInstances),
        },
        path,
    );
    verifyOrder(scaling, "minIdleInstances", "maxIdleInstances", path);
    const latency: [number, number] = [standard.pendingLatency.min / 1000, standard.pendingLatency.max / 1000];
    verifyDurations(scaling, { minPendingLatency: latency, maxPendingLatency: latency }, path);
    const within = `${path}.standardSchedulerSettings`;
    const bounds: Bounds = {
        minInstances: rangeOf(standard.minInstances),
        maxInstances: [0, standard.maxInstances.max],
        targetCpuUtilization: rangeOf(standard.targetUtilization),
        targetThroughputUtilization: rangeOf(standard.targetUtilization),
    };
    verifyBounds(settings, bounds, within);
    // An undefined maximum is unlimited.
    verifyOrder(
        { ...settings, maxInstances: settings.maxInstances || undefined },
        "minInstances",
        "maxInstances",
        within,
    );
}

/** "app.yaml reference" of the flexible environment. */
export function verifyFlexibleScaling({ automaticScaling, manualScaling }: Inputs): void {
    verifyManual(manualScaling);
    if (!automaticScaling) {
        return;
    }
    const path = "automaticScaling";
    const unlimited = Number.MAX_SAFE_INTEGER;
    verifyBounds(automaticScaling, { minTotalInstances: [1, unlimited], maxTotalInstances: [1, unlimited] }, path);
    verifyOrder(automaticScaling, "minTotalInstances", "maxTotalInstances", path);
    verifyDurations(automaticScaling, { coolDownPeriod: [secondsIn(flexible.coolDown.min), unlimited] }, path);
    const { cpuUtilization = {} } = automaticScaling;
    verifyBounds(cpuUtilization, { targetUtilization: [Number.MIN_VALUE, 1] }, `${path}.cpuUtilization`);
    verifyDurations(
        cpuUtilization,
        { aggregationWindowLength: [secondsIn(flexible.cpuAggregationWindow.min), unlimited] },
        `${path}.cpuUtilization`,
    );
}

const threshold = rangeOf(flexible.healthThreshold);
const period = secondsOfLimit(flexible.healthPeriod);
const initialDelay = secondsOfLimit(flexible.initialDelay);
const appStartTimeout = secondsOfLimit(flexible.appStartTimeout);

/** "Updated health checks": intervals, timeouts and thresholds. */
export function verifyChecks({ livenessCheck, readinessCheck }: Inputs): void {
    for (const [within, check] of Object.entries<Inputs>({ livenessCheck, readinessCheck })) {
        // Without a path, App Engine checks whether the machine and its container run.
        if (check.path !== "" && !check.path.startsWith("/")) {
            throw invalid(`${within}.path (${check.path}) must begin with '/'.`);
        }
        verifyBounds(check, { failureThreshold: threshold, successThreshold: threshold }, within);
        verifyDurations(check, { checkInterval: period, timeout: period }, within);
        verifyDurations(check, { initialDelay, appStartTimeout }, within);
    }
}
