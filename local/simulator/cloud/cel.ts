import {
    type CelInput,
    CelScalar,
    celEnv,
    celFunc,
    celMethod,
    isCelError,
    listType,
    mapType,
    parse,
    plan,
} from "@bufbuild/cel";
import { strings } from "@bufbuild/cel/ext";
import { isInRange } from "../../../lib/formats";

type Expression = NonNullable<ReturnType<typeof parse>["expr"]>;

/**
 * `"projects/a/topics/b".extract("projects/{id}/")` is `a`, or an empty string if the template does not match:
 * "Extracting values from resource names".
 */
const extract = celMethod("extract", CelScalar.STRING, [CelScalar.STRING], CelScalar.STRING, function (template) {
    const [, before = "", after = ""] = /^(.*)\{\w+\}(.*)$/s.exec(template) ?? [];
    const start = this.indexOf(before);
    const rest = start < 0 ? "" : this.slice(start + before.length);
    const end = after === "" ? rest.length : rest.indexOf(after);
    return end < 0 ? "" : rest.slice(0, end);
});

/** `api.getAttribute("iam.googleapis.com/modifiedGrantsByRole", [])`: an attribute of the request, or the default. */
const getAttribute = celMethod(
    "getAttribute",
    mapType(CelScalar.STRING, CelScalar.DYN),
    [CelScalar.STRING, CelScalar.DYN],
    CelScalar.DYN,
    function (name, fallback) {
        return (this.get(name) ?? fallback) as CelInput<typeof CelScalar.DYN>;
    },
);

/** Whether a list has only elements of another one. */
const hasOnly = celMethod(
    "hasOnly",
    listType(CelScalar.DYN),
    [listType(CelScalar.DYN)],
    CelScalar.BOOL,
    function (allowed) {
        const values = [...allowed];
        return [...this].every((value) => values.includes(value));
    },
);

const text = (name: string, change: (text: string) => string) =>
    celMethod(name, CelScalar.STRING, [], CelScalar.STRING, function () {
        return change(String(this));
    });

/** https://cloud.google.com/armor/docs/rules-language-reference#operations */
const ofRequests = [
    celFunc("inIpRange", [CelScalar.STRING, CelScalar.STRING], CelScalar.BOOL, isInRange),
    text("lower", (value) => value.toLowerCase()),
    text("upper", (value) => value.toUpperCase()),
    text("base64Decode", (value) => Buffer.from(value, "base64").toString()),
    text("urlDecode", (value) => decodeURIComponent(value.replaceAll("+", " "))),
];

const environment = celEnv({ funcs: [...strings, extract] });
/** With the functions of IAM conditions and of Cloud Armor rules. */
const evaluating = celEnv({ funcs: [...strings, extract, getAttribute, hasOnly, ...ofRequests] });

/** Names that are part of the language, not functions. */
const operators = ["_&&_", "_||_", "_?_:_", "_[_]", "@not_strictly_false"];

/** A compiled CEL expression. */
export interface Program {
    /** The value of the expression; undefined if the evaluation fails, for example for missing attributes. */
    evaluate(variables: Record<string, unknown>): unknown;
    /** Function calls with their arguments, as far as these are constants or lists of constants. */
    calls(name: string): unknown[][];
    /** The fields of a variable in the expression: `time` of `request.time`. */
    fields(variable: string): string[];
    /** The names of the variables in the expression. */
    readonly variables: readonly string[];
}

/**
 * Compiles a CEL expression.
 *
 * @param variables available variables
 * @param functions available functions in addition to CEL's own
 * @throws Error with the message of CEL's compiler
 */
export function compile(expression: string, variables: string[], functions: string[] = []): Program {
    const parsed = parse(expression);
    const all = parsed.expr ? parts(parsed.expr) : [];
    const bound = all.flatMap(({ exprKind: { case: kind, value } }) =>
        kind === "comprehensionExpr" ? [value.iterVar, value.iterVar2, value.accuVar] : [],
    );
    const read = all.flatMap(({ exprKind: { case: kind, value } }) => (kind === "identExpr" ? [value.name] : []));
    const free = [...new Set(read.filter((name) => !bound.includes(name)))];
    const called = all.flatMap(({ exprKind: { case: kind, value } }) => (kind === "callExpr" ? [value] : []));
    const isKnown = (name: string) =>
        operators.includes(name) || functions.includes(name) || environment.funcs.find(name) !== undefined;
    const unexpected =
        free.find((name) => !variables.includes(name)) ??
        called.map((call) => call.function).find((name) => !isKnown(name));
    if (unexpected !== undefined) {
        throw new Error(`ERROR: <input>: undeclared reference to '${unexpected}' (in container '')`);
    }
    return {
        variables: free,
        calls: (name) => called.filter((call) => call.function === name).map(({ args }) => args.map(constant)),
        fields: (variable) =>
            all.flatMap(({ exprKind: { case: kind, value } }) =>
                kind === "selectExpr" &&
                value.operand?.exprKind.case === "identExpr" &&
                value.operand.exprKind.value.name === variable
                    ? [value.field]
                    : [],
            ),
        evaluate: (values) => {
            const argument = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, celValue(value)]));
            const result = plan(evaluating, parsed)(argument);
            return isCelError(result) ? undefined : result;
        },
    };
}

/** An expression and all its subexpressions. */
function parts(expression: Expression): Expression[] {
    return [expression, ...within(expression).flatMap((element) => (element ? parts(element) : []))];
}

function within({ exprKind: { case: kind, value } }: Expression): (Expression | undefined)[] {
    switch (kind) {
        case "selectExpr":
            return [value.operand];
        case "callExpr":
            return [value.target, ...value.args];
        case "listExpr":
            return value.elements;
        case "structExpr":
            return value.entries.flatMap(({ keyKind, value: item }) => [
                keyKind.case === "mapKey" ? keyKind.value : undefined,
                item,
            ]);
        case "comprehensionExpr":
            return [value.iterRange, value.accuInit, value.loopCondition, value.loopStep, value.result];
        default:
            return [];
    }
}

/** The value of a constant or a list of constants; otherwise undefined. */
function constant({ exprKind: { case: kind, value } }: Expression): unknown {
    return kind === "constExpr"
        ? value.constantKind.value
        : kind === "listExpr"
          ? value.elements.map(constant)
          : undefined;
}

/** Converts a JSON value or a date to CEL; whole numbers become integers. */
function celValue(value: unknown): CelInput {
    if (Array.isArray(value)) {
        return value.map(celValue);
    }
    if (value instanceof Date) {
        return plan(environment, parse(`timestamp("${value.toISOString()}")`))({}) as CelInput;
    }
    if (typeof value === "object" && value !== null) {
        return new Map(Object.entries(value).map(([key, item]) => [key, celValue(item)]));
    }
    return typeof value === "number" && Number.isInteger(value) ? BigInt(value) : (value as CelInput);
}
