import type { Service } from "../rules/rules";
import { addBuiltIn, bucketOf } from "./logging/bucketNames";
import { exclusion } from "./logging/exclusion";
import { linkedDataset } from "./logging/linkedDataset";
import { getProjectSettings, logBucket } from "./logging/logBucket";
import { logView, viewPolicies } from "./logging/logView";
import { metric } from "./logging/metric";
import { sink } from "./logging/sink";

const service: Service = {
    titles: { "logging.googleapis.com": "Cloud Logging API" },
    lookups: {
        "gcp:logging/getLogView:getLogView": {
            type: "gcp:logging/logView:LogView",
            method: "logging.projects.locations.buckets.views.get",
            inputs: (args, { cloud }) => {
                const bucket = bucketOf(args);
                addBuiltIn(cloud, bucket);
                return { ...args, project: bucket.split("/")[1] };
            },
        },
    },
    types: {
        "gcp:logging/linkedDataset:LinkedDataset": linkedDataset,
        "gcp:logging/logView:LogView": logView,
        "gcp:logging/metric:Metric": metric,
        "gcp:logging/projectBucketConfig:ProjectBucketConfig": logBucket,
        "gcp:logging/projectExclusion:ProjectExclusion": exclusion,
        "gcp:logging/projectSink:ProjectSink": sink,
        ...viewPolicies,
    },
    functions: { "gcp:logging/getProjectSettings:getProjectSettings": getProjectSettings },
    functionMethods: {
        "gcp:logging/getProjectSettings:getProjectSettings": ["logging.projects.getSettings"],
    },
};

export default service;
