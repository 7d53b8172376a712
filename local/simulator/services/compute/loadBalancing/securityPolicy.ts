import { isDeepStrictEqual } from "node:util";
import { armorLimits, rateLimitIntervals } from "slipway/facts";
import { parseRange } from "../../../../../lib/formats";
import type { Program } from "../../../cloud/cel";
import { GoogleError } from "../../../cloud/errors";
import { regularExpressionProblem } from "../../../cloud/regularExpression";
import type { Inputs, TypeRules } from "../../../rules/rules";
import { invalidField } from "../names";
import { compileRule } from "./armorRule";
import { balancing } from "./calls";
import {
    createdState,
    fingerprint,
    generatedNumber,
    pathIn,
    requireUnused,
    sharedRules,
    verifyRegion,
} from "./references";

const collection = "securityPolicies";
const { priority, subexpressions, requests } = armorLimits.rows;

/** https://cloud.google.com/armor/docs/waf-rules: the preconfigured rules of all supported versions. */
const wafSets = [
    "sqli",
    "xss",
    "lfi",
    "rfi",
    "rce",
    "methodenforcement",
    "scannerdetection",
    "protocolattack",
    "php",
    "sessionfixation",
    "java",
    "nodejs",
];
const wafNames = [
    ...wafSets.flatMap((set) =>
        ["", "-v33", "-v422"].flatMap((version) => [`${set}${version}-stable`, `${set}${version}-canary`]),
    ),
    "cve-canary",
    "json-sqli-canary",
];

/**
 * A denial without a status is accepted too: `TestAccComputeSecurityPolicy_withPreconfiguredWafConfig` in
 * https://github.com/hashicorp/terraform-provider-google/blob/main/google/services/compute/resource_compute_security_policy_test.go
 */
const actions = /^(allow|deny|deny\((403|404|429|502)\)|throttle|rate_based_ban|redirect)$/;

/** An IPv4 or IPv6 range, or `*`. */
const isRange = (range: string) =>
    range === "*" ||
    parseRange(range.includes("/") ? range : `${range}/32`) !== undefined ||
    /^[\da-f:]+(\/\d{1,3})?$/i.test(range);

function compiled(expression: string): Program | Error {
    try {
        return compileRule(expression);
    } catch (error) {
        return error as Error;
    }
}

/** https://cloud.google.com/armor/docs/rules-language-reference: types and the attributes of a request are not checked. */
function verifyExpression(field: string, text: string): void {
    const refused = (cause: string) => invalidField(`${field}.match.expr`, text, cause);
    const bare = text.replaceAll(/'[^']*'|"[^"]*"/g, "''");
    const program = compiled(text);
    if (program instanceof Error) {
        throw refused(`Error parsing the expression: ${program.message}`);
    }
    const patterns = program.calls("matches").flatMap((values) => values.filter((each) => typeof each === "string"));
    const problem = patterns.map(regularExpressionProblem).find((each) => each !== undefined);
    if (problem) {
        throw refused(`Error parsing the expression: ${problem}`);
    }
    if (bare.split(/&&|\|\|/).length > subexpressions.max) {
        throw refused(`An expression can have ${subexpressions.max} subexpressions at most.`);
    }
    for (const [, name = "", options = ""] of text.matchAll(
        /evaluatePreconfigured(?:Waf|Expr)\(\s*'([^']*)'([^)]*)\)/g,
    )) {
        if (!wafNames.includes(name)) {
            throw refused(`Unknown preconfigured expression set: '${name}'.`);
        }
        const [, level] = /'sensitivity'\s*:\s*(\d+)/.exec(options) ?? [];
        if (level !== undefined && Number(level) > 4) {
            throw refused("The sensitivity must be from 0 to 4.");
        }
    }
}

/** https://cloud.google.com/armor/docs/rate-limiting-overview */
function verifyRate(field: string, { action, rateLimitOptions }: Inputs): void {
    const isRate = action === "throttle" || action === "rate_based_ban";
    if (isRate !== (rateLimitOptions !== undefined)) {
        throw invalidField(
            `${field}.rateLimitOptions`,
            "",
            `Rate limit options must be specified exactly for the actions throttle and rate_based_ban.`,
        );
    }
    // https://cloud.google.com/compute/docs/reference/rest/v1/securityPolicies: the text is approximate.
    if (action === "throttle" && rateLimitOptions.banDurationSec) {
        throw invalidField(
            `${field}.rateLimitOptions.banDurationSec`,
            rateLimitOptions.banDurationSec,
            "Can only be specified for the action rate_based_ban.",
        );
    }
    const { count, intervalSec } = rateLimitOptions?.rateLimitThreshold ?? { count: requests.min, intervalSec: 60 };
    if (count < requests.min || count > requests.max) {
        throw invalidField(
            `${field}.rateLimitOptions.rateLimitThreshold.count`,
            count,
            `Must be in the range [${requests.min}, ${requests.max}].`,
        );
    }
    if (!rateLimitIntervals.includes(intervalSec)) {
        throw invalidField(
            `${field}.rateLimitOptions.rateLimitThreshold.intervalSec`,
            intervalSec,
            `Must be one of ${rateLimitIntervals.join(", ")}.`,
        );
    }
}

