import { marks, signature, unknown } from "../../../local/machine/marks";
import type { Inputs } from "../../../local/simulator/rules/rules";
import { type SchemaProperties, schemaOf } from "../../../local/simulator/schema/schema";
import { differences, isEmpty } from "../recordings/comparison";

/** Values in place of secrets: `@pulumi/gcp` declares the same outputs as secrets. */
export function withoutSecrets(value: unknown): unknown {
    if (!isTree(value)) {
        return value;
    }
    if (Array.isArray(value)) {
        return value.map(withoutSecrets);
    }
    return value[signature] === marks.secret
        ? withoutSecrets(value.value)
        : Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withoutSecrets(item)]));
}

/** What the bridge and the engine add to all resources. */
const ofBridge = ["__meta", "__defaults", "id"];

/** Parts of values that the server chooses, so that they differ at each creation, and a name for each format. */
const formats: [RegExp, string][] = [
    [/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/, "time"],
    [/^1\d{12}$/, "milliseconds"],
    [/^\d\d:00$/, "hour"],
    [/^-----BEGIN CERTIFICATE-----\n[\s\S]+\n-----END CERTIFICATE-----\n?$/, "certificate"],
    [/^LS0tLS1CRUdJTiBDRVJUSUZJQ0FUR[\w+/=]+$/, "encoded certificate"],
    [/\b[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}\b/, "uuid"],
    [/^[\da-f]{40}$/, "SHA-1"],
    // Etags and fingerprints, also in quotes.
    [/^"?[\w+/-]{2,}={0,2}"$|^[\w+/-]{2,}={1,2}$|^[\da-f]{8}$/, "hash"],
    [/^10(\.\d{1,3}){3}(?=\/|$)/, "private address"],
    [/^\d{1,3}(\.\d{1,3}){3}(?=\/|$)/, "address"],
    // Numbers of projects and resources.
    [/\d{10,}/, "number"],
    // Parts of names.
    [/(?<=^p<number>-)[\da-z]{6}(?=@gcp-sa-cloud-sql\.)/, "text"],
    [/-[\da-z]{10}(?=-[a-z]{2}\.a\.run\.app$)/, "text"],
    [/(?<=-00001-)[\da-z]{3}$/, "text"],
    [/(?<=(^|\/)gke-[^/]*-)[\da-f]{8}(?=(-grp)?$)/, "text"],
    [/(?<=\/zones\/)[a-z]+-[a-z]+\d-[a-f](?=\/instanceGroup)/, "zone"],
    [/(?<=^ns-cloud-)[a-e](?=\d\.googledomains\.com\.$)/, "text"],
    [/^[a-z]+-[a-z]+\d-[a-f]$/, "zone"],
    [/^(Intel|AMD) [A-Z][a-z]+$/, "CPU platform"],
    // Current versions.
    [/^1\.\d+\.\d+-gke\.\d+$/, "version"],
    [/^[A-Z\d_]+\.R\d{8}\.\d\d_\d\d$/, "version"],
    // Who calls: the recorded account, and the local user.
    [/^(pulumi-ci@pulumi-ci-gcp-provider\.iam\.gserviceaccount\.com|you@example\.com)$/, "caller"],
];

const withSortedKeys = (value: unknown): unknown =>
    Array.isArray(value)
        ? value.map(withSortedKeys)
        : isTree(value)
          ? Object.fromEntries(
                Object.keys(value)
                    .sort()
                    .map((key) => [key, withSortedKeys(value[key])]),
            )
          : value;

/** A value without what the server chooses. */
const formatOf = (value: unknown): string | undefined =>
    formats.reduce(
        (text, [format, name]) => text?.replaceAll(new RegExp(format, "g"), `<${name}>`),
        typeof value === "string" ? value : JSON.stringify(withSortedKeys(value)),
    );

/** Whether a value is a recorded one, or differs only in what the server chooses. */
export function isSame(recorded: unknown, local: unknown): boolean {
    return formatOf(recorded) === formatOf(local);
}

/**
 * The differences of outputs: which have a value, and their values or formats. No recorded version of the provider has the argument
 * `deletionPolicy`.
 */
export function outputDifferences(type: string, recorded: Inputs, local: Inputs): string[] {
    const schema: SchemaProperties = { ...schemaOf(type)?.properties, id: { type: "string" } };
    const unknownOutputs = Object.keys(recorded).filter(
        (name) => !schema[name] && !ofBridge.includes(name) && !isEmpty(recorded[name]),
    );
    const { deletionPolicy: _, ...others } = local;
    const found = differences(recorded, others, schema, "output ", { same: isSame });
    return [
        ...unknownOutputs.map((name) => `output ${name} does not exist`),
        ...Object.entries(found).map(([path, values]) => `${path}: ${values}`),
    ];
}

