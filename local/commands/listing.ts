import { isAutomatic, type Row, type Selection } from "../runtime/console/selection";
import type { Resource } from "../simulator/inventory";
import { textStyles } from "./textStyles";

/** What `slipway local ls` lists, and how. */
export interface ListOptions extends Selection {
    /** Also the subnetworks of automatic networks, which Google Cloud creates in each region. */
    all?: boolean;
    columns?: number;
    colors?: boolean;
}

/** Formats a list by project, in lines that fit the terminal. */
export function formatList(selection: Row[], { all, columns = 100, colors = false }: ListOptions): string {
    const rows = selection.filter((row) => all || !isAutomatic(row));
    const { bold, dim } = textStyles(colors);
    const typeWidth = Math.min(28, Math.max(0, ...rows.map((row) => shortType(row).length)));
    const idWidth = Math.max(80, columns) - typeWidth - 6;
    const line = (row: Row) => {
        const id = shortened(row.id.replace(`projects/${row.project}/`, ""), idWidth);
        return `    ${shortened(shortType(row), typeWidth).padEnd(typeWidth)}  ${id}`;
    };
    const lines = grouped(rows, ({ project }) => project).flatMap(([project, own]) => [
        bold(`${project} (${own.length})`),
        ...grouped(own, ({ component }) => component).flatMap(([component, parts]) => [
            `  ${component || dim("without a component")}`,
            ...parts.map(line),
        ]),
        "",
    ]);
    const hidden = selection.length - rows.length;
    return [...lines, ...(hidden > 0 ? [`Not listed without --all: ${hidden} automatic subnetworks`, ""] : [])].join(
        "\n",
    );
}

/** Groups by a text, in alphabetical order; those without one are last. */
function grouped(rows: Row[], by: (row: Row) => string): [string, Row[]][] {
    const names = [...new Set(rows.map(by))].filter((name) => name !== "").sort();
    return [...names, ""].flatMap((name): [string, Row[]][] => {
        const own = rows.filter((row) => by(row) === name);
        return own.length > 0 ? [[name, own]] : [];
    });
}

/** `Topic` of `gcp:pubsub/topic:Topic`, and `services` of `run.googleapis.com/services`. */
const shortType = ({ type }: Resource) => type.split(/[:/]/).at(-1) as string;

/** Leaves out the middle of a text that is too long. */
function shortened(text: string, max: number): string {
    const start = Math.floor((max - 1) / 3);
    return text.length <= max ? text : `${text.slice(0, start)}…${text.slice(text.length - (max - 1 - start))}`;
}
