import { conditionalPolicies, iamLimits, unreadConditions } from "slipway/facts";
import type { Program } from "./cel";
import { GoogleError } from "./errors";
import type { Grant } from "./grants";

/** "Attribute reference for IAM Conditions": attributes of expressions, and functions in addition to CEL's own. */
const variables = ["api", "destination", "origin", "request", "resource"];
/** The fields of these variables: https://docs.cloud.google.com/iam/docs/conditions-attribute-reference */
const attributes: Record<string, string[]> = {
    destination: ["ip", "port"],
    request: ["auth", "host", "path", "time"],
    resource: ["name", "service", "type"],
};
const functions = [
    "getAttribute",
    "hasOnly",
    "hasTagKey",
    "hasTagKeyId",
    "inIpRange",
    "matchTag",
    "matchTagId",
    "normalizeHost",
];

const maxOperators = iamLimits.rows.logicalOperators.max;
const maxRoles = iamLimits.rows.rolesOfCondition.max;

/** Throws if the condition is not valid for the grant. */
export function verifyCondition({ role, member, condition }: Grant, reason?: string): void {
    if (!condition) {
        return;
    }
    const refused = (message: string) => new GoogleError(400, message, { reason });
    if (/^roles\/(owner|editor|viewer)$/.test(role)) {
        throw refused(
            "LintValidationUnits/BindingRoleAllowConditionCheck Error: Conditions can't be set on primitive roles",
        );
    }
    if (/^all(Authenticated)?Users$/.test(member)) {
        throw refused(
            "LintValidationUnits/BindingMemberAllowConditionCheck Error: Conditions can't be set on public principals",
        );
    }
    // One without a title is accepted: https://github.com/kmoneil/zig-gcp/blob/3534d4f3d48ba1879d059c2ade0b55cd074f1a10/docs/iam.md
    if (condition.title.length > 100) {
        throw refused("Request contains an invalid argument.");
    }
    let program: Program;
    try {
        program = readCondition(condition.expression);
    } catch {
        throw refused("Condition expression compilation failed.");
    }
    const isUnknown = ([name, known]: [string, string[]]) => program.fields(name).some((each) => !known.includes(each));
    if (Object.entries(attributes).some(isUnknown)) {
        throw refused("Condition expression compilation failed.");
    }
    const joined = ["_&&_", "_||_", "!_"].flatMap((operator) => program.calls(operator));
    if (joined.length > maxOperators) {
        throw refused("LintValidationUnits/ConditionComplexityCheck Error: The condition is too complex.");
    }
    requireLimit(program, refused);
}

/**
 * Throws if the policy of a resource does not accept conditions.
 *
 * @param type the provider's type for one member
 * @param resource the full resource name
 */
export function verifyConditional(type: string, resource: string, { condition }: Grant, reason?: string): void {
    if (condition && !Object.hasOwn({ ...conditionalPolicies.rows, ...unreadConditions.rows }, type)) {
        const [, service = "", path = ""] = /^\/\/([a-z]+)\.[^/]+\/(.*)$/.exec(resource) ?? [];
        const kind = `${service}_${path.split("/").at(-2)}`;
        throw new GoogleError(400, `Can't set conditional policy on policy type: ${kind} and id: /${path}`, {
            reason,
        }).recordedIn("https://github.com/pulumi/pulumi-gcp/issues/699");
    }
}

/**
 * Compiles the expression of a condition.
 *
 * @throws Error if it is not valid
 */
export function readCondition(expression: string): Program {
    // Loaded on demand, because loading takes a tenth of a second.
    const { compile }: typeof import("./cel") = require("./cel");
    return compile(expression, variables, functions);
}

/** "Linting examples": errors in conditions that limit the roles that can be granted. */
function requireLimit(program: Program, refused: (message: string) => GoogleError): void {
    for (const [name, fallback] of program.calls("getAttribute")) {
        if (name === "iam.googleapis.com/modifiedGrantsByRole" && !(Array.isArray(fallback) && fallback.length === 0)) {
            throw refused(
                "LintValidationUnits/DrgGetAttributeDefaultValueCheck Error: The default value must be an empty list.",
            );
        }
    }
    for (const [list] of program.calls("hasOnly")) {
        if (!Array.isArray(list) || list.includes(undefined)) {
            throw refused("LintValidationUnits/HasOnlyListConstCheck Error: hasOnly() takes a list of constants.");
        }
        if (list.length > maxRoles) {
            throw refused(
                `LintValidationUnits/HasOnlyListLengthCheck Error: hasOnly() takes a list of ${maxRoles} elements at most.`,
            );
        }
    }
}
