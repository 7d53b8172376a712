import * as check from "../../internal/arguments/check";

/** The {@link https://cloud.google.com/vertex-ai/docs/explainable-ai/overview explanations} of predictions, in the format of the API. */
export interface ModelExplanation {
    /** {@link https://cloud.google.com/vertex-ai/docs/reference/rest/v1/ExplanationParameters The attribution method}. */
    parameters: Record<string, unknown>;
    /**
     * {@link https://cloud.google.com/vertex-ai/docs/reference/rest/v1/ExplanationMetadata The inputs and outputs} of the model.
     * @default the metadata of the model
     */
    metadata?: Record<string, unknown>;
}

/** Checks an object that is passed on. */
export const anyObject = check.custom<Record<string, unknown>>(
    (value) => typeof value === "object" && value !== null && !Array.isArray(value),
    "must be an object in the format of the API",
);

/** Checks {@link ModelExplanation}. */
export const modelExplanation = check.options<ModelExplanation>(
    { parameters: anyObject, metadata: anyObject },
    "parameters",
);