export const isTree = (value: unknown): value is Inputs => typeof value === "object" && value !== null;
const isGenerated = /[-_][\da-f]{7}$/;

/**
 * Inputs without defaults that are zero, which only earlier versions of Pulumi's bridge add, and without empty lists of defaults, which
 * earlier ones also add to maps (`shouldSuppressTFSchemaDefaultValue` and `makeMapTerraformInputs`):
 * https://github.com/pulumi/pulumi-terraform-bridge/blob/v3.137.0/pkg/tfbridge/schema.go
 */
function withoutZeros(inputs: unknown): unknown {
    if (!isTree(inputs) || Array.isArray(inputs)) {
        return Array.isArray(inputs) ? inputs.map(withoutZeros) : inputs;
    }
    const { __defaults: added = [], ...others } = inputs;
    const zeros = added.filter((name: string) => isEmpty(others[name]));
    const kept = added.filter((name: string) => !zeros.includes(name)).sort();
    const entries = Object.entries(others).filter(([name]) => !zeros.includes(name));
    return {
        ...(kept.length > 0 && { __defaults: kept }),
        ...Object.fromEntries(entries.map(([name, value]) => [name, withoutZeros(value)])),
    };
}

/** The differences of checked inputs, with what the provider has added. Of generated names, only the format is the same. */
export function inputDifferences(recorded: Inputs, local: Inputs): string[] {
    return treeDifferences(withoutZeros(recorded) as Inputs, withoutZeros(local) as Inputs);
}

/** The paths in which two values differ, with both. */
export function treeDifferences(recorded: Inputs, local: Inputs, path = ""): string[] {
    const added: string[] = recorded.__defaults ?? [];
    const names = [...new Set([...Object.keys(recorded), ...Object.keys(local)])];
    return names.flatMap((name) => {
        const [one, other, at] = [recorded[name], local[name], `${path}${name}`];
        if (["__defaults", "stables"].includes(name)) {
            return listDifferences(at, one ?? [], other ?? []);
        }
        if (isTree(one) && isTree(other)) {
            return treeDifferences(one, other, `${at}.`);
        }
        const isName = added.includes(name) && isGenerated.test(one) && isGenerated.test(String(other));
        const isFormat = isName && one.slice(0, -7) === other.slice(0, -7);
        return display(one) === display(other) || isFormat ? [] : [text(at, one, other)];
    });
}

/** What only one of two lists of names has. */
function listDifferences(path: string, recorded: string[], local: string[]): string[] {
    const missing = recorded.filter((name) => !local.includes(name));
    const others = local.filter((name) => !recorded.includes(name));
    return [
        ...missing.map((name) => text(path, name, undefined)),
        ...others.map((name) => text(path, undefined, name)),
    ];
}

/**
 * The differences of a preview: what the provider knew is known and the same, and what else is known is what the server then answered. What
 * was not known, later versions may know, because they plan what they create.
 *
 * @param created the outputs after the creation
 */
export function previewDifferences(recorded: Inputs, local: Inputs, created: Inputs | undefined): string[] {
    return compared("", recorded, local, created);

    function compared(path: string, one: unknown, other: unknown, then: unknown): string[] {
        const isKnown = one !== undefined && one !== unknown;
        if (other === unknown || other === undefined) {
            return isKnown && !isEmpty(one) ? [text(path, one, other)] : [];
        }
        if (isTree(other) && (isTree(one) || isTree(then))) {
            const names = new Set([...Object.keys(isTree(one) ? one : {}), ...Object.keys(other)]);
            return [...names]
                .filter((name) => !ofBridge.includes(name))
                .flatMap((name) =>
                    compared(
                        path ? `${path}.${name}` : name,
                        isTree(one) ? one[name] : undefined,
                        other[name],
                        isTree(then) ? then[name] : undefined,
                    ),
                );
        }
        const expected = isKnown ? one : then;
        const isRight = isSame(expected, other) || (isEmpty(expected) && isEmpty(other));
        return isRight ? [] : [text(path, expected, other)];
    }
}

const display = (value: unknown): string => (value === undefined ? "nothing" : JSON.stringify(value));

const text = (path: string, recorded: unknown, local: unknown) => `${path}: ${display(recorded)} → ${display(local)}`;
