import { facts } from "../facts";
import type { DurationLimit, Limit } from "./limit";

/** Limits of Cloud Monitoring. */
export const monitoringLimits = facts<Limit | DurationLimit>()({
    subject: "Limits of Cloud Monitoring",
    source: "https://cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.alertPolicies",
    checked: "2026-11-23",
    rows: {
        /** Of an alert policy. */
        conditions: { min: 1, max: 6, unit: "conditions" },
        filter: { max: 2048, unit: "characters" },
        /** Of a policy, a condition or a channel. */
        displayName: { max: 512, unit: "characters" },
        documentation: { max: 8192, unit: "characters" },
        documentationBytes: { max: 10_240, unit: "bytes" },
        /** Of the subject of a notification, before variables are replaced. */
        subjectBytes: { max: 10_240, unit: "bytes" },
        links: { max: 3, unit: "links" },
        linkName: { min: 1, max: 63, unit: "characters" },
        linkUrl: { max: 2083, unit: "characters" },
        userLabels: { max: 64, unit: "labels" },
        /** In whole minutes, how long a condition must hold. */
        duration: {
            min: "0 seconds",
            max: "1410 minutes",
            source: "https://cloud.google.com/monitoring/alerts/concepts-indepth",
        },
        /** How long the condition of a policy must hold at least so that what missing data means can be set. */
        missingDataDuration: { min: "60 seconds" },
        /** The shortest time without data after which an incident is closed. */
        autoClose: {
            min: "30 minutes",
            max: "7 days",
            source: "https://cloud.google.com/monitoring/alerts/log-based-incidents",
        },
        /** Between notifications of a policy of log entries. */
        notificationInterval: {
            min: "5 minutes",
            max: "48 hours",
            source: "https://cloud.google.com/logging/docs/alerting/log-based-alerts",
        },
        /** Notification channels of a policy. */
        channels: { max: 16, unit: "channels", source: "https://cloud.google.com/monitoring/quotas" },
        /** Of a channel. */
        channelDescription: {
            max: 1024,
            unit: "characters",
            source: "https://cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.notificationChannels",
        },
        uptimeTimeout: {
            min: "1 second",
            max: "60 seconds",
            source: "https://cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.uptimeCheckConfigs",
        },
        /** Of the content that a response of an uptime check must have. */
        uptimeContent: {
            max: 1024,
            unit: "bytes",
            source: "https://cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.uptimeCheckConfigs",
        },
        /** Of the body of an uptime check. */
        uptimeBody: {
            max: 1_000_000,
            unit: "bytes",
            source: "https://cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.uptimeCheckConfigs",
        },
        uptimeHeaders: {
            max: 100,
            unit: "headers",
            source: "https://cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.uptimeCheckConfigs",
        },
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
        /** Of a dashboard, with headers. */
        widgets: {
            max: 100,
            unit: "widgets",
            source: "https://cloud.google.com/monitoring/docs/release-notes#May_02_2025",
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
