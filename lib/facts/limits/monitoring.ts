import { facts } from "../facts";
import type { DurationLimit, Limit } from "./limit";

/** Limits of Cloud Monitoring. */
export const monitoringLimits = facts<Limit | DurationLimit>()({
    subject: "Limits of Cloud Monitoring",
    // The definitions that this page is generated from, as published on this day: github.com/googleapis/googleapis, google/monitoring/v3.
    source: "https://cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.alertPolicies",
    checked: "2026-08-22",
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
        /** Of the points that the aggregation of an alert policy joins. */
        alignmentPeriod: { min: "60 seconds", max: "25 hours" },
        /** In whole minutes, how long a condition must hold. */
        duration: {
            min: "0 seconds",
            max: "1410 minutes",
            source: "https://cloud.google.com/monitoring/alerts/concepts-indepth",
            checked: "never",
        },
        /** How long data must be missing for a condition of absence. */
        absenceDuration: { min: "120 seconds" },
        /** How long the condition of a policy must hold at least so that what missing data means can be set. */
        missingDataDuration: { min: "60 seconds" },
        /** The shortest time without data after which an incident is closed, and the longest one. */
        autoClose: {
            min: "30 minutes",
            max: "7 days",
            // The minimum is on record; the maximum is that of the page.
            source: "https://cloud.google.com/monitoring/alerts/log-based-incidents",
            checked: "never",
        },
        /** Between notifications of a policy of log entries. */
        notificationInterval: {
            min: "5 minutes",
            max: "48 hours",
            source: "https://cloud.google.com/logging/docs/alerting/log-based-alerts",
            checked: "never",
        },
        /** Notification channels of a policy. */
        channels: {
            max: 16,
            unit: "channels",
            source: "https://cloud.google.com/monitoring/quotas",
            checked: "never",
        },
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
        /** Pings that follow the request of an uptime check. */
        uptimePings: {
            max: 3,
            unit: "pings",
            source: "https://cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.uptimeCheckConfigs",
        },
        /** How far into the future a condition forecasts. Pages have different longest times. */
        forecast: {
            min: "1 hour",
            source: "https://cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.alertPolicies",
        },
        /** Between two runs of a query in SQL, in the unit of its schedule. */
        sqlMinutes: {
            min: 5,
            max: 1440,
            unit: "minutes",
            source: "https://cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.alertPolicies",
        },
        sqlHours: {
            min: 1,
            max: 48,
            unit: "hours",
            source: "https://cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.alertPolicies",
        },
        sqlDays: {
            min: 1,
            max: 31,
            unit: "days",
            source: "https://cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.alertPolicies",
        },
        /** Of an uptime check; the region `USA` has three. */
        uptimeLocations: {
            min: 3,
            unit: "locations",
            source: "https://cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.uptimeCheckConfigs",
        },
        /** Of a service-level objective, above 0. */
        goal: {
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
            source: "https://cloud.google.com/monitoring/docs/release-notes",
        },
        /** Of the grid of a dashboard. */
        columns: {
            min: 1,
            max: 48,
            unit: "columns",
            source: "https://cloud.google.com/monitoring/api/ref_v3/rest/v1/projects.dashboards",
            checked: "2026-09-03",
        },
    },
});
