import * as pulumi from "@pulumi/pulumi";
import * as v from "../bundled/valibot";
import { typeOf } from "../engine/pulumiSdk";
import { argumentsError, deferredError, type Problem, type ProblemId, problem, programPlace } from "./argumentsError";
import { either, short } from "./checkForms";
import type { Accepted, AnyCheck, Check, Checks, Known, Long, Step } from "./checkType";
import { consistsOf, consistsOfSame, flag, insecureHint, listedValue, safeValue, unknownValue } from "./checkValues";
import { isTried, warn } from "./trial";
import { display, hasOutput, isDeferred, isObject, isPlainObject, plainHint } from "./value";

/** An output whose value is checked when it resolves. */
class Deferred {
    constructor(
        readonly output: unknown,
        readonly check: AnyCheck,
        /** Whether the output must not be a secret. */
        readonly isPublic: boolean,
    ) {}
}

/** The argument of components that compare values with lists of this release, such as runtimes and versions. */
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

/** The argument of components whose policy refuses something that Google Cloud accepts. */
export interface InsecureArgs {
    /**
     * Accepts, with a warning each, what slipway refuses although Google Cloud accepts it, because it is not safe: an image without a
     * digest, `http://`, an interactive serial console.
     * @default false
     */
    insecure?: boolean;
}

/** Checks {@link InsecureArgs}. */
export const insecureArgs = { insecure: flag() };

/** Problems of policy rather than of Google Cloud: under `insecure` they pass with a warning each. */
export function insecureProblems(title: string, isInsecure: boolean | undefined, problems: Problem[]): Problem[] {
    if (!isInsecure) {
        return problems.map(({ path, id, reason }) => ({ path, id, reason: `${reason} ${insecureHint}` }));
    }
    const passed = problems.map((problem) => ({
        ...problem,
        reason: `${problem.reason} It is passed on because of insecure.`,
    }));
    warnOfPassed(title, passed);
    return [];
}

/**
 * Validates the arguments of a component before any resource is registered, and reports all problems in one error. Outputs are
 * validated when they resolve.
 *
 * @param component the component in errors: `PubSubTopic "sales"`
 * @param together checks combinations of arguments that are valid individually, such as a minimum above a maximum
 * @param hints hints for arguments whose checks have none
 */
export function checked<Args extends Accepts, Accepts>(
    component: string,
    args: Args,
    check: Check<Accepts>,
    together: (args: Long<Args>) => (Problem | undefined)[] = () => [],
    hints: Partial<Record<string, string>> = {},
): Long<Args> {
    return resolved(component, args, check, (valid) => valid, together, hints);
}

/**
 * The same for arguments with defaults that depend on others. It completes the arguments once, and returns the result.
 *
 * @param complete completes arguments that are valid individually
 * @param together checks combinations, in the completed arguments and in those without these defaults
 */
export function resolved<Args extends Accepts, Accepts, Resolved>(
    component: string,
    args: Args,
    check: Check<Accepts>,
    complete: (valid: Long<Args>) => Resolved,
    together: (resolved: Resolved, valid: Long<Args>) => (Problem | undefined)[],
    hints: Partial<Record<string, string>> = {},
): Resolved {
    try {
        return readable(component, args, check, complete, together, hints);
    } catch (error) {
        const unreadable = pulumi.RunError.isInstance(error) ? undefined : unreadableProblem("", args, []);
        throw unreadable ? argumentsError(component, [unreadable]) : error;
    }
}

