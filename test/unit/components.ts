import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { answeringFolder } from "./folders";
import { registered } from "./registered";

export type Args = Record<string, unknown>;

/** A component with valid arguments. */
export interface Made {
    /** The component in errors: `PubSubTopic "sales"`. */
    title: string;
    type: string;
    args: Args;
    make(args: unknown): unknown;
}

const isPlain = (value: unknown): value is Args =>
    typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;

/** Whether a program writes the parts of a value: capabilities and what exists already are what functions made. */
export const isWritten = (value: unknown): value is object =>
    Array.isArray(value) || (isPlain(value) && !("grants" in value) && !("existing" in value));

/**
 * The paths of all arguments and their parts, without the parts of capabilities and of what exists already, and of
 * transforms, which are arguments of the provider.
 */
export function pathsOf(value: unknown): string[][] {
    return isWritten(value)
        ? Object.entries(value).flatMap(([key, part]) => [
              [key],
              ...pathsOf(part)
                  .filter(({ length }) => key !== "transform" || length === 1)
                  .map((path) => [key, ...path]),
          ])
        : [];
}

/** The value at a path. */
export const at = (value: unknown, path: string[]): unknown =>
    path.reduce((part, key) => Reflect.get(part as object, key), value);

/** A copy with another value at a path. */
export function replaced(value: unknown, [key, ...path]: string[], other: unknown): unknown {
    if (key === undefined) {
        return other;
    }
    const parts = Object.entries(value as object).map(([name, part]) => [
        name,
        name === key ? replaced(part, path, other) : part,
    ]);
    return Array.isArray(value) ? parts.map(([, part]) => part) : Object.fromEntries(parts);
}

/** The components of the programs with all arguments, which it runs with the mocks of the calling test. */
export async function componentsWithArguments(): Promise<Made[]> {
    const path = join(__dirname, "..", "..", "lib", "internal", "arguments", "check.ts");
    const found = new Map<string, Args>();
    jest.doMock(path, () => {
        const actual = jest.requireActual(path);
        const seeing =
            (name: string) =>
            (title: string, args: Args, ...others: unknown[]) => {
                found.set(title, found.get(title) ?? args);
                return actual[name](title, args, ...others);
            };
        return { ...actual, checked: seeing("checked"), resolved: seeing("resolved") };
    });
    const { everything }: typeof import("./everything") = require("./everything");
    const { everythingElse }: typeof import("./everythingElse") = require("./everythingElse");
    const { answers }: typeof import("./everythingElse") = require("./everythingElse");
    const { computed }: typeof import("./computed") = require("./computed");
    const isThere = (token: string, inputs: Args) =>
        token === "gcp:organizations/getProject:getProject" ? computed(token, "", inputs, "acme-dev") : undefined;
    const folder = answeringFolder();
    await registered(() => everything(folder), { call: isThere });
    await registered(() => everythingElse(folder), answers);
    const classes = { ...require("slipway"), ...require("slipway/gke") };
    return [...found].flatMap(([title, args]) => {
        const [, type = "", name = ""] = /^(\w+) "(.*)"$/.exec(title) ?? [];
        const Component = classes[type];
        return Component?.prototype instanceof pulumi.ComponentResource && isPlain(args)
            ? [{ title, type, args, make: (others: unknown) => new Component(name, others) }]
            : [];
    });
}
