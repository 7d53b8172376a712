import { loggingLimits, nameFormats } from "slipway/facts";
import { GoogleError } from "../../cloud/errors";
import type { Context, Inputs, TypeRules } from "../../rules/rules";
import { metricsOf } from "../monitoring/metricFilter";
import { verifyExtractor } from "./extractor";
import { api, verifyFilter } from "./filter";

const invalid = (message: string) => new GoogleError(400, message);

function verifyDescriptor({ metricDescriptor, labelExtractors = {}, valueExtractor, bucketOptions }: Inputs): void {
    const { metricKind = "DELTA", valueType = "INT64", labels = [] } = metricDescriptor ?? {};
    const isDistribution = valueType === "DISTRIBUTION";
    if (metricKind !== "DELTA" || !["INT64", "DISTRIBUTION"].includes(valueType)) {
        throw invalid(`Unsupported metric kind ${metricKind} and value type ${valueType} of a log-based metric.`);
    }
    if (valueExtractor !== undefined && !isDistribution) {
        throw invalid("A value extractor can only be specified for a DISTRIBUTION value type.");
    }
    if (isDistribution && valueExtractor === undefined) {
        throw invalid("A value extractor must be specified for a DISTRIBUTION value type.");
    }
    if (bucketOptions && !isDistribution) {
        throw invalid("Bucket options can only be specified for distribution metrics.");
    }
    // The words: https://github.com/chainguard-dev/terraform-infra-common/pull/470
    const keys = (labels as Inputs[]).map(({ key }) => key);
    if (
        keys.length !== Object.keys(labelExtractors).length ||
        keys.some((key) => !Object.hasOwn(labelExtractors, key))
    ) {
        throw invalid("Number of label descriptors must match number of label extractors");
    }
    Object.values({ ...labelExtractors, ...(isDistribution && { value: valueExtractor }) }).forEach(verifyExtractor);
    verifyBuckets(bucketOptions);
}

/** "BucketOptions": https://cloud.google.com/logging/docs/reference/v2/rest/v2/projects.metrics#bucketoptions */
function verifyBuckets({ linearBuckets: linear, exponentialBuckets: exponential, explicitBuckets }: Inputs = {}): void {
    const least: [string, number | undefined, number][] = [
        ["linear_buckets.num_finite_buckets", linear?.numFiniteBuckets, 0],
        ["linear_buckets.width", linear?.width, 0],
        ["exponential_buckets.num_finite_buckets", exponential?.numFiniteBuckets, 0],
        ["exponential_buckets.growth_factor", exponential?.growthFactor, 1],
        ["exponential_buckets.scale", exponential?.scale, 0],
    ];
    const small = least.find(([, value, limit]) => value !== undefined && value <= limit);
    if (small) {
        throw invalid(`Invalid bucket_options.${small[0]} ${small[1]}: must be greater than ${small[2]}.`);
    }
    const bounds: number[] = explicitBuckets?.bounds ?? [];
    if (bounds.some((bound, index) => index > 0 && bound <= (bounds[index - 1] as number))) {
        throw invalid("Invalid bucket_options.explicit_buckets.bounds: must be monotonically increasing.");
    }
}

function verify(inputs: Inputs): void {
    const { name, filter, description = "", bucketName } = inputs;
    if (!nameFormats.rows.logMetric.pattern.test(name)) {
        throw invalid(`Metric name "${name}" is invalid.`);
    }
    if (description.length > loggingLimits.rows.description.max) {
        throw invalid("The description is too long.");
    }
    verifyFilter(filter);
    // The full name of a bucket: https://cloud.google.com/logging/docs/reference/v2/rest/v2/projects.metrics
    if (bucketName && !/^projects\/[^/]+\/locations\/[^/]+\/buckets\/[^/]+$/.test(bucketName)) {
        throw invalid(
            `Received unexpected value parsing name "${bucketName}". Expected the form projects/[PROJECT_ID]/locations/[ID]/buckets/[ID]`,
        );
    }
    verifyDescriptor(inputs);
}

/** Refuses the deletion while a policy alerts on it. The words: https://github.com/pulumi/pulumi-google-native/issues/848 */
function remove({ name, project }: Inputs, { cloud }: Context): void {
    const policies = cloud.store.list(`//monitoring.googleapis.com/projects/${project}/alertPolicies`);
    if (
        policies.some(({ state }) =>
            JSON.stringify(state.conditions ?? []).includes(`logging.googleapis.com/user/${name}\\`),
        )
    ) {
        throw invalid(`Cannot delete metric ${name}. That metric is still used in an alerting policy.`);
    }
}

/** A metric of log entries. */
export const metric: TypeRules = {
    noun: "Metric",
    generatedNoun: "LoggingMetric",
    api,
    id: ({ name }) => name,
    name: ({ project, name }) => `//${api}/projects/${project}/metrics/${encodeURIComponent(name)}`,
    verify,
    state: ({ metricDescriptor }) => ({
        metricDescriptor: { metricKind: "DELTA", valueType: "INT64", unit: "1", ...metricDescriptor },
    }),
    // Monitoring knows the metric later: https://github.com/hashicorp/terraform-provider-google/issues/11102
    afterStore: ({ project, name }, { cloud }, old) => {
        if (!old) {
            cloud.propagation.changed(metricsOf(project, `logging.googleapis.com/user/${name}`), "metric");
        }
    },
    verifyRemoval: remove,
    calls: {
        update: ["logging.projects.metrics.update", "logging.projects.metrics.get"],
    },
};
