/**
 * Collects what is in the data files next to the components, `lib/<service>/<component>.yaml`, for those who read it. `docs/development/components.md`
 * describes the files:
 *
 *     node packages/scripts/components.mjs
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, relative, sep } from "node:path";
import { argv } from "node:process";
import { fileURLToPath } from "node:url";
import { icons } from "@iconify-json/lucide";
import * as v from "valibot";
import { parse } from "yaml";
import { exportsOf } from "./lazy.mjs";

const ts = createRequire(import.meta.url)("typescript");

const text = v.pipe(v.string(), v.nonEmpty());
const texts = v.record(text, text);

/** What flows because of a reference of a resource of the component, or to the component. */
const reference = v.strictObject({
    resource: v.optional(text),
    property: v.optional(text),
    flows: v.optional(v.picklist(["in", "out"])),
    attached: v.optional(v.literal(true)),
    label: v.optional(text),
    labelFrom: v.optional(v.picklist(["event", "record", "schedule"])),
});

/** What a data file can have. */
const data = v.strictObject({
    picture: v.strictObject({
        sign: v.pipe(
            text,
            v.check(
                (name) => name in icons.icons,
                ({ input }) => `Lucide has no sign ${input}`,
            ),
        ),
        color: v.picklist(["computing", "data", "messages", "network", "identity", "models", "watching", "outside"]),
        resources: v.optional(v.array(text)),
        as: v.optional(v.picklist(["frame", "build", "apart", "arrow"])),
        refers: v.optional(v.array(reference)),
        referred: v.optional(v.array(reference)),
    }),
    adopt: v.optional(v.record(text, v.strictObject({ argument: text, isSame: v.boolean() }))),
    names: v.optional(
        v.union([v.literal("fixed"), v.array(v.strictObject({ argument: text, value: text, with: v.optional(text) }))]),
    ),
    pulumi: v.optional(texts),
    words: v.optional(
        v.array(
            v.strictObject({
                from: text,
                source: v.optional(text),
                like: v.optional(text),
                arguments: v.optional(texts, {}),
                without: v.optional(texts),
            }),
        ),
    ),
    guesses: v.optional(texts),
    examples: v.optional(v.strictObject({ unchanged: v.optional(texts), undeployed: v.optional(texts) })),
    deployer: v.optional(
        v.record(text, v.strictObject({ roles: v.array(text), grantable: v.optional(v.array(text), []) })),
    ),
});

/** What a data file has. */
function parsed(component, file, content) {
    const { success, output, issues } = v.safeParse(data, parse(content));
    if (!success) {
        const problems = issues.map((issue) => `${v.getDotPath(issue) ?? "file"}: ${issue.message}`);
        throw new Error(`${component}: ${file} is wrong.\n${problems.join("\n")}`);
    }
    return output;
}

const isComponent = (file, name) =>
    ts
        .createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.ES2022)
        .statements.some(
            (each) =>
                ts.isClassDeclaration(each) &&
                each.name.text === name &&
                each.heritageClauses?.some(({ types }) => types[0].expression.name?.text === "ComponentResource"),
        );

const contentOf = (file) => (existsSync(file) ? readFileSync(file, "utf8") : undefined);

/** What the data file of each component has, by its name. Tests give them another content. */
export function components(root, read = contentOf) {
    const lib = join(root, "lib");
    const all = ["index.ts", join("gke", "index.ts")].flatMap((index) => exportsOf(join(lib, index)));
    const files = new Map(
        all
            .filter(([name, file]) => isComponent(file, name))
            .map(([name, file]) => [name, file.replace(/\.ts$/, ".yaml")]),
    );
    const known = new Set(files.values());
    const others = readdirSync(lib, { recursive: true })
        .map((file) => join(lib, file))
        .filter((file) => file.endsWith(".yaml") && !known.has(file));
    const missing = [...files].filter(([, file]) => read(file) === undefined);
    const pathOf = (file) => relative(root, file).split(sep).join("/");
    if (missing.length + others.length > 0) {
        throw new Error(
            [
                ...missing.map(([name, file]) => `${name} has no data file: write ${pathOf(file)}.`),
                ...others.map((file) => `${pathOf(file)} is the data file of no component.`),
            ].join("\n"),
        );
    }
    return Object.fromEntries(
        [...files]
            .sort(([one], [other]) => (one < other ? -1 : 1))
            .map(([name, file]) => [name, parsed(name, pathOf(file), read(file))]),
    );
}

/** The words of all components as sections of a table of `docs/equivalents`, each with those of the section that it is like. */
function sectionsOf(all) {
    const sections = Object.entries(all).flatMap(([component, { words = [] }]) =>
        words.map(({ from, source = from, ...others }) => ({ from, source, component, ...others })),
    );
    return sections.map(({ like, arguments: own, ...section }) => {
        const model = sections.find(({ from }) => from === like);
        if (like !== undefined && model === undefined) {
            throw new Error(`${section.component}: no component has words from ${like}.`);
        }
        return { ...section, arguments: { ...model?.arguments, ...own } };
    });
}

/** The components that create each resource of `@pulumi/gcp`; what is one as a whole is first. */
function resourcesOf(all) {
    const rows = Object.entries(all).flatMap(([component, { pulumi = {} }]) =>
        Object.entries(pulumi).map(([resource, found]) => ({ resource, text: found, isPart: found !== component })),
    );
    const found = {};
    for (const each of rows.sort((one, other) => Number(one.isPart) - Number(other.isPart))) {
        found[each.resource] = [...(found[each.resource] ?? []), each.text];
    }
    return Object.fromEntries(
        Object.entries(found)
            .map(([resource, all]) => [resource, all.join(", ")])
            .sort(([one], [other]) => (one < other ? -1 : 1)),
    );
}

/** The roles of the accounts that deploy the examples of pages, by the name of the example. */
function deployersOf(all) {
    const rows = Object.values(all).flatMap(({ deployer = {} }) => Object.entries(deployer));
    return Object.fromEntries(rows.sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** The text of each index, by its path. */
export function indexes(root) {
    const all = components(root);
    const ofSimulator = Object.fromEntries(
        Object.entries(all).map(([component, { picture, adopt }]) => [component, { picture, adopt }]),
    );
    const json = (value) => `${JSON.stringify(value, undefined, 4)}\n`;
    return {
        "local/commands/components.json": json(ofSimulator),
        "docs/examples/roles.json": json(deployersOf(all)),
        "docs/equivalents/words.json": json({ sections: sectionsOf(all) }),
        "docs/equivalents/pulumi.json": json({ everywhere: resourcesOf(all) }),
    };
}

if (argv[1] === fileURLToPath(import.meta.url)) {
    const root = join(fileURLToPath(import.meta.url), "..", "..", "..");
    for (const [file, content] of Object.entries(indexes(root))) {
        writeFileSync(join(root, file), content);
    }
}
