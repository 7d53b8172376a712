import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { AnyCheck } from "../../lib/internal/arguments/checkType";
import type { Parts } from "../../lib/internal/arguments/checkValues";
import { type Args, at, isWritten, pathsOf, replaced } from "./components";
import { answeringFolder } from "./folders";
import { repeatRandom } from "./random";
import { outcome, registeredWhole } from "./registered";

/*
 * Finds the options of all components by their checks, of which the compiler requires one for each argument, and the components that the
 * tests' programs construct with them. What a program registers must differ without each option.
 */

type Stack = NonNullable<Parameters<typeof registeredWhole>[1]>;
type Component = new (name: string, args: unknown, options?: unknown) => object;

interface Program {
    run(): unknown;
    stack: Stack;
    constructed: Constructed[];
}

/** A component that a program constructs. */
interface Constructed {
    type: string;
    title: string;
    Component: Component;
    name: string;
    args: Args;
    /** The folder in which the program runs. */
    folder: string;
}

jest.setTimeout(600_000);
jest.spyOn(pulumi.log, "warn").mockResolvedValue();
jest.spyOn(pulumi.log, "info").mockResolvedValue();
const beginRandom = repeatRandom();

/** The checks of the arguments of each component. */
const checks = new Map<string, Set<AnyCheck>>();
/** What runs at present. */
let current: Program | undefined;
let currentTitle = "";
/** The component that gets other arguments in the program that runs, and these. */
let changed: { title: string; args: Args } | undefined;

function construct(Component: Component, [name, args = {}, options]: [string, Args, unknown]): object {
    const title = `${Component.name} "${name}"`;
    const before = currentTitle;
    currentTitle = title;
    try {
        const made = new Component(name, title === changed?.title ? changed.args : args, options);
        current?.constructed.push({ type: Component.name, title, Component, name, args, folder: process.cwd() });
        return made;
    } finally {
        currentTitle = before;
    }
}

const mockNoted = (module: object): object =>
    new Proxy(module, {
        get: (target, key) => {
            const value = Reflect.get(target, key);
            const isComponent = typeof value === "function" && value.prototype instanceof pulumi.ComponentResource;
            return isComponent ? new Proxy(value, { construct }) : value;
        },
    });

function mockChecking(actual: Record<string, (...args: unknown[]) => unknown>) {
    const noting =
        (check: (...args: unknown[]) => unknown) =>
        (title: string, args: unknown, ...others: unknown[]) => {
            if (currentTitle && title === currentTitle) {
                const type = title.slice(0, title.indexOf(" "));
                checks.set(type, (checks.get(type) ?? new Set()).add(others[0] as AnyCheck));
            }
            return check(title, args, ...others);
        };
    const { checked, resolved } = actual as Required<typeof actual>;
    return { ...actual, checked: noting(checked as never), resolved: noting(resolved as never) };
}

jest.mock("slipway", () => mockNoted(jest.requireActual("slipway")));
jest.mock("slipway/gke", () => mockNoted(jest.requireActual("slipway/gke")));
jest.mock("../../lib/internal/arguments/check", () =>
    mockChecking(jest.requireActual("../../lib/internal/arguments/check")),
);

const { alternativesOf }: { alternativesOf(check: AnyCheck): Parts[] } =
    require("../../lib/internal/arguments/checkTree");

/** The programs of the tests. */
function allPrograms(): Program[] {
    const { everything }: typeof import("./everything") = require("./everything");
    const { everythingElse }: typeof import("./everythingElse") = require("./everythingElse");
    const { answers }: typeof import("./everythingElse") = require("./everythingElse");
    const { pageExamples, runExample, runProgram }: typeof import("./pages") = require("./pages");
    const folder = answeringFolder();
    const programs = join(__dirname, "..", "programs");
    const examples = join(__dirname, "..", "..", "docs", "examples");
    return [
        { run: () => everything(folder), stack: {}, constructed: [] },
        { run: () => everythingElse(folder), stack: answers, constructed: [] },
        ...[
            ...pageExamples.map((file) => () => runExample(file)),
            ...readdirSync(programs).map((file) => () => runProgram(join(programs, file), examples)),
        ].map((run) => ({ run, stack: {}, constructed: [] })),
    ];
}