function verify(inputs: Inputs): void {
    verifyRegion(inputs);
    const { rules = [] } = inputs;
    if (rules.length > 0 && !rules.some((rule: Inputs) => rule.priority === priority.max)) {
        throw new GoogleError(
            400,
            "Invalid value for field 'resource.rules': ''. A default rule with priority 2147483647 and match '*' must exist.",
            { reason: "invalid" },
        );
    }
    for (const [index, rule] of rules.entries()) {
        const field = `rules[${index}]`;
        const { match, action } = rule;
        if (rule.priority < priority.min || rule.priority > priority.max) {
            throw invalidField(
                `${field}.priority`,
                rule.priority,
                `Must be in the range [${priority.min}, ${priority.max}].`,
            );
        }
        if (!actions.test(action)) {
            throw invalidField(`${field}.action`, action, "Unknown action.");
        }
        const wrong = (match?.config?.srcIpRanges ?? []).find((range: string) => !isRange(range));
        if (wrong !== undefined) {
            throw invalidField(`${field}.match.config.srcIpRanges`, wrong, "Must be an IP address range.");
        }
        // https://cloud.google.com/compute/docs/reference/rest/v1/securityPolicies: the texts are approximate.
        if (match?.versionedExpr && !match.config) {
            throw invalidField(`${field}.match.config`, "", "Must be specified with versionedExpr.");
        }
        if ((action === "redirect") !== Boolean(rule.redirectOptions)) {
            throw invalidField(
                `${field}.redirectOptions`,
                "",
                "Redirect options must be specified exactly for the action redirect.",
            );
        }
        if (match?.expr) {
            verifyExpression(field, match.expr.expression);
        }
        verifyRate(field, rule);
    }
}

const defaultRule = {
    action: "allow",
    description: "default rule",
    match: { config: { srcIpRanges: ["*"] }, versionedExpr: "SRC_IPS_V1" },
    preview: false,
    priority: priority.max,
};

/** Rules are a set for the provider's code: equal ones are one. */
function refusedPriorities({ rules: given = [] }: Inputs): string | undefined {
    const all = (Array.isArray(given) ? given : []) as (Inputs | undefined)[];
    const different = all.filter((rule, index) => all.findIndex((other) => isDeepStrictEqual(other, rule)) === index);
    const priorities = different.map((rule) => rule?.priority);
    const isDouble = priorities.some((each, index) => typeof each === "number" && priorities.indexOf(each) < index);
    return isDouble
        ? "Two rules have the same priority, please update one of the priorities to be different."
        : undefined;
}

const rules: Omit<TypeRules, "noun"> = {
    ...sharedRules(collection),
    changesOnUpdate: ["fingerprint"],
    verify,
    remove: (inputs, { cloud }) =>
        requireUnused("security_policy", pathIn(collection)(inputs), cloud, "backendServices"),
};

export const securityPolicy: TypeRules = {
    ...rules,
    noun: "SecurityPolicy",
    generatedNoun: "ComputeSecurityPolicy",
    plan: { rulesCustomizeDiff: { refuse: refusedPriorities } },
    changesOnUpdate: ["fingerprint", "labelFingerprint"],
    state: (inputs, context, old) => {
        const { selfLink } = createdState(inputs, context, old, collection);
        return {
            selfLink,
            type: "CLOUD_ARMOR",
            fingerprint: fingerprint(inputs),
            labelFingerprint: fingerprint(inputs.labels ?? {}),
            ...inputs,
            rules: (inputs.rules ?? [defaultRule]).map((rule: Inputs) => ({
                description: "",
                preview: false,
                ...rule,
            })),
        };
    },
    calls: balancing("securityPolicies", () => [], "patch"),
};

export const regionSecurityPolicy: TypeRules = {
    ...rules,
    noun: "RegionSecurityPolicy",
    generatedNoun: "ComputeRegionSecurityPolicy",
    cost: "unknown",
    // The provider has this check for global policies only; of others, the API refuses it.
    validateInputs: refusedPriorities,
    state: (inputs, context, old) => {
        const { selfLink } = createdState(inputs, context, old, collection);
        const policyId = String(generatedNumber(inputs, collection));
        return {
            selfLink,
            policyId,
            selfLinkWithPolicyId: selfLink.replace(/[^/]+$/, policyId),
            fingerprint: fingerprint(inputs),
            ...inputs,
            rules: [...(inputs.rules ?? [defaultRule])].sort((one, other) => one.priority - other.priority),
        };
    },
    calls: balancing("securityPolicies", () => [], "patch"),
};
