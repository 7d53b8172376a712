import type { ResourceView } from "../views.js";
import { get } from "./client.mjs";
import { html } from "./lit.mjs";
import { address, empty, filterField, grouped, shortType, split, type View } from "./parts.mjs";

interface Resource extends ResourceView {
    properties: object;
}

let all: ResourceView[] = [];
let selected: Resource | undefined;
let filter = "";

const isFound = ({ type, id, component }: ResourceView) =>
    [type, id, component].some((text) => text.toLowerCase().includes(filter.toLowerCase()));

/** In alphabetical order; what no component created is last. */
const byComponent = ([one]: [string, unknown], [other]: [string, unknown]) =>
    one === "" || other === "" ? other.length - one.length : one.localeCompare(other);

/** The resources by project and component, and the properties of one. */
export const resources: View = {
    title: "Resources",
    async load({ type, id }) {
        all = await get("resources");
        const isThere = all.some((each) => each.type === type && each.id === id);
        selected = isThere ? await get("resource", { type: type ?? "", id: id ?? "" }) : undefined;
    },
    render({ type, id }) {
        const found = all.filter(isFound);
        const rows = (own: ResourceView[]) =>
            own.map((each) => {
                const isSelected = each.type === type && each.id === id;
                return html`<tr class=${isSelected ? "selected" : ""}>
                    <td class="type">${shortType(each.type)}</td>
                    <td>
                        <a href=${address("resources", { type: each.type, id: each.id })}
                            >${each.id.replace(`projects/${each.project}/`, "")}</a
                        >
                    </td>
                </tr>`;
            });
        const list = html`
            ${filterField("Filter by type, ID or component", filter, (text) => {
                filter = text;
            })}
            ${grouped(found, ({ project }) => project).map(
                ([project, own]) => html`
                    <h2>${project} <span class="count">${own.length}</span></h2>
                    ${grouped(own, ({ component }) => component)
                        .sort(byComponent)
                        .map(
                            ([component, parts]) => html`
                            <table>
                                <caption>
                                    ${component || "without a component"}
                                </caption>
                                <tbody>
                                    ${rows(parts)}
                                </tbody>
                            </table>
                        `,
                        )}
                `,
            )}
            ${
                found.length === 0
                    ? empty(
                          all.length === 0
                              ? "Nothing is deployed: run 'npx slipway local up -s dev'."
                              : "No resource matches the filter.",
                      )
                    : ""
            }
        `;
        const detail =
            selected &&
            html`
                <h2>${shortType(selected.type)}</h2>
                <p class="path">${selected.id}</p>
                <pre tabindex="0">${JSON.stringify(selected.properties, undefined, 2)}</pre>
            `;
        return split(list, detail);
    },
};