/** An option of a component, or of an object in its arguments. */
interface Option {
    /** Such as `PubSubTopic.name` and `CloudSqlInstance.replicas.<name>.tier`. */
    path: string;
    /** What options of objects of the same type have in common, also in other components. */
    type: string;
}

/** Names that a database gives, the provider's arguments, and signals, which are the same for all components. */
const left = new Set(["alerts", "flags", "transform"]);

function optionOf(place: string, { options = {} }: Parts, name: string): Option {
    const above = place.split(".").filter((part) => part !== "<name>");
    // Objects of the same type have the same options, and the same name.
    const type = above.length === 1 ? place : `${above.at(-1)} with ${Object.keys(options).join()}`;
    return { path: `${place}.${name}`, type: `${name} of ${type}` };
}

/** The options of arguments with these checks. */
function optionsIn(path: string, all: AnyCheck[], above: unknown[] = []): Option[] {
    const parts = all.flatMap(alternativesOf).filter((part) => !above.includes(part));
    return parts.flatMap((part) => {
        const below = [...above, part];
        const options = Object.entries(part.options ?? {}).flatMap(([name, check]) => [
            optionOf(path, part, name),
            ...(left.has(name) ? [] : optionsIn(`${path}.${name}`, [check], below)),
        ]);
        return [...options, ...(part.item ? optionsIn(`${path}.<name>`, [part.item], below) : [])];
    });
}

/** The options at a path of arguments: one for each of the checks that their object can have. */
function optionsAt(place: string, all: AnyCheck[], [key, ...path]: string[]): Option[] {
    const parts = all.flatMap(alternativesOf);
    const having = parts.filter(({ options }) => options && key !== undefined && Object.hasOwn(options, key));
    if (key === undefined || left.has(place.slice(place.lastIndexOf(".") + 1))) {
        return [];
    }
    if (having.length === 0) {
        return optionsAt(
            `${place}.<name>`,
            parts.flatMap(({ item }) => item ?? []),
            path,
        );
    }
    const here = `${place}.${key}`;
    return path.length > 0
        ? optionsAt(
              here,
              having.map(({ options }) => options?.[key] as AnyCheck),
              path,
          )
        : having.map((part) => optionOf(place, part, key));
}

/** A copy without what is at a path. */
function without(value: unknown, [key, ...path]: string[]): unknown {
    const parts = Object.entries(value as object).flatMap(([name, part]) =>
        name !== key ? [[name, part]] : path.length > 0 ? [[name, without(part, path)]] : [],
    );
    return Array.isArray(value) ? parts.map(([, part]) => part) : Object.fromEntries(parts);
}

/** The stacks in which an option can be something else than its default. */
const stacks = [
    { kind: "development" },
    { kind: "production" },
    { kind: "development", config: { "gcp:region": "europe-west3" } },
] as const satisfies Stack[];

/** What a program registers, as a text, or the refusal. */
async function registrations(program: () => unknown, of: Stack, stack: Stack): Promise<string | Error> {
    beginRandom();
    try {
        const config = { ...of.config, ...stack.config };
        return JSON.stringify(await registeredWhole(program, { environment: true, ...of, ...stack, config }));
    } catch (error) {
        return error as Error;
    }
}

/** What a component registers in a program of its own. */
function registrationsOf({ Component, name, folder }: Constructed, args: unknown, of: Stack, stack: Stack) {
    const make = () => {
        const before = process.cwd();
        process.chdir(folder);
        try {
            new Component(name, args);
        } finally {
            process.chdir(before);
        }
    };
    return registrations(make, of, stack);
}

