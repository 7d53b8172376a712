import { Policy, type PolicyArgs } from "@pulumi/gcp/orgpolicy/policy";
import type * as pulumi from "@pulumi/pulumi";
import * as check from "../../internal/arguments/check";
import type { Child } from "../../internal/engine/children";
import type { PolicyPreset } from "../../stack/settings/defaults";

/**
 * The rule of an {@link https://cloud.google.com/resource-manager/docs/organization-policy/org-policy-constraints organization policy}:
 * whether a constraint is enforced, the values that it allows or denies, or several rules. `"inherit"` sets no policy: the policy of the
 * folder or the organization applies. `{ dryRun }` only audits what a policy would forbid.
 */
export type PolicyRule = "inherit" | EnforcedRule | PolicyDryRun;

/** What a policy enforces. */
type EnforcedRule = boolean | PolicyValues | PolicyRules;

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

/** Rules with conditions or parameters. */
export interface PolicyRules {
    /**
     * The {@link https://cloud.google.com/resource-manager/docs/organization-policy/tags-organization-policy rules}. Of rules with
     * `enforce`, exactly one has no condition, and the others are its opposite: they apply in its place where their condition is true.
     */
    rules: readonly ConditionalRule[];
    /**
     * Adds the values to the values of the folder and the organization.
     * @default false
     */
    inherit?: boolean;
}

/** One of several rules of a policy: whether the constraint is enforced, or the values that it allows or denies. */
export interface ConditionalRule extends Pick<PolicyValues, "allow" | "deny"> {
    /**
     * Whether a constraint without values is enforced.
     * @default a constraint with values
     */
    enforce?: boolean;
    /**
     * The parameters of a {@link https://cloud.google.com/resource-manager/docs/organization-policy/using-managed-constraints managed constraint}
     * that is enforced: `{ allowedDomains: ["@acme.example"] }`.
     * @default none
     */
    parameters?: Readonly<Record<string, unknown>>;
    /**
     * The tags of the resources to which the rule applies.
     * @default all resources
     */
    condition?: PolicyCondition;
}

/** When a rule applies. */
export interface PolicyCondition {
    /**
     * Up to 10 tests of tags, joined by `&&` or `||`: `"resource.matchTag('123456789012/environment', 'test')"`, or `matchTagId` with the IDs
     * of the key and the value.
     */
    expression: pulumi.Input<string>;
    /**
     * A short title of the condition.
     * @default none
     */
    title?: string;
    /**
     * What the condition is for.
     * @default none
     */
    description?: string;
}

/** A policy that is only {@link https://cloud.google.com/resource-manager/docs/organization-policy/dry-run-policy audited}. */
export interface PolicyDryRun {
    /** The rule whose violations are written to the audit logs, and allowed. */
    dryRun: EnforcedRule;
    /**
     * The rule that is enforced at the same time.
     * @default the policy of the folder or the organization
     */
    enforced?: EnforcedRule;
}

const values = check.literalOr("all", check.list(check.text(), 'must be "all" or a list of values'));

const isOfValues = ({ allow, deny }: Pick<PolicyValues, "allow" | "deny">) =>
    Array.isArray(allow) ? deny !== "all" : (allow === undefined) !== (deny === undefined);

const ruleOfValues = check.pipe(
    check.options<PolicyValues>({ allow: values, deny: values, inherit: check.flag() }),
    check.refine((rule) => isOfValues(rule as PolicyValues), "must have allow or deny, or lists of both"),
);

/** https://docs.cloud.google.com/policy-intelligence/docs/reference/policysimulator/rest/Shared.Types/PolicySpec */
const tagTests = /^[!(]*resource\.(matchTag|hasTagKey)(Id)?\([^()]+\)\)*$/;

const expression = check.pipe(
    check.text(),
    check.refine((value) => {
        const tests = String(value).split(/&&|\|\|/);
        return tests.length <= 10 && tests.every((test) => tagTests.test(test.trim()));
    }, "must have up to 10 tests of tags such as resource.matchTag('123456789012/environment', 'test'), joined by && or ||"),
);

