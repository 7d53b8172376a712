import type { Inputs } from "../../../local/simulator/rules/rules";
import type { SchemaProperties, SchemaProperty } from "../../../local/simulator/schema/schema";
import { chosen } from "./recordings";

/** What the provider adds to all resources, and what does not come from an API. */
const own = ["id", "deletionPolicy", "effectiveLabels", "project", "pulumiLabels"];

/** What a comparison is told, and tells. */
interface Comparison {
    /** Whether a value is the recorded one, or has its format. */
    same?(recorded: unknown, local: unknown): boolean;
    /** Receives the paths of all fields that are compared. */
    compared?: Set<string>;
}

/** Lists the paths in which a state differs from a recorded one, with both values. */
export function differences(
    recorded: Inputs,
    local: Inputs,
    schema: SchemaProperties,
    path = "",
    comparison: Comparison = {},
): Record<string, string> {
    const names = new Set([...Object.keys(recorded), ...Object.keys(local)].filter((name) => schema[name]));
    const differ = (name: string) =>
        differencesIn(recorded[name], local[name], schema[name] as SchemaProperty, `${path}${name}`, comparison);
    return Object.assign({}, ...[...names].filter((name) => path !== "" || !own.includes(name)).map(differ));
}

/** As {@link differences}, of answers of an API. */
export function answerDifferences(
    recorded: unknown,
    local: unknown,
    path = "",
    compared = new Set<string>(),
): Record<string, string> {
    if (isEmpty(recorded) && isEmpty(local)) {
        return {};
    }
    const isObject = (value: unknown) => typeof value === "object" && value !== null;
    if (!isObject(recorded) || !isObject(local) || Array.isArray(recorded) !== Array.isArray(local)) {
        compared.add(path);
        return isSame(recorded, local) ? {} : { [path]: both(recorded, local) };
    }
    const [one, other] = [recorded as Inputs, local as Inputs];
    const below = (name: string) => (Array.isArray(one) ? path : path ? `${path}.${name}` : name);
    const names = [...new Set([...Object.keys(one), ...Object.keys(other)])];
    return Object.assign({}, ...names.map((name) => answerDifferences(one[name], other[name], below(name), compared)));
}

function differencesIn(
    recorded: unknown,
    local: unknown,
    { fields, maxItems, type }: SchemaProperty,
    path: string,
    comparison: Comparison,
): Record<string, string> {
    if (isEmpty(recorded) && isEmpty(local)) {
        return {};
    }
    if (fields && maxItems === 1) {
        return differences((recorded ?? {}) as Inputs, (local ?? {}) as Inputs, fields, `${path}.`, comparison);
    }
    const { same = isSame, compared = new Set() } = comparison;
    const areLists = Array.isArray(recorded) && Array.isArray(local) && recorded.length === local.length;
    if (fields && areLists) {
        const differ = (one: Inputs, other: Inputs, all?: Set<string>) =>
            differences(one, other, fields, `${path}.`, { same, compared: all });
        const others = type === "set" ? paired(recorded, local, differ) : local;
        return Object.assign({}, ...recorded.map((item, index) => differ(item, others[index], compared)));
    }
    if (isObjectText(recorded) && isObjectText(local)) {
        return answerDifferences(JSON.parse(recorded), JSON.parse(local), path, compared);
    }
    compared.add(path);
    const [one, other] = areLists && type === "set" ? [sorted(recorded), sorted(local)] : [recorded, local];
    const areSame = areLists
        ? (one as unknown[]).every((item, index) => same(item, (other as unknown[])[index]))
        : same(one, other);
    return areSame ? {} : { [path]: both(recorded, local) };
}

/** The local blocks of a set in the order of the recorded ones: equal ones, and then those that are the most similar. */
function paired(recorded: Inputs[], local: Inputs[], differ: (one: Inputs, other: Inputs) => object): Inputs[] {
    const left = [...local];
    const take = (item: Inputs, most: number) => {
        const counts = left.map((each) => Object.keys(differ(item, each)).length);
        const least = Math.min(...counts);
        return least <= most ? left.splice(counts.indexOf(least), 1)[0] : undefined;
    };
    const equal = recorded.map((item) => take(item, 0));
    return recorded.map((item, index) => equal[index] ?? (take(item, Number.POSITIVE_INFINITY) as Inputs));
}

const both = (recorded: unknown, local: unknown) => `${display(recorded)} → ${display(local)}`;

/** JSON of an object. */
const isObjectText = (value: unknown): value is string => typeof value === "string" && value.startsWith("{");

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
    [/^ns-cloud-[a-e][1-4]\.googledomains\.com\.$/],
    [/^projects\/[^/]+\/zones\/[^/]+\/instanceGroupManagers\/gke-[\w-]+-grp$/],
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
