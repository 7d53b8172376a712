import { facts } from "../facts";
import type { DurationLimit, Limit } from "./limit";

/** Limits of Cloud Monitoring. */
export const monitoringLimits = facts<Limit | DurationLimit>()({
    subject: "Limits of Cloud Monitoring",
    source: "https://cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.uptimeCheckConfigs",
    checked: "2026-11-23",
    rows: {
        uptimeTimeout: { min: "1 second", max: "60 seconds" },
        /** Of the content that a response of an uptime check must have. */
        uptimeContent: { max: 1024, unit: "bytes" },
        /** Of the body of an uptime check. */
        uptimeBody: { max: 1_000_000, unit: "bytes" },
        uptimeHeaders: { max: 100, unit: "headers" },
        /** Of an uptime check; the region `USA` has three. */
        uptimeLocations: {
            min: 3,
            unit: "locations",
            source: "https://cloud.google.com/monitoring/uptime-checks/introduction",
        },
        /** Of a service-level objective. */
        goal: {
            min: 0.0001,
            max: 0.9999,
            unit: "share of good requests",
            source: "https://cloud.google.com/monitoring/api/ref_v3/rest/v3/services.serviceLevelObjectives",
        },
        objectivePeriod: {
            min: "1 day",
            max: "30 days",
            source: "https://cloud.google.com/monitoring/api/ref_v3/rest/v3/services.serviceLevelObjectives",
        },
        /** Of the grid of a dashboard. */
        columns: {
            min: 1,
            max: 48,
            unit: "columns",
            source: "https://cloud.google.com/monitoring/api/ref_v3/rest/v1/projects.dashboards",
        },
    },
});
