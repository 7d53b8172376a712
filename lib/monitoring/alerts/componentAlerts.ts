import { type AlertOverrides, overrides } from "../../component/alerts/overrides";
import type { SignalName } from "../../component/alerts/thresholds";
import * as check from "../../internal/arguments/check";
import type { Alerts } from "./alerts";

/**
 * The alerts of a component: alerts of all its signals, or also changes of some: `{ to: oncall, latency: false, errors: { threshold: 10 } }`.
 */
export type ComponentAlerts<Signals extends SignalName = SignalName> =
    | Alerts
    | ({
          /** Whom to notify. */
          to: Alerts;
      } & AlertOverrides<Signals>);

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

/** The alerts of a part of a component that runs now and then, such as its schedule. */
export function alertsOfRuns(alerts: ComponentAlerts | undefined): ComponentAlerts<"failedRuns"> | undefined {
    if (alerts === undefined || "channels" in alerts) {
        return alerts;
    }
    const { to, failedRuns } = alerts;
    return { to, failedRuns };
}
