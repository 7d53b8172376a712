import { dottedName, type Expression } from "../../../simulator/services/workflows/expressions";
import { exact, isEqual, isInteger, isMap, NotRun, raised, typeOf, type Value } from "./values";

/** What expressions use of an execution. */
export interface Context {
    /** The value of a variable; undefined if there is none. */
    variable(name: string): Value | undefined;
    /** An object of the library, such as `http.default_retry`, or a subworkflow; undefined if there is none. */
    named(name: string): Value | undefined;
    call(callee: string, args: Value[]): Promise<Value>;
}

/** The value of an expression: https://cloud.google.com/workflows/docs/reference/syntax/expressions */
export async function evaluate(expression: Expression, context: Context): Promise<Value> {
    const value = (item: Expression) => evaluate(item, context);
    switch (expression.kind) {
        case "literal":
            return typeof expression.value === "number" ? exact(expression.value) : expression.value;
        case "list":
            return inOrder(expression.items, value);
        case "name": {
            const variable = context.variable(expression.name);
            const found = variable === undefined ? context.named(expression.name) : variable;
            if (found === undefined) {
                throw raised("KeyError", `variable '${expression.name}' is not set`);
            }
            return found;
        }
        case "member": {
            const name = dottedName(expression);
            const [first = ""] = name?.split(".") ?? [];
            const object = name && context.variable(first) === undefined ? context.named(name) : undefined;
            return object ?? memberOf(await value(expression.of), await value(expression.key));
        }
        case "call":
            return context.call(expression.callee, await inOrder(expression.args, value));
        case "unary":
            return unary(expression.operator, await value(expression.operand));
        case "binary": {
            const left = await value(expression.left);
            if (expression.operator === "and" || expression.operator === "or") {
                const isDecided = truth(left, expression.operator) === (expression.operator === "or");
                return isDecided ? left : truth(await value(expression.right), expression.operator);
            }
            return binary(expression.operator, left, await value(expression.right));
        }
    }
}

async function inOrder(items: Expression[], value: (item: Expression) => Promise<Value>): Promise<Value[]> {
    const values: Value[] = [];
    for (const item of items) {
        values.push(await value(item));
    }
    return values;
}

/** A value of a map or a list. */
export function memberOf(of: Value, key: Value): Value {
    if (isMap(of) && typeof key === "string") {
        if (!Object.hasOwn(of, key)) {
            throw raised("KeyError", `key not found: ${key}`);
        }
        return of[key] as Value;
    }
    if (Array.isArray(of) && isInteger(key)) {
        const item = of[key];
        if (item === undefined) {
            throw raised("IndexError", `index ${key} out of range`);
        }
        return item;
    }
    throw raised("TypeError", `a ${typeOf(of)} has no member for a ${typeOf(key)}`);
}

export function truth(value: Value, where: string): boolean {
    if (typeof value !== "boolean") {
        throw raised("TypeError", `${where} requires a boolean, not a ${typeOf(value)}`);
    }
    return value;
}

function unary(operator: "-" | "+" | "not", operand: Value): Value {
    if (operator === "not") {
        return !truth(operand, operator);
    }
    if (typeof operand !== "number") {
        throw raised("TypeError", `${operator} requires a number, not a ${typeOf(operand)}`);
    }
    return operator === "-" && operand !== 0 ? -operand : operand;
}

function binary(operator: string, left: Value, right: Value): Value {
    const wrong = () =>
        raised("TypeError", `unsupported operands of ${operator}: ${typeOf(left)} and ${typeOf(right)}`);
    if (operator === "==" || operator === "!=") {
        return isEqual(left, right) === (operator === "==");
    }
    if (operator === "in") {
        if (Array.isArray(right)) {
            return right.some((item) => isEqual(item, left));
        }
        if (isMap(right) && typeof left === "string") {
            return Object.hasOwn(right, left);
        }
        throw wrong();
    }
    if (typeof left === "string" && typeof right === "string") {
        if (operator === "+") {
            return left + right;
        }
        const order = Buffer.compare(Buffer.from(left), Buffer.from(right));
        const found = comparison(operator, order, 0);
        if (found === undefined) {
            throw wrong();
        }
        return found;
    }
    if (typeof left !== "number" || typeof right !== "number") {
        throw wrong();
    }
    return comparison(operator, left, right) ?? exact(arithmetic(operator, left, right, wrong));
}

function comparison(operator: string, left: number, right: number): boolean | undefined {
    switch (operator) {
        case "<":
            return left < right;
        case "<=":
            return left <= right;
        case ">":
            return left > right;
        case ">=":
            return left >= right;
        default:
            return undefined;
    }
}

function arithmetic(operator: string, left: number, right: number, wrong: () => Error): number {
    if (["/", "//", "%"].includes(operator) && right === 0) {
        throw raised("ZeroDivisionError", "division by zero");
    }
    switch (operator) {
        case "+":
            return left + right;
        case "-":
            return left - right;
        case "*":
            return left * right;
        case "/":
            return left / right;
        default:
            if (!isInteger(left) || !isInteger(right)) {
                throw wrong();
            }
            // Google's reference does not say how it rounds.
            if (left < 0 || right < 0) {
                throw new NotRun(`${operator} of negative integers`);
            }
            return operator === "//" ? Math.floor(left / right) : left % right;
    }
}
