import * as pulumi from "@pulumi/pulumi";
import { closest } from "fastest-levenshtein";
import * as v from "valibot";
import { type Problem, refusal, worded } from "./refusal";
import { display, isLater, isObject, isPlainObject } from "./value";

// biome-ignore lint/suspicious/noExplicitAny: a check takes whatever a JavaScript program passes.
export type Check = v.GenericSchema<any, any>;

/** An output whose value is checked when it is known. */
class Deferred {
    constructor(
        readonly output: unknown,
        readonly check: Check,
    ) {}
}

/** What the arguments have of components that compare some of them with lists, such as those of runtimes and versions. */
export interface AllowUnlistedArgs {
    /**
     * Accepts, with a warning, a value that this release of slipway does not list, such as a runtime that Google Cloud added
     * since. It must have the form of the listed ones. In TypeScript: `runtime: "python399" as Runtime`.
     * @default false: an unlisted value is refused
     */
    allowUnlisted?: boolean;
}

/** Checks {@link AllowUnlistedArgs}. */
export const allowUnlistedArgs = { allowUnlisted: flag() };

/**
 * The arguments of a component, refused as a whole when any of them is wrong, before a resource is registered. What is
 * an output is checked when its value is known, and what depends on it waits for that.
 *
 * @param component how an error names it: `PubSubTopic "sales"`
 * @param together what is wrong with arguments that are right each by itself, such as a least above a most
 * @param mending how to mend a problem whose check does not say it, by argument
 */
export function checked<Args>(
    component: string,
    args: Args,
    check: Check,
    together: (args: Args) => (Problem | undefined)[] = () => [],
    mending: Partial<Record<string, string>> = {},
): Args {
    const allowUnlisted = isObject(args) && (args as AllowUnlistedArgs).allowUnlisted === true;
    const { result, problems, unlisted } = parsed("", args, check, { mending, allowUnlisted });
    if (problems.length === 0) {
        warnOfUnlisted(component, unlisted);
        const resolved = resolveDeferred(component, "", result, allowUnlisted) as Args;
        problems.push(...together(resolved).filter((problem) => problem !== undefined));
        if (problems.length === 0) {
            return resolved;
        }
    }
    throw refusal(component, problems);
}

/** Arguments with defaults for those that are not given, which are then checked as if they were. */
export function completed<Args extends object, Key extends keyof Args>(
    given: Args,
    defaults: Required<Pick<Args, Key>>,
): Args & Required<Pick<Args, Key>> {
    const named = isObject(given) ? Object.entries(given).filter(([, value]) => value !== undefined) : undefined;
    return (named ? { ...defaults, ...Object.fromEntries(named) } : given) as Args & Required<Pick<Args, Key>>;
}

interface ParseOptions {
    mending?: Partial<Record<string, string>>;
    allowUnlisted: boolean;
    show?: (value: unknown) => string;
}

function parsed(
    path: string,
    value: unknown,
    check: Check,
    { mending = {}, allowUnlisted, show = display }: ParseOptions,
): { result: unknown; problems: Problem[]; unlisted: Problem[] } {
    const { output, issues = [] } = v.safeParse(check, value);
    const isAllowed = (issue: v.BaseIssue<unknown>) => allowUnlisted && issue.expected === listedValue;
    const problemOf = (issue: v.BaseIssue<unknown>) => {
        const [what = "", how = mending[String(issue.path?.[0]?.key)]] = issue.message.split("\n");
        const isAbsence = what.startsWith("unknown option") || what === "is missing";
        const shown = isAbsence || issue.input instanceof Sensitive ? what : `${what} (got ${show(issue.input)})`;
        const end = shown.endsWith("?") ? "" : ".";
        return { path: join(path, v.getDotPath(issue) ?? ""), reason: `${shown}${end}${how ? ` ${how}` : ""}` };
    };
    return {
        result: output,
        problems: issues.filter((issue) => !isAllowed(issue)).map(problemOf),
        unlisted: issues.filter(isAllowed).map(problemOf),
    };
}

function warnOfUnlisted(component: string, unlisted: Problem[]): void {
    for (const { path, reason } of unlisted) {
        const [what] = reason.split(` ${updateHint}`);
        pulumi.log.warn(`${component}: ${path}: ${what} It is passed on because of allowUnlisted.`);
    }
}

/** Replaces every {@link Deferred} by its output, with the check behind it; what has none stays the same object. */
function resolveDeferred(component: string, path: string, value: unknown, allowUnlisted: boolean): unknown {
    if (value instanceof Deferred) {
        const output = pulumi.output(value.output) as pulumi.Output<unknown>;
        return output.apply(async (known) => {
            const show = (await pulumi.isSecret(output)) ? () => "a secret" : display;
            const { result, problems, unlisted } = parsed(path, known, value.check, { allowUnlisted, show });
            if (problems.length > 0) {
                throw new pulumi.RunError(worded(component, problems));
            }
            warnOfUnlisted(component, unlisted);
            return result;
        });
    }
    if (!Array.isArray(value) && !isPlainObject(value)) {
        return value;
    }
    const items = Object.entries(value);
    const resolved = items.map(([key, item]) => [
        key,
        resolveDeferred(component, join(path, key), item, allowUnlisted),
    ]);
    if (items.every(([, item], index) => resolved[index]?.[1] === item)) {
        return value;
    }
    return Array.isArray(value) ? resolved.map(([, item]) => item) : Object.fromEntries(resolved);
}

function join(path: string, key: string): string {
    return path && key ? `${path}.${key}` : path || key;
}

