import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { yaml } from "../../local/yaml";

export const outcomes = ["prevented", "reported at preview", "on the page", "not prevented", "does not apply"] as const;

/** A failure that users of Google Cloud met with other tools, and what becomes of it here. */
export interface FieldFailure {
    /** The address of the public issue or pull request. */
    thread: string;
    /** What happens, with the core of the error. */
    fails: string;
    kind: string;
    outcome: (typeof outcomes)[number];
    /** What prevents or reports it here, or why nothing does. */
    here: string;
    /** The test that fails without that, as `test/deploy/x.test.ts: its title`. */
    test?: string;
    /** The page that tells it, from the root of the repository. */
    page?: string;
}

/** The failures of each file in `docs/fieldFailures`, by the title in the file's first line. */
export function fieldFailures(docs: string): Map<string, FieldFailure[]> {
    const folder = join(docs, "fieldFailures");
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
    const counts = outcomes.map((outcome) => `| ${outcome} | ${all.filter((row) => row.outcome === outcome).length} |`);
    const tables = [...sections].map(([title, rows]) =>
        [
            `## ${title}`,
            "",
            "| thread | failure | in slipway | shown by |",
            "|---|---|---|---|",
            ...rows.map((row) => `| ${cells(row).map(cell).join(" | ")} |`),
        ].join("\n"),
    );
    return [["| outcome | threads |", "|---|---|", ...counts].join("\n"), ...tables].join("\n\n");
}

function cells({ thread, fails, kind, outcome, here, test, page }: FieldFailure): string[] {
    const [, repository, number] = /^https:\/\/github\.com\/[^/]+\/([^/]+)\/\w+\/(\d+)$/.exec(thread) ?? [];
    const shown = [test?.replace(/^(\S+): (.*)$/, "[`$1`](../$1): $2"), page?.replace(/^docs\/(.+)$/, "[$1]($1)")];
    return [
        `[${repository ? `${repository} ${number}` : thread}](${thread})`,
        `*${kind}*: ${fails}`,
        `**${outcome}**: ${here}`,
        shown.filter(Boolean).join("<br>"),
    ];
}

const cell = (text: string) => text.trim().replaceAll(/\s+/g, " ").replaceAll("|", "\\|");
