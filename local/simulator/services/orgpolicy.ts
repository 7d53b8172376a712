import { createHash } from "node:crypto";
import type { Cloud } from "../cloud/cloud";
import { GoogleError } from "../cloud/errors";
import { policyPath } from "../cloud/organization";
import { requireQuotaProject } from "../rules/quotaProject";
import { type Context, type Inputs, lastPart, refusedObject, type Service, type TypeRules } from "../rules/rules";
import { constraintKind } from "./orgpolicy/constraints";
import { exists } from "./resourcemanager/parents";

const api = "orgpolicy.googleapis.com";
const title = "Organization Policy API";

/** The parent of a policy, with the ID of projects that are given by number. */
function nodeOf({ parent }: Inputs, { projects }: Cloud): string {
    const [, project] = /^projects\/(.+)$/.exec(parent) ?? [];
    const id = projects.all().find((known) => known === project || projects.number(known) === project);
    return id === undefined ? parent : `projects/${id}`;
}

const invalid = () => new GoogleError(400, "Request contains an invalid argument.");

/** Rules must be of the kind of the constraint, and a policy that restores the default has none. */
function verifySpec({ inheritFromParent, reset, rules = [] }: Inputs, kind: "boolean" | "list"): void {
    const isOfKind = (rule: Inputs) => {
        const { enforce, allowAll, denyAll, values } = rule;
        const given = [enforce, allowAll, denyAll, values].filter((value) => value !== undefined);
        return given.length === 1 && (enforce !== undefined) === (kind === "boolean");
    };
    if (!rules.every(isOfKind) || (reset && (rules.length > 0 || inheritFromParent))) {
        throw invalid();
    }
    if (!reset && !inheritFromParent && rules.length === 0) {
        throw invalid();
    }
    if (kind === "boolean" && (inheritFromParent || (!reset && !isDecided(rules)))) {
        throw invalid();
    }
    if (rules.some(({ condition }: Inputs) => condition && !isOfTags(condition.expression))) {
        throw invalid();
    }
}

/**
 * "There must be one and only one policy rule where condition is unset. Boolean policy rules with conditions must set enforced to the opposite
 * of the policy rule without a condition":
 * https://docs.cloud.google.com/policy-intelligence/docs/reference/policysimulator/rest/Shared.Types/PolicySpec
 */
function isDecided(rules: Inputs[]): boolean {
    const [general, ...others] = rules.filter(({ condition }) => condition === undefined);
    const enforced = (rule?: Inputs) => String(rule?.enforce).toUpperCase();
    const isOpposite = rules.every((rule) => !rule.condition || enforced(rule) !== enforced(general));
    return general !== undefined && others.length === 0 && isOpposite;
}

/**
 * "Must include from 1 to 10 subexpressions, joined by the || or && operators", each a test of tags: the same page. Tests of labels, which tags
 * replace, are still accepted, and so are constants: https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/org_policy_policy
 * and `resource_org_policy_policy_test.go` in https://github.com/hashicorp/terraform-provider-google/tree/main/google/services/orgpolicy
 */
function isOfTags(expression: string): boolean {
    const tests = expression.split(/&&|\|\|/).map((test) => test.trim());
    return (
        tests.length <= 10 &&
        tests.every((test) =>
            /^([!(]*resource\.((matchTag|hasTagKey)(Id)?|matchLabels)\([^()]+\)\)*|true|false)$/.test(test),
        )
    );
}

/** https://github.com/hashicorp/terraform-provider-google-beta/blob/main/google-beta/services/orgpolicy/resource_org_policy_policy.go */
function requireParameters({ rules = [] }: Inputs): void {
    for (const { parameters } of rules) {
        const refused = parameters && refusedObject(parameters);
        if (refused) {
            throw new Error(refused);
        }
    }
}

function verify(inputs: Inputs, context: Context): void {
    requireParameters(inputs.spec ?? {});
    requireParameters(inputs.dryRunSpec ?? {});
    requireQuotaProject(api, title, context);
    const { cloud } = context;
    const [, kind = "", id = ""] = /^(projects|folders|organizations)\/([^/]+)$/.exec(nodeOf(inputs, cloud)) ?? [];
    if (kind === "projects" ? !cloud.projects.find(id) : !kind || !exists(cloud, kind as "folders", id)) {
        throw new GoogleError(403, "The caller does not have permission");
    }
    // "Must be one of the following forms", below the parent: https://cloud.google.com/resource-manager/docs/reference/orgpolicy/rest/v2/organizations.policies
    const [, parent] = /^(.+)\/policies\/[^/]+$/.exec(inputs.name) ?? [];
    if (parent === undefined ? inputs.name.includes("/") : nodeOf({ parent }, cloud) !== nodeOf(inputs, cloud)) {
        throw invalid();
    }
    const constraint = constraintKind(lastPart(inputs.name));
    // https://github.com/terraform-google-modules/terraform-google-org-policy/issues/99
    if (!constraint) {
        throw new GoogleError(404, "Requested entity was not found.");
    }
    for (const spec of [inputs.spec, inputs.dryRunSpec].filter((each) => each !== undefined)) {
        verifySpec(spec, constraint);
        // "Passes parameter values" of managed constraints: the same page.
        if (!inputs.name.includes(".managed.") && spec.rules?.some(({ parameters }: Inputs) => parameters)) {
            throw invalid();
        }
    }
}

const etag = (spec: unknown) =>
    createHash("sha256")
        .update(JSON.stringify(spec ?? {}))
        .digest("base64")
        .slice(0, 24);

const stamped = (spec: Inputs, cloud: Cloud) => ({ ...spec, etag: etag(spec), updateTime: cloud.now().toISOString() });

/** The provider capitalizes the answer's values. */
const upper = (value: unknown) => String(value).toUpperCase();

const policy: TypeRules = {
    noun: "Policy",
    generatedNoun: "OrgPolicyPolicy",
    cost: "free",
    project: (inputs, { cloud }) => /^projects\/(.+)$/.exec(nodeOf(inputs, cloud))?.[1] ?? "",
    id: ({ parent, name }) => `${parent}/policies/${lastPart(name)}`,
    name: ({ parent, name }) => policyPath(parent, lastPart(name)),
    normalize: {
        "spec.rules.enforce": upper,
        "spec.rules.allowAll": upper,
        "spec.rules.denyAll": upper,
    },
    changesOnUpdate: ["etag"],
    alreadyExists: () => new GoogleError(409, "Requested entity already exists"),
    verify,
    state: ({ spec, dryRunSpec }, { cloud }) => ({
        etag: etag([spec, dryRunSpec]),
        ...(spec && { spec: stamped(spec, cloud) }),
        ...(dryRunSpec && { dryRunSpec: stamped(dryRunSpec, cloud) }),
    }),
};

const service: Service = { titles: { [api]: title }, types: { "gcp:orgpolicy/policy:Policy": policy } };

export default service;
