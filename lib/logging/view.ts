import { LogView } from "@pulumi/gcp/logging/logView";
import { LogViewIamMember } from "@pulumi/gcp/logging/logViewIamMember";
import * as pulumi from "@pulumi/pulumi";
import { logBucketLimits } from "../facts/limits/logging";
import { nameFormats } from "../facts/names";
import { parseQuery, type Query } from "../formats/query";
import { rolesOn } from "../internal/access/roles";
import * as check from "../internal/arguments/check";
import type { Child } from "../internal/engine/children";
import type { LogBucketView } from "./anyLogBucket";
import { description, filter } from "./filter";

/** A {@link https://cloud.google.com/logging/docs/logs-views view} of a log bucket: a part of its log entries, with readers of its own. */
export interface LogViewDefinition {
    /**
     * Which log entries the view has, at most 20,000 characters: comparisons of `resource.type`, and `LOG_ID(…)` and `SOURCE(…)`, combined by
     * `AND` and `NOT` only: `resource.type = "cloud_run_revision" AND LOG_ID("stdout")`.
     * @default all log entries of the log bucket
     */
    filter?: pulumi.Input<string>;
    /**
     * The description of the view: at most 8,000 characters.
     * @default none
     */
    description?: pulumi.Input<string>;
}

const isAutomatic = (name: unknown): boolean => String(name).startsWith("_");

/** Whether a filter has only what filters of views can have. */
function isViewQuery(query: Query): boolean {
    if ("and" in query) {
        return query.and.every(isViewQuery);
    }
    if ("not" in query) {
        return isViewQuery(query.not);
    }
    if ("call" in query) {
        return ["LOG_ID", "SOURCE"].includes(query.call.toUpperCase());
    }
    return "field" in query && query.field === "resource.type" && ["=", "!="].includes(query.operator);
}

const viewFilter = check.pipe(
    filter,
    check.refine(
        (text) => typeof text !== "string" || isViewQuery(parseQuery(text)),
        'must compare resource.type, LOG_ID("…") and SOURCE("…") only, combined by AND and NOT, as filters of views do',
    ),
);

/** Checks the views of a log bucket. */
export const views = check.pipe(
    check.record(
        check.pipe(
            check.nameOf(nameFormats.rows.logBucket),
            check.refine((name) => !isAutomatic(name), "must not start with _, as the views that Google Cloud creates"),
        ),
        check.options<LogViewDefinition>({ filter: viewFilter, description }),
    ),
    check.atMost(logBucketLimits.rows.views),
);

/** Creates the views of a log bucket, whose names are unique in it only. */
export function createViews(
    name: string,
    bucket: pulumi.Input<string>,
    definitions: Record<string, LogViewDefinition>,
    child: Child,
): Map<string, LogView> {
    return new Map(
        Object.entries(definitions).map(([key, { filter, description }]) => [
            key,
            new LogView(...child("view", `${name}-${key}`, { name: key, bucket, filter: filter ?? "", description })),
        ]),
    );
}

/**
 * The capabilities of a view.
 *
 * @param component the name of the log bucket's component
 * @param view the name of the view, which waits for its creation
 */
export function viewOffers(
    component: string,
    { bucket, location, project }: { bucket: pulumi.Output<string>; location: string; project: string },
    view: pulumi.Input<string>,
    key: string,
): LogBucketView {
    const parent = `projects/${project}`;
    const bucketId = bucket.apply((id) => id.split("/").at(-1) as string);
    const id = pulumi.interpolate`${parent}/locations/${location}/buckets/${bucketId}/views/${view}`;
    const on = { parent, location, bucket: bucketId, name: view };
    const { offered, role } = rolesOn(`${component}-${key}`, LogViewIamMember, on, id);
    return { id, viewer: offered("roles/logging.viewAccessor"), role };
}
