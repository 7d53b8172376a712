import { artifactRegistryLimits } from "slipway/facts";
import { GoogleError } from "../../cloud/errors";
import type { Inputs } from "../../rules/rules";

const maxPolicies = artifactRegistryLimits.rows.cleanupPolicies.max;

/** Throws if cleanup policies are not valid. */
export function verifyCleanup(policies: Inputs[] = []): void {
    const refuse = (what: string) => new GoogleError(400, `Invalid cleanup policy: ${what}`);
    if (policies.length > maxPolicies) {
        throw refuse(`a repository can have at most ${maxPolicies} cleanup policies.`);
    }
    if (new Set(policies.map(({ id }) => id)).size < policies.length) {
        throw refuse("policy IDs must be unique.");
    }
    for (const { id, action, condition, mostRecentVersions } of policies) {
        if (condition && mostRecentVersions) {
            throw refuse(`${id} has both a condition and most recent versions.`);
        }
        if (mostRecentVersions && action !== "KEEP") {
            throw refuse(`${id} has most recent versions, which require the action KEEP.`);
        }
        if (!condition && !mostRecentVersions) {
            throw refuse(`${id} has neither a condition nor most recent versions.`);
        }
        for (const age of [condition?.olderThan, condition?.newerThan]) {
            if (age !== undefined && !/^\d+[smhd]$/.test(age)) {
                throw refuse(`${id} has an invalid duration: ${age}.`);
            }
        }
    }
}
