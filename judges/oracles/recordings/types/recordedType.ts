import type { Inputs } from "../../../../local/simulator/rules/rules";
import type { Conversion } from "../conversion";

/** A resource type of an API, and how its resources become the provider's. */
export interface RecordedType extends Conversion {
    token: string;
    /** The host and path of a resource. Variables are inputs, except for `{}`. */
    path: string;
    /** Where a creation names the resource, if not in `name` or the query: a path in the request. */
    named?: string;
    /** The server names the resource. */
    isNumbered?: boolean;
    /** The property of requests that contains the resource. */
    nested?: string;
    /** Created by `PUT`. */
    isPut?: boolean;
    /** Updates contain only some of the properties. */
    isPartlyUpdated?: boolean;
    /** Brings a resource of the API closer to the provider's properties. */
    flat?(rest: Inputs): Inputs;
    /** What the provider requires and the API does not, or what only the provider has. */
    inputs?(rest: Inputs, place: Inputs): Inputs;
    /** Properties that the provider computes without the API. */
    own?: string[];
    /** Compared since types are held out, so that its differences may be unknown. */
    isNew?: boolean;
}

/** The last part of a path. */
export const last = (path: unknown): string => String(path).split("/").at(-1) as string;

export const mapped = (value: unknown, change: (item: Inputs) => unknown) =>
    Array.isArray(value) ? value.map(change) : undefined;

/** Properties that the provider does not have. */
export const none = (paths: string) => Object.fromEntries(paths.split(" ").map((path) => [path, ""]));

/** Properties of answers that the provider does not store. */
export const answers = none(
    "createTime creationRecord etag id kind mutationRecord mutationRecords updateTime satisfiesPzi satisfiesPzs",
);

export const compute = (path: string) => `compute.googleapis.com/compute/v1/projects/{project}/${path}`;

export const computed = { ...answers, selfLinkWithId: "", labelFingerprint: "labelFingerprint" };

/** Flow logs that are off are no block. */
export const logged = (logConfig: Inputs | undefined) => {
    const { enable, ...more } = logConfig ?? {};
    return enable ? { logConfig: more } : {};
};
