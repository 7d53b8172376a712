import { readdirSync, readFileSync } from "node:fs";
import { extname, join, sep } from "node:path";
import * as ts from "typescript";
import { environmentDefaults } from "../../lib/stack/settings/defaults";
import { equivalentTables } from "./equivalents";
import { refusalTables } from "./errors";
import { failureTables } from "./fieldFailures";
import { judgedServices, judgeTotals } from "./judges";
import { codeCell, type Library, prose, withoutShortForms } from "./library";
import { serviceIndex, serviceReference, sharedRecords } from "./localPages";
import { type Offered, outputTable } from "./outputs";
import { peerTables, peerTotals } from "./peers";
import { notShown, policyRules, policyTotals } from "./policyRules";
import { faultTable, promiseTable, versionTable } from "./promises";
import { readTypes } from "./references";
import { starterGallery } from "./starters";

/** What pages show of the library. */
export interface Reference {
    /** The options of interfaces and types, by name. */
    interfaces: Map<string, Argument[]>;
    /** What components offer, by class. */
    outputs: Map<string, Offered[]>;
}

/** A row of a table of arguments. */
interface Argument {
    name: string;
    type: string;
    text: string;
    fallback: string;
    category: string;
    /** The interface or type that declares it. */
    of: string;
}

/**
 * A page with what is included in it brought up to date: between `<!-- example: file.ts -->` and `<!-- end -->` the
 * file, between `<!-- arguments: SomeArgs -->` and `<!-- end -->` a table of the options of that type (`sql/Maintenance` where
 * two fields have one of the name), which refers to another table of the page for those that it inherits from there, between
 * `<!-- outputs: SomeComponent -->` and `<!-- end -->` a table of what a component offers, between
 * `<!-- kinds: SomeDefaults -->` and `<!-- end -->` what each kind of environment has of them, between
 * `<!-- local: services -->` and `<!-- end -->` the services of the local Google Cloud, `<!-- local: records -->` the messages on record that
 * several of them answer, `<!-- local: references -->` how many references were read, between `<!-- service: pubsub -->` and
 * `<!-- end -->` the types, functions and messages of a service, between `<!-- failures: all -->` and `<!-- end -->` tables of the failures in `judges/fieldFailures`, between `<!-- errors: all -->` and
 * `<!-- end -->` tables of the combinations of arguments that the library refuses, between `<!-- roles: examples -->` and
 * `<!-- end -->` the roles of the accounts that deploy the examples, between `<!-- starters: all -->` and `<!-- end -->` the starters, between `<!-- policy: totals -->`,
 * `<!-- policy: rules -->` or `<!-- policy: notShown -->` and `<!-- end -->` the rules of the policy pack, between `<!-- promises: all -->`,
 * `<!-- promises: faults -->` or `<!-- promises: versions -->` and `<!-- end -->` what is promised, between `<!-- equivalents: gcloud -->` and
 * `<!-- end -->` what a file of `docs/equivalents` has, and between `<!-- peers: totals -->` or `<!-- peers: tables -->` and `<!-- end -->` what `judges/peers` has.
 */
