import { type DataflowTemplate, dataflowTemplates } from "slipway/facts";
import type { Cloud } from "../../cloud/cloud";
import { GoogleError } from "../../cloud/errors";
import type { Inputs } from "../../rules/rules";
import { findBucket, objectName } from "../storage/names";
import { invalid } from "./names";

/** What a template says of its jobs. */
export interface Template {
    type: "JOB_TYPE_STREAMING" | "JOB_TYPE_BATCH";
    /** The names of parameters; undefined if any are accepted. */
    required?: readonly string[];
    known?: readonly string[];
    /** Parameters of which the pipeline requires exactly one. */
    oneOf?: readonly string[];
    /** The image of the launcher. */
    image?: string;
    /** Such as `PYTHON`. */
    language?: string;
}

const googleFolder = /^gs:\/\/dataflow-templates(?:-([a-z]+-[a-z]+\d+))?\/[\w-]+\/(flex\/)?(\w+)$/;

const jobType = (isStreaming: boolean) => (isStreaming ? "JOB_TYPE_STREAMING" : "JOB_TYPE_BATCH");

/** Templates of Google without typed parameters exist; their name says whether they are streaming. */
const soundsStreaming = /PubSub_to|PubSub_Subscription_to|Kafka_to|^Stream|_CDC|Subscription/;

/** A template at an address. @throws GoogleError if there is none */
export function templateAt(cloud: Cloud, path: string, kind: DataflowTemplate["kind"]): Template {
    const [, , folder, name] = googleFolder.exec(path) ?? [];
    if (name !== undefined) {
        return googleTemplate(name, folder === undefined ? "classic" : "flex", kind, path);
    }
    const [, bucket = "", object = ""] = /^gs:\/\/([^/]+)\/(.+)$/.exec(path) ?? [];
    const stored = findBucket(cloud, bucket) && cloud.store.read(objectName(bucket, object));
    if (!stored) {
        throw notOpened(path);
    }
    const text = stored.content === undefined ? "" : cloud.store.content(stored.content).toString();
    return kind === "flex" ? flexTemplate(text, path) : { type: jobType(/"streaming"\s*:\s*true/.test(text)) };
}

const notOpened = (path: string) =>
    new GoogleError(404, `Unable to open template file: ${path}.`).recordedIn(
        "https://github.com/GoogleCloudPlatform/python-docs-samples/issues/4894",
    );

function googleTemplate(name: string, folder: string, kind: string, path: string): Template {
    const rows: Record<string, DataflowTemplate> = dataflowTemplates.rows;
    const row = rows[name];
    if (folder !== kind || (row !== undefined && row.kind !== kind)) {
        throw notOpened(path);
    }
    return row === undefined
        ? { type: jobType(soundsStreaming.test(name)) }
        : {
              type: jobType(row.type === "streaming"),
              required: row.required,
              known: [...row.required, ...row.optional],
              ...(row.oneOf && { oneOf: row.oneOf }),
          };
}

/** "Template spec file": https://cloud.google.com/dataflow/docs/guides/templates/using-flex-templates */
function flexTemplate(text: string, path: string): Template {
    let spec: Inputs;
    try {
        spec = JSON.parse(text);
    } catch {
        throw invalid(`Failed to parse the container spec file ${path}.`);
    }
    const { image, sdkInfo, metadata } = spec;
    if (!image || !sdkInfo?.language) {
        throw invalid(`The container spec file ${path} must have image and sdkInfo.`);
    }
    const parameters = metadata?.parameters as { name: string; isOptional?: boolean }[] | undefined;
    return {
        image,
        language: sdkInfo.language,
        type: jobType(metadata?.streaming === true),
        ...(parameters && {
            required: parameters.filter(({ isOptional }) => !isOptional).map(({ name }) => name),
            known: parameters.map(({ name }) => name),
        }),
    };
}

/** Throws for parameters that a template does not have, or lacks. */
export function verifyParameters({ required = [], known }: Template, given: Record<string, string>): void {
    const details = [
        ...required.filter((name) => !given[name]).map((name) => `${name}: Missing required parameter`),
        ...Object.keys(known ? given : {})
            .filter((name) => !known?.includes(name))
            .map((name) => `${name}: Unrecognized parameter`),
    ];
    if (details.length > 0) {
        throw invalid(`The template parameters are invalid. Details: ${details.join("\n")}`);
    }
}
