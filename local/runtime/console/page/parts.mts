import { html, nothing, type TemplateResult } from "./lit.mjs";

/** A view of the console. */
export interface View {
    title: string;
    /** Reads what the view shows. */
    load(query: Query): Promise<void>;
    render(query: Query): TemplateResult;
}

/** What is selected in a view: the parameters after its name in the address. */
export type Query = Record<string, string>;

/** Renders the page again, after something that it shows has changed. */
export const page = { update: (): void => undefined };

/** The address of a view with a selection. */
export const address = (view: string, query: Query = {}): string => `#${view}?${new URLSearchParams(query)}`;

/** The last part of a path. */
export const lastPart = (path: string): string => path.split("/").at(-1) ?? "";

/** `Topic` of `gcp:pubsub/topic:Topic`, and `services` of `run.googleapis.com/services`. */
export const shortType = (type: string): string => type.split(/[:/]/).at(-1) ?? "";

/** The time of day of this machine: `14:05:00`. */
export const timeOfDay = (time: number | string): string => new Date(time).toLocaleTimeString("en-GB");

/** A day and a time of this machine: `2026-11-28 14:05:00`, the format of Sweden. */
export const dayAndTime = (time: number | string): string => new Date(time).toLocaleString("sv-SE");

/** Groups by a text, in the order in which the texts come. */
export function grouped<Item>(items: Item[], by: (item: Item) => string): [string, Item[]][] {
    const groups = new Map<string, Item[]>();
    for (const item of items) {
        groups.set(by(item), [...(groups.get(by(item)) ?? []), item]);
    }
    return [...groups];
}

/** A text in place of an empty list. */
export const empty = (text: string): TemplateResult => html`<p class="empty">${text}</p>`;

/** A field that narrows a list down while a person types. */
export const filterField = (label: string, value: string, changed: (text: string) => void): TemplateResult => html`
    <label class="filter">
        <span class="label">${label}</span>
        <input
            type="search"
            .value=${value}
            @input=${(event: Event) => {
                changed((event.target as HTMLInputElement).value);
                page.update();
            }}
        />
    </label>
`;

/** A list at the left, and what is selected in it at the right. */
export const split = (list: TemplateResult, detail: TemplateResult | undefined): TemplateResult => html`
    <div class=${detail ? "split" : ""}>
        <div class="list">${list}</div>
        ${detail ? html`<section class="detail" aria-label="Selection">${detail}</section>` : nothing}
    </div>
`;

const shown = (value: unknown) =>
    value === null || value === undefined ? "" : typeof value === "object" ? JSON.stringify(value) : String(value);

/** Rows with their columns. */
export const dataTable = (
    label: string,
    columns: { name: string; type: string }[],
    rows: Record<string, unknown>[],
): TemplateResult => html`
    <div class="scroll" tabindex="0" role="region" aria-label=${label}>
        <table class="data">
            <thead>
                <tr>
                    ${columns.map(({ name, type }) => html`<th scope="col">${name}<div class="note">${type}</div></th>`)}
                </tr>
            </thead>
            <tbody>
                ${rows.map((row) => html`<tr>${columns.map(({ name }) => html`<td>${shown(row[name])}</td>`)}</tr>`)}
            </tbody>
        </table>
    </div>
`;
