import { readFileSync } from "node:fs";
import { join } from "node:path";

/** What finds problems in programs: Checkov, kube-score, or the rules of `slipway-policy` that are mandatory in production. */
export type Scanner = "checkov" | "kube-score" | "policy";

/** What a scanner finds in a program. */
export interface Finding {
    check: string;
    /** The name of a starter, or of an example of the pages, such as `secret`. */
    program: string;
    /** The name of the resource in the program. */
    resource: string;
}

/** A decision about findings. */
interface Row {
    checks: Partial<Record<Scanner, string[]>>;
    /** In `program` and `resource`, `*` is any text. @default "*" */
    program?: string;
    /** @default "*" */
    resource?: string;
    reason: string;
    /** The page with which the reason can be verified. */
    source: string;
}

/** What all environments are accepted with, and what development leaves out in addition, by categories. */
export const suppressions: { production: Row[]; development: (Row & { category: string })[] } = JSON.parse(
    readFileSync(join(__dirname, "suppressions.json"), "utf8"),
);

/** Whether a text matches a pattern in which `*` is any text. */
export const matches = (pattern = "*", text: string) =>
    new RegExp(`^${pattern.replaceAll(/[.?+()[\]]/g, "\\$&").replaceAll("*", ".*")}$`).test(text);

/** The findings of one scanner, compared with the rows. */
export class Accepted {
    private readonly checks: (Row & { check: string; isMet: boolean })[];

    constructor(scanner: Scanner, rows: Row[]) {
        this.checks = rows.flatMap((row) =>
            (row.checks[scanner] ?? []).map((check) => ({ ...row, check, isMet: false })),
        );
    }

    /** The findings that no row accepts. */
    others(findings: Finding[]): Finding[] {
        return findings.filter(({ check, program, resource }) => {
            const accepting = this.checks.filter(
                (row) => row.check === check && matches(row.program, program) && matches(row.resource, resource),
            );
            for (const row of accepting) {
                row.isMet = true;
            }
            return accepting.length === 0;
        });
    }

    /** The checks of rows that accepted nothing. */
    get unmet(): string[] {
        return this.checks
            .filter(({ isMet }) => !isMet)
            .map(({ check, program = "*", resource = "*" }) => `${check} ${program} ${resource}`);
    }
}
