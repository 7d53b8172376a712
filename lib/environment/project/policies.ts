import { Policy } from "@pulumi/gcp/orgpolicy/policy";
import type * as pulumi from "@pulumi/pulumi";
import * as check from "../../internal/check";
import type { Child } from "../../internal/children";
import type { PolicyPreset } from "../defaults";

/**
 * The rule of an {@link https://cloud.google.com/resource-manager/docs/organization-policy/org-policy-constraints organization policy}:
 * whether a constraint is enforced, or the values that it allows or denies. `"inherit"` sets no policy: the policy of the folder or the
 * organization applies.
 */
export type PolicyRule = boolean | "inherit" | PolicyValues;

/** The values of a constraint, such as locations, in place of the values of the folder or the organization. */
export interface PolicyValues {
    /**
     * The allowed values, or all: `["in:eu-locations"]`.
     * @default those that are not denied
     */
    allow?: "all" | readonly string[];
    /**
     * The denied values, or all.
     * @default none
     */
    deny?: "all" | readonly string[];
    /**
     * Adds the values to the values of the folder and the organization.
     * @default false
     */
    inherit?: boolean;
}

const values = check.literalOr("all", check.list(check.text(), 'must be "all" or a list of values'));

const ruleOfValues = check.pipe(
    check.options<PolicyValues>({ allow: values, deny: values, inherit: check.flag() }),
    check.refine((rule) => {
        const { allow, deny } = rule as PolicyValues;
        return Array.isArray(allow) ? deny !== "all" : (allow === undefined) !== (deny === undefined);
    }, "must have allow or deny, or lists of both"),
);

const rule = check.either<PolicyValues, PolicyRule>(
    (value) => typeof value === "object",
    ruleOfValues,
    check.custom(
        (value) => typeof value === "boolean" || value === "inherit",
        'must be true, false, "inherit", { allow } or { deny }',
    ),
);

const constraint = check.matching(
    /^[a-zA-Z]+(\.managed)?\.\w+$/,
    "must be a constraint's name without its prefix, such as compute.vmExternalIpAccess",
);

export const policies = check.literalOr("none", check.record(constraint, rule));

const basic: Record<string, PolicyRule> = {
    "compute.skipDefaultNetworkCreation": true,
    "iam.automaticIamGrantsForDefaultServiceAccounts": true,
    "iam.disableServiceAccountKeyCreation": true,
    "iam.disableServiceAccountKeyUpload": true,
    "storage.publicAccessPrevention": true,
    "storage.uniformBucketLevelAccess": true,
};

/** The rules of the presets; `docs/environment-project.md` lists what they forbid. */
const presets: Record<PolicyPreset, Record<string, PolicyRule>> = {
    basic,
    strict: {
        ...basic,
        "compute.restrictProtocolForwardingCreationForTypes": { allow: ["is:INTERNAL"] },
        "compute.vmExternalIpAccess": { deny: "all" },
        "sql.restrictAuthorizedNetworks": true,
    },
};

/** The rules of a project by constraint: the rules of the preset, unless they are overridden. */
export function resolvePolicies(
    preset: PolicyPreset,
    own: "none" | Record<string, PolicyRule> = {},
): Record<string, Exclude<PolicyRule, "inherit">> {
    const set = Object.entries(own === "none" ? {} : { ...presets[preset], ...own });
    return Object.fromEntries(set.filter(([, rule]) => rule !== "inherit")) as ReturnType<typeof resolvePolicies>;
}

const truth = (value: boolean) => (value ? "TRUE" : "FALSE");

/** The specification of a policy in the form of the API. */
export function policySpec(rule: Exclude<PolicyRule, "inherit">) {
    if (typeof rule === "boolean") {
        return { rules: [{ enforce: truth(rule) }] };
    }
    const { allow, deny, inherit } = rule;
    const rules = [
        allow === "all"
            ? { allowAll: truth(true) }
            : deny === "all"
              ? { denyAll: truth(true) }
              : { values: { allowedValues: allow && [...allow], deniedValues: deny && [...deny] } },
    ];
    return inherit ? { inheritFromParent: true, rules } : { rules };
}

/** Creates the organization policies of a project, by constraint. */
export function createPolicies(
    name: string,
    project: pulumi.Output<string>,
    rules: Record<string, Exclude<PolicyRule, "inherit">>,
    child: Child,
): Record<string, Policy> {
    const parent = project.apply((id) => `projects/${id}`);
    const made = Object.entries(rules).map(([constraint, rule]) => {
        const args = { name: parent.apply((path) => `${path}/policies/${constraint}`), parent, spec: policySpec(rule) };
        return [constraint, new Policy(...child("policy", `${name}-${constraint}`, args))] as const;
    });
    return Object.fromEntries(made);
}
