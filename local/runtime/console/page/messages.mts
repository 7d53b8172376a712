import type { MessageView, TopicView } from "../messages.js";
import { get, post } from "./client.mjs";
import { html, nothing, type TemplateResult } from "./lit.mjs";
import { address, empty, grouped, lastPart, page, timeOfDay, type View } from "./parts.mjs";

let topics: TopicView[] = [];
let latest: MessageView[] = [];
let result: { text: string; isFailed: boolean } | undefined;

/** Attributes as they are written: one in a line, `season=summer`. */
function attributesOf(text: string): Record<string, string> {
    const lines = text.split("\n").filter((line) => line.trim() !== "");
    const wrong = lines.find((line) => !line.includes("="));
    if (wrong !== undefined) {
        throw new Error(`An attribute has the form season=summer (got "${wrong}").`);
    }
    return Object.fromEntries(
        lines.map((line) => {
            const [key = "", ...value] = line.split("=");
            return [key.trim(), value.join("=").trim()];
        }),
    );
}

async function send(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    const field = (name: string) => String(form.get(name) ?? "");
    try {
        const { id } = await post<{ id: string }>("messages", {
            topic: field("topic"),
            text: field("text"),
            attributes: attributesOf(field("attributes")),
            orderingKey: field("orderingKey"),
        });
        result = { text: `Message ${id} was published to ${lastPart(field("topic"))}.`, isFailed: false };
    } catch (error) {
        result = { text: (error as Error).message, isFailed: true };
    }
    page.update();
}

/** The topic of the form: that of the address, or the first one. */
const chosen = (topic: string | undefined) => topics.find(({ id }) => id === topic) ?? topics[0];

/** Topics with the backlog of their subscriptions, a form that sends a message, and what became of the messages since the start. */
export const messages: View = {
    title: "Messages",
    async load() {
        ({ topics, messages: latest } = await get<{ topics: TopicView[]; messages: MessageView[] }>("messages"));
    },
    render({ topic }) {
        const selected = chosen(topic);
        if (selected === undefined) {
            return empty("No topic is deployed.");
        }
        return html`
            <div class="split topics">
                <div class="list">
                    ${grouped(topics, ({ project }) => project).map(
                        ([project, own]) => html`
                            <h2>Topics of ${project} <span class="count">${own.length}</span></h2>
                            ${own.map((each) => topicTable(each, each.id === selected.id))}
                        `,
                    )}
                </div>
                <div>
                    <section class="panel" aria-label="Send a message">
                        <h2>Send a message to ${lastPart(selected.id)}</h2>
                        <form @submit=${send}>
                            <input type="hidden" name="topic" .value=${selected.id} />
                            <label
                                ><span class="label">Text</span><textarea name="text" rows="4" required></textarea
                            ></label>
                            <div class="fields">
                                <label
                                    ><span class="label">Attributes, such as season=summer, one in a line</span
                                    ><textarea name="attributes" rows="2"></textarea
                                ></label>
                                <label
                                    ><span class="label">Ordering key</span><input name="orderingKey" autocomplete="off"
                                /></label>
                            </div>
                            <button type="submit">Send</button>
                        </form>
                        <p class=${result?.isFailed ? "result failed" : "result"} role="status">${result?.text ?? ""}</p>
                        ${
                            selected.schema === undefined
                                ? nothing
                                : html`<details>
                                <summary>Schema of its messages</summary>
                                <pre tabindex="0">${selected.schema}</pre>
                            </details>`
                        }
                    </section>
                    <h2>Messages since the start</h2>
                    ${latest.length === 0 ? empty("No message was published yet.") : messageTable()}
                </div>
            </div>
        `;
    },
};

/** A topic with its subscriptions. */
const topicTable = ({ id, subscriptions }: TopicView, isSelected: boolean): TemplateResult => html`
    <table class=${isSelected ? "selected" : ""}>
        <caption>
            <a href=${address("messages", { topic: id })}>${lastPart(id)}</a>
        </caption>
        <tbody>
            ${subscriptions.map(
                ({ id: own, delivery, backlog }) => html`
                    <tr>
                        <td>
                            ${lastPart(own)}
                            <div class="note">${delivery}</div>
                        </td>
                        <td class="number">
                            <span class=${backlog > 0 ? "badge waiting" : "badge"}>${backlog} waiting</span>
                        </td>
                    </tr>
                `,
            )}
        </tbody>
    </table>
`;

const messageTable = (): TemplateResult => html`
    <table>
        <thead>
            <tr>
                <th scope="col">Time</th>
                <th scope="col">Message</th>
                <th scope="col">Subscriptions</th>
            </tr>
        </thead>
        <tbody>
            ${latest.map(
                ({ id, topic, published, text, attributes, subscriptions }) => html`
                    <tr>
                        <td class="time">${timeOfDay(published)}</td>
                        <td class="text">
                            ${lastPart(topic)} <a href=${address("activity", { text: id })}>${id}</a>
                            <div class="value">${text}</div>
                            ${Object.entries(attributes).map(
                                ([key, value]) => html`<span class="badge">${key}=${value}</span> `,
                            )}
                        </td>
                        <td>
                            ${subscriptions.map(
                                (each) => html`
                                    <div>
                                        ${lastPart(each.id)}
                                        <span class="badge ${each.state === "not acknowledged" ? "waiting" : ""}"
                                            >${each.state}</span
                                        >
                                    </div>
                                `,
                            )}
                        </td>
                    </tr>
                `,
            )}
        </tbody>
    </table>
`;