const conditionalRule = check.pipe(
    check.options<ConditionalRule>({
        enforce: check.flag(),
        allow: values,
        deny: values,
        parameters: check.record(
            check.text(),
            check.custom(() => true),
        ),
        condition: check.options<PolicyCondition>(
            { expression: check.input(expression), title: check.text(), description: check.text() },
            "expression",
        ),
    }),
    check.refine((rule) => {
        const { enforce, allow, deny } = rule as ConditionalRule;
        return enforce === undefined ? isOfValues({ allow, deny }) : allow === undefined && deny === undefined;
    }, "must have enforce, or allow or deny, or lists of both"),
    check.refine((rule) => {
        const { enforce, parameters } = rule as ConditionalRule;
        return enforce === true || parameters === undefined;
    }, "must have enforce: true with parameters"),
);

const severalRules = check.pipe(
    check.options<PolicyRules>({ rules: check.list(conditionalRule), inherit: check.flag() }, "rules"),
    check.refine((policy) => {
        const { rules } = policy as PolicyRules;
        return new Set(rules.map(({ enforce }) => enforce !== undefined)).size === 1;
    }, "must have rules that all have enforce, or all allow or deny values"),
    check.refine(
        (policy) => !isEnforced(policy as PolicyRules) || isDecided((policy as PolicyRules).rules),
        "must have exactly one rule without condition, to which those with a condition are opposite",
    ),
    check.refine((policy) => {
        const { inherit } = policy as PolicyRules;
        return !isEnforced(policy as PolicyRules) || !inherit;
    }, "must not have inherit with enforce, which replaces the rule of the folder or the organization"),
);

/** Whether all rules are of a constraint without values. */
function isEnforced({ rules }: PolicyRules): boolean {
    return rules.length > 0 && rules.every(({ enforce }) => enforce !== undefined);
}

function isDecided(rules: readonly ConditionalRule[]): boolean {
    const [general, ...others] = rules.filter(({ condition }) => condition === undefined);
    const isOpposite = rules.every(({ condition, enforce }) => !condition || enforce === !general?.enforce);
    return general !== undefined && others.length === 0 && isOpposite;
}

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

const ofRules = check.either<PolicyRules, PolicyValues>(
    (value) => isObject(value) && "rules" in value,
    severalRules,
    ruleOfValues,
);

const enforcedRule = check.either<PolicyRules | PolicyValues, EnforcedRule>(
    isObject,
    ofRules,
    check.custom((value) => typeof value === "boolean", "must be true, false, { allow }, { deny } or { rules }"),
);

const ruleOfObject = check.either<PolicyDryRun, PolicyRules | PolicyValues>(
    (value) => isObject(value) && ("dryRun" in value || "enforced" in value),
    check.options<PolicyDryRun>({ dryRun: enforcedRule, enforced: enforcedRule }, "dryRun"),
    ofRules,
);

const rule = check.either<PolicyDryRun | PolicyRules | PolicyValues, PolicyRule>(
    isObject,
    ruleOfObject,
    check.custom(
        (value) => typeof value === "boolean" || value === "inherit",
        'must be true, false, "inherit", { allow }, { deny }, { rules } or { dryRun }',
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

/** The specifications of a policy in the form of the API. */
export function policySpecs(rule: Exclude<PolicyRule, "inherit">): Pick<PolicyArgs, "spec" | "dryRunSpec"> {
    if (typeof rule === "object" && "dryRun" in rule) {
        const { enforced, dryRun } = rule;
        return { ...(enforced !== undefined && { spec: policySpec(enforced) }), dryRunSpec: policySpec(dryRun) };
    }
    return { spec: policySpec(rule) };
}

function policySpec(rule: EnforcedRule) {
    if (typeof rule === "boolean") {
        return { rules: [ruleArgs({ enforce: rule })] };
    }
    const { inherit, rules = [rule] } = rule as PolicyValues & Partial<PolicyRules>;
    const all = rules.map(ruleArgs);
    return inherit ? { inheritFromParent: true, rules: all } : { rules: all };
}

function ruleArgs({ enforce, allow, deny, parameters, condition }: ConditionalRule) {
    const effect =
        enforce !== undefined
            ? { enforce: truth(enforce) }
            : allow === "all"
              ? { allowAll: truth(true) }
              : deny === "all"
                ? { denyAll: truth(true) }
                : { values: { allowedValues: allow && [...allow], deniedValues: deny && [...deny] } };
    return {
        ...effect,
        ...(parameters && { parameters: JSON.stringify(parameters) }),
        ...(condition && { condition }),
    };
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
        const args = { name: parent.apply((path) => `${path}/policies/${constraint}`), parent, ...policySpecs(rule) };
        return [constraint, new Policy(...child("policy", `${name}-${constraint}`, args))] as const;
    });
    return Object.fromEntries(made);
}
