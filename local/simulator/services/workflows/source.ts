import { workflowsLimits } from "slipway/facts";
import { yaml } from "../../../machine/yaml";
import type { Inputs } from "../../rules/rules";
import { ExpressionError, expressionsIn, isLibraryFunction, symbolsIn } from "./expressions";

const { source: sourceLimit, expression: expressionLimit, ...limits } = workflowsLimits.rows;
const maxBytes = sourceLimit.max;

/** "Syntax overview": keys of a step. */
const keys = [
    "args",
    "as",
    "assign",
    "call",
    "condition",
    "except",
    "for",
    "next",
    "parallel",
    "raise",
    "result",
    "retry",
    "return",
    "steps",
    "switch",
    "try",
];

const targets = ["break", "continue", "end"];

/** A named step. */
type Step = [name: string, body: Inputs];

/** The symbols of a workflow: its variables, and all workflows of the source. */
interface Known {
    variables: Set<string>;
    workflows: string[];
    steps: Set<string>;
}

export const isMap = (value: unknown): value is Inputs =>
    typeof value === "object" && value !== null && !Array.isArray(value);

/** The steps of a list, each a map with one name. */
function stepsOf(list: unknown): Step[] {
    return Array.isArray(list) ? list.flatMap((item) => (isMap(item) ? (Object.entries(item) as Step[]) : [])) : [];
}

/** Nested lists of steps: in `try`, `for`, the branches of `parallel`, the cases of `switch`. */
function listsIn(body: Inputs): unknown[] {
    const { steps, try: tried, except, for: loop, parallel, switch: cases } = body;
    const branches = stepsOf(parallel?.branches).map(([, branch]) => branch);
    const blocks = [tried, except, loop, parallel?.for, ...branches, ...(Array.isArray(cases) ? cases : [])];
    return [steps, ...blocks.map((item) => (isMap(item) ? item.steps : item))].filter(Array.isArray);
}

/** All steps of a list, including nested ones. */
const everyStep = (list: unknown): Step[] =>
    stepsOf(list).flatMap(([name, body]) => [
        [name, body] as Step,
        ...(isMap(body) ? listsIn(body).flatMap(everyStep) : []),
    ]);

/** Duplicate names in a list. */
function doubles(list: unknown): string[] {
    const names = stepsOf(list).map(([name]) => name);
    return names.filter((name, index) => names.indexOf(name) < index);
}

/** The variables that a step assigns. */
function variablesOf(body: Inputs): string[] {
    const { assign, result, except, for: loop, parallel, switch: cases, try: tried } = body;
    const assigned = (Array.isArray(assign) ? assign : []).flatMap((item) => (isMap(item) ? Object.keys(item) : []));
    const loops = [loop, parallel?.for].filter(isMap).flatMap(({ value, index }) => [value, index]);
    const inner = isMap(tried) ? [tried.result] : [];
    const own = [...assigned, result, except?.as, ...loops, ...inner]
        .filter((name) => typeof name === "string")
        .map((name) => /^\w+/.exec(name)?.[0] ?? "");
    return [...own, ...(Array.isArray(cases) ? cases.filter(isMap).flatMap(variablesOf) : [])];
}

/** The context for errors of unknown symbols. */
const doing: Record<string, string> = { return: "return value", raise: "raised value", assign: "assigned value" };

/** What a step has more of than Workflows allows. */
function tooManyOf({ assign, switch: cases, parallel }: Inputs): string | undefined {
    const counted: [unknown, { max: number; unit: string }][] = [
        [assign, limits.assignments],
        [cases, limits.conditions],
        [parallel?.branches, limits.branches],
    ];
    const found = counted.find(([list, { max }]) => Array.isArray(list) && list.length > max);
    return found && `exceeds the limit of ${found[1].max} ${found[1].unit}`;
}

/** How many parallel steps are within each other. */
function parallelDepth(list: unknown): number {
    const depths = stepsOf(list).map(([, body]) =>
        isMap(body) ? (body.parallel ? 1 : 0) + Math.max(0, ...listsIn(body).map(parallelDepth)) : 0,
    );
    return Math.max(0, ...depths);
}

