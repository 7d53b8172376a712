import { activity, addEvent, clearEvents } from "./activity.mjs";
import { alerts } from "./alerts.mjs";
import { events } from "./client.mjs";
import { clockView } from "./clock.mjs";
import { html, nothing, render } from "./lit.mjs";
import { messages } from "./messages.mjs";
import { objects } from "./objects.mjs";
import { page, type Query, type View } from "./parts.mjs";
import { query } from "./query.mjs";
import { resources } from "./resources.mjs";
import { rows } from "./rows.mjs";

const views: Record<string, View> = { resources, activity, messages, objects, rows, query, alerts, clock: clockView };

/** How often a view is read again, in milliseconds: also other commands change what is deployed. */
const interval = 3000;

/** How long the page waits for further events before it reads a view again, in milliseconds. */
const pause = 200;

let problem = "";

/** The view of the address, and what is selected in it: `#messages?topic=…`. */
function current(): { name: string; view: View; query: Query } {
    const [name = "", query] = location.hash.slice(1).split("?");
    const found = Object.hasOwn(views, name) ? name : "resources";
    return { name: found, view: views[found] as View, query: Object.fromEntries(new URLSearchParams(query)) };
}

page.update = () => {
    const { name, view, query } = current();
    document.title = `${view.title} – slipway console`;
    const link = ([key, { title }]: [string, View]) =>
        html`<a href="#${key}" aria-current=${key === name ? "page" : "false"}>${title}</a>`;
    render(
        html`
            <header>
                <p class="title">slipway <span>local Google Cloud</span></p>
                <nav aria-label="Views">${Object.entries(views).map(link)}</nav>
            </header>
            <main>
                ${problem ? html`<p class="problem" role="alert">${problem}</p>` : nothing}
                <h1>${view.title}</h1>
                ${view.render(query)}
            </main>
        `,
        document.body,
    );
};

/** Reads the present view again. */
async function load(): Promise<void> {
    const { view, query } = current();
    try {
        await view.load(query);
        problem = "";
    } catch (error) {
        problem =
            error instanceof TypeError
                ? "The server does not answer: start 'npx slipway local serve' again, and open the address that it prints."
                : (error as Error).message;
    }
    page.update();
}

let loading = Promise.resolve();
let isLoading = false;

/** Reads the present view again, after what is being read: an earlier answer never replaces a later one. */
function reload(): void {
    isLoading = true;
    const last = loading.then(load, load);
    loading = last;
    void last.finally(() => {
        isLoading = loading !== last;
    });
}

let isWaiting = false;

/** Reads the present view again after the next pause. Events change no resources, of which there can be thousands. */
function reloadSoon(): void {
    if (!isWaiting && current().name !== "resources") {
        isWaiting = true;
        setTimeout(() => {
            isWaiting = false;
            reload();
        }, pause);
    }
}

async function follow(): Promise<void> {
    for (;;) {
        try {
            clearEvents();
            for await (const event of events()) {
                addEvent(event);
                reloadSoon();
            }
        } catch {
            // The next reading of the view says that the server does not answer.
        }
        await new Promise((resolve) => setTimeout(resolve, interval));
    }
}

addEventListener("hashchange", ({ oldURL }) => {
    if (!new URL(oldURL).hash.startsWith(`#${current().name}`)) {
        scrollTo(0, 0);
    }
    reload();
});
setInterval(() => {
    if (document.visibilityState === "visible" && !isLoading) {
        reload();
    }
}, interval);
reload();
void follow();