export function included(page: string, docs: string, { interfaces, outputs }: Reference): string {
    const tables = new Set([...page.matchAll(/<!-- arguments: (?:\w+\/)?(\w+) -->/g)].map(([, name = ""]) => name));
    return page.replaceAll(
        /<!-- (example|arguments|outputs|kinds|local|service|failures|errors|roles|peers|judges|starters|policy|promises|equivalents): (\S+) -->\n[\s\S]*?<!-- end -->/g,
        (_, kind: string, name: string) => {
            const rows = () => interfaces.get(name) ?? missing(name);
            const contents: Record<string, () => string> = {
                example: () => code(join(docs, "examples", name)),
                arguments: () => table(rows(), name.replace(/^.*\//, ""), tables),
                outputs: () => outputTable(outputs.get(name) ?? missing(name)),
                kinds: () => kinds(rows()),
                local: () => localTable(name, docs),
                service: () => serviceReference(name, join(docs, "..")),
                failures: () => failureTables(docs),
                errors: () => refusalTables(join(docs, "..", "lib")),
                roles: () => roles(docs),
                starters: () => starterGallery(),
                judges: () => (name === "totals" ? judgeTotals(docs) : judgedServices(docs)),
                policy: () => policyTable(name, docs),
                promises: () => promised(name, docs),
                equivalents: () => equivalentTables(docs, name),
                peers: () => (name === "totals" ? peerTotals(docs) : peerTables(docs)),
            };
            const content = contents[kind]?.();
            return `<!-- ${kind}: ${name} -->\n${content}\n<!-- end -->`;
        },
    );
}

function policyTable(name: string, docs: string): string {
    const tables: Record<string, () => string> = {
        rules: policyRules,
        totals: () => policyTotals(docs),
        notShown: () => notShown(docs),
    };
    return (tables[name] ?? missing(name))();
}

function promised(name: string, docs: string): string {
    const tables = { all: promiseTable, faults: faultTable, versions: versionTable };
    return (tables[name as keyof typeof tables] ?? missing(name))(docs);
}

function missing(name: string): never {
    throw new Error(`a page asks for ${name}, which lib does not have, or more than once: say sql/${name}`);
}

const languages: Record<string, string> = {
    ".json": "json",
    ".py": "python",
    ".sh": "sh",
    ".yaml": "yaml",
    ".yml": "yaml",
};

function code(file: string): string {
    const language = languages[extname(file)] ?? "ts";
    return `\`\`\`${language}\n${readFileSync(file, "utf8").trim()}\n\`\`\``;
}

const inWords = new Intl.ListFormat("en-GB");

function table(rows: Argument[], title: string, tables: Set<string>): string {
    const isElsewhere = ({ of }: Argument) => of !== title && tables.has(of);
    const lines = rows
        .filter((row) => !isElsewhere(row))
        .map(({ name, type, text, fallback }) => `| \`${name}\` | ${type} | ${text} | ${fallback} |`);
    const others = [...new Set(rows.filter(isElsewhere).map(({ of }) => `\`${of}\``))];
    return [
        ...(lines.length > 0 ? ["| argument | type | | when left out |", "|---|---|---|---|", ...lines] : []),
        ...(lines.length > 0 && others.length > 0 ? [""] : []),
        ...(others.length > 0
            ? [`${lines.length > 0 ? "And" : "Has"} the arguments of ${inWords.format(others)}.`]
            : []),
    ].join("\n");
}

/** The roles of the accounts that deploy the examples, a row for each. */
function roles(docs: string): string {
    const all: Record<string, { roles: string[]; grantable: string[] }> = JSON.parse(
        readFileSync(join(docs, "examples", "roles.json"), "utf8"),
    );
    const list = (names: string[]) => names.map((name) => `\`${name.replace("roles/", "")}\``).join(", ") || "none";
    const rows = Object.entries(all).map(
        ([example, { roles, grantable }]) =>
            `| [${example}](${pageOf(example, docs)}) | ${list(roles)} | ${list(grantable)} |`,
    );
    return ["| example | roles | `grantable` |", "|---|---|---|", ...rows].join("\n");
}

/** The page that shows an example, which usually has its name. */
function pageOf(example: string, docs: string): string {
    const pages = readdirSync(docs, { recursive: true, encoding: "utf8" })
        .map((file) => file.split(sep).join("/"))
        .filter((file) => /^(guides\/)?[^/]+\.md$/.test(file));
    const shows = (page: string) => readFileSync(join(docs, page), "utf8").includes(`<!-- example: ${example}.ts -->`);
    const own = `${example}.md`;
    return (pages.includes(own) ? own : pages.find(shows)) ?? missing(`a page with the example ${example}`);
}

function localTable(name: string, docs: string): string {
    const tables: Record<string, () => string> = {
        services: () => serviceIndex(join(docs, "..")),
        records: () => sharedRecords(join(docs, "..")),
        references: () => readTypes(join(docs, "..")),
    };
    return (tables[name] ?? missing(name))();
}

/** What each kind of environment does, in the order of what that is about. */
function kinds(rows: Argument[]): string {
    const all = Object.entries(environmentDefaults);
    const value = (defaults: object, name: string) => String(Reflect.get(defaults, name)).replaceAll(",", ", ");
    const lines = rows.map(({ name, category, text }) => {
        return `| ${category} | \`${name}\` | ${text} | ${all.map(([, each]) => value(each, name)).join(" | ")} |`;
    });
    return [`| | | | ${all.map(([kind]) => kind).join(" | ")} |`, "|---|---|---|---|---|---|", ...lines].join("\n");
}

/**
 * The options of every interface and type of the library whose doc comments make a table, by the type's name, with those that it inherits or
 * takes from other types.
 */
export function documented({ lib, files, program }: Library): Map<string, Argument[]> {
    const checker = program.getTypeChecker();
    const found = new Map<string, Argument[]>();
    const names = new Set<string>();
    for (const file of files) {
        program.getSourceFile(join(lib, file))?.forEachChild((node) => {
            if (!ts.isInterfaceDeclaration(node) && !ts.isTypeAliasDeclaration(node)) {
                return;
            }
            const rows = checker.getTypeAtLocation(node).getProperties().flatMap(argument);
            const name = node.name.text;
            found.set(`${file.split(sep)[0]}/${name}`, rows);
            if (names.has(name)) {
                found.delete(name);
            } else {
                found.set(name, rows);
            }
            names.add(name);
        });
    }
    return found;
}

function argument(property: ts.Symbol): Argument[] {
    const member = property.declarations?.find(ts.isPropertySignature);
    if (member === undefined) {
        return [];
    }
    const tags = ts.getJSDocTags(member);
    const comment = ts.getJSDocCommentsAndTags(member).find(ts.isJSDoc)?.comment;
    const fallback = tags.find(({ tagName }) => tagName.text === "default")?.comment;
    return [
        {
            name: member.name.getText(),
            type: typeOf(member.type),
            text: prose(comment),
            fallback: property.flags & ts.SymbolFlags.Optional ? prose(fallback) : "required",
            category: prose(tags.find(({ tagName }) => tagName.text === "category")?.comment),
            of: declaring(member.parent),
        },
    ];
}

/** The name of the interface or type around a member. */
function declaring(node: ts.Node): string {
    return ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node) ? node.name.text : declaring(node.parent);
}

/** A type as a reader needs it: of an object that is written out, the names of its options. */
function typeOf(type: ts.TypeNode | undefined): string {
    return codeCell(worded(type));
}

function worded(type: ts.TypeNode | undefined): string {
    if (type && ts.isIntersectionTypeNode(type)) {
        return type.types.map(worded).join(" & ");
    }
    if (type && ts.isTypeReferenceNode(type) && /^(check\.)?Short$/.test(type.typeName.getText())) {
        return worded(type.typeArguments?.[0]);
    }
    const members =
        type && ts.isTypeLiteralNode(type) ? type.members.map((member) => member.name?.getText() ?? "…") : undefined;
    return members ? `{ ${members.join(", ")} }` : documentedForm(type?.getText() ?? "");
}

const alias = "type Documented = ";

/** A type without the short forms in it. */
const documentedForm = (type: string) => withoutShortForms(`${alias}${type}`).slice(alias.length);
