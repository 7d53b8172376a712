import { workflowsLimits } from "slipway/facts";
import type { Inputs } from "../../rules/rules";
import { yaml } from "../../yaml";
import { isOfLibrary, symbolsIn } from "./expressions";

const mostBytes = workflowsLimits.rows.source.max;

/** "Syntax overview": what can stand in a step. */
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

/** A step with its name. */
type Step = [name: string, body: Inputs];

/** What is known in a workflow: its variables, and all workflows of the source. */
interface Known {
    variables: Set<string>;
    workflows: string[];
    steps: Set<string>;
}

const isMap = (value: unknown): value is Inputs => typeof value === "object" && value !== null && !Array.isArray(value);

/** The steps of a list, each a map of one name. */
function stepsOf(list: unknown): Step[] {
    return Array.isArray(list) ? list.flatMap((each) => (isMap(each) ? (Object.entries(each) as Step[]) : [])) : [];
}

/** The lists of steps that a step has in itself: in `try`, `for`, the branches of `parallel`, the cases of `switch`. */
function listsIn(body: Inputs): unknown[] {
    const { steps, try: tried, except, for: loop, parallel, switch: cases } = body;
    const branches = stepsOf(parallel?.branches).map(([, branch]) => branch);
    const blocks = [tried, except, loop, parallel?.for, ...branches, ...(Array.isArray(cases) ? cases : [])];
    return [steps, ...blocks.map((each) => (isMap(each) ? each.steps : each))].filter(Array.isArray);
}

/** All steps of a list, those that are in others too. */
const everyStep = (list: unknown): Step[] =>
    stepsOf(list).flatMap(([name, body]) => [
        [name, body] as Step,
        ...(isMap(body) ? listsIn(body).flatMap(everyStep) : []),
    ]);

/** The names that a list has twice. */
function doubles(list: unknown): string[] {
    const names = stepsOf(list).map(([name]) => name);
    return names.filter((name, index) => names.indexOf(name) < index);
}

/** The variables that a step sets. */
function variablesOf(body: Inputs): string[] {
    const { assign, result, except, for: loop, parallel, switch: cases, try: tried } = body;
    const assigned = (Array.isArray(assign) ? assign : []).flatMap((each) => (isMap(each) ? Object.keys(each) : []));
    const loops = [loop, parallel?.for].filter(isMap).flatMap(({ value, index }) => [value, index]);
    const inner = isMap(tried) ? [tried.result] : [];
    const own = [...assigned, result, except?.as, ...loops, ...inner]
        .filter((name) => typeof name === "string")
        .map((name) => /^\w+/.exec(name)?.[0] ?? "");
    return [...own, ...(Array.isArray(cases) ? cases.filter(isMap).flatMap(variablesOf) : [])];
}

/** What is being done where a symbol is not found. */
const doing: Record<string, string> = { return: "return value", raise: "raised value", assign: "assigned value" };

function refusalOf([name, body]: Step, known: Known): string | undefined {
    const failed = (why: string) => `error in step ${name}: ${why}`;
    if (!isMap(body)) {
        return failed("a step must be a map");
    }
    const strange = Object.keys(body).find((key) => !keys.includes(key));
    if (strange) {
        return failed(`unknown key '${strange}'`);
    }
    const called = typeof body.call === "string" ? (body.call.split(".")[0] as string) : undefined;
    if (called !== undefined && !isOfLibrary(called) && !known.workflows.includes(called)) {
        return failed(`symbol '${called}' not found`);
    }
    if (typeof body.next === "string" && !targets.includes(body.next) && !known.steps.has(body.next)) {
        return failed(`step '${body.next}' not found`);
    }
    // What lies deeper is looked at in its own step.
    for (const key of ["args", "assign", "condition", "raise", "return"]) {
        const unknown = symbolsIn(body[key]).find(
            (each) => !known.variables.has(each) && !known.workflows.includes(each) && !isOfLibrary(each),
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
    const params = isMap(workflow) && Array.isArray(workflow.params) ? workflow.params : [];
    const variables = new Set([
        ...params.map((each) => (isMap(each) ? (Object.keys(each)[0] as string) : String(each))),
        ...steps.flatMap(([, body]) => (isMap(body) ? variablesOf(body) : [])),
    ]);
    const known = { variables, workflows, steps: new Set(steps.map(([step]) => step)) };
    return steps.map((step) => refusalOf(step, known)).find((why) => why !== undefined);
}

/** Why a source, in YAML or JSON, cannot be deployed, if it cannot. */
export function sourceRefusal(source: string): string | undefined {
    if (Buffer.byteLength(source) > mostBytes) {
        return `source size exceeds the limit of ${mostBytes} bytes`;
    }
    const document = yaml().parseDocument(source);
    const [error] = document.errors;
    if (error) {
        return `failed to build: parse error: ${error.message.split("\n")[0]}`;
    }
    const parsed: unknown = document.toJS();
    const all: Inputs = Array.isArray(parsed) ? { main: parsed } : isMap(parsed) ? parsed : {};
    const why = all.main
        ? Object.entries(all)
              .map(([name, workflow]) => refusalOfWorkflow(name, workflow, Object.keys(all)))
              .find((each) => each !== undefined)
        : "workflow 'main' not found";
    return why && `failed to build: ${why}`;
}
