import { monitoringLimits } from "../../facts/limits/monitoring";
import * as check from "../../internal/arguments/check";
import { type Duration, duration, durationWithin, latency, secondsIn } from "../../internal/arguments/duration";
import { type AlertThreshold, alertThresholds, kindOf, type SignalName, type Threshold } from "./thresholds";

/** Changes when a signal alerts. */
export interface AlertOverride<Signal extends SignalName = SignalName> {
    /**
     * The value beyond which the signal alerts: percent, `5` or `0.5`, a time, `"500 milliseconds"`, or a number.
     * @default by the kind of the environment
     */
    threshold?: Threshold<Signal>;
    /**
     * How long the value must be beyond the {@link https://cloud.google.com/monitoring/alerts/concepts-indepth threshold}: whole
     * minutes, `"0 minutes"` to `"1410 minutes"`.
     * @default by the kind of the environment
     */
    for?: Duration;
}

/** Changes of signals: `false` for no alert. */
export type AlertOverrides<Signals extends SignalName = SignalName> = {
    [Signal in Signals]?: false | AlertOverride<Signal>;
};

const thresholds = {
    share: check.custom<number>(
        (value) => typeof value === "number" && value >= 0 && value <= 100,
        "must be a percentage from 0 to 100, such as 5 or 0.5",
    ),
    latency: latency("0 milliseconds", "1 hour"),
    duration: duration("0 seconds", "3650 days"),
};

/** Checks the threshold of a signal. */
function threshold(signal: SignalName): check.AnyCheck {
    const kind = kindOf(signal);
    const { max = Number.MAX_SAFE_INTEGER, unit } = alertThresholds[signal];
    return kind === "number"
        ? check.custom<number>(
              (value) => typeof value === "number" && value >= 0 && value <= max,
              `must be a number from 0${max < Number.MAX_SAFE_INTEGER ? ` to ${max}` : ""}: ${unit}`,
          )
        : thresholds[kind];
}

const override = (signal: SignalName): check.Check<false | AlertOverride> =>
    check.literalOr<false, AlertOverride>(
        false,
        check.options<AlertOverride>({
            threshold: threshold(signal) as check.Check<Threshold>,
            for: check.pipe(
                durationWithin(monitoringLimits.rows.duration),
                check.refine((value) => !(secondsIn(String(value)) % 60 > 0), "must be whole minutes"),
            ),
        }),
    );

/** Checks changes of signals. */
export function overrides<Signals extends SignalName>(...signals: Signals[]): check.Checks<AlertOverrides<Signals>> {
    const each: unknown = Object.fromEntries(signals.map((signal) => [signal, override(signal)]));
    return each as check.Checks<AlertOverrides<Signals>>;
}

/** A threshold with the changes of a component, of the contact and of its kind, in this order. */
export function chosen(
    defaults: AlertThreshold,
    ...changes: (false | AlertOverride | undefined)[]
): AlertThreshold | undefined {
    const [own] = changes.filter((change) => change !== undefined);
    if (own === false) {
        return undefined;
    }
    const [threshold = defaults.threshold] = valuesOf(changes, "threshold");
    const [duration = defaults.for] = valuesOf(changes, "for");
    return { threshold, for: duration };
}

function valuesOf<Key extends keyof AlertOverride>(changes: (false | AlertOverride | undefined)[], key: Key) {
    const values = changes.flatMap((change) => (change ? [change[key]] : []));
    return values.filter((value) => value !== undefined) as Required<AlertOverride>[Key][];
}
