import * as pulumi from "@pulumi/pulumi";
import { closest } from "fastest-levenshtein";
import * as v from "valibot";

// biome-ignore lint/suspicious/noExplicitAny: a check takes whatever a JavaScript program passes.
export type Check = v.GenericSchema<any, any>;

/** An output whose value is checked when it is known. */
class Later {
    constructor(
        readonly output: unknown,
        readonly check: Check,
    ) {}
}

/** One thing that is wrong, and at which argument. */
export interface Problem {
    path: string;
    reason: string;
}

/**
 * The arguments of a component, refused as a whole when any of them is wrong, before a resource is registered. What is
 * an output is checked when its value is known, and what depends on it waits for that.
 *
 * @param component how an error names it: `PubSubTopic "sales"`
 * @param together what is wrong with arguments that are right each by itself, such as a least above a most
 */
export function checked<Args>(
    component: string,
    args: Args,
    check: Check,
    together: (args: Args) => (Problem | undefined)[] = () => [],
): Args {
    const problems: Problem[] = [];
    const result = settle(component, "", parsed("", args, check, problems)) as Args;
    if (problems.length === 0) {
        problems.push(...together(result).filter((problem) => problem !== undefined));
    }
    if (problems.length > 0) {
        throw new pulumi.InputPropertiesError({
            message: problems.map((problem) => `${component}: ${worded(problem)}`).join("\n"),
            errors: problems.map(({ path, reason }) => ({ propertyPath: path, reason })),
        });
    }
    return result;
}

function worded({ path, reason }: Problem): string {
    return path ? `${path}: ${reason}` : reason;
}

function parsed(path: string, value: unknown, check: Check, problems: Problem[]): unknown {
    const result = v.safeParse(check, value);
    for (const issue of result.issues ?? []) {
        const [what = "", how] = issue.message.split("\n");
        const shown =
            what.startsWith("unknown option") || what === "is missing" ? what : `${what} (got ${display(issue.input)})`;
        problems.push({ path: join(path, v.getDotPath(issue) ?? ""), reason: how ? `${shown}. ${how}` : `${shown}.` });
    }
    return result.output;
}

/** Replaces every {@link Later} by its output, with the check behind it. */
function settle(component: string, path: string, value: unknown): unknown {
    if (value instanceof Later) {
        const output = pulumi.output(value.output) as pulumi.Output<unknown>;
        return output.apply((known) => {
            const problems: Problem[] = [];
            const result = parsed(path, known, value.check, problems);
            if (problems.length > 0) {
                throw new pulumi.RunError(problems.map((problem) => `${component}: ${worded(problem)}`).join("\n"));
            }
            return result;
        });
    }
    if (Array.isArray(value)) {
        return value.map((item, index) => settle(component, join(path, String(index)), item));
    }
    if (isPlainObject(value)) {
        return Object.fromEntries(
            Object.entries(value).map(([key, item]) => [key, settle(component, join(path, key), item)]),
        );
    }
    return value;
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
    return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

function join(path: string, key: string): string {
    return path && key ? `${path}.${key}` : path || key;
}

function display(value: unknown): string {
    if (pulumi.Output.isInstance(value)) {
        return "an output, which is known only at deployment";
    }
    if (pulumi.Resource.isInstance(value)) {
        return `a ${value.constructor.name}`;
    }
    const text = typeof value === "function" ? "a function" : JSON.stringify(value);
    return text === undefined ? "nothing" : text.length > 80 ? `${text.slice(0, 77)}…` : text;
}

function isLater(value: unknown): boolean {
    return pulumi.Output.isInstance(value) || value instanceof Promise;
}

/** A value that may be an output. */
export function input(check: Check): Check {
    return v.lazy((value) =>
        isLater(value)
            ? v.pipe(
                  v.any(),
                  v.transform((output) => new Later(output, check)),
              )
            : check,
    );
}

type Optional<Args> = { [Key in keyof Args]-?: undefined extends Args[Key] ? Key : never }[keyof Args];

/**
 * An object that has these options and no others. The compiler sees to it that every option has its check; those
 * that must be given are listed.
 */
export function options<Args extends object>(
    checks: { [Key in keyof Required<Args>]: Check },
    ...required: Exclude<keyof Args, Optional<Args>>[]
): Check {
    const known = Object.keys(checks);
    const entries = Object.entries<Check>(checks).map(([key, check]) => {
        return [key, (required as string[]).includes(key) ? check : v.optional(check)];
    });
    return v.strictObject(Object.fromEntries(entries), (issue) => {
        const key = String(issue.path?.at(-1)?.key ?? "");
        if (issue.expected === "never") {
            return `unknown option "${key}"; did you mean "${closest(key, known)}"?`;
        }
        return issue.path ? "is missing" : `must be an object with ${known.join(", ")}`;
    });
}

/** Named things of one kind, such as labels or what a component uses. */
export function record(key: Check, value: Check): Check {
    return v.record(key, value, "must be an object");
}

export function text(): Check {
    return v.string("must be a text");
}

export function flag(): Check {
    return v.boolean("must be true or false");
}

export function oneOf(...values: string[]): Check {
    return v.picklist(values, `must be one of ${values.join(", ")}`);
}

export function matching(pattern: RegExp, wording: string): Check {
    return v.pipe(text(), v.regex(pattern, wording));
}

export function whole(least: number, most: number, unit = ""): Check {
    const wording = `must be a whole number from ${least} to ${most}${unit && ` ${unit}`}`;
    return v.pipe(v.number(wording), v.integer(wording), v.minValue(least, wording), v.maxValue(most, wording));
}

/** One of several shapes, told apart by the option that only it has: `{ http: {} }`, `{ topic: sales }`. */
export function variant(shapes: Record<string, Check>): Check {
    const known = Object.keys(shapes);
    const wording = `must have exactly one of ${known.join(", ")}`;
    return v.lazy((value) => {
        const chosen = known.filter((key) => isPlainObject(value) && key in value);
        return chosen.length === 1 ? (shapes[chosen[0] as string] as Check) : v.custom(() => false, wording);
    });
}

/** A component of this library, such as the topic of a subscription; also one of another copy of the package. */
export function component(type: string): Check {
    return v.custom(
        (value) => pulumi.Resource.isInstance(value) && Reflect.get(value, "__pulumiType") === `slipway:index:${type}`,
        `must be a ${type}`,
    );
}

export { check as refine, custom, lazy, optional, pipe } from "valibot";
