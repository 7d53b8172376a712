import { instanceFormats } from "../../facts/vertex/batchPrediction";
import * as check from "../../internal/arguments/check";
import { display } from "../../internal/arguments/value";

/** A format of instances, of files or of tables. */
export type InstanceFormat = keyof typeof instanceFormats.rows;

/** How instances are built from {@link https://cloud.google.com/vertex-ai/docs/predictions/get-batch-predictions#filter_and_transform_input_data the input}. */
export interface BatchInstances {
    /**
     * The format in which the container receives each instance: an object with the field names, or an array of the field values. Only for
     * JSON Lines and BigQuery.
     * @default what a line of JSON Lines is; an array for BigQuery
     */
    type?: "object" | "array";
    /**
     * The only fields that are sent, in the order of the values in an array; only for JSON Lines with objects, BigQuery and TFRecord.
     * @default all
     */
    include?: string[];
    /**
     * Fields that are not sent, instead of `include`. The predictions have them, unless there is a `key`.
     * @default none
     */
    exclude?: string[];
    /**
     * A field that is not sent, and that identifies the instance: each prediction has it as `key`, instead of the instance.
     * @default none: each prediction has its instance
     */
    key?: string;
}

const fields = check.pipe(
    check.list(check.matching(/^.+$/, "must be the name of a field")),
    check.refine((all) => (all as string[]).length > 0, "must have at least one field"),
) as check.Check<string[]>;

/** Checks {@link BatchInstances}. */
export const batchInstances = check.options<BatchInstances>({
    type: check.oneOf("object", "array"),
    include: fields,
    exclude: fields,
    key: check.matching(/^.+$/, "must be the name of a field"),
});

const formats = Object.keys(instanceFormats.rows) as InstanceFormat[];

/** {@link https://cloud.google.com/vertex-ai/docs/reference/rest/v1/projects.locations.batchPredictionJobs#InstanceConfig What formats support}. */
export function instanceProblems(format: InstanceFormat, { type, include, exclude, key }: BatchInstances = {}) {
    const only = (path: string, value: unknown, feature: "converts" | "filters" | "hasKey") => {
        const supporting = formats.filter((name) => instanceFormats.rows[name][feature]).join(", ");
        return check.when(
            value !== undefined && !instanceFormats.rows[format][feature],
            `instances.${path}`,
            "vertex/instances-of-format",
            `is only for the formats ${supporting}, and the input is ${format} (got ${display(value)}). Remove it.`,
        );
    };
    return [
        only("type", type, "converts"),
        only("include", include, "filters"),
        only("exclude", exclude, "filters"),
        only("key", key, "hasKey"),
        check.when(
            include !== undefined && exclude !== undefined,
            "instances.exclude",
            "vertex/exclude-and-include",
            "cannot be combined with instances.include. Remove one of them.",
        ),
        check.when(
            key !== undefined && include?.includes(key),
            "instances.include",
            "vertex/include-has-key",
            `must not have the key, which is not sent (got "${key}").`,
        ),
    ];
}

/** How instances are built in the form of the API; undefined for Vertex AI's own way. */
export function instanceConfig(instances: BatchInstances = {}) {
    const { type, include, exclude, key } = instances;
    return Object.values(instances).some((value) => value !== undefined)
        ? { instanceType: type, keyField: key, includedFields: include, excludedFields: exclude }
        : undefined;
}
