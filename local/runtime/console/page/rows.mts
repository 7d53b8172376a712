import type { RowsView, TableView } from "../contents.js";
import { get } from "./client.mjs";
import { html } from "./lit.mjs";
import { address, empty, grouped, type View } from "./parts.mjs";

let tables: TableView[] = [];
let selected: RowsView | undefined;

const isSame = (one: TableView, { project, dataset, table }: Record<string, string>) =>
    one.project === project && one.dataset === dataset && one.table === table;

const shown = (value: unknown) =>
    value === null || value === undefined ? "" : typeof value === "object" ? JSON.stringify(value) : String(value);

/** The tables of BigQuery, and the latest rows of one. */
export const rows: View = {
    title: "Rows",
    async load(query) {
        tables = await get("tables");
        const found = tables.find((each) => isSame(each, query)) ?? tables[0];
        selected = found && (await get("rows", { project: found.project, dataset: found.dataset, table: found.table }));
    },
    render() {
        if (selected === undefined) {
            return empty("No table is deployed.");
        }
        const { project, dataset, table, columns, rows: latest, count, type } = selected;
        const current = { project, dataset, table };
        return html`
            <nav class="tables" aria-label="Tables">
                ${grouped(tables, (each) => `${each.project}.${each.dataset}`).map(
                    ([name, own]) => html`
                        <div>
                            <span class="label">${name}</span>
                            ${own.map(
                                (each) => html`
                                    <a
                                        href=${address("rows", { project: each.project, dataset: each.dataset, table: each.table })}
                                        aria-current=${isSame(each, current) ? "true" : "false"}
                                        >${each.table}</a
                                    >
                                `,
                            )}
                        </div>
                    `,
                )}
            </nav>
            <h2>${dataset}.${table} <span class="count">${count}</span></h2>
            ${
                type === "TABLE"
                    ? html`
                        <div class="scroll" tabindex="0" role="region" aria-label="Rows of ${table}">
                            <table class="data">
                                <thead>
                                    <tr>
                                        ${columns.map(
                                            (column) =>
                                                html`<th scope="col">${column.name}<div class="note">${column.type}</div></th>`,
                                        )}
                                    </tr>
                                </thead>
                                <tbody>
                                    ${latest.map((row) => html`<tr>${columns.map(({ name }) => html`<td>${shown(row[name])}</td>`)}</tr>`)}
                                </tbody>
                            </table>
                        </div>
                        ${count > latest.length ? html`<p class="note">The latest ${latest.length} of ${count} rows.</p>` : ""}
                        ${count === 0 ? empty("The table has no rows.") : ""}
                    `
                    : empty("A view has no rows here, as queries are not executed.")
            }
        `;
    },
};
