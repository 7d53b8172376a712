import * as pulumi from "@pulumi/pulumi";

/** Whether it is known only when it resolves. */
export function isLater(value: unknown): boolean {
    return pulumi.Output.isInstance(value) || value instanceof Promise;
}

/** Whether it is written as `{ … }`, not made by a class. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
    return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

/** Whether options can be read from it, which an output or a resource has not, whatever its properties are. */
export function isObject(value: unknown): value is Record<string, unknown> {
    const isOther = Array.isArray(value) || isLater(value) || pulumi.Resource.isInstance(value);
    return typeof value === "object" && value !== null && !isOther;
}

/** A value as an error shows it, on one line and not a long one. */
export function display(value: unknown): string {
    const text = described(value, 2);
    return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

function described(value: unknown, depth: number): string {
    if (isLater(value)) {
        return "an output, which is known only at deployment";
    }
    if (Array.isArray(value)) {
        return depth > 0 ? `[${value.map((item) => described(item, depth - 1)).join(", ")}]` : "[…]";
    }
    if (isPlainObject(value)) {
        const keys = Object.keys(value);
        const entries = () => keys.map((key) => `${key}: ${described(value[key], depth - 1)}`);
        return keys.length === 0 ? "{}" : depth > 0 ? `{ ${entries().join(", ")} }` : "{ … }";
    }
    if (typeof value === "object" && value !== null) {
        return `a ${value.constructor?.name ?? "thing"}`;
    }
    return typeof value === "string"
        ? JSON.stringify(value)
        : typeof value === "function"
          ? "a function"
          : String(value);
}
