import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Service } from "../../local/simulator/rules/rules";
import { readErrorRecords, recordRows } from "./errorRecords";
import { readReferences } from "./references";

const list = (folder: string) => readdirSync(folder).sort();

/** The services of the local Google Cloud: each file of `local/simulator/services` is one. */
export function localServices(repository: string): string[] {
    return list(join(repository, "local", "simulator", "services"))
        .filter((file) => file.endsWith(".ts"))
        .map((file) => file.replace(/\.ts$/, ""));
}

/** The page of a service, which is next to its code. */
const pageOfService = (service: string) => `local/simulator/services/${service}/README.md`;

/** The pages of the local Google Cloud, by their paths in the repository. */
export function localPages(repository: string): string[] {
    return [
        "local/README.md",
        ...list(join(repository, "docs", "local")).map((file) => `docs/local/${file}`),
        ...list(join(repository, "local", "simulator", "services"))
            .map(pageOfService)
            .filter((file) => existsSync(join(repository, file))),
    ];
}

/** What the code of a service simulates. */
function readService(service: string): Service {
    return require(join(__dirname, "..", "..", "local", "simulator", "services", service)).default;
}

/** Names of tokens by their modules: `gcp:pubsub/topic:Topic` has the name `Topic` in `pubsub`. */
function byModule(tokens: string[]): [module: string, names: string[]][] {
    const modules = new Map<string, string[]>();
    for (const token of tokens) {
        const [, module = "", name = ""] = /^gcp:(\w+)\/\w+:(\w+)$/.exec(token) ?? [];
        modules.set(module, [...(modules.get(module) ?? []), name]);
    }
    return [...modules].sort().map(([module, names]) => [module, names.sort()]);
}

/** Names, in which the types of a policy are one entry, such as `TopicIAM{Binding,Member,Policy}`. */
function withPolicies(names: string[]): string[] {
    const found = new Map<string, string[]>();
    for (const name of names) {
        const [, stem = name, kind] = /^(\w*I[Aa][Mm])(Binding|Member|Policy)$/.exec(name) ?? [];
        found.set(stem, [...(found.get(stem) ?? []), ...(kind ? [kind] : [])]);
    }
    return [...found].map(([stem, kinds]) => (kinds.length > 1 ? `${stem}{${kinds.join()}}` : stem + kinds.join()));
}

const shortName = (token: string) => token.replace(/^gcp:(\w+)\/\w+:(\w+)$/, "`$1.$2`");

/** Tokens as names after their module, such as `pubsub`: Schema, Topic. */
const inText = (tokens: string[]) =>
    byModule(tokens)
        .map(([module, names]) => `\`${module}\`: ${withPolicies(names).join(", ")}`)
        .join("; ");

/** The services with the numbers of what their pages list. */
export function serviceIndex(repository: string): string {
    const references = readReferences(repository).flatMap((reference) => Object.keys(reference.types));
    const rows = localServices(repository).map((service) => {
        const [, title] = /^# (.*)/.exec(readFileSync(join(repository, pageOfService(service)), "utf8")) ?? [];
        const tokens = Object.keys(readService(service).types ?? {});
        const modules = byModule(tokens).map(([module]) => `\`${module}\``);
        const read = tokens.filter((token) => references.includes(token));
        const messages = recordsOf(service, repository);
        return `| [${title}](simulator/services/${service}/README.md) | ${modules.join(", ")} | ${tokens.length} | ${read.length} | ${messages.length} |`;
    });
    return [
        "| service | of `@pulumi/gcp` | types | reference read | messages on record |",
        "|---|---|--:|--:|--:|",
        ...rows,
    ].join("\n");
}

const recordsOf = (service: string | undefined, repository: string) =>
    recordRows(readErrorRecords(repository).filter((record) => record.service === service));

const recordTable = (rows: string[]) => ["| message | record |", "|---|---|", ...rows];

/** What the code of a service says about itself: its types, its functions, and the messages that are on record. */
export function serviceReference(service: string, repository: string): string {
    const { types = {}, functions: others = {}, lookups = {} } = readService(service);
    const functions = { ...lookups, ...others };
    const tokens = Object.keys(types);
    const references = readReferences(repository).filter((reference) =>
        Object.keys(reference.types).some((type) => tokens.includes(type)),
    );
    const rows = references.map(({ types: own, source, read, fields }) => {
        const rules = Object.values(fields).flat();
        const unchecked = rules.filter((rule) => rule.unchecked).length;
        const names = Object.keys(own).filter((type) => tokens.includes(type));
        return `| ${names.map(shortName).join(", ")} | [${read}](${source}) | ${rules.length} | ${unchecked} |`;
    });
    const read = references.flatMap((reference) => Object.keys(reference.types));
    const unread = tokens.filter((type) => !read.includes(type));
    const messages = recordsOf(service, repository);
    return [
        ...(tokens.length > 0 ? ["## Resource types", ""] : []),
        ...(rows.length > 0
            ? ["| type | reference read on | rules | not checked |", "|---|---|--:|--:|", ...rows, ""]
            : []),
        ...(unread.length > 0 ? [`${rows.length > 0 ? "Others" : "All"}: ${inText(unread)}.`, ""] : []),
        ...(Object.keys(functions).length > 0 ? [`Functions: ${inText(Object.keys(functions))}.`, ""] : []),
        ...(messages.length > 0 ? ["## Messages on record", "", ...recordTable(messages), ""] : []),
    ]
        .join("\n")
        .trimEnd();
}

/** The messages on record that several services answer. */
export function sharedRecords(repository: string): string {
    return recordTable(recordsOf(undefined, repository)).join("\n");
}
