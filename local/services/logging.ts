import type { Service } from "../rules/rules";
import { exclusion } from "./logging/exclusion";
import { metric } from "./logging/metric";
import { sink } from "./logging/sink";

const service: Service = {
    titles: { "logging.googleapis.com": "Cloud Logging API" },
    types: {
        "gcp:logging/metric:Metric": metric,
        "gcp:logging/projectExclusion:ProjectExclusion": exclusion,
        "gcp:logging/projectSink:ProjectSink": sink,
    },
};

export default service;
