import { monitoringLimits } from "../../facts/limits/monitoring";
import * as check from "../../internal/check";
import { type Duration, durationWithin, secondsIn } from "../../internal/duration";
import type { Alerts } from "./alerts";
import { type AlertThreshold, alertThresholds, type SignalName } from "./thresholds";

/** Changes when a signal alerts. */
export interface AlertOverride {
    /**
     * The value beyond which it alerts, in the unit of the signal.
     * @default by the kind of the environment
     */
    threshold?: number;
    /**
     * How long the value must be beyond the {@link https://cloud.google.com/monitoring/alerts/concepts-indepth threshold}: whole
     * minutes, `"0 minutes"` to `"1410 minutes"`.
     * @default by the kind of the environment
     */
    for?: Duration;
}

/** Changes of signals: `false` for no alert. */
export type AlertOverrides<Signals extends SignalName = SignalName> = { [Signal in Signals]?: false | AlertOverride };

/**
 * The alerts of a component: alerts of all its signals, or also changes of some: `{ to: oncall, latency: false, errors: { threshold: 0.1 } }`.
 */
export type ComponentAlerts<Signals extends SignalName = SignalName> =
    | Alerts
    | ({
          /** Whom to notify. */
          to: Alerts;
      } & AlertOverrides<Signals>);

const override = (signal: SignalName): check.Check<false | AlertOverride> =>
    check.literalOr<false, AlertOverride>(
        false,
        check.options<AlertOverride>({
            threshold: check.pipe(
                check.custom<number>((value) => typeof value === "number" && value >= 0, "must be a number from 0"),
                check.refine(
                    (value) => !(Number(value) > alertThresholds[signal].max),
                    `must be at most ${alertThresholds[signal].max}: ${alertThresholds[signal].unit}`,
                ),
            ),
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

/** Checks the argument `alerts` of a component with these signals. */
export function componentAlerts<Signals extends SignalName>(
    ...signals: Signals[]
): check.Check<ComponentAlerts<Signals>> {
    const to = check.component<Alerts>("Alerts");
    const changed: unknown = check.options<{ to: Alerts } & AlertOverrides>(
        { to, ...overrides(...signals) } as never,
        "to",
    );
    return check.componentOr(to, changed as check.Check<object>) as unknown as check.Check<ComponentAlerts<Signals>>;
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