function readable<Args extends Accepts, Accepts, Resolved>(
    component: string,
    args: Args,
    check: Check<Accepts>,
    complete: (valid: Long<Args>) => Resolved,
    together: (resolved: Resolved, valid: Long<Args>) => (Problem | undefined)[],
    hints: Partial<Record<string, string>>,
): Resolved {
    const given: Record<string, unknown> = isObject(args) ? args : {};
    const allowUnlisted = (given.allowUnlisted ?? given["slipway:allowUnlisted"]) === true;
    const overrides = { allowUnlisted, insecure: given.insecure === true };
    const texts = outputProblems("", given);
    if (texts.length > 0) {
        throw argumentsError(component, texts);
    }
    const { result, problems, passed, unknown } = parsed("", args, check, { hints, ...overrides, component });
    const refusedTogether = (completed: Resolved, valid: Long<Args>) =>
        together(completed, valid)
            .filter((problem) => problem !== undefined)
            .flatMap((problem) =>
                problem.isPolicy ? insecureProblems(component, overrides.insecure, [problem]) : [problem],
            );
    if (problems.length === 0) {
        warnOfPassed(component, passed);
        const valid = (
            isTried() ? plainOutputs(result) : resolveDeferred(component, "", result, overrides)
        ) as Long<Args>;
        const completed = complete(valid);
        problems.push(...refusedTogether(completed, valid));
        if (problems.length === 0) {
            return completed;
        }
    } else if (problems.length === unknown.length) {
        // All that exists is valid, so that combinations of it are refused with what does not exist.
        try {
            const known = parsed("", unknown.reduce(without, args as unknown), check, overrides).result;
            const valid = plainOutputs(known) as Long<Args>;
            // An object without its unknown options can lack something that they were meant to be.
            const isWhole = ({ path }: Problem) =>
                !path || problems.every((other) => !other.path.startsWith(`${path}.`));
            problems.push(...refusedTogether(complete(valid), valid).filter(isWhole));
        } catch {
            // What completes arguments may need one that has another name here.
        }
    }
    throw argumentsError(component, problems);
}

/** A copy of a value without what is at a path. */
function without(value: unknown, [key, ...path]: string[]): unknown {
    const entries = Object.entries(value as object).flatMap(([name, item]) =>
        name !== key ? [[name, item]] : path.length > 0 ? [[name, without(item, path)]] : [],
    );
    return Array.isArray(value) ? entries.map(([, item]) => item) : Object.fromEntries(entries);
}

/** Replaces every {@link Deferred} by its output, which is not checked. */
function plainOutputs(value: unknown): unknown {
    if (value instanceof Deferred) {
        return value.output;
    }
    if (Array.isArray(value)) {
        return value.map(plainOutputs);
    }
    return isPlainObject(value)
        ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plainOutputs(item)]))
        : value;
}

/** The problems of texts that were made with an output in them, in which Pulumi's own text takes its place. */
function outputProblems(path: string, value: unknown, above: readonly unknown[] = []): Problem[] {
    if (hasOutput(value)) {
        const reason =
            "must not contain an output in a template string or by +. Where an output is accepted, pass pulumi.interpolate`…`.";
        return [{ path, id: "value/refused", reason: `${reason} ${plainHint}` }];
    }
    const isRead = (Array.isArray(value) || isPlainObject(value)) && !above.includes(value) && above.length < maxLevels;
    return isRead
        ? Object.entries(value).flatMap(([key, item]) => outputProblems(join(path, key), item, [...above, value]))
        : [];
}

/** Far more levels than arguments have, and fewer than what reads them, which calls itself for each, has stack for. */
const maxLevels = 500;

/** Reports a value that ended a check by an error of the runtime: an object in itself, one in too many others, or a value without a text. */
function unreadableProblem(path: string, value: unknown, above: readonly unknown[]): Problem | undefined {
    if (typeof value === "symbol") {
        return { path, id: "value/type", reason: `must not be a symbol (got ${display(value)}).` };
    }
    const isBare = typeof value === "object" && value !== null && Object.getPrototypeOf(value) === null;
    if (!Array.isArray(value) && !isPlainObject(value) && !isBare) {
        return undefined;
    }
    if (above.includes(value)) {
        return { path, id: "value/refused", reason: "must not be an object that is in itself." };
    }
    if (above.length > maxLevels) {
        const [argument = ""] = path.split(".");
        const reason = `must have at most ${maxLevels} levels of lists and objects.`;
        return { path: argument, id: "value/refused", reason };
    }
    if (typeof Reflect.get(value as object, "toString") !== "function") {
        const reason = isBare
            ? "must be an object literal, not one without a prototype. Copy it: { ...value }."
            : "must not have a key toString.";
        return { path, id: "value/type", reason };
    }
    for (const [key, item] of Object.entries(value as object)) {
        const problem = unreadableProblem(join(path, key), item, [...above, value]);
        if (problem) {
            return problem;
        }
    }
    return undefined;
}

/** Checks that depend on texts, such as a region, are built once for each. */
export function builtOnce<Texts extends string[], Built>(
    build: (...texts: Texts) => Built,
): (...texts: Texts) => Built {
    const all = new Map<string, Built>();
    return (...texts) => {
        const key = texts.join(" ");
        const built = all.get(key) ?? build(...texts);
        all.set(key, built);
        return built;
    };
}

