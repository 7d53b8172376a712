import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { keyOf, type Leaf, leavesOf } from "./leaves";
import { planOf } from "./plan";

export const root = join(__dirname, "..", "..", "..");
const folder = join(root, "docs", "examples");

const excluded: Record<string, string> = JSON.parse(readFileSync(join(__dirname, "excluded.json"), "utf8"));

/** All examples of the pages, by their paths. */
export const examples = ["", "gke"].flatMap((part) =>
    readdirSync(join(folder, part))
        .filter((name) => name.endsWith(".ts") && name !== "environments.ts")
        .map((file) => join(part, file)),
);

/** Adds the reasons of `excluded.json`, whose rows are arguments or, with `*`, their beginnings. */
export const withReason = (leaves: Leaf[]): Leaf[] =>
    leaves.map((leaf) => {
        const [, reason] =
            Object.entries(excluded).find(([key]) =>
                key.endsWith("*") ? keyOf(leaf).startsWith(key.slice(0, -1)) : key === keyOf(leaf),
            ) ?? [];
        return reason === undefined || leaf.reason !== undefined ? leaf : { ...leaf, reason };
    });

/** Rows of `excluded.json` without an argument. */
export const unused = (leaves: Leaf[]): string[] =>
    Object.keys(excluded).filter(
        (key) =>
            !leaves.some((leaf) =>
                key.endsWith("*") ? keyOf(leaf).startsWith(key.slice(0, -1)) : key === keyOf(leaf),
            ),
    );

/** The arguments that `npm run changes` does not change, with the reasons: what is excluded, and what all tried neighbours were refused for. */
export async function tableOf(all: Leaf[]): Promise<Record<string, string>> {
    const leaves = withReason(all);
    const table: Record<string, string> = {};
    for (const example of examples) {
        const own = leaves.filter((leaf) => leaf.example === example);
        for (const leaf of own) {
            if (leaf.reason !== undefined) {
                table[keyOf(leaf)] = leaf.reason;
            }
        }
        const tried = own.filter(({ reason }) => reason === undefined);
        const { outcomes } = await planOf(
            join(folder, example),
            readFileSync(join(folder, example), "utf8"),
            tried,
            false,
        );
        for (const { leaf, result, detail = "", text = "" } of outcomes) {
            const [line = ""] = detail
                .replaceAll(root, "")
                .replace(/^(Error: )?\w+ ".*?": /, "")
                .split(/\n/);
            table[leaf] = result === "unchanged" ? `${text.trim()} registers the same` : `refused: ${line.trim()}`;
        }
    }
    return Object.fromEntries(Object.entries(table).sort(([one], [other]) => (one < other ? -1 : 1)));
}

export const allLeaves = () => leavesOf(root, examples);
