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

/** The argument of a component that sets a property of its resource. */
export interface Setting {
    /** Its path, such as `scaling.max`. */
    argument: string;
    /** Whether the property has the value of the argument. */
    isSame: boolean;
}

/** By a type and the path of a property, such as `gcp:pubsub/topic:Topic messageRetentionDuration`. */
export type ArgumentsByProperty = Record<string, Setting>;

/** Where a resource is in a program: its name, and its outermost component. */
export interface Place {
    type: string;
    name: string;
    component?: { type: string; name: string };
}

const files = new Map<string, Record<string, unknown>>();

/** What a file of this folder has of a component. */
function read<Part>(file: string, component: string): Part | undefined {
    const known = files.get(file) ?? JSON.parse(readFileSync(join(__dirname, file), "utf8"));
    files.set(file, known);
    return known[component];
}

/**
 * The argument of the component that keeps the existing value of a property: the one that is known to set it, or one with its name; or else
 * `transform` of the child. Undefined for values that a program cannot read, and if the component has no such child.
 */
export function keeping({ type, name, component }: Place, { property, existing }: Change): string | undefined {
    // Labels can come from the provider, which no resource can leave out.
    if (/\[|^labels\b/.test(property) || JSON.stringify(existing)?.includes("[secret]")) {
        return undefined;
    }
    const path = property.split(".");
    const code = existing === undefined ? "undefined" : literal(existing);
    if (component === undefined) {
        return assigned(path, code);
    }
    const setting = read<ArgumentsByProperty>("arguments.json", component.type)?.[`${type} ${property}`];
    const names = setting?.argument.split(".") ?? [];
    // A list can be what several arguments have in common.
    const isWhole = !Array.isArray(existing) || names.at(-1) === path.at(-1);
    if (setting !== undefined && existing !== undefined && isWhole) {
        return setting.isSame ? assigned(names, code) : `the argument ${setting.argument}`;
    }
    const parts = read<ComponentParts>("components.json", component.type);
    // Not all arguments are measured.
    const isNamed = path.length === 1 && parts?.arguments.split(" ").includes(property);
    if (isNamed && /^(string|number|boolean)$/.test(typeof existing)) {
        return assigned(path, code);
    }
    const [child] = Object.entries(parts?.children ?? {})
        .filter(([, types]) => types.split(" ").includes(type))
        .map(([key]) => ({
            key,
            fit: fitOf(key, name.slice(component.name.length)),
            // The instance of a CloudSqlInstance, not its replica.
            isMain: component.type.toLowerCase().endsWith(key.toLowerCase()),
        }))
        .sort(
            (one, other) =>
                other.fit - one.fit || Number(other.isMain) - Number(one.isMain) || one.key.length - other.key.length,
        );
    return child && `transform: { ${assigned([child.key, ...path], code)} }`;
}

/** A property in nested objects: `scaling: { max: 5 }`. */
const assigned = (path: string[], code: string): string =>
    path.reduceRight(
        (inner, key, index) => `${keyOf(key)}: ${index === path.length - 1 ? inner : `{ ${inner} }`}`,
        code,
    );

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
