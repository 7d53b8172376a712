import { formats } from "./formats";
import type { Validator } from "./schema";

/**
 * Validates one value like the provider; returns its errors, in the words of Terraform's SDK
 * (https://github.com/hashicorp/terraform-plugin-sdk/tree/main/helper/validation).
 *
 * @param name the property in Terraform: `settings.0.edition`
 * @param type the property's type: limits of a `number` have decimals in the errors
 */
export function problemsOf(validator: Validator, value: unknown, name: string, type?: string): string[] {
    if (validator.any) {
        // The provider reports only what a text that is not empty needs.
        const alternatives = validator.any.filter(({ enum: listed }) => value === "" || String(listed) !== "");
        const each = alternatives.map((one) => problemsOf(one, value, name, type));
        return each.some((problems) => problems.length === 0) ? [] : each.flat();
    }
    if (validator.format !== undefined) {
        const text = typeof value === "object" ? Object.keys(value ?? {}).join("\n") : String(value);
        const problems = [formats[validator.format]?.(text, name, validator.arguments ?? [])].flat();
        return problems.filter((problem) => problem !== undefined);
    }
    return [refusal(validator, String(value), name, type) ?? []].flat();
}

function refusal(validator: Validator, value: string, name: string, type?: string): string | undefined {
    const { enum: listed, pattern, min, max, minLength, maxLength, not = false } = validator;
    if (listed) {
        return isListed(validator, value) !== not ? undefined : listProblem(validator, value, name);
    }
    if (pattern !== undefined) {
        return expression(pattern).test(value) !== not ? undefined : patternProblem(validator, value, name);
    }
    if (minLength !== undefined || maxLength !== undefined) {
        // Go counts bytes.
        const length = Buffer.byteLength(value);
        return length >= (minLength ?? 0) && length <= (maxLength ?? Number.POSITIVE_INFINITY)
            ? undefined
            : `expected length of ${name} to be in the range (${minLength} - ${maxLength}), got ${value}`;
    }
    const number = Number(value);
    if (number >= (min ?? Number.NEGATIVE_INFINITY) && number <= (max ?? Number.POSITIVE_INFINITY)) {
        return undefined;
    }
    const written = (limit?: number) => (type === "number" ? limit?.toFixed(6) : limit);
    const range =
        max === undefined
            ? `at least (${written(min)})`
            : min === undefined
              ? `at most (${written(max)})`
              : `in the range (${written(min)} - ${written(max)})`;
    return `expected ${name} to be ${range}, got ${written(number)}`;
}

function isListed({ enum: listed = [], ignoreCase }: Validator, value: string): boolean {
    const written = (item: unknown) => (ignoreCase ? String(item).toLowerCase() : String(item));
    return listed.some((item) => written(item) === written(value));
}

function listProblem({ enum: listed = [], not }: Validator, value: string, name: string): string {
    const items = listed.map((item) => (not ? item : JSON.stringify(item))).join(" ");
    return `expected ${name} to ${not ? "not be any" : "be one"} of [${items}], got ${value}`;
}

function patternProblem({ pattern, message, not }: Validator, value: string, name: string): string {
    return message
        ? `invalid value for ${name} (${message})`
        : not
          ? `expected value of ${name} to not match regular expression ${JSON.stringify(pattern)}, got ${value}`
          : `"${name}" (${JSON.stringify(value)}) doesn't match regexp ${JSON.stringify(pattern)}`;
}

const expressions = new Map<string, RegExp>();

/** A pattern of Go, which differs from JavaScript in the classes of Unicode. */
function expression(pattern: string): RegExp {
    const known = expressions.get(pattern) ?? new RegExp(pattern, pattern.includes("\\p{") ? "u" : "");
    expressions.set(pattern, known);
    return known;
}
