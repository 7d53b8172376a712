import { GoogleError } from "../../cloud/errors";
import type { Inputs } from "../../rules/rules";

const refuse = (reason: string) => new GoogleError(400, `Invalid ingestion data source settings: ${reason}.`);

/**
 * The forms of ARNs: https://cloud.google.com/pubsub/docs/reference/rest/v1/projects.topics#AwsKinesis. The provider's own acceptance tests create
 * a topic whose cluster has the ARN of a stream, so any service passes there.
 */
const arns: Record<string, RegExp> = {
    awsRoleArn: /^arn:aws[\w-]*:iam:/,
    streamArn: /^arn:aws[\w-]*:kinesis:/,
    consumerArn: /^arn:aws[\w-]*:kinesis:/,
    clusterArn: /^arn:aws[\w-]*:/,
};

/** Throws if Pub/Sub refuses the source of a topic's messages. */
export function verifyIngestion({ ingestionDataSourceSettings: settings }: Inputs): void {
    if (!settings) {
        return;
    }
    const { platformLogsSettings: _, cloudStorage, ...others } = settings;
    const sources = [cloudStorage, ...Object.values(others)].filter(Boolean) as Inputs[];
    if (sources.length > 1) {
        throw refuse("a topic can have one source");
    }
    const [wrong] = sources.flatMap((source) =>
        Object.entries(source).filter(([name, value]) => arns[name] && !arns[name].test(String(value))),
    );
    if (wrong) {
        throw refuse(`${wrong[0]} is not such an ARN: ${wrong[1]}`);
    }
    if (cloudStorage) {
        verifyObjects(cloudStorage);
    }
}

// A bucket that does not exist or cannot be read is a state of the topic, which the API reports.
function verifyObjects(source: Inputs): void {
    const { bucket, textFormat, avroFormat, pubsubAvroFormat, minimumObjectCreateTime: since } = source;
    if (/^gs:/.test(bucket)) {
        throw refuse(`the bucket ${bucket} must be a name without gs://`);
    }
    if ([textFormat, avroFormat, pubsubAvroFormat].filter((format) => format !== undefined).length !== 1) {
        throw refuse("one of text_format, avro_format and pubsub_avro_format is needed");
    }
    if (textFormat?.delimiter !== undefined && [...textFormat.delimiter].length !== 1) {
        throw refuse(`the delimiter ${JSON.stringify(textFormat.delimiter)} is not one character`);
    }
    if (since !== undefined && !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(since)) {
        throw refuse(`minimum_object_create_time ${since} is not a time such as 2027-01-31T00:00:00Z`);
    }
}
