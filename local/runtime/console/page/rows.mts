import type { RowsView, TableView } from "../contents.js";
import { get } from "./client.mjs";
import { html } from "./lit.mjs";
import { address, dataTable, empty, grouped, type View } from "./parts.mjs";

let tables: TableView[] = [];
let selected: RowsView | undefined;

const isSame = (one: TableView, { project, dataset, table }: Record<string, string>) =>
    one.project === project && one.dataset === dataset && one.table === table;

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
            <p><a href=${address("query", { project, sql: `SELECT * FROM ${dataset}.${table}` })}>Query this table</a></p>
            ${
                type === "TABLE"
                    ? html`
                        ${dataTable(`Rows of ${table}`, columns, latest)}
                        ${count > latest.length ? html`<p class="note">The latest ${latest.length} of ${count} rows.</p>` : ""}
                        ${count === 0 ? empty("The table has no rows.") : ""}
                    `
                    : html`<p class="empty">A view has no rows of its own: <a href=${address("query", { project, sql: `SELECT * FROM ${dataset}.${table}` })}>query it</a>.</p>`
            }
        `;
    },
};