/** Options without which the same is registered. */
let unchanging: string[] = [];

/** Only the guard of references reads `crossProject`. */
const isUnchanging = ({ path }: Option) =>
    path.endsWith(".crossProject") || unchanging.some((option) => `${path}.`.startsWith(`${option}.`));

/** A copy of arguments with the references of images, which must know what runs them before their program ends. */
async function withReferences(value: unknown): Promise<unknown> {
    const { ContainerImage }: typeof import("slipway") = require("slipway");
    if (value instanceof ContainerImage) {
        return outcome(value.reference);
    }
    if (!isWritten(value)) {
        return value;
    }
    const parts = Object.entries(value).map(async ([key, part]) => [key, await withReferences(part)]);
    const copied = await Promise.all(parts);
    return Array.isArray(value) ? copied.map(([, part]) => part) : Object.fromEntries(copied);
}

/** The paths and types of options without which something else is registered. */
const found = new Set<string>();

const isFound = ({ path, type }: Option) => found.has(path) || found.has(type);

function find(options: Option[]): void {
    for (const { path, type } of options) {
        found.add(type);
        // What has the option is also one without which something else is registered.
        path.split(".").reduce((above, part) => {
            found.add(`${above}.${part}`);
            return `${above}.${part}`;
        });
    }
}

const checksOf = ({ type }: Constructed) => [...(checks.get(type) ?? [])];

/** The arguments of a component, of which the innermost are first. */
function argumentsOf(one: Constructed): { path: string[]; options: Option[] }[] {
    const paths = pathsOf(one.args).sort((first, other) => other.length - first.length);
    return paths.map((path) => ({ path, options: optionsAt(one.type, checksOf(one), path) }));
}

/** How often an option is tried in a stack; the first programs have the most arguments. */
let most = 8;
let tries = new Map<string, number>();

/** Whether an argument has an option to try. */
function isOpen({ path, options }: { path: string[]; options: Option[] }): boolean {
    const open = options.filter((option) => !isFound(option) && !isUnchanging(option));
    return path[0] !== "transform" && open.some((option) => (tries.get(option.path) ?? 0) < most);
}

/** Counts a try, or finds the options that make a difference. */
function tried(options: Option[], isDifferent: boolean): void {
    for (const { path } of options) {
        tries.set(path, (tries.get(path) ?? 0) + 1);
    }
    if (isDifferent) {
        find(options);
    }
}

/** Arguments whose `transform` edits all children. */
function transforming(one: Constructed): Args | undefined {
    const [transform] = checksOf(one)
        .flatMap(alternativesOf)
        .flatMap(({ options }) => options?.transform ?? []);
    const children = transform ? alternativesOf(transform).flatMap(({ options = {} }) => Object.keys(options)) : [];
    const edit = (_: unknown, options: pulumi.CustomResourceOptions) =>
        void Object.assign(options, { retainOnDelete: !options.retainOnDelete });
    const edits = Object.fromEntries(children.map((child) => [child, edit]));
    return children.length > 0 ? { ...one.args, transform: edits } : undefined;
}

/** Another value, for an argument that can have the value of its default. */
const otherThan = (value: unknown) =>
    typeof value === "boolean" ? !value : typeof value === "number" ? value + 1 : undefined;

/** Tries the options of a component in a program of its own. Returns whether its arguments are accepted there. */
async function findAlone(of: Stack, one: Constructed, stack: Stack): Promise<boolean> {
    const transform = [{ path: `${one.type}.transform`, type: `transform of ${one.type}` }];
    const edited = isOpen({ path: [], options: transform }) ? transforming(one) : undefined;
    const open = argumentsOf(one).filter(isOpen);
    if (open.length === 0 && !edited) {
        return true;
    }
    const args = await withReferences(one.args);
    const registered = (others: unknown) => registrationsOf(one, others, of, stack);
    const whole = await registered(args);
    if (typeof whole !== "string") {
        return false;
    }
    if (edited) {
        tried(transform, (await registered(await withReferences(edited))) !== whole);
    }
    for (const { path, options } of open) {
        if (options.some((option) => !isFound(option))) {
            const other = otherThan(at(args, path));
            const changed = other === undefined ? whole : await registered(replaced(args, path, other));
            const isChanged = typeof changed === "string" && changed !== whole;
            tried(options, isChanged || (await registered(without(args, path))) !== whole);
        }
    }
    return true;
}

