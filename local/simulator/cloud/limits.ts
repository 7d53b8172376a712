import { iamLimits, labelLimits } from "slipway/facts";
import { GoogleError } from "./errors";
import { type Grant, grantName, policyName } from "./grants";
import type { Store } from "./store";

const { principals, groups: groupLimit, policy, conditionalBindings } = iamLimits.rows;
const [maxMembers, maxGroups, maxBytes] = [principals.max, groupLimit.max, policy.max];
const maxConditions = conditionalBindings.max;

const written = (count: number) => count.toLocaleString("en-US");

/**
 * Throws if the policy would exceed its limits.
 *
 * @param replaced selects existing grants that are removed; none by default
 */
export function verifyPolicySize(
    store: Store,
    resource: string,
    desired: Grant[],
    present: () => Grant[],
    replaced?: (grant: Grant) => boolean,
    reason?: string,
): void {
    // A single added grant is counted by names, without reading the others.
    const added = replaced ? desired : desired.filter((grant) => !store.read(grantName(resource, grant)));
    const retained = replaced ? present().filter((grant) => !replaced(grant)) : [];
    const count =
        added.length + (replaced ? retained.length : store.count(`${policyName(resource)}/grants`, maxMembers));
    if (added.length > 0 && count > maxMembers) {
        throw new GoogleError(
            400,
            `The number of members in the policy (${written(count)}) is larger than the maximum allowed size ${written(maxMembers)}.`,
            { reason },
        );
    }
    // The names of conditional grants begin with that of the grant without a condition.
    const conditions = (grant: Grant) => (replaced ? 0 : store.count(grantName(resource, grant), maxConditions));
    verifyConditions(replaced ? [...retained, ...desired] : added, conditions, reason);
    const all = [...retained, ...desired];
    const groups = all.filter(({ member }) => /^(group|domain):/.test(member)).length;
    if (groups > maxGroups) {
        throw new GoogleError(
            400,
            `The number of groups and domains in the policy (${written(groups)}) is larger than the maximum allowed size ${maxGroups}.`,
            { reason },
        );
    }
    const bytes = Buffer.byteLength(JSON.stringify(all));
    if (bytes > maxBytes) {
        throw new GoogleError(
            400,
            `The size of the policy (${written(bytes)} bytes) is larger than the maximum allowed size ${written(maxBytes)} bytes.`,
            { reason },
        );
    }
}

/**
 * Counts the conditional bindings of the same role and principal.
 *
 * @param present the number of those that exist already
 */
function verifyConditions(grants: Grant[], present: (grant: Grant) => number, reason?: string): void {
    const conditional = grants.filter(({ condition }) => condition);
    for (const { role, member } of conditional) {
        const same = conditional.filter((grant) => grant.role === role && grant.member === member);
        const count = same.length + present({ role, member });
        if (count > maxConditions) {
            throw new GoogleError(
                400,
                `The number of bindings with different conditions for the role ${role} and the member ${member} (${count}) is larger than the maximum allowed size ${maxConditions}.`,
                { reason },
            );
        }
    }
}

/** "Requirements for labels": maximum number, and format of keys and values. */
const maxLabels = labelLimits.rows.labels.max;
const labelKey = new RegExp(`^[\\p{Ll}\\p{Lo}][\\p{Ll}\\p{Lo}\\p{N}_-]{0,${labelLimits.rows.key.max - 1}}$`, "u");
const labelValue = new RegExp(`^[\\p{Ll}\\p{Lo}\\p{N}_-]{0,${labelLimits.rows.value.max}}$`, "u");

export function verifyLabels(labels: Record<string, string>): void {
    const entries = Object.entries(labels);
    if (entries.length > maxLabels) {
        throw new GoogleError(400, `Resource has ${entries.length} labels. At most ${maxLabels} are allowed.`);
    }
    for (const [key, value] of entries) {
        if (!labelKey.test(key)) {
            throw new GoogleError(
                400,
                `Label key '${key}' violates format constraints. The key must start with a lowercase character, can only contain lowercase letters, numeric characters, underscores and dashes. The key can be at most 63 characters long. International characters are allowed.`,
            );
        }
        if (!labelValue.test(value)) {
            throw new GoogleError(
                400,
                `Label value '${value}' violates format constraints. The value can only contain lowercase letters, numeric characters, underscores and dashes. The value can be at most 63 characters long. International characters are allowed.`,
            );
        }
    }
}

/** Throws if a project has reached the quota of a resource. */
export function verifyQuota(store: Store, path: string, max: number, quota: string, project: string): void {
    if (store.count(path, max) >= max) {
        throw new GoogleError(
            429,
            `Quota exceeded for quota metric '${quota}' of consumer 'projects/${project}': the limit is ${written(max)}.`,
        );
    }
}
