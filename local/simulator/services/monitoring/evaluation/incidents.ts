import type { Inputs } from "../../../rules/rules";
import { entryMatcher, extracted } from "../../logging/entries";
import { secondsOf } from "./aggregation";
import { Condition, type Met, type Recorded } from "./condition";

/** An incident of a policy: https://docs.cloud.google.com/monitoring/alerts/incidents-events */
export interface Incident {
    id: string;
    condition: Inputs;
    labels: Record<string, string>;
    value: number;
    openedAt: number;
    closedAt?: number;
}

/** The default and the shortest time, in seconds, after which incidents without data are closed. */
export const autoClose = { default: 7 * 86_400, min: 1800 };

/** The most incidents of a policy that are open at a time: https://docs.cloud.google.com/monitoring/quotas */
const maxOpen = 1000;

/** What an alert policy is evaluated on. */
export interface Evidence extends Recorded {
    /** The log entries of the project that were written in this minute. */
    entries: readonly Inputs[];
}

/** An alert policy, and its incidents. */
export interface Evaluated {
    readonly incidents: readonly Incident[];
    /** Evaluates the policy at the end of a minute, and returns the incidents to notify of, which opened or closed. */
    evaluate(evidence: Evidence, now: number): Incident[];
}

/** Evaluates a policy on logs or on metrics: one has both. */
export const evaluated = (policy: Inputs, project: string): Evaluated =>
    policy.conditions.some(({ conditionMatchedLog }: Inputs) => conditionMatchedLog)
        ? new LogPolicy(policy)
        : new Policy(policy, project);

/** An alert policy with conditions of metrics. */
export class Policy implements Evaluated {
    private readonly conditions: { spec: Inputs; condition: Condition }[];
    private readonly open = new Map<string, Incident>();
    private next = 1;

    constructor(
        private readonly policy: Inputs,
        project: string,
    ) {
        this.conditions = (policy.conditions as Inputs[])
            .filter(({ conditionThreshold, conditionAbsent }) => conditionThreshold || conditionAbsent)
            .map((spec) => ({ spec, condition: new Condition(spec, project) }));
    }

    get incidents(): readonly Incident[] {
        return [...this.open.values()];
    }

    evaluate(evidence: Evidence, now: number): Incident[] {
        const met = this.conditions.map(({ spec, condition }) => ({ spec, met: condition.evaluate(evidence, now) }));
        // All incidents end when the combination of the conditions is not met anymore.
        const active = this.isActive(met.map((each) => each.met)) ? met : [];
        const current = new Map(
            active.flatMap(({ spec, met: groups }) =>
                groups.map((group) => [
                    `${spec.name ?? spec.displayName} ${JSON.stringify(group.labels)}`,
                    { spec, group },
                ]),
            ),
        );
        const changed: Incident[] = [];
        for (const [key, incident] of this.open) {
            const still = current.get(key);
            const limit = secondsOf(this.policy.alertStrategy?.autoClose) || autoClose.default;
            if (!still || now - still.group.lastData >= limit * 1000) {
                this.open.delete(key);
                current.delete(key);
                this.forget(incident);
                changed.push({ ...incident, closedAt: now });
            }
        }
        for (const [key, { spec, group }] of current) {
            if (!this.open.has(key) && this.open.size < maxOpen) {
                const incident = { id: `0.${this.next++}`, condition: spec, ...pick(group), openedAt: now };
                this.open.set(key, incident);
                changed.push(incident);
            }
        }
        return changed;
    }

    /** An incident that was closed for want of data only opens again with new data. */
    private forget({ condition: spec, labels }: Incident): void {
        this.conditions.find((each) => each.spec === spec)?.condition.forget(labels);
    }

    /** How conditions are combined: https://docs.cloud.google.com/monitoring/alerts/concepts-indepth#combiner */
    private isActive(met: Met[][]): boolean {
        switch (this.policy.combiner) {
            case "AND":
                return met.every((groups) => groups.length > 0);
            case "AND_WITH_MATCHING_RESOURCE": {
                const [first = [], ...others] = met.map((groups) => groups.map(resourceOf));
                return first.some((resource) => others.every((each) => each.includes(resource)));
            }
            default:
                return met.some((groups) => groups.length > 0);
        }
    }
}

/**
 * An alert policy with a condition of log entries: an incident for each combination of extracted labels.
 * https://docs.cloud.google.com/logging/docs/alerting/log-based-alerts
 */
export class LogPolicy implements Evaluated {
    private readonly open = new Map<string, Incident & { lastMatch: number }>();
    private readonly matches: (entry: Inputs) => boolean;
    private readonly condition: Inputs;
    private lastNotified = Number.NEGATIVE_INFINITY;
    private next = 1;

    constructor(private readonly policy: Inputs) {
        this.condition = policy.conditions[0];
        this.matches = entryMatcher(this.condition.conditionMatchedLog.filter);
    }

    get incidents(): readonly Incident[] {
        return [...this.open.values()];
    }

    evaluate({ entries }: Evidence, now: number): Incident[] {
        const { notificationRateLimit, autoClose: closes }: Inputs = this.policy.alertStrategy ?? {};
        for (const [key, { lastMatch }] of this.open) {
            if (now - lastMatch >= (secondsOf(closes) || autoClose.default) * 1000) {
                this.open.delete(key);
            }
        }
        const notified: Incident[] = [];
        for (const entry of entries.filter(this.matches)) {
            const labels = this.labelsOf(entry);
            const key = JSON.stringify(labels);
            const known = this.open.get(key);
            const incident = known ?? {
                id: `0.${this.next++}`,
                condition: this.condition,
                labels,
                value: 1,
                openedAt: now,
            };
            this.open.set(key, { ...incident, lastMatch: now });
            // "For log-based alert policies, the notification prompts is always OPENED."
            if (now - this.lastNotified >= secondsOf(notificationRateLimit?.period) * 1000) {
                this.lastNotified = now;
                notified.push(incident);
            }
        }
        return notified;
    }

    /** The resource of an entry, and the labels that the condition extracts from it. */
    private labelsOf(entry: Inputs): Record<string, string> {
        const { type = "", labels = {} }: Inputs = entry.resource ?? {};
        const extractors: Record<string, string> = this.condition.conditionMatchedLog.labelExtractors ?? {};
        return {
            "resource.type": type,
            ...Object.fromEntries(
                Object.entries(labels).map(([key, value]) => [`resource.labels.${key}`, String(value)]),
            ),
            ...Object.fromEntries(Object.entries(extractors).map(([key, value]) => [key, extracted(entry, value)])),
        };
    }
}

const pick = ({ labels, value }: Met) => ({ labels, value });

const resourceOf = ({ labels }: Met): string =>
    JSON.stringify(Object.entries(labels).filter(([key]) => key.startsWith("resource.")));
