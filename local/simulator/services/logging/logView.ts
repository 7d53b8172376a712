import { logBucketLimits, nameFormats } from "slipway/facts";
import { parseQuery, type Query } from "../../../../lib/formats";
import { GoogleError } from "../../cloud/errors";
import { policyTypes } from "../../rules/policy";
import { type Inputs, lastPart, type TypeRules } from "../../rules/rules";
import { bucketOf, loggingName, requireBucket } from "./bucketNames";
import { api, verifyFilter } from "./filter";

const viewPath = (inputs: Inputs) => `${bucketOf(inputs)}/views/${lastPart(inputs.name)}`;

const invalid = (message: string) => new GoogleError(400, message);

/**
 * "Filters must be logical conjunctions that use the AND operator", of SOURCE(), resource.type and LOG_ID(); the guide has NOT, too:
 * https://docs.cloud.google.com/logging/docs/reference/v2/rest/v2/locations.buckets.views, https://docs.cloud.google.com/logging/docs/logs-views
 */
function isViewQuery(query: Query): boolean {
    if ("and" in query) {
        return query.and.every(isViewQuery);
    }
    if ("not" in query) {
        return isViewQuery(query.not);
    }
    if ("call" in query) {
        return /^(log_id|source)$/i.test(query.call);
    }
    return "field" in query && query.field === "resource.type" && /^!?=$/.test(query.operator);
}

/** A view of a log bucket. */
export const logView: TypeRules = {
    noun: "LogView",
    generatedNoun: "LoggingLogView",
    cost: "free",
    api,
    locatedByReference: true,
    project: (inputs) => bucketOf(inputs).split("/")[1] as string,
    id: viewPath,
    verify: (inputs, { cloud }, old) => {
        const { name, filter = "" } = inputs;
        const bucket = bucketOf(inputs);
        requireBucket(cloud, bucket);
        if (!nameFormats.rows.logBucket.pattern.test(lastPart(name))) {
            throw invalid(`View ID "${lastPart(name)}" is invalid.`);
        }
        verifyFilter(filter);
        if (!isViewQuery(parseQuery(filter))) {
            throw invalid(
                "Invalid filter: a view's filter must be a logical AND of SOURCE, resource.type and LOG_ID restrictions.",
            );
        }
        const views = cloud.store.list(`${loggingName(bucket)}/views`).filter(({ id }) => !/\/_\w+$/.test(id));
        if (!old && views.length >= logBucketLimits.rows.views.max) {
            throw invalid(`The bucket has ${views.length} views, the maximum.`);
        }
    },
    alreadyExists: (inputs) => new GoogleError(409, `View \`${lastPart(inputs.name)}\` already exists`),
    changesOnUpdate: ["updateTime"],
    state: (inputs, { cloud }, old) => {
        const now = cloud.now().toISOString();
        const [, project, , location, , bucket] = bucketOf(inputs).split("/");
        const times = { createTime: old?.createTime ?? now, updateTime: now };
        return { parent: `projects/${project}`, location, bucket, name: lastPart(inputs.name), ...times };
    },
};

const policyId = (inputs: Inputs) =>
    /^projects\/.+\/views\//.test(inputs.name)
        ? inputs.name
        : `${inputs.parent}/locations/${inputs.location}/buckets/${inputs.bucket}/views/${inputs.name}`;

/** The policy of a view: `google/services/logging/iam_logging_log_view.go` of the provider. */
export const viewPolicies = policyTypes({
    token: "gcp:logging/logViewIam",
    property: "name",
    api: [api, "Cloud Logging API"],
    id: policyId,
    name: (inputs) => loggingName(policyId(inputs)),
    describe: (inputs) => `logging logview "${policyId(inputs)}"`,
    missing: (inputs) => new GoogleError(404, `View \`${lastPart(inputs.name)}\` does not exist`),
});
