import { facts } from "../facts";
import type { DurationLimit, Limit } from "../limits/limit";
import type { NameFormat } from "../names";

const source = "https://cloud.google.com/vertex-ai/docs/reference/rest/v1/projects.locations.models";

/** Limits of models. */
export const modelLimits = facts<Limit>()({
    subject: "Limits of models of Vertex AI",
    source,
    checked: "2026-11-06",
    rows: {
        displayName: { min: 1, max: 128, unit: "characters" },
        port: {
            min: 1,
            max: 65535,
            unit: "",
            source: "https://cloud.google.com/vertex-ai/docs/reference/rest/v1/Port",
        },
    },
});

/** Durations of models. */
export const modelDurations = facts<DurationLimit & { max: NonNullable<DurationLimit["max"]> }>()({
    subject: "Durations of models of Vertex AI",
    source: "https://cloud.google.com/vertex-ai/docs/reference/rest/v1/ModelContainerSpec",
    checked: "2026-11-06",
    rows: { deploymentTimeout: { min: "1 second", max: "2 hours" } },
});

/** Formats of names of models and of their versions. */
export const modelNames = facts<NameFormat>()({
    subject: "Formats of names of models of Vertex AI",
    source,
    checked: "2026-11-06",
    rows: {
        modelId: {
            max: 63,
            pattern: /^[a-z_][a-z0-9_-]{0,62}$/,
            rule: "must have up to 63 lower-case letters, digits, _ and -, and not start with a digit or a hyphen",
            source: "https://cloud.google.com/vertex-ai/docs/reference/rest/v1/projects.locations.models/upload",
        },
        /** An alias that is all digits would be the ID of a version. */
        versionAlias: {
            max: 128,
            pattern: /^[a-z][a-zA-Z0-9-]{0,126}[a-z0-9]$/,
            rule: "must have 2 to 128 letters, digits and hyphens, start with a lower-case letter and end with one or a digit",
        },
    },
});
