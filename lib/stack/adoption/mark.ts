import { createHmac } from "node:crypto";
import type * as pulumi from "@pulumi/pulumi";
import { labelLimits } from "../../facts/limits/labels";
import { isPlainObject } from "../../internal/arguments/value";
import type { Adoptable } from "./adoptable";

/** The key of the label with the mark. */
export const markLabel = "slipway-creation";

/**
 * What shows that this stack created a resource: a hash of its URN with the ID of its provider as the key. The engine draws that ID when it
 * creates the provider, and keeps it only in the stack's state, so that equal programs, stacks and projects of others have
 * other marks.
 */
export function markOf(providerId: string, urn: string): string {
    return createHmac("sha256", providerId).update(urn).digest("hex").slice(0, 32);
}

const described = (mark: string) => `Created by slipway (${mark}).`;
const inDescription = /^Created by slipway \(([0-9a-f]{32})\)\.$/;

/** The path of the input that has the mark: the engine ignores changes of it. */
export const markPath = ({ mark }: Adoptable) => (mark === "labels" ? `labels["${markLabel}"]` : mark);

/** The input that has the mark, with it; undefined if there is no room for it. */
export function withMark(
    { mark: property }: Adoptable,
    { labels = {}, description }: pulumi.Inputs,
    mark: string,
): unknown {
    if (property === "description") {
        return description === undefined ? described(mark) : undefined;
    }
    return isPlainObject(labels) && Object.keys(labels).length <= maxLabels
        ? { ...labels, [markLabel]: mark }
        : undefined;
}

/** Besides the mark, the label of Pulumi and `environment`, which the provider adds. */
const maxLabels = labelLimits.rows.labels.max - 3;

/**
 * The mark of a resource.
 *
 * @param outputs its outputs in the state, in which `labels` has only the program's labels, or the labels of its data source
 */
export function markIn(
    { mark: property }: Adoptable,
    outputs: Record<string, unknown>,
    from: "state" | "data source",
): string | undefined {
    const labels = outputs[from === "state" ? "labels" : "effectiveLabels"] as Record<string, string> | undefined;
    return property === "labels" ? labels?.[markLabel] : inDescription.exec(String(outputs.description))?.[1];
}
