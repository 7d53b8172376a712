import type { Inputs } from "../../../rules/rules";
import { secondsOf } from "./aggregation";
import { Condition, type Met } from "./condition";
import type { TimeSeries } from "./timeSeries";

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

/** An alert policy with conditions of metrics, and its incidents. */
export class Policy {
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

    /** Evaluates the policy at the end of a minute, and returns the incidents that opened or closed. */
    evaluate(all: readonly TimeSeries[], now: number): Incident[] {
        const met = this.conditions.map(({ spec, condition }) => ({ spec, met: condition.evaluate(all, now) }));
        const isActive = this.isActive(met.map((each) => each.met));
        const current = new Map(
            met.flatMap(({ spec, met: groups }) =>
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
        for (const [key, { spec, group }] of isActive ? current : []) {
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

const pick = ({ labels, value }: Met) => ({ labels, value });

const resourceOf = ({ labels }: Met): string =>
    JSON.stringify(Object.entries(labels).filter(([key]) => key.startsWith("resource.")));