/** The same in its whole program, for a component that needs what others registered. */
async function findTogether({ run, stack: of }: Program, one: Constructed, stack: Stack): Promise<void> {
    const open = argumentsOf(one).filter(isOpen);
    const whole = open.length > 0 ? await registrations(run, of, stack) : undefined;
    for (const { path, options } of open) {
        changed = { title: one.title, args: without(one.args, path) as Args };
        tried(options, (await registrations(run, of, stack)) !== whole);
        changed = undefined;
    }
}

/** Programs with more components take too long to be run for each option. */
const few = 12;

let expected: Option[];
let given: Set<string>;

beforeAll(async () => {
    // What nothing waits for fails as well, which would end the program.
    const listeners = process.listeners("unhandledRejection");
    process.removeAllListeners("unhandledRejection").on("unhandledRejection", () => undefined);
    const programs = allPrograms();
    unchanging = Object.keys((require("./everything") as typeof import("./everything")).collected("sameWithout"));
    for (const program of programs) {
        current = program;
        const result = await registrations(program.run, program.stack, {});
        if (result instanceof Error) {
            throw result;
        }
    }
    current = undefined;
    for (const stack of stacks) {
        tries = new Map();
        most = stack === stacks[0] ? 8 : 1;
        for (const program of programs) {
            for (const one of program.constructed) {
                const isAccepted = await findAlone(program.stack, one, stack);
                if (!isAccepted && stack === stacks[0] && program.constructed.length < few) {
                    await findTogether(program, one, stack);
                }
            }
        }
    }
    expected = [...checks].flatMap(([type, all]) => optionsIn(type, [...all]));
    const all = programs.flatMap(({ constructed }) => constructed.flatMap(argumentsOf));
    given = new Set(all.flatMap(({ options }) => options.map(({ path }) => path)));
    process.removeAllListeners("unhandledRejection");
    for (const listener of listeners) {
        process.on("unhandledRejection", listener);
    }
}, 600_000);

const isNested = ({ path }: Option) => path.split(".").length > 2;

const paths = (options: Option[]) => [...new Set(options.map(({ path }) => path))].sort();

test("each argument of each component is in a program, which registers something else without it", () => {
    const all = expected.filter((option) => !isNested(option));
    expect(paths(all).length).toBeGreaterThan(900);
    expect(paths(all.filter((option) => !isFound(option) && !isUnchanging(option)))).toEqual([]);
});

test("what programs have in the objects of arguments registers something else, too", () => {
    const all = expected.filter((option) => isNested(option) && given.has(option.path));
    expect(paths(all).length).toBeGreaterThan(1000);
    expect(paths(all.filter((option) => !isFound(option) && !isUnchanging(option)))).toEqual([]);
});

test("an option of an object that no program has is in a test", () => {
    const texts = readdirSync(__dirname, { recursive: true, encoding: "utf8" })
        .filter((file) => file.endsWith(".ts"))
        .map((file) => readFileSync(join(__dirname, file), "utf8"));
    const named = new Set(texts.join("\n").match(/\b\w+(?=: |,| })/g));
    const others = expected.filter((option) => isNested(option) && !given.has(option.path) && !isFound(option));
    expect(paths(others.filter(({ path }) => !named.has(path.slice(path.lastIndexOf(".") + 1))))).toEqual([]);
});
