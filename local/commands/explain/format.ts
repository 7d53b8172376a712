import { textStyles } from "../textStyles";
import type { Explanation } from "./explanation";
import type { Right } from "./rights";
import type { Step } from "./waits";

/** Formats an explanation for the terminal. */
export function formatExplanation(explanation: Explanation, colors = false): string {
    const { component, line, resources, callers, connections, accounts, protection, waits } = explanation;
    const { bold, dim } = textStyles(colors);
    const section = (title: string, lines: string[], none: string) => [
        "",
        bold(title),
        ...(lines.length > 0 ? lines : [`  ${dim(none)}`]),
    ];
    const last = waits.at(-1);
    const total = last ? `, ${minutes(last.at + last.takes)} after the start` : "";
    return [
        `${bold(component)}${line ? `  ${dim(line)}` : ""}  ${resources} ${resources === 1 ? "resource" : "resources"}`,
        ...section(
            "Who may use it",
            table(callers.map((right) => [right.who, right.role, `on ${right.on}`, suffix(right)])),
            "nobody in this stack. Roles that were granted elsewhere are not in it.",
        ),
        ...section(
            "What else is connected to it",
            table(connections.map(({ from, to, label = "" }) => [from ? `from ${from}` : `to ${to}`, label])),
            "nothing",
        ),
        ...section(
            "What its accounts may do",
            accounts.flatMap(({ account, rights }) => [
                `  ${account}`,
                ...table(rights.map((right) => [right.role, `on ${right.on}`, suffix(right)])).map((row) => `  ${row}`),
            ]),
            "it has no account",
        ),
        ...section(
            "What protects it",
            table(protection.map(({ resource, protections }) => [resource, protections.join("; ")])),
            "nothing",
        ),
        ...section(`What it waits for at the first deployment${total}`, table(waits.map(stepCells)), "nothing"),
        "",
    ].join("\n");
}

const suffix = ({ condition, line = "" }: Right) => (condition ? `${line}  if ${condition}` : line);

const stepCells = ({ resource, at, takes, waits }: Step) => [
    minutes(at),
    resource,
    `${waits > 0 ? `waits ${waits} s for the effect of the one before, ` : ""}takes ${takes} s`,
];

/** `5:31` of seconds. */
const minutes = (seconds: number) => `${Math.floor(seconds / 60)}:${String(Math.round(seconds % 60)).padStart(2, "0")}`;

/** Rows in columns of the same width. */
function table(rows: string[][]): string[] {
    const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? "").length)));
    return rows.map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ")}`.trimEnd());
}
