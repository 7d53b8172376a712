import type { ActivityEvent } from "../../emulator/activity.js";
import { html } from "./lit.mjs";
import { empty, filterField, page, timeOfDay, type View } from "./parts.mjs";

/** How many events are kept, and shown. */
const limits = { kept: 2000, shown: 300 };

const kinds = {
    request: "Requests",
    call: "Calls of APIs",
    log: "Logs",
    message: "Messages",
    event: "Deliveries and events",
} as const;

/** The newest one first. */
const events: ActivityEvent[] = [];
const shownKinds = new Set<string>(Object.keys(kinds));
let filter = "";

/** Adds an event that the server has sent. */
export function addEvent(event: ActivityEvent): void {
    events.unshift(event);
    events.splice(limits.kept);
}

/** Forgets all events: the server sends those that it keeps when the page connects. */
export const clearEvents = (): unknown => events.splice(0);

const toggle = (kind: string) => () => {
    shownKinds.has(kind) ? shownKinds.delete(kind) : shownKinds.add(kind);
    page.update();
};

let linked = "";

/** Requests, logs, messages and deliveries as they come. */
export const activity: View = {
    title: "Activity",
    async load({ text = "" }) {
        // A link of a message filters by its ID; typing changes the filter afterwards.
        if (text !== linked) {
            linked = text;
            filter = text;
        }
    },
    render() {
        const found = events.filter(
            ({ kind, component = "", text, status = "", trace = "" }) =>
                shownKinds.has(kind) &&
                `${component}: ${text} ${status} ${trace}`.toLowerCase().includes(filter.toLowerCase()),
        );
        return html`
            <div class="controls">
                ${filterField("Filter by text", filter, (text) => {
                    filter = text;
                })}
                <fieldset>
                    <legend class="label">Show</legend>
                    ${Object.entries(kinds).map(
                        ([kind, label]) => html`
                            <label
                                ><input type="checkbox" .checked=${shownKinds.has(kind)} @change=${toggle(kind)} />
                                ${label}</label
                            >
                        `,
                    )}
                </fieldset>
            </div>
            ${
                found.length === 0
                    ? empty(events.length === 0 ? "Nothing happened yet." : "Nothing matches the filter.")
                    : html`
                        <table class="events">
                            <thead>
                                <tr>
                                    <th scope="col">Time</th>
                                    <th scope="col">Kind</th>
                                    <th scope="col">What happened</th>
                                    <th scope="col">Status</th>
                                    <th scope="col" class="number">ms</th>
                                </tr>
                            </thead>
                            <tbody>
                                ${found.slice(0, limits.shown).map(
                                    ({ time, kind, component, text, status, ms, isFailed }) => html`
                                        <tr class=${isFailed ? "failed" : ""}>
                                            <td class="time">${timeOfDay(time)}</td>
                                            <td><span class="kind ${kind}">${kind}</span></td>
                                            <td class="text"><div class="value">${component ? `${component}: ${text}` : text}</div></td>
                                            <td>${status ?? ""}</td>
                                            <td class="number">${ms ?? ""}</td>
                                        </tr>
                                    `,
                                )}
                            </tbody>
                        </table>
                    `
            }
        `;
    },
};
