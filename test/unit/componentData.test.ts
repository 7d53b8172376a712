import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import * as fields from "../../lib";
import * as kubernetes from "../../lib/gke";
import { ofGenerator } from "./componentData";

const root = join(__dirname, "..", "..");

test("the indexes of the data files are generated: run 'npm run index' if this fails", () => {
    const indexes = ofGenerator<Record<string, string>>("indexes(process.cwd())");
    const files = Object.keys(indexes).map((file) => [file, readFileSync(join(root, file), "utf8")]);
    expect(Object.fromEntries(files)).toEqual(indexes);
});

test("each component has a data file", () => {
    const exported = Object.entries({ ...fields, ...kubernetes }).filter(
        ([, each]) => typeof each === "function" && each.prototype instanceof pulumi.ComponentResource,
    );
    const found = ofGenerator<Record<string, unknown>>("components(process.cwd())");
    expect(Object.keys(found)).toEqual(exported.map(([name]) => name).sort());
});

/** The error if the data file of ManagedFolder has another content, or if there is none. */
function errorOf(content: string | undefined): string {
    const read = `(file) => file.endsWith("managedFolder.yaml") ? ${JSON.stringify(content)} : "picture: { sign: box, color: data }"`;
    return ofGenerator(
        `(() => { try { return components(process.cwd(), ${read}); } catch (error) { return error.message; } })()`,
    );
}

const wrong = "ManagedFolder: lib/storage/managedFolder.yaml is wrong.\n";
test.each([
    [undefined, "ManagedFolder has no data file: write lib/storage/managedFolder.yaml."],
    ["picture: { color: data }", `${wrong}picture.sign: Invalid key: Expected "sign" but received undefined`],
    ["picture: { sign: paperclop, color: data }", `${wrong}picture.sign: Lucide has no sign paperclop`],
    ["picture: { sign: box, color: data }\nword: {}", `${wrong}word: Invalid key: Expected never but received "word"`],
    ["words: []", `${wrong}picture: Invalid key: Expected "picture" but received undefined`],
    ["", `${wrong}file: Invalid type: Expected Object but received null`],
])("a data file %j is refused", (content, message) => {
    expect(errorOf(content)).toBe(message);
});
