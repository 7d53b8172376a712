import { loggingLimits, nameFormats } from "slipway/facts";
import type { Cloud } from "../../cloud/cloud";
import { GoogleError } from "../../cloud/errors";
import type { Context, Inputs, TypeRules } from "../../rules/rules";
import { bucketName } from "../storage/names";
import { verifyExclusionName } from "./exclusion";
import { api, verifyFilter } from "./filter";

const id = ({ project, name }: Inputs) => `projects/${project}/sinks/${name}`;

const invalid = (message: string) => new GoogleError(400, message);

/** The writer identity of a sink that shares none with others, and of all others of the project. */
const agentOf = (cloud: Cloud, project: string) =>
    `service-${cloud.projects.number(project)}@gcp-sa-logging.iam.gserviceaccount.com`;
const sharedWriter = "serviceAccount:cloud-logs@system.gserviceaccount.com";

/** The full name of a destination, or of the project of log entries. */
function destinationOf(destination: string, cloud: Cloud): { name: string; project?: string } | undefined {
    const [, service = "", path = ""] = /^([a-z]+)\.googleapis\.com\/(.+)$/.exec(destination) ?? [];
    const forms: Record<string, RegExp> = {
        bigquery: /^projects\/([^/]+)\/datasets\/\w+$/,
        logging: /^projects\/([^/]+)(\/locations\/[^/]+\/buckets\/[^/]+)?$/,
        pubsub: /^projects\/([^/]+)\/topics\/[^/]+$/,
        storage: /^[^/]+$/,
    };
    const found = forms[service]?.exec(path);
    if (!found) {
        return undefined;
    }
    if (service === "storage") {
        const name = bucketName(path);
        return { name, project: cloud.store.read(name)?.project };
    }
    return { name: `//${service}.googleapis.com/${path}`, project: found[1] };
}

/**
 * "Route logs to supported destinations". Google Cloud creates a sink without its destination, and reports `bucket_not_found` and the like
 * later ("Troubleshoot routing and storing logs").
 */
function verify(inputs: Inputs, { cloud }: Context, old?: Inputs): void {
    const {
        customWriterIdentity,
        name,
        project,
        destination,
        filter,
        exclusions = [],
        uniqueWriterIdentity,
        bigqueryOptions,
    } = inputs;
    if (!nameFormats.rows.logSink.pattern.test(name)) {
        throw invalid(`Sink name "${name}" is invalid.`);
    }
    verifyFilter(filter);
    const target = destinationOf(destination, cloud);
    if (!target) {
        throw invalid(`Unsupported or invalid destination: ${destination}`);
    }
    // The words: https://github.com/googleapis/google-cloud-python/issues/4578
    if (uniqueWriterIdentity === false && target.project !== undefined && target.project !== project) {
        throw invalid(
            "The destination project must be the same as the sink's project. Use uniqueWriterIdentity=true to allow cross project exports.",
        );
    }
    // https://cloud.google.com/logging/docs/reference/v2/rest/v2/projects.sinks/update
    if (uniqueWriterIdentity === false && old && old.uniqueWriterIdentity !== false) {
        throw invalid("The unique writer identity of a sink cannot be removed.");
    }
    if (customWriterIdentity && target.project === project) {
        throw invalid("A custom writer identity is only for destinations outside of the sink's project.");
    }
    if (bigqueryOptions && !destination.startsWith("bigquery.")) {
        throw invalid("bigquery_options is only valid for sinks with a BigQuery destination.");
    }
    const names = (exclusions as Inputs[]).map((exclusion) => exclusion.name);
    if (names.length > loggingLimits.rows.exclusions.max || new Set(names).size < names.length) {
        throw invalid("Sink exclusions must have unique names, and there can be 50 of them.");
    }
    for (const exclusion of exclusions as Inputs[]) {
        verifyExclusionName(exclusion.name);
        verifyFilter(exclusion.filter);
    }
}

/**
 * A sink of a project. The provider updates an existing one of the same name:
 * https://github.com/hashicorp/terraform-provider-google-beta/blob/main/google-beta/services/logging/resource_logging_project_sink.go
 */
export const sink: TypeRules = {
    noun: "ProjectSink",
    cost: "free",
    api,
    id,
    errorPrefix: () => "",
    deleteErrorPrefix: () => "",
    alreadyExists: () => undefined,
    plan: {
        resourceLoggingProjectSinkCustomizeDiff: {
            refuse: ({ bigqueryOptions, uniqueWriterIdentity }, state, isUnknown) =>
                bigqueryOptions &&
                !state?.bigqueryOptions &&
                (uniqueWriterIdentity === false || isUnknown("uniqueWriterIdentity"))
                    ? "unique_writer_identity must be true when bigquery_options is supplied"
                    : undefined,
        },
    },
    verify,
    state: ({ project, uniqueWriterIdentity, customWriterIdentity, bigqueryOptions, destination }, { cloud }) => {
        const isUnique = uniqueWriterIdentity !== false;
        // "The sink is automatically authorized", and has no identity:
        // https://github.com/terraform-google-modules/terraform-google-log-export/issues/116
        if (destination.startsWith(`logging.googleapis.com/projects/${project}/`)) {
            return { writerIdentity: "", bigqueryOptions: undefined };
        }
        if (isUnique) {
            // The first sink of a project creates the service agent.
            cloud.iam.requestAgent(project, agentOf(cloud, project));
        }
        return {
            writerIdentity:
                customWriterIdentity ?? (isUnique ? `serviceAccount:${agentOf(cloud, project)}` : sharedWriter),
            bigqueryOptions: destination.startsWith("bigquery.")
                ? (bigqueryOptions ?? { usePartitionedTables: false })
                : undefined,
        };
    },
    calls: {
        // The provider looks for an existing sink, which it updates.
        also: { create: () => ["logging.projects.sinks.get"] },
    },
};
