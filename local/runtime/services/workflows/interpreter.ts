import { workflowsLimits } from "slipway/facts";
import type { Inputs } from "../../../simulator";
import { parseExpression, symbolsIn, wholeExpression } from "../../../simulator/services/workflows/expressions";
import { isMap as isStepMap } from "../../../simulator/services/workflows/source";
import { evaluate, memberOf, truth } from "./evaluate";
import { callLibrary, inOrder, library, objects } from "./library";
import { Memory, Scope } from "./scope";
import { isInteger, isMap, NotRun, Policy, Raised, raised, typeOf, type Value, type ValueMap } from "./values";

const { executedSteps, callDepth } = workflowsLimits.rows;

/** https://cloud.google.com/workflows/docs/reference/syntax/parallel-steps */
const maxConcurrency = 20;

/** What waits or reads the surroundings of an execution. */
export interface Host {
    variable(name: string): string | undefined;
    log(entry: ValueMap): void;
    sleep(seconds: number): Promise<void>;
    /** Sends a request, whose arguments are those of `http.request`. */
    request(args: ValueMap): Promise<Value>;
    /** Calls a connector; undefined if there is none of this name here. */
    connector(name: string, args: ValueMap): Promise<Value> | undefined;
    /** Called when a step begins. */
    began(routine: string, step: string): void;
    /** Aborted when the execution is cancelled. */
    ended: AbortSignal;
}

/** Where a running step is. */
interface Frame {
    routine: string;
    depth: number;
}

type Outcome = { next: string } | { result: Value } | undefined;

/** The steps that raised errors which nobody caught. */
const traces = new WeakMap<Raised, { frame: Frame; step: string }[]>();

export const traceOf = (error: Raised) =>
    (traces.get(error) ?? []).map(({ frame, step }) => ({ step, routine: frame.routine }));

/** Runs the workflows of a source: https://cloud.google.com/workflows/docs/reference/syntax */
export class Interpreter {
    private readonly memory = new Memory();
    private steps = 0;
    private assigning: Promise<unknown> = Promise.resolve();

    constructor(
        private readonly workflows: Inputs,
        private readonly host: Host,
    ) {}

    /** Runs `main`. */
    async run(argument: Value): Promise<Value> {
        const { params = [] } = isStepMap(this.workflows.main) ? this.workflows.main : {};
        const [param] = params.map(nameOfParam);
        return this.workflow("main", param === undefined ? {} : { [param]: argument }, 1);
    }

    private async workflow(name: string, args: ValueMap, depth: number): Promise<Value> {
        if (depth > callDepth.max) {
            throw raised("RecursionError", `the maximum call depth of ${callDepth.max} is exceeded`);
        }
        const definition = this.workflows[name];
        const { params = [], steps = definition } = isStepMap(definition) ? definition : {};
        const scope = new Scope(this.memory);
        const frame = { routine: name, depth };
        for (const param of params) {
            const key = nameOfParam(param);
            if (!Object.hasOwn(args, key) && !isStepMap(param)) {
                throw raised("TypeError", `${name} requires the argument '${key}'`);
            }
            scope.define(
                key,
                Object.hasOwn(args, key) ? (args[key] as Value) : await this.value(param[key], scope, frame),
            );
        }
        const unknown = Object.keys(args).find((key) => !params.map(nameOfParam).includes(key));
        if (unknown !== undefined) {
            throw raised("TypeError", `${name} has no parameter '${unknown}'`);
        }
        const outcome = await this.list(steps, scope, frame).finally(() => scope.end());
        if (outcome && "next" in outcome && outcome.next !== "end") {
            throw new NotRun(`a jump to the step '${outcome.next}', which is not in the same or an enclosing list`);
        }
        return outcome && "result" in outcome ? outcome.result : null;
    }

    private async list(list: Inputs[], scope: Scope, frame: Frame): Promise<Outcome> {
        const steps = list.map((item) => Object.entries(item)[0] as [string, Inputs]);
        for (let index = 0; index < steps.length; ) {
            const [name, body] = steps[index] as [string, Inputs];
            const outcome = await this.step(name, body, scope, frame);
            const target = outcome && "next" in outcome ? outcome.next : undefined;
            const next = steps.findIndex(([step]) => step === target);
            if (outcome && next < 0) {
                return outcome;
            }
            index = outcome ? next : index + 1;
        }
        return undefined;
    }

