import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { answeringFolder } from "./folders";

const root = join(__dirname, "..", "..", "lib");

/** Functions that complete arguments with their defaults. */
const resolves = /^(resolve|complete)/;

/** What is called for each part, such as a service or a node pool, which can have equal arguments, and what only joins paths. */
const ofParts = /^(appengine.(service|traffic)|artifactregistry.build.context|internal.arguments.bounds)/;

/** The calls by component, then by function with its arguments. */
const calls = new Map<string, Map<string, number>>();
let component = "";

const ids = new WeakMap<object, number>();
let count = 0;

/** A text that is the same for equal plain values, and for the same output, resource or function. */
function textOf(value: unknown): string {
    if (value === null || typeof value !== "object") {
        return typeof value === "function" ? idOf(value) : `${typeof value} ${String(value)}`;
    }
    if (Array.isArray(value)) {
        return `[${value.map(textOf).join()}]`;
    }
    const prototype: unknown = Object.getPrototypeOf(value);
    return prototype === Object.prototype || prototype === null
        ? `{${Object.entries(value).map(([key, one]) => `${key}: ${textOf(one)}`)}}`
        : idOf(value);
}

function idOf(value: object): string {
    const id = ids.get(value) ?? ++count;
    ids.set(value, id);
    return `#${id}`;
}

type Exported = Record<string, unknown>;

/** The exports of a module, whose functions call `before` with their names and arguments. */
function observed(actual: Exported, before: (name: string, args: unknown[]) => void): Exported {
    return new Proxy(actual, {
        get: (exports, name) => {
            const value = exports[String(name)];
            return typeof value !== "function" || /^[A-Z]/.test(String(name))
                ? value
                : (...args: unknown[]) => {
                      before(String(name), args);
                      return value(...args);
                  };
        },
    });
}

function record(file: string, name: string, args: unknown[]): void {
    if (resolves.test(name)) {
        const ofComponent = calls.get(component) ?? new Map<string, number>();
        const call = `${file} ${name}(${args.map(textOf).join(", ")})`;
        calls.set(component, ofComponent.set(call, (ofComponent.get(call) ?? 0) + 1));
    }
}

/** A component begins with the check of its arguments. */
function begin(name: string, [title]: unknown[]): void {
    component = name === "checked" || name === "resolved" ? String(title) : component;
}

beforeAll(() => {
    const all = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
    for (const file of all.filter((one) => !ofParts.test(one))) {
        const path = join(root, file);
        if (file === join("internal", "arguments", "check.ts")) {
            jest.doMock(path, () => observed(jest.requireActual(path), begin));
        } else if (/^export (function|const) (resolve|complete)/m.test(readFileSync(path, "utf8"))) {
            jest.doMock(path, () => observed(jest.requireActual(path), (name, args) => record(file, name, args)));
        }
    }
});

/** How many versions a component has, each of which resolves its arguments, which can be equal. */
const versions: Record<string, number> = { 'AutoscaledDeployment "canary"': 2 };

test("no component resolves the same arguments twice", async () => {
    // Loaded with the observed modules.
    const { computed }: typeof import("./computed") = require("./computed");
    const { everything }: typeof import("./everything") = require("./everything");
    const { registered }: typeof import("./registered") = require("./registered");
    const folder = answeringFolder();
    const isThere = (token: string, inputs: Record<string, unknown>) =>
        token === "gcp:organizations/getProject:getProject" ? computed(token, "", inputs, "acme-dev") : undefined;
    await registered(() => everything(folder), { call: isThere });
    expect(new Set([...calls.keys()].map((title) => title.split(" ")[0])).size).toBeGreaterThan(25);
    const repeated = [...calls].flatMap(([title, ofComponent]) =>
        [...ofComponent].flatMap(([call, times]) =>
            times > (versions[title] ?? 1) ? [`${title}: ${times} times ${call}`] : [],
        ),
    );
    expect(repeated).toEqual([]);
});
