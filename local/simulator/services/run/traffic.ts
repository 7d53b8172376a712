import { cloudRunLimits } from "slipway/facts";
import type { Inputs } from "../../rules/rules";
import { type Checked, violation } from "./kind";

/** The shares of revisions: of a service's requests, or of a worker pool's instances. */
export interface Shares {
    /** The property, and its field in requests. */
    property: "traffics" | "instanceSplits";
    field: string;
    latest: string;
    revision: string;
}

export const traffic: Shares = {
    property: "traffics",
    field: "traffic",
    latest: "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST",
    revision: "TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION",
};

export const instanceSplits: Shares = {
    property: "instanceSplits",
    field: "instance_splits",
    latest: "INSTANCE_SPLIT_ALLOCATION_TYPE_LATEST",
    revision: "INSTANCE_SPLIT_ALLOCATION_TYPE_REVISION",
};

/** The targets as the API returns them: by default, the latest revision has all. */
export function targetsOf(shares: Shares, inputs: Inputs): Inputs[] {
    const targets: Inputs[] = inputs[shares.property] ?? [];
    return targets.length > 0
        ? targets.map((target) => ({ percent: 0, ...target }))
        : [{ type: shares.latest, percent: 100 }];
}

/** The revisions that targets name. */
export const revisionsOf = (shares: Shares, inputs: Inputs): string[] =>
    targetsOf(shares, inputs).flatMap(({ revision }) => revision || []);

function verifyTag(checked: Checked, tag: string, field: string): void {
    if (!/^[a-z](?:[a-z\d-]*[a-z\d])?$/.test(tag)) {
        const rule = "must be in lower case and contain only letters, digits and hyphens, beginning with a letter.";
        throw violation(checked, `${field}.tag`, rule);
    }
    // With the hash of the service it is a label of a host name.
    const { max } = cloudRunLimits.rows.tagWithService;
    if (tag.length + checked.inputs.name.length > max) {
        const rule = `the tag and the name of the service together must have at most ${max} characters.`;
        throw violation(checked, `${field}.tag`, rule);
    }
}

/** https://cloud.google.com/run/docs/rollouts-rollbacks-traffic-migration */
export function verifyShares(checked: Checked, shares: Shares): void {
    const targets = targetsOf(shares, checked.inputs);
    for (const [index, { percent, type, revision, tag }] of targets.entries()) {
        const field = `${shares.field}[${index}]`;
        if (!(Number.isInteger(percent) && percent >= 0 && percent <= 100)) {
            throw violation(checked, `${field}.percent`, "must be a number between 0 and 100.");
        }
        if (Boolean(revision) !== (type === shares.revision)) {
            const rule = `must be specified if and only if traffic type is ${shares.revision}`;
            throw violation(checked, `${field}.revision`, rule);
        }
        if (tag) {
            verifyTag(checked, tag, field);
        }
    }
    const tags = targets.flatMap(({ tag }) => tag || []);
    const twice = tags.find((tag, index) => tags.indexOf(tag) < index);
    if (twice !== undefined) {
        throw violation(checked, shares.field, `may not contain a duplicate tag: ${twice}.`);
    }
    const total = targets.reduce((sum, { percent }) => sum + percent, 0);
    if (total !== 100) {
        throw violation(checked, shares.field, `the sum of percents should be 100, but is ${total}.`);
    }
}