    private async step(name: string, body: Inputs, scope: Scope, frame: Frame): Promise<Outcome> {
        this.host.ended.throwIfAborted();
        this.host.began(frame.routine, name);
        if (++this.steps > executedSteps.max) {
            throw raised("ResourceLimitError", `the maximum of ${executedSteps.max} executed steps is exceeded`);
        }
        try {
            return await this.body(name, body, scope, frame);
        } catch (error) {
            if (error instanceof Raised) {
                const trace = traces.get(error) ?? [];
                if (!trace.some((each) => each.frame === frame)) {
                    traces.set(error, [...trace, { frame, step: name }]);
                }
            }
            throw error;
        }
    }

    private async body(name: string, body: Inputs, scope: Scope, frame: Frame): Promise<Outcome> {
        let outcome: Outcome;
        if (body.assign !== undefined) {
            await this.assign(body.assign, scope, frame);
        } else if (body.call !== undefined) {
            const args = await this.value(body.args ?? {}, scope, frame);
            const result = await this.call(String(body.call), args as ValueMap, frame);
            if (body.result !== undefined) {
                await this.set(String(body.result), result, scope, frame);
            }
        } else if (body.switch !== undefined) {
            outcome = await this.switch(name, body.switch, scope, frame);
        } else if (body.for !== undefined) {
            outcome = await this.loop(body.for, scope, frame);
        } else if (body.parallel !== undefined) {
            await this.parallel(body.parallel, scope, frame);
        } else if (body.try !== undefined) {
            outcome = await this.try(name, body, scope, frame);
        } else if (body.steps !== undefined) {
            outcome = await this.list(body.steps, scope, frame);
        }
        if (outcome) {
            return outcome;
        }
        if (body.raise !== undefined) {
            throw new Raised(await this.value(body.raise, scope, frame));
        }
        if (body.return !== undefined) {
            return { result: await this.value(body.return, scope, frame) };
        }
        return typeof body.next === "string" ? { next: body.next } : undefined;
    }

    /** Assignments of parallel branches do not overlap, unless they call subworkflows. */
    private async assign(list: Inputs[], scope: Scope, frame: Frame): Promise<void> {
        const run = async () => {
            for (const [target, value] of list.flatMap((item) => Object.entries(item))) {
                await this.set(target, await this.value(value, scope, frame), scope, frame);
            }
        };
        if (symbolsIn(list).some((symbol) => symbol in this.workflows)) {
            return run();
        }
        const running = this.assigning.then(run);
        this.assigning = running.catch(() => undefined);
        return running;
    }

    /** Assigns a variable, or a part of a map or a list, of which there are copies only: `order.items[0]`. */
    private async set(target: string, value: Value, scope: Scope, frame: Frame): Promise<void> {
        const keys: Value[] = [];
        let at = parseExpression(target);
        while (at.kind === "member") {
            keys.unshift(await evaluate(at.key, this.context(scope, frame)));
            at = at.of;
        }
        if (at.kind !== "name") {
            throw raised("ValueError", `'${target}' cannot be assigned`);
        }
        scope.set(at.name, keys.length === 0 ? value : replaced(scope.get(at.name) ?? null, keys, value));
    }

    private async switch(name: string, cases: Inputs[], scope: Scope, frame: Frame): Promise<Outcome> {
        for (const each of cases) {
            const condition = typeof each.condition === "string" ? each.condition : each.condition === true;
            if (truth(await this.value(condition, scope, frame), "a condition")) {
                return this.body(name, each, scope, frame);
            }
        }
        return undefined;
    }

    private async loop(loop: Inputs, scope: Scope, frame: Frame): Promise<Outcome> {
        const inner = new Scope(this.memory, scope);
        return this.iterations(loop, scope, inner, frame).finally(() => inner.end());
    }

    private async iterations(loop: Inputs, scope: Scope, inner: Scope, frame: Frame): Promise<Outcome> {
        for (const [index, value] of (await this.items(loop, scope, frame)).entries()) {
            const outcome = await this.iteration(loop, index, value, inner, frame);
            if (outcome && "next" in outcome && outcome.next === "break") {
                break;
            }
            if (outcome && !("next" in outcome && outcome.next === "continue")) {
                return outcome;
            }
        }
        return undefined;
    }

    private iteration(loop: Inputs, index: number, value: Value, scope: Scope, frame: Frame): Promise<Outcome> {
        scope.define(String(loop.value), value);
        if (loop.index !== undefined) {
            scope.define(String(loop.index), index);
        }
        return this.list(loop.steps, scope, frame);
    }

