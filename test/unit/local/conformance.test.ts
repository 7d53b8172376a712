import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { localPages, localServices } from "../../../docs/tools/localPages";
import { included } from "../../../docs/tools/pages";
import { Types } from "../../../local/simulator/provider/types";
import { types } from "../../../local/simulator/rules/catalogue";
import type { Inputs } from "../../../local/simulator/rules/rules";
import { everyProperty, flagsOf, pulumiPath } from "../../../local/simulator/schema/flags";
import {
    providerSchema,
    type SchemaProperty,
    schemaFile,
    schemaOf,
    schemaText,
    schemaVersion,
} from "../../../local/simulator/schema/schema";
import { installed, root } from "./world";

const schema = providerSchema();
const all = new Types(installed, () => undefined);

/** The items that are only in one of two lists. */
function differences(what: string, ours: Iterable<string>, schemas: Iterable<string>): string[] {
    const [our, theirs] = [new Set(ours), new Set(schemas)];
    return [
        ...[...theirs].filter((each) => !our.has(each)).map((each) => `${what}: ${each} is missing`),
        ...[...our].filter((each) => !theirs.has(each)).map((each) => `${what}: ${each} is not in the schema`),
    ];
}

const isInput = ({ required, optional }: SchemaProperty) => Boolean(required || optional);
const isOutput = (property: SchemaProperty) => Boolean(property.computed) && !isInput(property);

test("the file contains the schema of one version, with a line for each type and function", () => {
    expect(schema.provider).toBe(schemaVersion);
    expect(Object.keys(schema.resources)).toHaveLength(1474);
    expect(gunzipSync(readFileSync(schemaFile)).toString() === schemaText(schema)).toBe(true);
    const all = Object.entries({ ...schema.functions, ...schema.resources });
    const unread = all.filter(([token, type]) => JSON.stringify(schemaOf(token)) !== JSON.stringify(type));
    expect(unread.map(([token]) => token)).toEqual([]);
    expect(schemaOf("gcp:pubsub/topic:Topics")).toBeUndefined();
});

test("the installed package has the schema's types, with the same inputs, outputs and required inputs, except names", () => {
    const names = new Set<string>();
    const problems = Object.entries(schema.resources).flatMap(([token, { properties }]) => {
        const { installed, autonamed } = all.get(token);
        for (const name of autonamed) {
            names.add(name);
        }
        const top = Object.entries(properties).filter(([name]) => name !== "id");
        const which = (is: (property: SchemaProperty) => boolean) =>
            top.filter(([, property]) => is(property)).map(([name]) => name);
        const filled = which((property) => isInput(property) && property.computed === true);
        return [
            ...differences("inputs", installed.inputs, which(isInput)),
            ...differences("outputs", installed.outputs, which(isOutput)),
            ...differences(
                "required",
                [...installed.required, ...autonamed.filter((name) => properties[name]?.required)],
                which(({ required }) => required === true),
            ),
            ...differences("filled", installed.computed, [...filled, ...autonamed]),
        ].map((each) => `${token}: ${each}`);
    });
    // Pulumi's own default, instead of the provider's "Managed by Terraform".
    expect(problems).toEqual(["gcp:dns/managedZone:ManagedZone: filled: description is not in the schema"]);
    expect([...names].sort()).toEqual(["accountId", "name", "projectId", "roleId", "secretId", "serviceId"]);
});

test("all properties in lists of conflicts are resolved by their Terraform names", () => {
    const renames = { dataset: "authorizedDataset" };
    const lost = Object.entries(schema.resources).flatMap(([token, { properties }]) => {
        const every = everyProperty(properties);
        const paths = new Set(every.map(([path]) => path));
        return every
            .flatMap(([, { conflictsWith = [], exactlyOneOf = [], atLeastOneOf = [], requiredWith = [] }]) => [
                ...conflictsWith,
                ...exactlyOneOf,
                ...atLeastOneOf,
                ...requiredWith,
            ])
            .filter((name) => pulumiPath(name, paths, token.endsWith(":DatasetAccess") ? renames : {}) === undefined)
            .map((name) => `${token}: ${name}`);
    });
    expect(lost).toEqual([]);
});

test("of another version's properties, only those of the installed package are used", () => {
    const token = "gcp:pubsub/subscription:Subscription";
    const flags = flagsOf(token, (name) => name !== "messageRetentionDuration" && name !== "pushConfig");
    expect(flags.defaults).toEqual({ "cloudStorageConfig.maxDuration": "300s", "messageTransforms.disabled": false });
    expect(flags.required).not.toContain("pushConfig.pushEndpoint");
    expect(flags.combinations).toEqual([
        { path: "bigqueryConfig", kind: "conflictsWith", others: ["cloudStorageConfig"] },
        { path: "cloudStorageConfig", kind: "conflictsWith", others: ["bigqueryConfig"] },
    ]);
    expect(flagsOf("gcp:pubsub/newer:Newer", () => true)).toMatchObject({ defaults: {}, combinations: [] });
});

/** All rules of a type that duplicate the schema, or refer to unknown properties. */
function repetitions(token: string): string[] {
    const { rules, flags, installed } = all.get(token);
    const listed = (of: (Inputs | undefined)[]) => of.flatMap((each) => Object.keys(each ?? {}));
    const maps = everyProperty(schemaOf(token)?.properties ?? {}).flatMap(([path, { type }]) =>
        type === "map" ? path : [],
    );
    const isKey = (path: string) => maps.some((map) => path.startsWith(`${map}.`));
    const known = (what: string, paths: string[]) =>
        paths
            .filter((path) => !flags.paths.has(path) && !isKey(path))
            .map((path) => `${what}: ${path} is not in the schema`);
    return [
        ...known(
            "comparisons and refusals",
            listed([rules.normalize, rules.same, rules.validators, rules.replaceWhen]),
        ),
        ...known("replaceOnChange", rules.replaceOnChange ?? []),
        ...(rules.replaceOnChange ?? [])
            .filter((path) => flags.replaceOnChange.has(path))
            .map((path) => `replaceOnChange: ${path} is in the schema`),
        ...(rules.changesOnUpdate ?? [])
            .filter((path) => !flags.computed.includes(path) && !flags.computedAtTop.has(path))
            .map((path) => `changesOnUpdate: ${path} is not computed in the schema`),
        ...[rules.autoname ?? []]
            .flat()
            .filter((name) => installed.computed.includes(name) && !flags.computedAtTop.has(name))
            .map((name) => `autoname: ${name} is derived`),
    ];
}

test.each(Object.keys(types))("the rules of %s only contain what its schema does not", (token) => {
    expect(repetitions(token)).toEqual([]);
});

test("each service has a page, next to its code", () => {
    const services = localServices(root).map((service) => `local/simulator/services/${service}/README.md`);
    expect(localPages(root).filter((file) => file.startsWith("local/simulator/services/"))).toEqual(services);
    for (const [index, file] of services.entries()) {
        const service = localServices(root)[index];
        expect([file, readFileSync(join(root, file), "utf8")]).toEqual([
            file,
            expect.stringContaining(`\n<!-- service: ${service} -->\n`),
        ]);
    }
});

test.each(localPages(root))("%s has the types, functions and messages of the code", (file) => {
    const page = readFileSync(join(root, file), "utf8");
    expect(included(page, join(root, "docs"), { interfaces: new Map(), outputs: new Map() })).toBe(page);
});
