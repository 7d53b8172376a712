import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Change } from "./changes";

/** What `components.json` has of a component. */
export interface ComponentParts {
    /** The names of its arguments, separated by spaces. */
    arguments: string;
    /** The types of its children, separated by spaces, by their key in `transform`. */
    children: Record<string, string>;
}

/** Where a resource is in a program: its name, and its outermost component. */
export interface Place {
    type: string;
    name: string;
    component?: { type: string; name: string };
}

let all: Record<string, ComponentParts> | undefined;

function partsOf(component: string): ComponentParts | undefined {
    all ??= JSON.parse(readFileSync(join(__dirname, "components.json"), "utf8"));
    return all?.[component];
}

/**
 * The argument that keeps the existing value of a property: that of the component with the same name, or else `transform` of the child.
 * Undefined for values that a program cannot read, and if the component has no such child.
 */
export function keeping({ type, name, component }: Place, { property, existing }: Change): string | undefined {
    // Labels can come from the provider, which no resource can leave out.
    if (/\[|^labels\b/.test(property) || JSON.stringify(existing)?.includes("[secret]")) {
        return undefined;
    }
    const path = property.split(".");
    const code = existing === undefined ? "undefined" : literal(existing);
    const own = path.reduceRight((inner, key) => `{ ${keyOf(key)}: ${inner} }`, code);
    if (component === undefined) {
        return own.slice(2, -2);
    }
    const parts = partsOf(component.type);
    if (
        path.length === 1 &&
        parts?.arguments.split(" ").includes(property) &&
        /^(string|number|boolean)$/.test(typeof existing)
    ) {
        return `${property}: ${code}`;
    }
    const [child] = Object.entries(parts?.children ?? {})
        .filter(([, types]) => types.split(" ").includes(type))
        .map(([key]) => ({ key, fit: fitOf(key, name.slice(component.name.length)) }))
        .sort((one, other) => other.fit - one.fit || one.key.length - other.key.length);
    return child && `transform: { ${child.key}: ${own} }`;
}

/** How many words of a key are in the end of a resource's name: `-schedule` and `scheduleAccount`. */
function fitOf(key: string, suffix: string): number {
    const words = key.split(/(?=[A-Z])/).map((word) => word.toLowerCase());
    return words.filter((word) => suffix.toLowerCase().includes(word)).length;
}

const keyOf = (key: string) => (/^[A-Za-z_$][\w$]*$/.test(key) ? key : JSON.stringify(key));

/** A value as TypeScript has it. */
function literal(value: unknown): string {
    if (Array.isArray(value)) {
        return `[${value.map(literal).join(", ")}]`;
    }
    if (typeof value === "object" && value !== null) {
        const pairs = Object.entries(value).map(([key, item]) => `${keyOf(key)}: ${literal(item)}`);
        return pairs.length > 0 ? `{ ${pairs.join(", ")} }` : "{}";
    }
    return JSON.stringify(value);
}
