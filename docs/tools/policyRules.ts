import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Rule } from "../../packages/policy/rule";
import { rulesByField } from "../../packages/policy/rules";

type Version = "4.0" | "5.0";

/** Why no rule covers a recommendation, by its ID, in each version of the benchmark. */
interface Recommendations {
    versions: Record<Version, Record<string, { notShown?: string }>>;
}

const cell = (ids: string[] = []) => ids.join(", ");

function row({ name, description, cis, checkov, url, optional }: Rule): string {
    const text = optional === undefined ? description : `${description} *Optional: ${optional}*`;
    return `| [\`${name}\`](${url}) | ${text} | ${cell(cis?.["4.0"])} | ${cell(cis?.["5.0"])} | ${cell(checkov)} |`;
}

/** A table of the rules of each field. */
export function policyRules(): string {
    const tables = Object.entries(rulesByField).map(([field, rules]) =>
        [
            `## ${field}`,
            "",
            "| rule | requires | CIS 4.0 | CIS 5.0 | Checkov |",
            "|---|---|---|---|---|",
            ...rules.map(row),
        ].join("\n"),
    );
    return `\n${tables.join("\n\n")}\n`;
}

/** A table of the recommendations that no rule covers. */
export function notShown(docs: string): string {
    const { versions }: Recommendations = JSON.parse(
        readFileSync(join(docs, "..", "packages", "policy", "cis.json"), "utf8"),
    );
    const reasons = new Map<string, Record<Version, string[]>>();
    for (const version of ["4.0", "5.0"] as const) {
        for (const [id, { notShown: reason }] of Object.entries(versions[version])) {
            if (reason !== undefined) {
                const ids = reasons.get(reason) ?? { "4.0": [], "5.0": [] };
                ids[version].push(id);
                reasons.set(reason, ids);
            }
        }
    }
    const rows = [...reasons].map(([reason, ids]) => `| ${cell(ids["4.0"])} | ${cell(ids["5.0"])} | ${reason} |`);
    return ["| CIS 4.0 | CIS 5.0 | why no rule covers it |", "|---|---|---|", ...rows].join("\n");
}

/** The number of rules, and of recommendations that they cover. */
export function policyTotals(docs: string): string {
    const { versions }: Recommendations = JSON.parse(
        readFileSync(join(docs, "..", "packages", "policy", "cis.json"), "utf8"),
    );
    const all = Object.values(rulesByField).flat();
    const rows = (["4.0", "5.0"] as const).map((version) => {
        const covered = new Set(all.flatMap(({ cis }) => cis?.[version] ?? []));
        return `| recommendations of CIS ${version} | ${covered.size} of ${Object.keys(versions[version]).length} |`;
    });
    const checks = new Set(all.flatMap(({ checkov }) => checkov ?? []));
    const without = all.filter(({ cis, checkov }) => !cis && !checkov);
    return [
        "| | |",
        "|---|--:|",
        `| rules | ${all.length} |`,
        `| of them optional | ${all.filter(({ optional }) => optional !== undefined).length} |`,
        ...rows,
        `| checks of Checkov | ${checks.size} |`,
        `| rules for which neither has a check | ${without.length} |`,
    ].join("\n");
}
