import { readFileSync } from "node:fs";
import { join } from "node:path";
import { replaces } from "../../../local/provider/diff";
import { types } from "../../../local/rules/catalogue";
import type { Exclusive, TypeRules } from "../../../local/rules/rules";
import { everyProperty, type Property, pulumiPath, schemaOf } from "./schema";
import { installed, root } from "./world";

/**
 * Where rules say more than the schema: the types of the provider's newer framework carry neither replacements nor
 * values in it, but its source requires both (`services/storage/resource_storage_notification.go`).
 */
const beyondTheSchema: Record<string, { replaceOnChange?: string[]; values?: string[]; filled?: string[] }> = {
    // Pulumi's own default for the text, in place of the provider's "Managed by Terraform".
    "gcp:dns/managedZone:ManagedZone": { filled: ["description"] },
    "gcp:storage/notification:Notification": {
        replaceOnChange: ["bucket", "topic", "payloadFormat", "customAttributes", "eventTypes", "objectNamePrefix"],
        values: ["payloadFormat"],
    },
    // A function of the provider requires it of everything in `auto` (`secretManagerSecretAutoCustomizeDiff`).
    "gcp:secretmanager/secret:Secret": {
        replaceOnChange: ["customerManagedEncryption", "customerManagedEncryption.kmsKeyName"].map(
            (path) => `replication.auto.${path}`,
        ),
    },
};

/** What of two lists is in one of them only. */
function differences(what: string, ours: Iterable<string>, schemas: Iterable<string>): string[] {
    const [our, theirs] = [new Set(ours), new Set(schemas)];
    return [
        ...[...theirs].filter((each) => !our.has(each)).map((each) => `${what}: ${each} is missing`),
        ...[...our].filter((each) => !theirs.has(each)).map((each) => `${what}: ${each} is not in the schema`),
    ];
}

const isInput = ({ required, optional }: Property) => Boolean(required || optional);
const isOutput = (property: Property) => Boolean(property.computed) && !isInput(property);
const written = (entries: [string, unknown][]) => entries.map(([path, value]) => `${path} = ${JSON.stringify(value)}`);
const pair = (one: string, other: string) => [one, other].sort().join(" x ");

function exclusions(properties: [string, Property][]): string[] {
    const known = new Set(properties.map(([path]) => path));
    return properties.flatMap(([path, { conflictsWith = [], exactlyOneOf }]) => {
        const one = exactlyOneOf?.map((each) => pulumiPath(each, known));
        return [
            ...conflictsWith.map((each) => pair(path, pulumiPath(each, known))),
            ...(one ? [`one of ${[...new Set([path, ...one])].sort().join(", ")}`] : []),
        ];
    });
}

function excluded(groups: Exclusive[]): string[] {
    return groups.flatMap(({ within, properties, required }) => {
        const paths = properties.map((property) => (within ? `${within}.${property}` : property)).sort();
        return required
            ? [`one of ${paths.join(", ")}`]
            : paths.flatMap((one, index) => paths.slice(index + 1).map((other) => pair(one, other)));
    });
}

/** Everything in which the rules of a type, with what the installed package tells, are not what the schema says. */
function disagreements(token: string, rules: TypeRules): string[] {
    const properties = everyProperty(schemaOf(token));
    const top = properties.filter(([path]) => !path.includes(".") && path !== "id");
    const nested = properties.filter(([path]) => path.includes("."));
    const paths = (of: [string, Property][], which: (property: Property) => boolean) =>
        of.filter(([, property]) => which(property)).map(([path]) => path);
    const beyond = beyondTheSchema[token] ?? {};
    const named = top
        .filter(([path, { required }]) => [rules.autoname].flat().includes(path) && required)
        .map(([path]) => path);
    const type = installed.type(token);
    if (!type) {
        return ["the installed package does not have the type"];
    }
    const replacing = paths(properties, ({ replaceOnChange }) => replaceOnChange === true);
    return [
        ...differences("inputs", type.inputs, paths(top, isInput)),
        ...differences(
            "required inputs",
            [...type.required, ...named],
            paths(top, ({ required }) => !!required),
        ),
        ...differences("outputs", type.outputs, paths(top, isOutput)),
        ...differences("filled inputs", type.computed, [
            ...paths(top, (property) => isInput(property) && !!property.computed),
            ...named,
            ...(beyond.filled ?? []),
        ]),
        ...differences(
            "computed",
            rules.computed ?? [],
            paths(nested, ({ computed }) => !!computed),
        ),
        ...differences(
            "replaceOnChange",
            properties.map(([path]) => path).filter((path) => replaces(rules, path)),
            [...replacing, ...(beyond.replaceOnChange ?? [])],
        ),
        ...differences(
            "paths of replaceOnChange",
            rules.replaceOnChange.map((path) => path.replace(/^!/, "")),
            properties.map(([path]) => path),
        ).filter((each) => !each.endsWith("is missing")),
        ...differences(
            "defaults",
            written(Object.entries(rules.defaults ?? {})),
            written(properties.flatMap(([path, { default: value }]) => (value === undefined ? [] : [[path, value]]))),
        ),
        ...differences(
            "values",
            written(Object.entries(rules.values ?? {}).filter(([path]) => !beyond.values?.includes(path))),
            written(properties.flatMap(([path, { enum: values }]) => (values ? [[path, values]] : []))),
        ),
        ...differences("exclusive", excluded(rules.exclusive ?? []), exclusions(properties)),
        ...differences(
            "sets",
            rules.sets ?? [],
            paths(properties, ({ type, maxItems }) => type === "set" && maxItems !== 1),
        ),
        ...differences(
            "paths of comparisons and refusals",
            [rules.compared, rules.same, rules.refused].flatMap((each) => Object.keys(each ?? {})),
            properties.map(([path]) => path),
        ).filter((each) => !each.endsWith("is missing")),
        ...differences(
            "changesOnUpdate",
            rules.changesOnUpdate ?? [],
            paths(properties, ({ computed }) => !!computed),
        ).filter((each) => !each.endsWith("is missing")),
    ];
}

test("the README lists the types that have rules", () => {
    const readme = readFileSync(join(root, "local", "README.md"), "utf8");
    const rows = [...readme.matchAll(/^\| (\w+) +\| ([A-Z]\w+(?:, \w+)*)(?: \(.*\))? +\|$/gm)];
    const listed = rows.flatMap(([, module, names]) => (names ?? "").split(", ").map((name) => `${module} ${name}`));
    const known = Object.keys(types).map((token) => token.replace(/^gcp:(\w+)\/\w+:/, "$1 "));
    expect(listed.sort()).toEqual(known.sort());
});

test.each(Object.entries(types))("%s is as the real provider's schema has it", (token, rules) => {
    expect(disagreements(token, rules)).toEqual([]);
});
