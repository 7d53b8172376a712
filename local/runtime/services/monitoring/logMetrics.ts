import type { Cloud, Inputs } from "../../../simulator";
import { entryMatcher, extracted } from "../../../simulator/services/logging/entries";
import type { Recorder } from "./recorder";

/**
 * Records the log-based metrics of a project for new entries: counters, and distributions of extracted values.
 * https://docs.cloud.google.com/logging/docs/logs-based-metrics
 */
export function recordLogMetrics(cloud: Cloud, recorder: Recorder, project: string, entries: Inputs[]): void {
    for (const { state } of cloud.store.list(`//logging.googleapis.com/projects/${project}`, "metrics")) {
        const { name, filter, labelExtractors = {}, valueExtractor, disabled }: Inputs = state;
        const matches = entryMatcher(filter);
        for (const entry of disabled ? [] : entries.filter(matches)) {
            const labels = Object.fromEntries(
                Object.entries(labelExtractors as Record<string, string>).map(([label, text]) => [
                    label,
                    extracted(entry, text),
                ]),
            );
            const { type, labels: of = {} }: Inputs = entry.resource;
            const measured = {
                project,
                metric: `logging.googleapis.com/user/${name}` as const,
                resource: { type, labels: of },
                labels,
            };
            const value = valueExtractor ? Number(extracted(entry, valueExtractor) || Number.NaN) : undefined;
            if (value === undefined) {
                recorder.count(measured);
            } else if (!Number.isNaN(value)) {
                recorder.collect(measured, value);
            }
        }
    }
}
