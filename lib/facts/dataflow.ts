import { facts } from "./facts";
import type { Limit } from "./limits/limit";

/** A template that Google provides, at `gs://dataflow-templates-REGION/latest/` followed by the folder of its kind and its name. */
export interface DataflowTemplate {
    /** Flex Templates are launched by an image, classic ones by a stored graph. */
    kind: "flex" | "classic";
    type: "streaming" | "batch";
    /** The names of parameters, all of whose values are texts. */
    required: readonly string[];
    optional: readonly string[];
    /** Optional parameters of which exactly one is given: "Either input topic or input subscription must be provided, but not both." */
    oneOf?: readonly string[];
}

const udf = ["javascriptTextTransformGcsPath", "javascriptTextTransformFunctionName"] as const;
const udfReload = [...udf, "javascriptTextTransformReloadIntervalMinutes"] as const;
const inputs = ["inputTopic", "inputSubscription"] as const;
const fileNames = ["outputFilenamePrefix", "outputFilenameSuffix", "outputShardTemplate"] as const;
const patterns = ["yearPattern", "monthPattern", "dayPattern", "hourPattern", "minutePattern"] as const;

const readme = "https://github.com/GoogleCloudPlatform/DataflowTemplates/blob/main";

/** Templates with their parameters, whose arguments are typed. Others have parameters of any name. */
export const dataflowTemplates = facts<DataflowTemplate>()({
    subject: "Templates of Dataflow that Google provides",
    source: "https://cloud.google.com/dataflow/docs/guides/templates/provided-templates",
    checked: "2026-11-23",
    rows: {
        PubSub_to_BigQuery_Flex: {
            kind: "flex",
            type: "streaming",
            required: ["outputTableSpec"],
            optional: [
                ...inputs,
                "outputDeadletterTable",
                "useStorageWriteApi",
                "useStorageWriteApiAtLeastOnce",
                "numStorageWriteApiStreams",
                "storageWriteApiTriggeringFrequencySec",
                ...udfReload,
            ],
            oneOf: inputs,
            source: `${readme}/v2/googlecloud-to-googlecloud/README_PubSub_to_BigQuery_Flex.md`,
        },
        PubSub_Subscription_to_BigQuery: {
            kind: "classic",
            type: "streaming",
            required: ["outputTableSpec", "inputSubscription"],
            optional: ["outputDeadletterTable", ...udfReload],
            source: `${readme}/v1/README_PubSub_Subscription_to_BigQuery.md`,
        },
        Cloud_PubSub_to_GCS_Text_Flex: {
            kind: "flex",
            type: "streaming",
            required: ["outputDirectory"],
            optional: [...inputs, "userTempLocation", "numShards", "windowDuration", ...fileNames, ...patterns],
            oneOf: inputs,
            source: `${readme}/v2/googlecloud-to-googlecloud/README_Cloud_PubSub_to_GCS_Text_Flex.md`,
        },
        Cloud_PubSub_to_Avro: {
            kind: "classic",
            type: "streaming",
            required: ["inputTopic", "outputDirectory", "avroTempDirectory"],
            optional: [...fileNames, ...patterns],
            source: `${readme}/v1/README_Cloud_PubSub_to_Avro.md`,
        },
        Cloud_PubSub_to_Cloud_PubSub: {
            kind: "classic",
            type: "streaming",
            required: ["inputSubscription", "outputTopic"],
            optional: ["filterKey", "filterValue"],
            source: `${readme}/v1/README_Cloud_PubSub_to_Cloud_PubSub.md`,
        },
        GCS_Text_to_BigQuery_Flex: {
            kind: "flex",
            type: "batch",
            required: ["inputFilePattern", "JSONPath", "outputTable", "bigQueryLoadingTemporaryDirectory", ...udf],
            optional: ["useStorageWriteApi", "useStorageWriteApiAtLeastOnce"],
            source: `${readme}/v2/googlecloud-to-googlecloud/README_GCS_Text_to_BigQuery_Flex.md`,
        },
        BigQuery_to_Parquet: {
            kind: "flex",
            type: "batch",
            required: ["tableRef", "bucket"],
            optional: ["numShards", "fields", "rowRestriction"],
            source: `${readme}/v2/bigquery-to-parquet/README_BigQuery_to_Parquet.md`,
        },
        GCS_Text_to_Cloud_PubSub: {
            kind: "classic",
            type: "batch",
            required: ["inputFilePattern", "outputTopic"],
            optional: [],
            source: `${readme}/v1/README_GCS_Text_to_Cloud_PubSub.md`,
        },
        Bulk_Compress_GCS_Files: {
            kind: "classic",
            type: "batch",
            required: ["inputFilePattern", "outputDirectory", "outputFailureFile", "compression"],
            optional: ["outputFilenameSuffix"],
            source: `${readme}/v1/README_Bulk_Compress_GCS_Files.md`,
        },
        Word_Count: {
            kind: "classic",
            type: "batch",
            required: ["inputFile", "output"],
            optional: [],
            source: `${readme}/v1/README_Word_Count.md`,
        },
    },
});

/** The name of a template with typed parameters. */
export type DataflowTemplateName = keyof typeof dataflowTemplates.rows;

/** Limits of jobs. */
export const dataflowLimits = facts<Limit>()({
    subject: "Limits of Dataflow",
    source: "https://cloud.google.com/dataflow/quotas",
    checked: "2026-11-23",
    rows: {
        /** Workers of a job with Streaming Engine or Dataflow Shuffle, without a zone. */
        workers: { min: 1, max: 4000, unit: "workers" },
        /** The number of jobs that can run at the same time in a new project. */
        jobs: { max: 25, unit: "jobs" },
        disk: {
            min: 30,
            max: 65_536,
            unit: "GB",
            source: "https://cloud.google.com/dataflow/docs/reference/pipeline-options#worker-level_options",
        },
    },
});

/** Images from which a pipeline in Python is built. */
export const dataflowImages = facts<{ image: string }>()({
    subject: "Images of pipelines in Python",
    source: "https://cloud.google.com/dataflow/docs/guides/templates/configuring-flex-templates",
    checked: "2026-11-23",
    rows: {
        /** The image from which the launcher is copied. */
        launcher: {
            image: "gcr.io/dataflow-templates-base/python311-template-launcher-base:20230622_RC00",
            source: "https://github.com/GoogleCloudPlatform/python-docs-samples/blob/main/dataflow/flex-templates/pipeline_with_dependencies/Dockerfile",
        },
        /** The image of the workers, whose tag is the version of Apache Beam. */
        sdk: {
            image: "docker.io/apache/beam_python3.11_sdk",
            source: "https://hub.docker.com/r/apache/beam_python3.11_sdk",
        },
    },
});