function refusalOf([name, body]: Step, known: Known): string | undefined {
    const failed = (reason: string) => `error in step ${name}: ${reason}`;
    if (!isMap(body)) {
        return failed("a step must be a map");
    }
    const unexpected = Object.keys(body).find((key) => !keys.includes(key));
    if (unexpected) {
        return failed(`unknown key '${unexpected}'`);
    }
    const called = typeof body.call === "string" ? (body.call.split(".")[0] as string) : undefined;
    if (called !== undefined && !isLibraryFunction(called) && !known.workflows.includes(called)) {
        return failed(`symbol '${called}' not found`);
    }
    if (typeof body.next === "string" && !targets.includes(body.next) && !known.steps.has(body.next)) {
        return failed(`step '${body.next}' not found`);
    }
    const tooMany = tooManyOf(body);
    if (tooMany !== undefined) {
        return failed(tooMany);
    }
    // Nested steps are checked separately.
    for (const key of ["args", "assign", "condition", "raise", "return"]) {
        const long = expressionsIn(body[key]).find(({ length }) => length > expressionLimit.max);
        if (long !== undefined) {
            return failed(`expression exceeds the limit of ${expressionLimit.max} characters: ${long.slice(0, 40)}…`);
        }
        let symbols: string[];
        try {
            symbols = symbolsIn(body[key]);
        } catch (error) {
            if (!(error instanceof ExpressionError)) {
                throw error;
            }
            return failed(`parse error: ${error.message}`);
        }
        const unknown = symbols.find(
            (item) => !known.variables.has(item) && !known.workflows.includes(item) && !isLibraryFunction(item),
        );
        if (unknown) {
            return failed(
                `error evaluating ${doing[key] ?? key}: symbol '${unknown}' is neither a variable nor a sub-workflow name`,
            );
        }
    }
    return undefined;
}

function refusalOfWorkflow(name: string, workflow: unknown, workflows: string[]): string | undefined {
    const list = isMap(workflow) ? workflow.steps : workflow;
    const steps = everyStep(list);
    if (!Array.isArray(list) || steps.length === 0) {
        return `workflow '${name}' has no steps`;
    }
    const lists = [list, ...steps.flatMap(([, body]) => (isMap(body) ? listsIn(body) : []))];
    const twice = lists.flatMap(doubles)[0];
    if (twice) {
        return `error in step ${twice}: duplicate step name`;
    }
    if (parallelDepth(list) > limits.parallelDepth.max) {
        return `workflow '${name}' exceeds the limit of ${limits.parallelDepth.max} nested ${limits.parallelDepth.unit}`;
    }
    const params = isMap(workflow) && Array.isArray(workflow.params) ? workflow.params : [];
    const variables = new Set([
        ...params.map((item) => (isMap(item) ? (Object.keys(item)[0] as string) : String(item))),
        ...steps.flatMap(([, body]) => (isMap(body) ? variablesOf(body) : [])),
    ]);
    const known = { variables, workflows, steps: new Set(steps.map(([step]) => step)) };
    return steps.map((step) => refusalOf(step, known)).find((reason) => reason !== undefined);
}

/** The workflows of a source by their names; a list of steps is `main`. */
export function parseSource(source: string): Inputs {
    const document = yaml().parseDocument(source);
    const [error] = document.errors;
    if (error) {
        throw error;
    }
    const parsed: unknown = document.toJS();
    return Array.isArray(parsed) ? { main: parsed } : isMap(parsed) ? parsed : {};
}

/** Why a source in YAML or JSON is not valid; undefined if it is. */
export function sourceError(source: string): string | undefined {
    if (Buffer.byteLength(source) > maxBytes) {
        return `source size exceeds the limit of ${maxBytes} bytes`;
    }
    let all: Inputs;
    try {
        all = parseSource(source);
    } catch (error) {
        return `failed to build: parse error: ${(error as Error).message.split("\n")[0]}`;
    }
    const reason = all.main
        ? Object.entries(all)
              .map(([name, workflow]) => refusalOfWorkflow(name, workflow, Object.keys(all)))
              .find((item) => item !== undefined)
        : "workflow 'main' not found";
    return reason && `failed to build: ${reason}`;
}
