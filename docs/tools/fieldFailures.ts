import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { yaml } from "../../local/machine/yaml";

export const outcomes = [
    "prevented",
    "tested",
    "reported at preview",
    "on the page",
    "handled upstream",
    "not prevented",
    "does not apply",
] as const;

/** Failures that users of Google Cloud met with other tools, and what becomes of them here. */
export interface FieldFailures {
    outcome: (typeof outcomes)[number];
    /** What prevents or reports them here, or why nothing does. */
    here: string;
    /** The test that sees that, as `test/deploy/x.test.ts: its title`. */
    test?: string;
    /** What to take out of the library to see this test fail, for what is prevented; `judges/bench/preventions.mjs` does. */
    without?: Removal[];
    /** The page that describes it, from the root of the repository. */
    page?: string;
    /** Where the provider or Pulumi handles it by itself, as an address. */
    source?: string;
    threads: Thread[];
}

/** A part of a file that prevents a failure. */
export interface Removal {
    file: string;
    /** The part, which is there once. */
    remove: string;
    /** What replaces it. @default nothing */
    replace?: string;
}

export interface Thread {
    /** The address of the public issue or pull request. */
    thread: string;
    kind: string;
    /** What happens, with the core of the error. */
    fails: string;
}

/** The failures of each file in `judges/fieldFailures`, by the title in the file's first line. */
export function fieldFailures(docs: string): Map<string, FieldFailures[]> {
    const folder = join(docs, "..", "judges", "fieldFailures");
    const files = readdirSync(folder).filter((name) => name.endsWith(".yaml"));
    return new Map(
        files.sort().map((name) => {
            const text = readFileSync(join(folder, name), "utf8");
            const [, title = name] = /^# (.+)\n/.exec(text) ?? [];
            return [title, yaml().parse(text)];
        }),
    );
}

/** How many failures have which outcome, then a table of them for each file. */
export function failureTables(docs: string): string {
    const sections = fieldFailures(docs);
    const all = [...sections.values()].flat();
    const counts = outcomes.map((outcome) => {
        const threads = all.filter((each) => each.outcome === outcome).flatMap((each) => each.threads);
        return `| ${outcome} | ${threads.length} |`;
    });
    const tables = [...sections].map(([title, rows]) =>
        [
            `## ${title}`,
            "",
            "| thread | failure | in slipway | shown by |",
            "|---|---|---|---|",
            ...rows.flatMap((row) => row.threads.map((thread) => `| ${cells(row, thread).map(cell).join(" | ")} |`)),
        ].join("\n"),
    );
    return [["| outcome | threads |", "|---|---|", ...counts].join("\n"), ...tables].join("\n\n");
}

function cells({ outcome, here, test, page, source }: FieldFailures, { thread, fails, kind }: Thread): string[] {
    const [, repository, number] = /^https:\/\/github\.com\/[^/]+\/([^/]+)\/\w+\/(\d+)$/.exec(thread) ?? [];
    const shown = [
        test && withoutTags(test.replace(/^(\S+): (.*)$/, "[`$1`](../$1): $2")),
        page?.replace(/^docs\/(.+)$/, "[$1]($1)"),
        source,
    ];
    return [
        `[${repository ? `${repository} ${number}` : thread}](${thread})`,
        `*${kind}*: ${withoutTags(fails)}`,
        `**${outcome}**: ${withoutTags(here)}`,
        shown.filter(Boolean).join("<br>"),
    ];
}

/** A text whose placeholders, such as `<project>`, are not taken for HTML. Those in code are not, anyway. */
const withoutTags = (text: string) =>
    text.replaceAll(/`[^`]*`|<(?=[a-z])(?!https?:)/g, (match) => (match === "<" ? "&lt;" : match));

const cell = (text: string) => text.trim().replaceAll(/\s+/g, " ").replaceAll("|", "\\|");