/** Completes arguments with defaults, which are then checked as well. */
export function withDefaults<Args extends object, Key extends keyof Args>(
    given: Args,
    defaults: Required<Pick<Args, Key>>,
): Args & Required<Pick<Args, Key>> {
    const named = isObject(given) ? Object.entries(given).filter(([, value]) => value !== undefined) : undefined;
    return (named ? { ...defaults, ...Object.fromEntries(named) } : given) as Args & Required<Pick<Args, Key>>;
}

/** Arguments with which users accept values that the library otherwise refuses. */
interface Overrides {
    allowUnlisted: boolean;
    insecure: boolean;
}

interface ParseOptions extends Overrides {
    hints?: Partial<Record<string, string>>;
    /** Whether errors must not show the value. */
    isSecret?: boolean;
    /** The component in errors, if the value is all of its arguments. */
    component?: string;
}

function parsed(
    path: string,
    value: unknown,
    check: AnyCheck,
    { hints = {}, allowUnlisted, insecure, isSecret = false, component = "" }: ParseOptions,
): { result: unknown; problems: Problem[]; passed: Problem[]; unknown: string[][] } {
    const { output, issues = [] } = v.safeParse(check, value);
    const accepting: Record<string, string | undefined> = {
        [unknownValue]: "",
        [listedValue]: allowUnlisted ? " because of allowUnlisted" : undefined,
        [safeValue]: insecure ? " because of insecure" : undefined,
    };
    const acceptedBy = ({ expected }: v.BaseIssue<unknown>) => accepting[String(expected)];
    const problemOf = (issue: v.BaseIssue<unknown>) => {
        const [first = "", how = hints[String(issue.path?.[0]?.key)]] = issue.message.split("\n");
        const isUnexplained = issue.expected === unknownName && !isSecret;
        const text = (isUnexplained ? unknownIn(issue.path ?? [], check, component) : undefined) ?? first;
        const what = isSecret ? withoutQuotes(text, issue.input) : text;
        const shown = isSecret ? "a secret" : display(issue.input);
        const isAbsence = what.startsWith("unknown option") || what === "is missing";
        const complete = isAbsence || issue.input instanceof Sensitive ? what : `${what} (got ${shown})`;
        const end = complete.endsWith("?") ? "" : ".";
        const because = acceptedBy(issue);
        const next = because === undefined ? how : `It is passed on${because}.`;
        const reason = `${complete}${end}${next ? ` ${next}` : ""}`;
        // The keys of a secret object are as secret as its values.
        const below = isSecret ? "" : (v.getDotPath(issue) ?? "");
        return { path: join(path, below), id: idOf(issue), reason };
    };
    const isPassed = (issue: v.BaseIssue<unknown>) => acceptedBy(issue) !== undefined;
    return {
        result: output,
        problems: issues.filter((issue) => !isPassed(issue)).map(problemOf),
        passed: issues.filter(isPassed).map(problemOf),
        // The paths of options that do not exist.
        unknown: issues.filter((issue) => idOf(issue) === "value/unknown-option").map(keysOf),
    };
}

const keysOf = ({ path }: v.BaseIssue<unknown>): string[] => (path ?? []).map(({ key }) => String(key));

/** The error for an unknown option at a path of the arguments of a component, if it says more than {@link unknownOption}. */
function unknownIn(path: v.IssuePathItem[], root: AnyCheck, component: string): string | undefined {
    const keys = path.map(({ key }) => String(key));
    const name = keys.at(-1) as string;
    const { input } = path.at(-1) as v.IssuePathItem;
    const [type = ""] = /^\w+/.exec(component) ?? [];
    const here = checkOf.get(input as object) ?? root;
    // Loaded with the first error.
    const { optionAnswer }: typeof import("./optionAnswer") = require("./optionAnswer");
    const answer = optionAnswer(name, { component: type, here, isTop: keys.length === 1 });
    return answer && `unknown option "${name}"${answer}`;
}

/** The text of a problem without what it quotes of a value. */
function withoutQuotes(text: string, value: unknown): string {
    return text.replaceAll(/"((?:[^"\\]|\\.)+)"/g, (quoted, part) =>
        typeof value !== "string" || value.includes(part) ? '"…"' : quoted,
    );
}

