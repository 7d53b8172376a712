import type { Inputs } from "../../../../local/rules/rules";
import type { SchemaProperties, SchemaProperty } from "../../../../local/schema/schema";
import { chosen } from "./recordings";

/** What the provider adds to all resources, and what does not come from an API. */
const own = ["id", "deletionPolicy", "effectiveLabels", "project", "pulumiLabels"];

/**
 * Lists the paths in which a state differs from a recorded one, with both values.
 *
 * @param same whether a value is the recorded one, or has its format
 */
export function differences(
    recorded: Inputs,
    local: Inputs,
    schema: SchemaProperties,
    path = "",
    same = isSame,
): Record<string, string> {
    const names = new Set([...Object.keys(recorded), ...Object.keys(local)].filter((name) => schema[name]));
    return Object.assign(
        {},
        ...[...names]
            .filter((name) => path !== "" || !own.includes(name))
            .map((name) => differ(recorded[name], local[name], schema[name] as SchemaProperty, `${path}${name}`, same)),
    );
}

/** Lists the paths in which an answer of an API differs from a recorded one, with both values. */
export function answerDifferences(recorded: unknown, local: unknown, path = ""): Record<string, string> {
    if (isEmpty(recorded) && isEmpty(local)) {
        return {};
    }
    const isObject = (value: unknown) => typeof value === "object" && value !== null;
    if (!isObject(recorded) || !isObject(local) || Array.isArray(recorded) !== Array.isArray(local)) {
        return isSame(recorded, local) ? {} : { [path]: `${display(recorded)} → ${display(local)}` };
    }
    const [one, other] = [recorded as Inputs, local as Inputs];
    return Object.assign(
        {},
        ...[...new Set([...Object.keys(one), ...Object.keys(other)])].map((name) =>
            answerDifferences(one[name], other[name], Array.isArray(one) ? path : path ? `${path}.${name}` : name),
        ),
    );
}

function differ(
    recorded: unknown,
    local: unknown,
    property: SchemaProperty,
    path: string,
    same: typeof isSame,
): Record<string, string> {
    if (isEmpty(recorded) && isEmpty(local)) {
        return {};
    }
    const { fields, maxItems, type } = property;
    const both = { [path]: `${display(recorded)} → ${display(local)}` };
    if (fields && maxItems === 1) {
        return differences((recorded ?? {}) as Inputs, (local ?? {}) as Inputs, fields, `${path}.`, same);
    }
    if (Array.isArray(recorded) && Array.isArray(local) && recorded.length === local.length) {
        const [one, other] = type === "set" ? paired(recorded, local, property, same) : [recorded, local];
        return Object.assign(
            {},
            ...one.map((item, index) =>
                fields
                    ? differences(item, other[index] as Inputs, fields, `${path}.`, same)
                    : same(item, other[index])
                      ? {}
                      : both,
            ),
        );
    }
    return same(recorded, local) ? {} : both;
}

/** The items of two sets without those that are in both, sorted. */
function paired(recorded: unknown[], local: unknown[], property: SchemaProperty, same: typeof isSame): Inputs[][] {
    const others = [...local];
    const missing = recorded.filter((item) => {
        const list = { ...property, type: "list" as const };
        const index = others.findIndex((other) => Object.keys(differ([item], [other], list, "", same)).length === 0);
        return index < 0 || !others.splice(index, 1);
    });
    return [sorted(missing), sorted(others)];
}

const sorted = (items: unknown[]): Inputs[] =>
    [...items].sort((one, other) => (display(one) < display(other) ? -1 : 1)) as Inputs[];

/** APIs omit values that are zero, and the provider stores them. */
export function isEmpty(value: unknown): boolean {
    return typeof value === "object" && value !== null
        ? Object.values(value).every(isEmpty)
        : [undefined, null, "", false, 0, "0"].includes(value as undefined) || Number.isNaN(value);
}

const display = (value: unknown): string => (value === undefined ? "nothing" : (JSON.stringify(value) ?? ""));

/** Formats of values that differ at each creation, of a recorded and a local value: some are placeholders. */
const formats: [RegExp, RegExp?][] = [
    [/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/],
    [/^(\d{1,3}\.){3}\d{1,3}$/],
    [/^\d\d:00$/],
    [/^[A-Z\d_]+\.R\d{8}\.\d\d_\d\d$/],
    [/^1\.\d+\.\d+-gke\.\d+$/],
    [/^composer-3-airflow-[\d.]+-build\.\d+$/],
    [/^(\d{1,3}\.){3}\d{1,3}\/\d+$/],
    [/^(user|placeholder)@/, /@/],
    // IDs are a placeholder, also where they are names.
    [/^0{10,}$/, /^\S+$/],
    [/^(123|0+|1+|8+|12345\d*|1234567890.*)$/, /^\d+$/],
    [/^(abcdef0123A=?|abcd1234|common-name|revision-id-placeholder|dns-resource-record-data-placeholder)$/, /^\S+$/],
];

function isSame(recorded: unknown, local: unknown): boolean {
    if (recorded === undefined || local === undefined) {
        return false;
    }
    if (typeof recorded === "object" && recorded !== null) {
        return stable(recorded) === stable(local);
    }
    if (String(recorded).startsWith("[{") && String(local).startsWith("[")) {
        return isSame(JSON.parse(String(recorded)), JSON.parse(String(local)));
    }
    const [one, other] = [plain(recorded), plain(local)];
    return (
        one === other ||
        withoutHashes(one) === withoutHashes(other) ||
        isLike(one, other) ||
        formats.some(([format, own = format]) => format.test(one) && own.test(other)) ||
        // A reference to the same resource, by its path or its name.
        (one.includes("/") && one.endsWith(`/${other}`)) ||
        (other.includes("/") && other.endsWith(`/${one}`))
    );
}

/** Identifiers that differ at each creation have hexadecimal digits, such as `us-central1-sales-cd7334a9-bucket`. */
const withoutHashes = (value: string): string => value.replaceAll(/(?<![a-z])[\da-f]{8,}(?![a-z])/g, "#");

/** Whether a value has the form of a recorded one with placeholders, such as `p1234-abcdef@gcp-sa-cloud-sql.iam…`. */
function isLike(recorded: string, local: string): boolean {
    const placeholder = new RegExp(`${chosen}|(?<![a-z])abcdef(?![a-z])`, "g");
    const parts = recorded.split(placeholder).map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"));
    return parts.length > 1 && new RegExp(`^${parts.join("[^/]+")}$`).test(local);
}

/** A reference without its host and version. */
const plain = (value: unknown): string => String(value).replace(/^(https:)?\/\/[^/]+\/(\w+\/(v1|beta)\/)?/, "");

/** JSON with sorted keys. */
const stable = (value: unknown): string =>
    JSON.stringify(value, (_, item) =>
        typeof item === "object" && item !== null && !Array.isArray(item)
            ? Object.fromEntries(Object.entries(item).sort(([one], [other]) => (one < other ? -1 : 1)))
            : item,
    );
