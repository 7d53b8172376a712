import { facts } from "../facts";
import type { DurationLimit, Limit } from "./limit";

/** Limits of Secret Manager. */
export const secretManagerLimits = facts<Limit | DurationLimit>()({
    subject: "Limits of Secret Manager",
    source: "https://cloud.google.com/secret-manager/quotas",
    checked: "2026-11-20",
    rows: {
        payload: { max: 65_536, unit: "bytes" },
        /** All keys and values together. */
        annotations: { max: 16 * 1024, unit: "bytes" },
        annotationKey: {
            min: 1,
            max: 63,
            unit: "characters",
            source: "https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets",
            checked: "2026-10-21",
        },
        topics: {
            min: 1,
            max: 10,
            unit: "topics",
            source: "https://cloud.google.com/secret-manager/docs/event-notifications",
        },
        versionAliases: {
            max: 50,
            unit: "aliases",
            source: "https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets",
        },
        rotationPeriod: {
            min: "1 hour",
            max: "36500 days",
            source: "https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets",
        },
        /** Between now and the first notification. */
        nextRotation: {
            min: "300 seconds",
            max: "36500 days",
            source: "https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets",
            checked: "2026-11-30",
        },
        /** Between the request to destroy a version and its destruction. */
        destroyDelay: {
            min: "1 day",
            max: "1000 days",
            source: "https://cloud.google.com/secret-manager/docs/delay-destruction-of-secret-versions",
        },
    },
});