/** Marks the issues of objects that have none, or more than one, of several options. */
const choice = "exactly one of several options";

/** The identifiers of what a single value can be refused for. */
const valueIds = {
    [unknownValue]: "value/unlisted",
    [listedValue]: "value/unlisted",
    [safeValue]: "value/insecure",
    [choice]: "value/refused",
    string: "value/type",
    number: "value/type",
    boolean: "value/type",
    array: "value/type",
    regex: "value/format",
    picklist: "value/not-one-of",
    // A value of a list that does not have the form of the listed ones.
    raw_check: "value/not-one-of",
} satisfies Record<string, ProblemId>;

function idOf({ expected, type, message }: v.BaseIssue<unknown>): ProblemId {
    if (message.startsWith("unknown option")) {
        return "value/unknown-option";
    }
    const ids: Partial<Record<string, ProblemId>> = valueIds;
    return message === "is missing" ? "value/missing" : (ids[expected ?? ""] ?? ids[type] ?? "value/refused");
}

function warnOfPassed(component: string, passed: Problem[]): void {
    for (const { path, reason } of passed) {
        warn(`${component}: ${path}: ${reason}`);
    }
}

const origins = new WeakMap<object, unknown>();

/** Returns the output that an argument had before its check, and any other value unchanged. */
export function originOf(value: unknown): unknown {
    return origins.get(Object(value)) ?? value;
}

/** Replaces every {@link Deferred} by its output with the check applied. A value without any stays the same object. */
function resolveDeferred(component: string, path: string, value: unknown, overrides: Overrides): unknown {
    if (value instanceof Deferred) {
        const output = pulumi.output(value.output) as pulumi.Output<unknown>;
        const place = programPlace();
        const resolved = output.apply(async (known) => {
            const isSecret = await pulumi.isSecret(output);
            if (isSecret && value.isPublic) {
                throw deferredError(component, [secretProblem(path)], place);
            }
            const { result, problems, passed } = parsed(path, known, value.check, { ...overrides, isSecret });
            if (problems.length > 0) {
                throw deferredError(component, problems, place);
            }
            warnOfPassed(component, passed);
            return result;
        });
        origins.set(resolved, value.output);
        return resolved;
    }
    if (!Array.isArray(value) && !isPlainObject(value)) {
        return value;
    }
    const items = Object.entries(value);
    const resolved = items.map(([key, item]) => [key, resolveDeferred(component, join(path, key), item, overrides)]);
    if (items.every(([, item], index) => resolved[index]?.[1] === item)) {
        return value;
    }
    return Array.isArray(value) ? resolved.map(([, item]) => item) : Object.fromEntries(resolved);
}

const secretProblem = (path: string) =>
    problem(
        path,
        "value/secret",
        "must not be a secret, because the state has the IDs of resources in clear, and it is part of one. If everyone may read it, pass pulumi.unsecret(…).",
    );

function join(path: string, key: string): string {
    return path && key ? `${path}.${key}` : path || key;
}

/** A value that may be an output. */
export function input<Value>(check: Check<Value>): Check<pulumi.Input<Value>> {
    return deferrable(check, false);
}

/** A value that may be an output, but not a secret: it becomes a part of the ID of a resource, which the state has in clear. */
export function publicInput<Value>(check: Check<Value>): Check<pulumi.Input<Value>> {
    return deferrable(check, true);
}

function deferrable(check: AnyCheck, isPublic: boolean): AnyCheck {
    const whole: AnyCheck = v.lazy((value) =>
        isDeferred(value)
            ? v.pipe(
                  v.any(),
                  v.transform((output) => new Deferred(output, check, isPublic)),
              )
            : check,
    );
    return consistsOfSame(whole, check);
}

/** A value that errors do not show. */
class Sensitive {
    constructor(readonly value: unknown) {}
}

/** Checks a value that may be a secret. */
export function sensitive<Value>(isRight: (value: unknown) => boolean, wording: string): Check<Value> {
    return v.pipe(
        v.any(),
        v.transform((value) => new Sensitive(value)),
        v.check(({ value }) => isRight(value), wording),
        v.transform(({ value }) => value),
    );
}

type Optional<Args> = { [Key in keyof Args]-?: undefined extends Args[Key] ? Key : never }[keyof Args];