/** A value that may be an output. */
export function input(check: Check): Check {
    return v.lazy((value) =>
        isLater(value)
            ? v.pipe(
                  v.any(),
                  v.transform((output) => new Deferred(output, check)),
              )
            : check,
    );
}

/** A value that no error shows. */
class Sensitive {
    constructor(readonly value: unknown) {}
}

/** A check of what may be a secret. */
export function sensitive(isRight: (value: unknown) => boolean, wording: string): Check {
    return v.pipe(
        v.any(),
        v.transform((value) => new Sensitive(value)),
        v.check(({ value }) => isRight(value), wording),
        v.transform(({ value }) => value),
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
    const wording = known.length > 0 ? `must be an object with ${known.join(", ")}` : "must be an empty object";
    return v.lazy((given) => {
        if (!isObject(given)) {
            return v.custom(() => false, wording);
        }
        const others = Object.keys(given).filter((key) => !known.includes(key) && given[key] !== undefined);
        const refused = others.map((key) => [key, v.custom(() => false, unknownOption(key, known))]);
        return v.object(Object.fromEntries([...entries, ...refused]), "is missing");
    });
}

/** What is wrong with an option that is not known, with the nearest one. */
export function unknownOption(key: string, known: string[]): string {
    if (known.length === 0) {
        return `unknown option "${key}"; there are none`;
    }
    // A name without its unit is far from the whole one by letters: `timeout` of `timeoutSeconds`.
    const nearest = known.find((option) => option.startsWith(key)) ?? closest(key, known);
    return `unknown option "${key}"; did you mean "${nearest}"?`;
}

/** Named things of one kind, such as labels or what a component uses. */
export function record(key: Check, value: Check): Check {
    const wording = "must be an object";
    return v.lazy((given) => (isObject(given) ? v.record(key, value, wording) : v.custom(() => false, wording)));
}

/** A list of things of one kind. */
export function list(item: Check, wording = "must be a list"): Check {
    return v.array(item, wording);
}

/** A check that depends on the value, or comes to itself again, as that of what has parts of its own kind. */
export function lazily(check: (value: unknown) => Check): Check {
    return v.lazy(check);
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

/** Marks the issues of {@link listed} among all issues of valibot. */
const listedValue = "a value that this release lists";
const updateHint = "If Google Cloud added it since, update slipway or set allowUnlisted: true.";

/**
 * A value from a list of facts. An unlisted value is refused, unless its component has `allowUnlisted`: then one of the right
 * form passes with a warning, since a library that is not updated must not stop a deployment.
 *
 * @param form the form of all values of the list, also of future ones
 */
export function listed(isListed: (value: string) => boolean, form: RegExp, wording: string): Check {
    return v.pipe(
        text(),
        v.rawCheck(({ dataset, addIssue }) => {
            if (!dataset.typed || isListed(dataset.value)) {
                return;
            }
            addIssue(
                form.test(dataset.value)
                    ? { expected: listedValue, message: `${wording}\n${updateHint}` }
                    : { message: wording },
            );
        }),
    );
}

/** A number, text or flag of which lists say nothing: refused, or passed with a warning by `allowUnlisted`. */
export function unlisted(wording: string): Check {
    return v.pipe(
        v.custom((value) => ["string", "number", "boolean"].includes(typeof value), wording),
        v.rawCheck(({ addIssue }) => addIssue({ expected: listedValue, message: `${wording}\n${updateHint}` })),
    );
}

export function matching(pattern: RegExp, wording: string): Check {
    return v.pipe(text(), v.regex(pattern, wording));
}

export function whole(least: number, most: number, unit = ""): Check {
    const wording = `must be a whole number from ${least} to ${most}${unit && ` ${unit}`}`;
    const isWithin = (value: number) => Number.isInteger(value) && value >= least && value <= most;
    return v.pipe(v.number(wording), v.check(isWithin, wording));
}

/** Exactly one of several shapes: what belongs to the others cannot be given. */
export type OneOf<Shape, Shapes = Shape> = Shape extends unknown
    ? Shape & { [Key in Exclude<Shapes extends unknown ? keyof Shapes : never, keyof Shape>]?: never }
    : never;

/** One of several shapes, told apart by the option that only it has: `{ http: {} }`, `{ topic: sales }`. */
export function variant(shapes: Record<string, Check>): Check {
    const known = Object.keys(shapes);
    const wording = `must have exactly one of ${known.join(", ")}`;
    return v.lazy((value) => {
        const chosen = known.filter((key) => isObject(value) && value[key] !== undefined);
        return chosen.length === 1 ? (shapes[chosen[0] as string] as Check) : v.custom(() => false, wording);
    });
}

/** A value of one kind or of another, which `isFirst` tells apart. */
export function either(isFirst: (value: unknown) => boolean, first: Check, second: Check): Check {
    return v.lazy((value) => (isFirst(value) ? first : second));
}

/** A component of this library, such as the topic of a subscription; also one of another copy of the package. */
export function component(type: string): Check {
    return v.custom(
        (value) => pulumi.Resource.isInstance(value) && Reflect.get(value, "__pulumiType") === `slipway:index:${type}`,
        `must be a ${type}`,
    );
}

/** A component by itself, or options that name it among others: `push: predict`, `push: { to: predict, … }`. */
export function componentOr(component: Check, options: Check): Check {
    return either((value) => pulumi.Resource.isInstance(value), component, options);
}

/** One value, or what else is allowed: `false`, `"never"`. */
export function literalOr(literal: string | boolean, check: Check): Check {
    return either((value) => value === literal, v.literal(literal), check);
}

export { check as refine, custom, pipe, transform } from "valibot";
export type { Problem } from "./refusal";
