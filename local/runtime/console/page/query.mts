import type { QueryPlaces, QueryResult } from "../queryView.js";
import { get, post } from "./client.mjs";
import { html, nothing } from "./lit.mjs";
import { dataTable, empty, page, type View } from "./parts.mjs";

let known: QueryPlaces = { places: [], accounts: [] };
let result: QueryResult | undefined;
let problem = "";
let isRunning = false;

async function run(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    isRunning = true;
    page.update();
    try {
        result = await post("query", { sql: form.get("sql"), place: form.get("place"), as: form.get("as") });
        problem = "";
    } catch (error) {
        [result, problem] = [undefined, (error as Error).message];
    }
    isRunning = false;
    page.update();
}

/** Control and Enter run the query, as in Google's console. */
function keyPressed(event: KeyboardEvent): void {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
        (event.target as HTMLTextAreaElement).form?.requestSubmit();
    }
}

const summary = ({ count, rows, bytes, changed }: QueryResult) => {
    const read = bytes === undefined ? "" : `; ${bytes.toLocaleString("en-GB")} bytes read`;
    const shown = rows.length < count ? `, the first ${rows.length} are shown` : "";
    return changed === undefined ? `${count} rows${shown}${read}.` : `${changed} rows changed${read}.`;
};

/** `acme-dev: BigQuery`, `acme-dev: web of sales`. */
function titleOf(place: string): string {
    const [project, instance, ...database] = place.split("/");
    return `${project}: ${instance === undefined ? "BigQuery" : `${database.join("/")} of ${instance}`}`;
}

/** A query of BigQuery or of a database, as an owner or as a service account. */
export const query: View = {
    title: "Query",
    async load() {
        known = await get("query");
    },
    render({ project, sql = "" }) {
        if (known.places.length === 0) {
            return empty("No project is deployed.");
        }
        return html`
            <section class="panel" aria-label="Query">
                <form @submit=${run}>
                    <label
                        ><span class="label">SQL; Ctrl+Enter runs it</span
                        ><textarea name="sql" rows="6" required spellcheck="false" @keydown=${keyPressed}>${sql}</textarea
                    ></label>
                    <div class="fields">
                        <label
                            ><span class="label">In</span
                            ><select name="place">
                                ${known.places.map((each) => html`<option value=${each} ?selected=${each === project}>${titleOf(each)}</option>`)}
                            </select></label
                        >
                        <label
                            ><span class="label">As</span
                            ><select name="as">
                                <option value="">an owner</option>
                                ${known.accounts.map((each) => html`<option>${each}</option>`)}
                            </select></label
                        >
                    </div>
                    <button ?disabled=${isRunning}>${isRunning ? "Running" : "Run"}</button>
                </form>
            </section>
            ${problem ? html`<p class="problem" role="alert">${problem}</p>` : nothing}
            ${
                result
                    ? html`
                        <p class="note" role="status">${summary(result)}</p>
                        ${result.rows.length > 0 ? dataTable("Result", result.columns, result.rows) : nothing}
                    `
                    : nothing
            }
        `;
    },
};