/**
 * Checks an object with these options and no others. The compiler requires a check for every option of `Args`, of its type.
 *
 * @param required the required options
 */
export function options<Args extends object>(
    checks: Checks<Args>,
    ...required: Exclude<keyof Args, Optional<Args>>[]
): Check<Args> {
    return explainedOptions({}, checks, ...required);
}

/**
 * The same, with hints for options that users expect, but that do not exist.
 *
 * @param hints the hints by option, in place of the nearest known option
 */
export function explainedOptions<Args extends object>(
    hints: Record<string, string>,
    checks: Checks<Args>,
    ...required: Exclude<keyof Args, Optional<Args>>[]
): Check<Args> {
    const known = Object.keys(checks);
    const entries = Object.entries<AnyCheck>(checks).map(([key, check]) => {
        return [key, (required as string[]).includes(key) ? check : v.optional(check)];
    });
    const wording = known.length > 0 ? `must be an object with ${known.join(", ")}` : "must be an empty object";
    const object = v.object(Object.fromEntries(entries), "is missing");
    const whole: AnyCheck = v.lazy((given) => {
        if (!isObject(given)) {
            return refused(wording);
        }
        const others = Object.keys(given).filter((key) => !known.includes(key) && given[key] !== undefined);
        if (others.length === 0) {
            return object;
        }
        checkOf.set(given, whole);
        const refusals = others.map((key) => [key, unknownCheck(key, known, Object.hasOwn(hints, key) && hints[key])]);
        return v.object({ ...object.entries, ...Object.fromEntries(refusals) }, "is missing");
    });
    return consistsOf(whole, { options: checks });
}

/** The checks of objects with unknown options. */
const checkOf = new WeakMap<object, AnyCheck>();

/** Marks the issues of unknown options without a hint. */
const unknownName = "the name of an option";

/** Refuses an option that does not exist. */
function unknownCheck(key: string, known: string[], hint: string | false | undefined): AnyCheck {
    return hint
        ? refused(`unknown option "${key}"\n${hint}`)
        : v.pipe(
              v.any(),
              v.rawCheck(({ addIssue }) => addIssue({ expected: unknownName, message: unknownOption(key, known) })),
          );
}

/** The error for an unknown option, with the one that is meant. */
export function unknownOption(key: string, known: string[]): string {
    if (known.length === 0) {
        return `unknown option "${key}"; there are none`;
    }
    // Loaded with the first error.
    const { meant, misspelled }: typeof import("./optionNames") = require("./optionNames");
    const option = meant(key, known) ?? misspelled(key, known);
    const others =
        known.length > 12 ? "" : `; the ${known.length === 1 ? "only option is" : "options are"} ${known.join(", ")}`;
    return `unknown option "${key}"${option ? `; did you mean "${option}"?` : others}`;
}

/** Checks a record, such as labels. */
export function record<Key extends string | number, Value>(
    key: Check<Key>,
    value: Check<Value>,
    wording = "must be an object",
): Check<Record<Key, Value>> {
    const object = v.record(key, value, wording);
    const whole: AnyCheck = v.lazy((given) => (isObject(given) ? object : refused(wording)));
    return consistsOf(whole, { item: value });
}

/** Checks an array. */
export function list<Item>(item: Check<Item>, wording = "must be a list"): Check<readonly Item[]> {
    return consistsOf(v.array(item, wording) as AnyCheck, { item });
}

/**
 * A check that depends on the value, or is recursive.
 *
 * @param alternatives the checks of objects, if they differ from the check of an empty one
 */
export function lazily<Checks extends AnyCheck>(
    check: (value: unknown) => Checks,
    alternatives = (): AnyCheck[] => [check({})],
): Check<Accepted<Checks>> {
    return consistsOf(v.lazy(check) as AnyCheck, { alternatives });
}

/** Exactly one of several shapes, without properties of the others. */
export type OneOf<Shape, Shapes = Shape> = Shape extends unknown
    ? Shape & { [Key in Exclude<Shapes extends unknown ? keyof Shapes : never, keyof Shape>]?: never }
    : never;

