import * as pulumi from "@pulumi/pulumi";
import { transformationsOf } from "../engine/pulumiSdk";
import { isPlainObject } from "./value";

/** Marks placeholders, also of another copy of this library. */
const mark = Symbol.for("slipway.placeholder");

/** The text of a placeholder in a template string. */
const text = "[placeholder of slipway]";

/** What a program reads of each value of a placeholder; more would be a loop without an end. */
const maxDepth = 20;

const isPlaceholder = (value: unknown): boolean =>
    ((typeof value === "object" && value !== null) || typeof value === "function") && Reflect.get(value, mark) === true;

/** Far fewer levels than what reads a value has stack for. */
const maxLevels = 100;

/** Whether a value is a placeholder, or contains one. */
export function hasPlaceholder(value: unknown, level = 0): boolean {
    if (isPlaceholder(value) || (typeof value === "string" && value.includes(text))) {
        return true;
    }
    const isRead = level < maxLevels && (Array.isArray(value) || isPlainObject(value));
    return isRead && Object.values(value).some((item) => hasPlaceholder(item, level + 1));
}

/** A copy of a value without the placeholders in it. */
export function withoutPlaceholders(value: unknown): unknown {
    if (!hasPlaceholder(value)) {
        return value;
    }
    if (Array.isArray(value) && !isPlaceholder(value)) {
        return value.map(withoutPlaceholders);
    }
    return isPlainObject(value) && !isPlaceholder(value)
        ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withoutPlaceholders(item)]))
        : undefined;
}

/** What takes the place of a component whose arguments are refused, so that the program continues: each of its values is never known. */
export function componentPlaceholder(type: string, name: unknown, prototype: object): object {
    const stack = pulumi.runtime.getStackResource();
    const ofResource: Record<string, unknown> = {
        __pulumiResource: true,
        __pulumiComponentResource: true,
        __pulumiType: `slipway:index:${type}`,
        __name: name,
        __transformations: stack ? transformationsOf(stack) : [],
        __childResources: new Set(),
        __providers: {},
        __protect: undefined,
        __parentResource: undefined,
        getProvider: () => undefined,
        registerOutputs: () => undefined,
        urn: never(),
    };
    return standIn(Object.create(prototype), ofResource, 0);
}

/** What takes the place of the result of a function whose arguments are refused, such as of `StorageBucket.existing`. */
export const resultPlaceholder = (type: string): object => standIn(() => undefined, { existing: type }, 0);

const never = () => pulumi.output(new Promise<never>(() => undefined));

/** A value of a placeholder: an output that is never known, but that can also be called, iterated or part of a text. */
function valuePlaceholder(depth: number): object {
    const output = never();
    const ofOutput = ["__pulumiOutput", "apply", "promise", "isKnown", "isSecret", "resources", "allResources", "get"];
    const known = Object.fromEntries(ofOutput.map((key) => [key, Reflect.get(output, key)]));
    return standIn(() => undefined, known, depth);
}

function standIn(target: object, known: Record<PropertyKey, unknown>, depth: number): object {
    const child = () => (depth < maxDepth ? valuePlaceholder(depth + 1) : undefined);
    const all: Record<PropertyKey, unknown> = {
        ...known,
        [mark]: true,
        toString: () => text,
        toJSON: () => text,
        [Symbol.toPrimitive]: () => text,
        [Symbol.iterator]: () => [child()].values(),
    };
    return new Proxy(target, {
        apply: child,
        get: (own, key) => {
            if (Object.hasOwn(own, key) && key !== "name" && key !== "length") {
                return Reflect.get(own, key);
            }
            if (Object.hasOwn(all, key)) {
                return all[key];
            }
            // Neither a promise, nor anything that the SDK marks.
            const isNone = typeof key === "symbol" || key.startsWith("__") || ["constructor", "then"].includes(key);
            return isNone ? Reflect.get(own, key) : child();
        },
        // The only key, so that a copy or a loop has a placeholder, too.
        ownKeys: (own) => [...Reflect.ownKeys(own).filter((key) => key !== "name" && key !== "length"), "placeholder"],
        getOwnPropertyDescriptor: (own, key) =>
            key === "placeholder"
                ? { value: child(), configurable: true, enumerable: true, writable: true }
                : Reflect.getOwnPropertyDescriptor(own, key),
    });
}
