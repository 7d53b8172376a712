import type { BucketView, ObjectView } from "../contents.js";
import { get } from "./client.mjs";
import { html } from "./lit.mjs";
import { address, dayAndTime, empty, filterField, split, type View } from "./parts.mjs";

let buckets: BucketView[] = [];
let selected: ObjectView | undefined;
let filter = "";

/** Buckets with their objects, and the text of one. */
export const objects: View = {
    title: "Objects",
    async load({ bucket, name }) {
        buckets = await get("objects");
        const isThere = buckets.some(
            (each) => each.name === bucket && each.objects.some((object) => object.name === name),
        );
        selected = isThere ? await get("object", { bucket: bucket ?? "", name: name ?? "" }) : undefined;
    },
    render({ bucket, name }) {
        const isFound = (object: { name: string }) => object.name.toLowerCase().includes(filter.toLowerCase());
        const list = html`
            ${filterField("Filter by name", filter, (text) => {
                filter = text;
            })}
            ${buckets.map(
                (each) => html`
                    <h2>${each.name} <span class="count">${each.count}</span></h2>
                    ${each.count === 0 ? empty("The bucket has no objects.") : ""}
                    <table>
                        <tbody>
                            ${each.objects.filter(isFound).map(
                                (object) => html`
                                    <tr class=${each.name === bucket && object.name === name ? "selected" : ""}>
                                        <td class="text">
                                            <a href=${address("objects", { bucket: each.name, name: object.name })}
                                                >${object.name}</a
                                            >
                                        </td>
                                        <td class="note">${dayAndTime(object.updated)}</td>
                                    </tr>
                                `,
                            )}
                        </tbody>
                    </table>
                    ${
                        each.count > each.objects.length
                            ? html`<p class="note">The first ${each.objects.length} of ${each.count} objects.</p>`
                            : ""
                    }
                `,
            )}
            ${buckets.length === 0 ? empty("No bucket is deployed.") : ""}
        `;
        const detail =
            selected &&
            html`
                <h2>${selected.name}</h2>
                <p class="note">
                    ${selected.size} bytes, ${selected.contentType || "no content type"}, generation ${selected.generation}
                </p>
                ${
                    selected.text === undefined
                        ? empty("The content is not text.")
                        : html`<pre tabindex="0">${selected.text}</pre>`
                }
                ${selected.isShortened && selected.text !== undefined ? html`<p class="note">Only the start is shown.</p>` : ""}
            `;
        return split(list, detail);
    },
};