/** Checks a union whose shapes are distinguished by one key each: `{ http: {} }`, `{ topic: sales }`. */
export function variant<Shapes extends Record<string, AnyCheck>>(
    shapes: Shapes,
): Check<Accepted<Shapes[keyof Shapes]>> {
    const known = Object.keys(shapes);
    const wording = `exactly one of ${known.join(", ")}`;
    const whole: AnyCheck = v.lazy((value) => {
        if (!isObject(value)) {
            return refused(`must be an object with ${wording}`);
        }
        const chosen = known.filter((key) => value[key] !== undefined);
        if (chosen.length === 1) {
            return shapes[chosen[0] as string] as AnyCheck;
        }
        // Loaded with the first error.
        const { optionsOf }: typeof import("./checkTree") = require("./checkTree");
        const options = [...new Set(optionsOf(whole).map(([option]) => option))];
        const isRead = Object.values(shapes).every((shape) => optionsOf(shape).length > 0);
        const others = Object.keys(value).filter((key) => isRead && !options.includes(key) && value[key] !== undefined);
        checkOf.set(value, whole);
        return v.pipe(
            v.any(),
            v.rawCheck(({ addIssue }) => {
                addIssue({ expected: choice, message: `must have ${wording}` });
                for (const key of others) {
                    const path: [v.IssuePathItem] = [
                        { type: "object", origin: "value", input: value, key, value: value[key] },
                    ];
                    addIssue({ expected: unknownName, message: unknownOption(key, options), input: value[key], path });
                }
            }),
        );
    });
    return consistsOf(whole, { alternatives: Object.values(shapes) });
}

/** Whether a value is a component or another resource, also one that exists already, and not an object with options. */
export const isResource = (value: unknown): boolean =>
    pulumi.Resource.isInstance(value) || (isPlainObject(value) && typeof value.existing === "string");

/**
 * Checks a component of this library, also of another copy of the package, or what exists already in its place.
 *
 * @param hint how to refer to what exists already
 */
export function component<Component extends object>(type: string, hint = ""): Check<Component> {
    return v.custom(
        (value) => isComponent(type, value),
        `must be ${/^[AEIO]/.test(type) ? "an" : "a"} ${type}${hint && `\n${hint}`}`,
    );
}

const isComponent = (type: string, value: unknown): boolean =>
    isResource(value) &&
    (typeOf(value) === `slipway:index:${type}` || Reflect.get(value as object, "existing") === type);

/** Checks what a component has, such as the email address of a `ServiceAccount`, for which the component is short. */
export function partOf<Component extends object, Part>(
    type: string,
    long: (component: Component) => NoInfer<Known<Part>>,
    part: Check<Part>,
): Check<Known<Part> | Component> {
    return short(part, long, (value) => isComponent(type, value));
}

/** Checks a component or options with one: `push: predict`, `push: { to: predict, … }`. */
export function componentOr<Component, Options>(
    component: Check<Component>,
    options: Check<Options>,
): Check<Known<Component> | Known<Options>> {
    return either(isResource, component, options);
}

/** Checks a value by a condition. The type comes from the context, or is the type argument. */
export function custom<Value>(isRight: (value: unknown) => boolean, wording?: string): Check<Value> {
    return v.custom(isRight, wording);
}

/** Refuses every value. */
export function refused(wording: string): AnyCheck {
    return v.custom(() => false, wording);
}

/** Applies further steps to values that a check accepts. */
export function pipe<Value>(check: Check<Value>, ...steps: Step<NoInfer<Value>>[]): Check<Value> {
    return consistsOfSame(v.pipe(check, ...(steps as v.GenericPipeItem[])) as AnyCheck, check);
}

/** A condition that a value must meet as well. */
export function refine<Value>(
    isRight: (value: Value) => boolean,
    wording: string | ((issue: { input: Value }) => string),
): Step<Value> {
    return v.check(isRight, wording);
}

/**
 * Converts a value, for example a path to what its file contains.
 *
 * @param result a check of what the value was converted to
 */
export function transform<Value>(convert: (value: Value) => unknown, result: AnyCheck = v.any()): Step<Value> {
    return v.pipe(v.any(), v.transform(convert), result);
}

export { type Problem, problem, when } from "./argumentsError";
export { either, inAnyCase, isNumber, isText, literalOr, named, short, switched } from "./checkForms";
export type { AnyCheck, Check, Checks, Long, Short } from "./checkType";
export {
    atMost,
    flag,
    known,
    limit,
    listed,
    longest,
    matching,
    nameOf,
    oneOf,
    percentage,
    safe,
    text,
    unlisted,
    validText,
    whole,
} from "./checkValues";