    private async items(loop: Inputs, scope: Scope, frame: Frame): Promise<Value[]> {
        if (loop.range !== undefined) {
            const [from = null, to = null] = (await this.value(loop.range, scope, frame)) as Value[];
            if (typeof from !== "number" || typeof to !== "number") {
                throw raised("TypeError", "range requires two numbers");
            }
            return Array.from({ length: Math.max(0, Math.floor(to - from) + 1) }, (_, index) => from + index);
        }
        const items = await this.value(loop.in, scope, frame);
        if (!Array.isArray(items)) {
            throw raised("TypeError", `'in' of a loop requires a list, not a ${typeOf(items)}`);
        }
        return items;
    }

    private async parallel(parallel: Inputs, scope: Scope, frame: Frame): Promise<void> {
        const { shared = [], branches = [], for: loop, concurrency_limit } = parallel;
        const limit = await this.value(concurrency_limit ?? maxConcurrency, scope, frame);
        if (!isInteger(limit) || limit < 1) {
            throw raised("ValueError", "concurrency_limit must be a positive integer");
        }
        const branch = async (run: (own: Scope) => Promise<Outcome>) => {
            const own = new Scope(this.memory, scope, shared);
            const outcome = await run(own).finally(() => own.end());
            if (outcome && !("next" in outcome && outcome.next === "continue")) {
                throw new NotRun("'return' or a jump out of a parallel step, which Google refuses");
            }
        };
        const all: [id: string, run: () => Promise<void>][] = loop
            ? (await this.items(loop, scope, frame)).map((value, index) => [
                  String(index),
                  () => branch((own) => this.iteration(loop, index, value, own, frame)),
              ])
            : (branches as Inputs[])
                  .flatMap((each) => Object.entries<Inputs>(each))
                  .map(([id, { steps }]) => [id, () => branch((own) => this.list(steps, own, frame))]);
        const failed: Value[] = [];
        const waiting = [...all];
        const work = async () => {
            for (let next = waiting.shift(); next; next = waiting.shift()) {
                const [id, run] = next;
                await run().catch((error) => {
                    if (!(error instanceof Raised)) {
                        throw error;
                    }
                    failed.push({ id, error: error.value });
                });
            }
        };
        await Promise.all(Array.from({ length: Math.min(limit, maxConcurrency, all.length) }, work));
        if (failed.length > 0) {
            const reason = "One or more branches or iterations encountered an unhandled runtime error";
            throw raised("UnhandledBranchError", reason, { branches: failed });
        }
    }

    /** https://cloud.google.com/workflows/docs/reference/syntax/retrying, …/catching-errors */
    private async try(name: string, body: Inputs, scope: Scope, frame: Frame): Promise<Outcome> {
        const { try: tried, retry, except } = body;
        let delay: number | undefined;
        for (let attempt = 0; ; attempt++) {
            try {
                return await this.body(name, Array.isArray(tried) ? { steps: tried } : tried, scope, frame);
            } catch (error) {
                if (!(error instanceof Raised)) {
                    throw error;
                }
                const policy = retry === undefined ? undefined : policyOf(await this.value(retry, scope, frame));
                if (
                    policy &&
                    attempt < policy.retries &&
                    (await this.isRetried(policy.predicate, error.value, frame))
                ) {
                    delay = Math.min(policy.max, delay === undefined ? policy.initial : delay * policy.multiplier);
                    await this.host.sleep(delay);
                    continue;
                }
                if (except === undefined) {
                    throw error;
                }
                const inner = new Scope(this.memory, scope);
                if (except.as !== undefined) {
                    inner.define(String(except.as), error.value);
                }
                return await this.list(except.steps, inner, frame).finally(() => inner.end());
            }
        }
    }

    private async isRetried(predicate: Value | undefined, error: Value, frame: Frame): Promise<boolean> {
        if (predicate === undefined) {
            return true;
        }
        if (!(predicate instanceof Policy)) {
            throw raised("TypeError", `predicate must be a function, not a ${typeOf(predicate)}`);
        }
        return truth(await this.positional(predicate.name, [error], frame), "a predicate");
    }

    /** The value of what a source has: expressions in it are evaluated. */
    private async value(source: unknown, scope: Scope, frame: Frame): Promise<Value> {
        if (typeof source === "string") {
            const expression = wholeExpression(source);
            if (expression === undefined && source.includes("${")) {
                throw new NotRun(`text around an expression: write \${"text" + value} in the place of ${source}`);
            }
            return expression === undefined
                ? source
                : evaluate(parseExpression(expression), this.context(scope, frame));
        }
        if (Array.isArray(source)) {
            const values: Value[] = [];
            for (const item of source) {
                values.push(await this.value(item, scope, frame));
            }
            return values;
        }
        if (isStepMap(source)) {
            const values: ValueMap = {};
            for (const [key, item] of Object.entries(source)) {
                values[key] = await this.value(item, scope, frame);
            }
            return values;
        }
        return (source ?? null) as Value;
    }

