import type { Program } from "../../../cloud/cel";

/** https://cloud.google.com/armor/docs/rules-language-reference#operations */
const functions = ["inIpRange", "lower", "upper", "base64Decode", "urlDecode"];

/** Functions of Google's own rules and lists, which cannot be evaluated here. */
export const unavailable = [
    ...["evaluatePreconfiguredWaf", "evaluatePreconfiguredExpr", "evaluateThreatIntelligence"],
    ...["evaluateAddressGroup", "evaluateOrganizationAddressGroup", "evaluateAdaptiveProtectionAutoDeploy"],
];

/** https://cloud.google.com/armor/docs/rules-language-reference#attributes */
const attributes = ["origin", "request", "token"];

/** Cloud Armor has `has(request.headers['x'])`, which CEL only has for fields. */
const withCelPresence = (expression: string): string =>
    expression.replaceAll(/\bhas\(\s*request\.headers\[('[^']*'|"[^"]*")\]\s*\)/g, "($1 in request.headers)");

/**
 * Compiles the expression of a rule.
 *
 * @throws Error with the message of CEL's compiler
 */
export function compileRule(expression: string): Program {
    // Loaded on demand, because loading takes a tenth of a second.
    const { compile }: typeof import("../../../cloud/cel") = require("../../../cloud/cel");
    return compile(withCelPresence(expression), attributes, [...functions, ...unavailable]);
}
