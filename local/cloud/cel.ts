import { type CelInput, CelScalar, celEnv, celMethod, isCelError, parse, plan } from "@bufbuild/cel";
import { strings } from "@bufbuild/cel/ext";

type Expression = NonNullable<ReturnType<typeof parse>["expr"]>;

/**
 * `"projects/a/topics/b".extract("projects/{id}/")` is `a`, and nothing where the template does not fit: "Extracting values
 * from resource names".
 */
const extract = celMethod("extract", CelScalar.STRING, [CelScalar.STRING], CelScalar.STRING, function (template) {
    const [, before = "", after = ""] = /^(.*)\{\w+\}(.*)$/s.exec(template) ?? [];
    const start = this.indexOf(before);
    const rest = start < 0 ? "" : this.slice(start + before.length);
    const end = after === "" ? rest.length : rest.indexOf(after);
    return end < 0 ? "" : rest.slice(0, end);
});

const environment = celEnv({ funcs: [...strings, extract] });

/** What the language has itself, and no list of functions. */
const operators = ["_&&_", "_||_", "_?_:_", "_[_]", "@not_strictly_false"];

/** An expression in CEL that can be evaluated again and again. */
export interface Program {
    /** Its value, or nothing where it has none, as when it asks for what is not there. */
    evaluate(variables: Record<string, unknown>): unknown;
    /** Calls of a function, each with its arguments where these are constants or lists of constants. */
    calls(name: string): unknown[][];
    /** The names of variables that it reads. */
    readonly variables: readonly string[];
}

/**
 * Reads an expression.
 *
 * @param variables those that there are
 * @param functions those that are known besides CEL's own
 * @throws Error in the words of CEL's compiler, when it is none
 */
export function compiled(expression: string, variables: string[], functions: string[] = []): Program {
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
    const strange =
        free.find((name) => !variables.includes(name)) ??
        called.map((call) => call.function).find((name) => !isKnown(name));
    if (strange !== undefined) {
        throw new Error(`ERROR: <input>: undeclared reference to '${strange}' (in container '')`);
    }
    return {
        variables: free,
        calls: (name) => called.filter((call) => call.function === name).map(({ args }) => args.map(constant)),
        evaluate: (values) => {
            const given = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, celValue(value)]));
            const result = plan(environment, parsed)(given);
            return isCelError(result) ? undefined : result;
        },
    };
}

/** An expression and all that are within it. */
function parts(expression: Expression): Expression[] {
    return [expression, ...within(expression).flatMap((each) => (each ? parts(each) : []))];
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

/** The value of a constant, of a list of constants, or nothing. */
function constant({ exprKind: { case: kind, value } }: Expression): unknown {
    return kind === "constExpr"
        ? value.constantKind.value
        : kind === "listExpr"
          ? value.elements.map(constant)
          : undefined;
}

/** A value of JSON as CEL has it: whole numbers are integers there. */
function celValue(value: unknown): CelInput {
    if (Array.isArray(value)) {
        return value.map(celValue);
    }
    if (typeof value === "object" && value !== null) {
        return new Map(Object.entries(value).map(([key, item]) => [key, celValue(item)]));
    }
    return typeof value === "number" && Number.isInteger(value) ? BigInt(value) : (value as CelInput);
}
