import { type DurationLimit, nameFormats, pubSubLimits } from "slipway/facts";
import { secondsIn } from "../../../../lib/formats";
import type { Cloud } from "../../cloud/cloud";
import { verifyDurationForm } from "../../cloud/duration";
import { GoogleError, inLog } from "../../cloud/errors";
import { verifyQuota } from "../../cloud/limits";
import { type Inputs, lastPart } from "../../rules/rules";

export const api = "pubsub.googleapis.com";

/** The API and its title. */
export const pubsubApi: [string, string] = [api, "Cloud Pub/Sub API"];

export type Kind = "topics" | "subscriptions" | "schemas";

/** The path of a resource, which can be given by its short name. */
export const path = (kind: Kind, name: string, project: string) =>
    name.includes("/") ? name : `projects/${project}/${kind}/${name}`;

export const pubsubName = (path: string) => `//${api}/${path}`;

export const topicName = (topic: string, project: string) => pubsubName(path("topics", topic, project));

export const resourceNotFound = (name: string) =>
    new GoogleError(404, `Resource not found (resource=${lastPart(name)}).`).recordedIn(
        inLog("pubsub/v1beta1/pubsubtopic/pubsubtopic"),
    );

/** Errors for schemas contain the full path. */
export const schemaNotFound = (path: string) =>
    new GoogleError(404, `Resource not found (resource=${path}).`).recordedIn(inLog("pubsub/v1beta1/pubsubschema"));

/** Pub/Sub's service agent of a project. */
export const agent = (cloud: Cloud, project: string) =>
    `service-${cloud.projects.number(project)}@gcp-sa-pubsub.iam.gserviceaccount.com`;

/** Common rules of Pub/Sub resources. */
export function commonRules(kind: Kind) {
    return {
        api,
        id: ({ project, name }: Inputs) => `projects/${project}/${kind}/${name}`,
        alreadyExists: ({ name }: Inputs) =>
            new GoogleError(409, `Resource already exists in the project (resource=${name}).`),
    };
}

/** Throws if a project has reached its quota of topics or subscriptions, which also limits the subscriptions of each topic. */
export function verifyCount(kind: "topics" | "subscriptions", { project }: Inputs, { store }: Cloud): void {
    verifyQuota(store, `//${api}/projects/${project}/${kind}`, pubSubLimits.rows[kind].max, kind, project);
}

/** "Create a topic: guidelines to name a topic". */
export function verifyName(kind: Kind, { project, name }: Inputs): void {
    if (!nameFormats.rows.pubSub.pattern.test(name)) {
        throw new GoogleError(
            400,
            `Invalid resource name given (name=projects/${project}/${kind}/${name}). Refer to https://cloud.google.com/pubsub/docs/admin#resource_names for more information.`,
        );
    }
}

/**
 * Throws if a duration such as `604800s` is malformed or out of range.
 *
 * @param field its path in the API: `subscription.retry_policy.minimum_backoff`
 */
export function verifyDuration(field: string, value: string | undefined, { min, max }: DurationLimit): void {
    if (value === undefined) {
        return;
    }
    verifyDurationForm(field, value);
    const [minSeconds, maxSeconds] = [min ? secondsIn(min) : 0, max ? secondsIn(max) : Number.POSITIVE_INFINITY];
    const seconds = Number(value.replace(/s$/, ""));
    if (!(seconds >= minSeconds && seconds <= maxSeconds)) {
        const [, ...path] = field.split(".");
        throw new GoogleError(
            400,
            `Invalid [${path.join(".")}]: ${value}. Must be between ${minSeconds} and ${maxSeconds} seconds.`,
        );
    }
}
