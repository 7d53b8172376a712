import type { AlertPolicy } from "@pulumi/gcp/monitoring/alertPolicy";
import type * as pulumi from "@pulumi/pulumi";
import { Environment } from "../../environment/environment";
import { typeOf } from "../../internal/engine/pulumiSdk";
import { type AlertOverride, type AlertOverrides, chosen } from "./overrides";
import type { Named, PolicyTarget } from "./policy";
import type { Signal } from "./signal";
import { type AlertThreshold, alertThresholds, type SignalName } from "./thresholds";

/** The stages through which data flows, in the order of a dashboard. */
export const stages = ["Users", "Entry", "Serving", "Messaging", "Processing", "Data", "Logs", "Other"] as const;

export type Stage = (typeof stages)[number];

/** A component of the program and its signals. */
export interface Observed extends Named {
    readonly component: pulumi.ComponentResource;
    /** Where it stands on a dashboard. */
    readonly stage: Stage;
    readonly signals: readonly Signal[];
    /** When each signal alerts, or would by the kind of the environment if the component had alerts; undefined for one that does not. */
    readonly thresholds: readonly (AlertThreshold | undefined)[];
}

/** Alerts of signals, as `observe` needs them. */
interface SignalAlerts extends PolicyTarget {
    /** Changes when signals alert. */
    readonly thresholds: Readonly<AlertOverrides>;
}

/** The structure of `ComponentAlerts`, without importing the component `Alerts`: every component imports this type. */
export type ObservedAlerts = SignalAlerts | ({ to: SignalAlerts } & AlertOverrides);

/** What is observed, by environment. */
const programs = new WeakMap<Environment, Observed[]>();

/** The components of the running program and their signals, in the order in which they were created. */
export function observedComponents(): readonly Observed[] {
    const environment = Environment.current();
    const all = programs.get(environment) ?? [];
    programs.set(environment, all);
    return all;
}

/** The functions to call with each component that is observed from now on, by environment. */
const listeners = new WeakMap<Environment, ((observed: Observed) => void)[]>();

/** Calls a function with each component that is observed from now on. */
export function onObserved(tell: (observed: Observed) => void): void {
    const environment = Environment.current();
    listeners.set(environment, [...(listeners.get(environment) ?? []), tell]);
}

/**
 * Notes the signals of a component, for dashboards, and creates an alert policy for each one, if the component has `alerts`. Returns the
 * policies by signal: `errors`, or `replicationLag-eu` of several.
 */
export function observe(
    component: pulumi.ComponentResource,
    name: string,
    stage: Stage,
    signals: readonly Signal[],
    alerts?: ObservedAlerts,
): Readonly<Record<string, AlertPolicy>> {
    const to = alerts && ("channels" in alerts ? alerts : alerts.to);
    const own = (alerts && !("channels" in alerts) ? alerts : {}) as Partial<Record<SignalName, false | AlertOverride>>;
    const environment = Environment.current();
    const thresholds = signals.map(({ signal }) =>
        chosen(alertThresholds[signal][environment.kind], own[signal], to?.thresholds[signal]),
    );
    const type = component.constructor.name;
    // A class that a program derives can be anything.
    const isOwn = typeOf(component) === `slipway:index:${type}`;
    const observed: Observed = { component, type, name, stage: isOwn ? stage : "Other", signals, thresholds };
    (observedComponents() as Observed[]).push(observed);
    for (const tell of listeners.get(environment) ?? []) {
        tell(observed);
    }
    if (to === undefined) {
        return {};
    }
    // Loaded only by programs that use it.
    const { createPolicy } = require("./policy") as typeof import("./policy");
    const policies = signals.flatMap((signal, index) => {
        const part = [signal.signal, signal.key].filter((each) => each !== undefined).join("-");
        const threshold = thresholds[index];
        return threshold
            ? [[part, createPolicy(component, `${name}-${part}`, { type, name }, signal, threshold, to)] as const]
            : [];
    });
    return Object.fromEntries(policies);
}
