import * as pulumi from "@pulumi/pulumi";
import { isMocked } from "../internal/engine/pulumiSdk";

/** Google's customer ID, which the group that writes usage logs belongs to. */
const google = "C02h8e9nw";

const constraint = "iam.allowedPolicyMemberDomains";

/** An {@link https://cloud.google.com/resource-manager/reference/rest/v1/Policy effective policy} of a list constraint. */
export interface EffectivePolicy {
    listPolicy?: { allowedValues?: string[]; allValues?: "ALLOW" | "DENY" };
}

/** Whether a policy for the domains of members allows grants to groups of Google. */
export function allowsGoogle({ listPolicy: { allowedValues = [], allValues } = {} }: EffectivePolicy): boolean {
    const isListed = allowedValues.some((value) => value.replace(/^is:/, "") === google);
    return allValues === "ALLOW" || (allValues === undefined && (isListed || allowedValues.length === 0));
}

/**
 * Warns at preview if an organization policy forbids grants to the group that writes usage logs. Without permission to read policies,
 * nothing is known.
 */
export async function warnOfForbiddenLogs(project: string): Promise<void> {
    if (!pulumi.runtime.isDryRun() || isMocked()) {
        return;
    }
    const { AdminApi, resourceManager } =
        require("../internal/adminApi/adminApi") as typeof import("../internal/adminApi/adminApi");
    const body = { constraint: `constraints/${constraint}` };
    const policy = await new AdminApi(undefined, undefined, resourceManager)
        .post<EffectivePolicy>(`projects/${project}:getEffectiveOrgPolicy`, { body, retry: false })
        .catch(() => undefined);
    if (policy && !allowsGoogle(policy)) {
        const what = `${constraint} forbids the group of Google that writes usage logs, so accessLogs is refused in ${project}.`;
        const how = `Leave it out and use audit logs, or allow the group: EnvironmentProject with policies: { "${constraint}": { allow: ["is:${google}"], inherit: true } }.`;
        pulumi.log.warn(`The organization policy ${what} ${how}`);
    }
}
