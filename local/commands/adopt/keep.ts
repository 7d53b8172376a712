import { readFileSync } from "node:fs";
import { join } from "node:path";
import { componentData } from "../componentData";
import { type Change, partsOf } from "./changes";

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

/** Arguments that are not measured, as they are components, records or outputs, by what the properties that they set are called. */
const byName: readonly (readonly [RegExp, string])[] = [
    [/\b(envs?|environmentVariables|envVariables|userEnvVars)\b/, "env"],
    [/\bserviceAccount(Email)?\b/, "account"],
    [/\b(vpcAccess|vpcConnector|directVpc\w*|networkInterfaces?|(sub)?network|privateNetwork)\b/, "network"],
];

/** What has no value to keep: a revision with this name exists, and has its content. A limit of 0 instances is none. */
const isNothing = ({ type }: Place, { property, existing }: Change): boolean =>
    (type === "gcp:cloudrunv2/service:Service" && property === "template.revision") ||
    (existing === 0 && /^scaling\.(max|min)InstanceCount$/.test(property));

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
export function keeping(place: Place, change: Change): string | undefined {
    const { type, name, component } = place;
    const { property, existing } = change;
    // Labels can come from the provider, which no resource can leave out.
    if (/^labels\b/.test(property) || JSON.stringify(existing)?.includes("[secret]") || isNothing(place, change)) {
        return undefined;
    }
    const parts = component && read<ComponentParts>("components.json", component.type);
    const setting = component && read<ArgumentsByProperty>("arguments.json", component.type)?.[`${type} ${property}`];
    const named = byName.find(([pattern]) => pattern.test(property));
    const known = component && componentData().get(component.type)?.adopt?.[`${type} ${property}`];
    const { argument, isSame }: Partial<Setting> = named ? { argument: named[1] } : (known ?? {});
    const [top = ""] = argument?.split(".") ?? [];
    if (argument !== undefined && setting === undefined && parts?.arguments.split(" ").includes(top)) {
        return isSame && existing !== undefined
            ? assigned(argument.split("."), literal(existing))
            : ofArgument(argument, property, existing);
    }
    // What is unset has no value that a program could name.
    if (existing === undefined || /\[\d+\]/.test(property)) {
        return undefined;
    }
    const path = partsOf(property);
    const code = literal(existing);
    if (component === undefined) {
        return assigned(path, code);
    }
    const names = setting?.argument.split(".") ?? [];
    // A list can be what several arguments have in common.
    const isWhole = !Array.isArray(existing) || names.at(-1) === path.at(-1);
    if (setting !== undefined && isWhole) {
        return setting.isSame ? assigned(names, code) : `the argument ${setting.argument}`;
    }
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

/** An argument with the existing value, if it has the form of the property. */
function ofArgument(argument: string, property: string, existing: unknown): string {
    const isText = typeof existing === "string";
    const key = /^(.*[a-z])\.([^.[\]]+)$/.exec(property)?.[2];
    if (argument === "account" && isText) {
        return assigned([argument], literal(existing));
    }
    if (argument === "env" && isText && key !== undefined && /ariables\.|Vars\./.test(property)) {
        return assigned([argument, key], literal(existing));
    }
    const variables = argument === "env" ? variablesIn(existing) : undefined;
    return variables ? assigned([argument], literal(variables)) : `the argument ${argument}`;
}

/** Environment variables, of a record or of a list with names and values. */
function variablesIn(value: unknown): Record<string, string> | undefined {
    const pairs = Array.isArray(value) ? value.map((each) => [each?.name, each?.value]) : Object.entries(value ?? {});
    const areTexts = pairs.length > 0 && pairs.flat().every((each) => typeof each === "string");
    return areTexts && typeof value === "object" ? Object.fromEntries(pairs) : undefined;
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
