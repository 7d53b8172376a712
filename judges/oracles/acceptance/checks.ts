import { isDeepStrictEqual } from "node:util";
import { type SchemaProperties, schemaOf } from "../../../local/simulator/schema/schema";
import { propertyOf, tokenOf, type Values } from "../../../local/simulator/schema/terraform";
import { type Attributes, flat, type State } from "./evaluator";
import { attributesOf, toState } from "./terraform";
import type { StateCheck } from "./tests";

/** A regular expression of Go, whose flags are in front: `(?i)not found`. */
export function pattern(go: string): RegExp {
    const [, flags = "", rest = go] = /^\(\?([ims]+)\)(.*)$/s.exec(go) ?? [];
    return new RegExp(rest.replaceAll("(?P<", "(?<").replace(/^\\A/, "^").replace(/\\z$/, "$"), flags);
}

/** What a step expects of the state and is not so. */
export function failedChecks(checks: StateCheck[], state: State, outputs: Attributes = {}): string[] {
    // Terraform's test framework writes the number of an instance as a part of its name.
    const resource = (address: string) => state[address] ?? state[address.replace(/\.(\d+)$/, "[$1]")];
    return checks.flatMap((check) => {
        const failed = failure(check, (address) => flat(resource(address)), outputs);
        return failed === undefined ? [] : [`${check.check}(${check.arguments.join(", ")}): ${failed}`];
    });
}

function failure(
    { check, arguments: [address = "", key = "", value = "", otherKey = ""] }: StateCheck,
    attributes: (address: string) => Record<string, string>,
    outputs: Attributes,
): string | undefined {
    const all = attributes(address);
    const values = placesOf(address, key, all).map((each) => all[each]);
    const found = all[key];
    const got = found === undefined ? "it is not set" : `it is '${found}'`;
    // Whether empty lists and maps are in the state depends on the provider.
    const isEmpty = found === undefined || (/\.[#%]$/.test(key) && found === "0");
    switch (check) {
        case "TestCheckResourceAttr":
            // Terraform's state has the zero of its type for a number that is not set in a block.
            return values.some((each) => (each === undefined ? ["", "0", "false"].includes(value) : each === value))
                ? undefined
                : got;
        case "TestCheckResourceAttrSet":
            return values.some(Boolean) ? undefined : got;
        case "TestCheckNoResourceAttr":
            return isEmpty ? undefined : got;
        case "TestMatchResourceAttr":
            return values.some((each) => pattern(value).test(each ?? "")) ? undefined : got;
        case "TestCheckResourceAttrPair": {
            const other = attributes(value)[otherKey];
            return (found ?? "") === (other ?? "") ? undefined : `${got}, and the other is '${other}'`;
        }
        case "TestCheckOutput":
            return String(outputs[address]) === key ? undefined : `it is '${outputs[address]}'`;
    }
}

/** The paths that a path can mean: Terraform's state has the items of sets in the order of their hashes. */
function placesOf(address: string, key: string, all: Record<string, string>): string[] {
    const token = tokenOf(address.split(".", address.startsWith("data.") ? 2 : 1).join("."));
    let fields = token === undefined ? undefined : schemaOf(token)?.properties;
    let places = [""];
    let isSet = false;
    for (const part of key.split(".")) {
        const isItem = /^\d+$/.test(part);
        const items = (path: string) =>
            Array.from({ length: Number(all[`${path}#`] ?? 0) }, (_, index) => String(index));
        places = places.flatMap((path) => (isItem && isSet ? items(path) : [part]).map((each) => `${path}${each}.`));
        if (!isItem) {
            const name: string | undefined = fields && propertyOf(part, fields);
            const property = name === undefined ? undefined : fields?.[name];
            isSet = property?.type === "set";
            fields = property?.fields;
        }
    }
    const found = places.map((path) => path.slice(0, -1));
    return found.length > 0 ? found : [key];
}

/**
 * The paths of what an import reads otherwise than the state has it.
 *
 * @param ignored prefixes of Terraform's paths (`ImportStateVerifyIgnore`)
 */
export function importDifferences(token: string, outputs: Values, imported: Values, ignored: string[]): string[] {
    const { properties = {} } = schemaOf(token) ?? {};
    const [before, after] = [toState(token, outputs), toState(token, imported)];
    return differences(before, after, properties, [""], (path) => ignored.some((each) => path.startsWith(each)));
}

/** @param above the possible paths in Terraform, as it is not certain whether Pulumi made names plural */
function differences(
    before: Attributes,
    after: Attributes,
    properties: SchemaProperties,
    above: string[],
    isIgnored: (path: string) => boolean,
): string[] {
    return Object.entries(properties).flatMap(([name, property]) => {
        const names = attributesOf(name, property);
        const paths = above.flatMap((path) => names.map((each) => `${path}${each}`));
        const [old, read] = [before[names[0] as string], after[names[0] as string]];
        if (paths.some(isIgnored) || isDeepStrictEqual(old, read)) {
            return [];
        }
        const { fields } = property;
        if (fields && Array.isArray(old) && Array.isArray(read) && old.length === read.length) {
            return old.flatMap((item, index) => {
                const within = paths.map((path) => `${path}.${index}.`);
                return differences(item, read[index], fields, within, isIgnored);
            });
        }
        // What is not set and what is empty are the same in Terraform's state.
        const isNothing = (value: unknown) =>
            value === "" || Object.keys(flat(value)).every((key) => /^[#%]$/.test(key));
        return isNothing(old) && isNothing(read) ? [] : [paths[0] as string];
    });
}
