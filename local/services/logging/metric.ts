import { loggingLimits, nameFormats } from "slipway/facts";
import { parseExtractor } from "slipway/formats";
import { GoogleError } from "../../cloud/errors";
import type { Context, Inputs, TypeRules } from "../../rules/rules";
import { metricsOf } from "../monitoring/metricFilter";
import { api, verifyFilter } from "./filter";

const invalid = (message: string) => new GoogleError(400, message);

function verifyDescriptor({ metricDescriptor, labelExtractors = {}, valueExtractor, bucketOptions }: Inputs): void {
    const { metricKind = "DELTA", valueType = "INT64", labels = [] } = metricDescriptor ?? {};
    const isDistribution = valueType === "DISTRIBUTION";
    if (metricKind !== "DELTA" || !["INT64", "DISTRIBUTION"].includes(valueType)) {
        throw invalid(`Unsupported metric kind ${metricKind} and value type ${valueType} of a log-based metric.`);
    }
    if (isDistribution !== (valueExtractor !== undefined)) {
        throw invalid("A value extractor must be specified for distribution metrics, and only for those.");
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
    const wrong = Object.values({ ...labelExtractors, ...(isDistribution && { value: valueExtractor }) }).find(
        (text) => !parseExtractor(String(text)),
    );
    if (wrong !== undefined) {
        throw invalid(`Invalid extractor: ${wrong}`);
    }
}

function verify(inputs: Inputs): void {
    const { name, filter, description = "" } = inputs;
    if (!nameFormats.rows.logMetric.pattern.test(name)) {
        throw invalid(`Metric name "${name}" is invalid.`);
    }
    if (description.length > loggingLimits.rows.description.max) {
        throw invalid("The description is too long.");
    }
    verifyFilter(filter);
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
};
