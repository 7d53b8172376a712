import type { Cloud, Entry, Inputs } from "../../../simulator";
import { isStored, logEntriesOf } from "../../../simulator/services/logging/entries";
import { type Evaluated, evaluated, type Incident } from "../../../simulator/services/monitoring/evaluation/incidents";
import type { Router } from "../../emulator/routes";
import type { Terminal } from "../../emulator/terminal";
import type { PubSub } from "../pubsub/pubsub";
import { recordLogMetrics } from "./logMetrics";
import { Notifier } from "./notification";
import type { Recorder } from "./recorder";
import type { UptimeChecks } from "./uptime";

const minute = 60_000;

/** What alerts are evaluated with. */
export interface AlertingOptions {
    cloud: Cloud;
    recorder: Recorder;
    checks: UptimeChecks;
    pubsub: PubSub;
    router: Router;
    terminal: Terminal;
    /** How many times faster than real time the minutes pass. */
    speed: number;
}

/** Evaluates the alert policies of all projects each minute on what was recorded, and sends their notifications. */
export class Alerting {
    private readonly policies = new Map<string, { spec: string; policy: Evaluated }>();
    /** The stored entries that were already evaluated, by the names of their logs and their IDs. */
    private readonly seen = new Set<string>();
    private readonly notifier: Notifier;
    private timer?: NodeJS.Timeout;
    private readonly started = Math.floor(Date.now() / minute) * minute;
    private minutes = 0;

    constructor(private readonly options: AlertingOptions) {
        const { cloud, pubsub, router, terminal } = options;
        this.notifier = new Notifier(cloud, pubsub, router, terminal);
    }

    start(): void {
        this.timer = setInterval(() => this.endMinute(), minute / this.options.speed).unref();
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

    /** Ends a simulated minute: writes the points of time series, and evaluates all policies. */
    endMinute(): void {
        const start = this.now;
        this.minutes += 1;
        const written = this.options.recorder.takeEntries();
        const logs = new Map(
            this.options.cloud.projects.all().map((project) => [project, this.newEntries(project, written)]),
        );
        const stored = new Map<string, Inputs[]>();
        for (const [project, entries] of logs) {
            recordLogMetrics(this.options.cloud, this.options.recorder, project, entries);
            stored.set(project, entries.filter(isStored(project, this.options.cloud)));
        }
        this.options.recorder.end(start, this.now);
        this.options.checks.endMinute();
        const entries = this.options.cloud.store.list("//monitoring.googleapis.com/", "alertPolicies");
        for (const name of this.policies.keys()) {
            if (!entries.some((entry) => entry.name === name)) {
                this.policies.delete(name);
            }
        }
        for (const entry of entries) {
            this.evaluate(entry, stored.get(entry.project) ?? []);
        }
    }

    /** The log entries of a project since the last minute: those that are stored, and those that were written. */
    private newEntries(project: string, written: (Inputs & { project: string })[]): Inputs[] {
        const stored = logEntriesOf(project, this.options.cloud).filter(({ logName, insertId }) => {
            const key = `${logName} ${insertId}`;
            const isNew = !this.seen.has(key);
            this.seen.add(key);
            return isNew;
        });
        const own = written.filter((entry) => entry.project === project).map(({ project: _, ...entry }) => entry);
        return [...stored, ...own];
    }

    /** An objective, by its name with the number of its project. */
    private objective(id: string): Inputs | undefined {
        const all = this.options.cloud.store.list("//monitoring.googleapis.com/", "serviceLevelObjectives");
        const found = all.find(({ state }) => state.name === id);
        return found && { ...found.state, project: found.project };
    }

    private evaluate(entry: Entry, entries: Inputs[]): void {
        const { name, project, state }: { name: string; project: string; state: Inputs } = entry;
        const spec = JSON.stringify([state.conditions, state.combiner, state.alertStrategy]);
        const known = this.policies.get(name);
        if (state.enabled === false) {
            this.policies.delete(name);
            return;
        }
        // Incidents of a changed policy are closed: https://docs.cloud.google.com/monitoring/alerts/incidents-events#closing
        const policy = known?.spec === spec ? known.policy : evaluated(state, project);
        this.policies.set(name, { spec, policy });
        const closed = known && known.policy !== policy ? known.policy.incidents : [];
        try {
            const changed = policy.evaluate(
                { series: this.options.recorder.all, entries, objective: (id) => this.objective(id) },
                this.now,
            );
            for (const incident of [...closed.map((each) => ({ ...each, closedAt: this.now })), ...changed]) {
                void this.notifier.send(entry, incident);
            }
        } catch (error) {
            this.options.terminal.logOnce(`alert policy ${state.displayName}: ${(error as Error).message}`);
        }
    }
}
