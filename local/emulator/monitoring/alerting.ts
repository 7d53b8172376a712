import type { Cloud } from "../../cloud/cloud";
import type { Entry } from "../../cloud/store";
import type { Inputs } from "../../rules/rules";
import { type Incident, Policy } from "../../services/monitoring/evaluation/incidents";
import type { PubSub } from "../pubsub/pubsub";
import type { Terminal } from "../terminal";
import { Notifier } from "./notification";
import type { Recorder } from "./recorder";

const minute = 60_000;

/** Evaluates the alert policies of all projects each minute on what was recorded, and sends their notifications. */
export class Alerting {
    private readonly policies = new Map<string, { spec: string; policy: Policy }>();
    private readonly notifier: Notifier;
    private timer?: NodeJS.Timeout;
    private readonly started = Math.floor(Date.now() / minute) * minute;
    private minutes = 0;

    /** @param speed how many times faster than real time the minutes pass */
    constructor(
        private readonly cloud: Cloud,
        private readonly recorder: Recorder,
        pubsub: PubSub,
        private readonly terminal: Terminal,
        private readonly speed: number,
    ) {
        this.notifier = new Notifier(cloud, pubsub, terminal);
    }

    start(): void {
        this.timer = setInterval(() => this.endMinute(), minute / this.speed).unref();
    }

    close(): void {
        clearInterval(this.timer);
    }

    /** The simulated time. */
    get now(): number {
        return this.started + this.minutes * minute;
    }

    /** The open incidents of a policy. */
    incidentsOf(name: string): readonly Incident[] {
        return this.policies.get(name)?.policy.incidents ?? [];
    }

    private endMinute(): void {
        const start = this.now;
        this.minutes += 1;
        this.recorder.end(start, this.now);
        const entries = this.cloud.store.list("//monitoring.googleapis.com/", "alertPolicies");
        for (const name of this.policies.keys()) {
            if (!entries.some((entry) => entry.name === name)) {
                this.policies.delete(name);
            }
        }
        for (const entry of entries) {
            this.evaluate(entry);
        }
    }

    private evaluate(entry: Entry): void {
        const { name, project, state }: { name: string; project: string; state: Inputs } = entry;
        const spec = JSON.stringify([state.conditions, state.combiner, state.alertStrategy]);
        const known = this.policies.get(name);
        if (state.enabled === false) {
            this.policies.delete(name);
            return;
        }
        // Incidents of a changed policy are closed: https://docs.cloud.google.com/monitoring/alerts/incidents-events#closing
        const policy = known?.spec === spec ? known.policy : new Policy(state, project);
        this.policies.set(name, { spec, policy });
        const closed = known && known.policy !== policy ? known.policy.incidents : [];
        try {
            const changed = policy.evaluate(this.recorder.all, this.now);
            for (const incident of [...closed.map((each) => ({ ...each, closedAt: this.now })), ...changed]) {
                void this.notifier.send(entry, incident);
            }
        } catch (error) {
            this.terminal.logOnce(`alert policy ${state.displayName}: ${(error as Error).message}`);
        }
    }
}
