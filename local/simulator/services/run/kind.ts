import { GoogleError } from "../../cloud/errors";
import type { Inputs } from "../../rules/rules";
import type { Collection } from "./names";

/** What differs between services, jobs and worker pools, whose containers have the same format. */
export interface Kind {
    collection: Collection;
    /** The name in requests: `CreateServiceRequest.service`. */
    request: string;
    field: "service" | "job" | "worker_pool";
    /** The path of the template with the containers. */
    path: string;
    /** Environment variables that Cloud Run sets: "Container runtime contract". */
    reserved: string[];
    /** The template with the containers. */
    template(inputs: Inputs): Inputs;
}

export const kinds: Record<"service" | "job" | "pool", Kind> = {
    service: {
        collection: "services",
        request: "Service",
        field: "service",
        path: "template",
        reserved: ["PORT", "K_SERVICE", "K_REVISION", "K_CONFIGURATION"],
        template: ({ template }) => template,
    },
    job: {
        collection: "jobs",
        request: "Job",
        field: "job",
        path: "template.template",
        reserved: ["CLOUD_RUN_JOB", "CLOUD_RUN_EXECUTION", "CLOUD_RUN_TASK_INDEX", "CLOUD_RUN_TASK_ATTEMPT"].concat(
            "CLOUD_RUN_TASK_COUNT",
            "PORT",
        ),
        template: ({ template }) => template.template,
    },
    pool: {
        collection: "workerPools",
        request: "WorkerPool",
        field: "worker_pool",
        path: "template",
        reserved: ["PORT", "CLOUD_RUN_WORKER_POOL", "CLOUD_RUN_REVISION"],
        template: ({ template }) => template,
    },
};

/** A resource that is created or updated, and its kind. */
export interface Checked {
    kind: Kind;
    inputs: Inputs;
    isNew: boolean;
}

/**
 * The error for a field of the resource.
 * https://github.com/GoogleCloudPlatform/magic-modules/pull/10173
 */
export const violation = ({ kind, isNew }: Checked, field: string, reason: string) =>
    new GoogleError(
        400,
        `Violation in ${isNew ? "Create" : "Update"}${kind.request}Request.${kind.field}.${field}: ${reason}`,
    );

/** The error of the second stage of checks, which names the field only: those of reserved variables, for example. */
export const invalid = (field: string, reason: string) => new GoogleError(400, `${field}: ${reason}`);