    private context(scope: Scope, frame: Frame) {
        return {
            variable: (name: string) => scope.get(name),
            named: (name: string) =>
                objects[name] ?? (name in library || name in this.workflows ? new Policy(name) : undefined),
            call: (callee: string, args: Value[]) => this.positional(callee, args, frame),
        };
    }

    /** A call in an expression, which has no names of arguments. */
    private async positional(callee: string, args: Value[], frame: Frame): Promise<Value> {
        if (callee in this.workflows) {
            const { params = [] } = isStepMap(this.workflows[callee]) ? this.workflows[callee] : {};
            if (args.length > params.length) {
                throw raised("TypeError", `${callee} has ${params.length} parameters (got ${args.length} arguments)`);
            }
            const named = Object.fromEntries(args.map((value, index) => [nameOfParam(params[index]), value]));
            return this.workflow(callee, named, frame.depth + 1);
        }
        if (callee === "sys.get_env") {
            return this.variable(args);
        }
        const result = callLibrary(callee, args);
        if (result === undefined) {
            throw new NotRun(`the function ${callee} in an expression`);
        }
        return result;
    }

    /** A `call` step. */
    private async call(callee: string, args: ValueMap, frame: Frame): Promise<Value> {
        if (callee in this.workflows) {
            return this.workflow(callee, args, frame.depth + 1);
        }
        if (callee in library) {
            return callLibrary(callee, inOrder(callee, library[callee]?.params ?? [], args)) as Value;
        }
        const [, method] = /^http\.(get|post|put|patch|delete|request)$/.exec(callee) ?? [];
        if (method) {
            return this.host.request(method === "request" ? args : { ...args, method: method.toUpperCase() });
        }
        switch (callee) {
            case "sys.get_env":
                return this.variable(inOrder(callee, ["name", "default?"], args));
            case "sys.log":
                this.host.log(args);
                return null;
            case "sys.sleep": {
                const [seconds = null] = inOrder(callee, ["seconds"], args);
                if (typeof seconds !== "number" || seconds < 0) {
                    throw raised("TypeError", "seconds must be a number that is not negative");
                }
                await this.host.sleep(seconds);
                return null;
            }
        }
        const called = this.host.connector(callee, args);
        if (called === undefined) {
            throw new NotRun(`the function ${callee}`);
        }
        return called;
    }

    /** https://cloud.google.com/workflows/docs/reference/stdlib/sys/get_env */
    private variable([name = null, other]: Value[]): Value {
        if (typeof name !== "string" || (other !== undefined && typeof other !== "string")) {
            throw raised("TypeError", "the name and the default of a variable must be strings");
        }
        const value = this.host.variable(name) ?? other;
        if (value === undefined) {
            throw raised("KeyError", `environment variable not found: ${name}`);
        }
        return value;
    }
}

/** A parameter is a name, or a name with its default. */
const nameOfParam = (param: unknown): string => (isStepMap(param) ? (Object.keys(param)[0] as string) : String(param));

/** A copy of a value with another part. */
function replaced(of: Value, [key = null, ...rest]: Value[], value: Value): Value {
    const part = () => (rest.length === 0 ? value : replaced(inside(of, key), rest, value));
    if (Array.isArray(of)) {
        memberOf(of, key);
        return of.map((item, index) => (index === key ? part() : item));
    }
    if (!isMap(of) || typeof key !== "string") {
        throw raised("TypeError", `a ${typeOf(of)} has no member for a ${typeOf(key)}`);
    }
    return { ...of, [key]: part() };
}

/** What a nested assignment changes; maps in between are created: https://cloud.google.com/workflows/docs/reference/syntax/variables */
const inside = (of: Value, key: Value): Value =>
    isMap(of) && typeof key === "string" && !Object.hasOwn(of, key) ? {} : memberOf(of, key);

function policyOf(policy: Value) {
    if (!isMap(policy)) {
        throw raised("TypeError", `retry must be a map, not a ${typeOf(policy)}`);
    }
    const { predicate, max_retries: retries, backoff = {} } = policy;
    const { initial_delay: initial, max_delay: max, multiplier } = isMap(backoff) ? backoff : {};
    const numbers = [retries, initial, max, multiplier].map((each) => (each === undefined ? undefined : Number(each)));
    if (numbers.some((each) => each === undefined || Number.isNaN(each))) {
        throw new NotRun(
            "a retry policy without max_retries, or a backoff without initial_delay, max_delay and multiplier",
        );
    }
    const [most, first, longest, factor] = numbers as [number, number, number, number];
    return { predicate, retries: most, initial: first, max: longest, multiplier: factor };
}
