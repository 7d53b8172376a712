import { nameFormats } from "slipway/facts";
import { GoogleError } from "../../cloud/errors";
import type { Inputs, TypeRules } from "../../rules/rules";
import { bucketOf, loggingName, requireBucket } from "./bucketNames";
import { api } from "./filter";

const linkPath = (inputs: Inputs) => `${bucketOf(inputs)}/links/${inputs.linkId}`;
const projectOf = (inputs: Inputs) => bucketOf(inputs).split("/")[1] as string;
const datasetName = (inputs: Inputs) =>
    `//bigquery.googleapis.com/projects/${projectOf(inputs)}/datasets/${inputs.linkId}`;

const invalid = (message: string) => new GoogleError(400, message);

/** A dataset in BigQuery that Cloud Logging creates for a log bucket with analytics. */
export const linkedDataset: TypeRules = {
    noun: "LinkedDataset",
    generatedNoun: "LoggingLinkedDataset",
    cost: "free",
    api,
    locatedByReference: true,
    project: projectOf,
    id: linkPath,
    verify: (inputs, { cloud }, old) => {
        const bucket = bucketOf(inputs);
        const { enableAnalytics } = requireBucket(cloud, bucket);
        if (!nameFormats.rows.logLink.pattern.test(inputs.linkId)) {
            throw invalid(`Link ID "${inputs.linkId}" is invalid.`);
        }
        if (!enableAnalytics) {
            throw invalid("A link can only be created for a bucket with analytics enabled.");
        }
        // "A log bucket may currently only contain one link": the method links.create.
        const others = cloud.store.list(`${loggingName(bucket)}/links`).filter(({ id }) => id !== linkPath(inputs));
        if (!old && others.length > 0) {
            throw invalid("The bucket has a link already.");
        }
        // https://github.com/GoogleCloudPlatform/cloud-foundation-fabric/pull/1423
        if (!old && cloud.store.read(datasetName(inputs))) {
            throw new GoogleError(409, `Already Exists: Dataset ${projectOf(inputs)}:${inputs.linkId}`);
        }
    },
    alreadyExists: (inputs) => new GoogleError(409, `Link \`${inputs.linkId}\` already exists`),
    state: (inputs, { cloud }, old) => {
        const [, project, , location, , bucket] = bucketOf(inputs).split("/");
        return {
            parent: `projects/${project}`,
            location,
            bucket,
            name: linkPath(inputs),
            createTime: old?.createTime ?? cloud.now().toISOString(),
            lifecycleState: "ACTIVE",
            bigqueryDatasets: [{ datasetId: datasetName(inputs).slice(2) }],
        };
    },
    calls: { update: [] },
};
