import type { ClockView } from "../timeView.js";
import { get, post } from "./client.mjs";
import { html } from "./lit.mjs";
import { dayAndTime, empty, page, type View } from "./parts.mjs";

let clock: ClockView | undefined;
let result = "";

const advances = { "1 minute": 1, "5 minutes": 5, "1 hour": 60 };

/** Changes something, and shows what came of it. */
async function change(action: () => Promise<string>): Promise<void> {
    result = await action().catch((error: Error) => error.message);
    page.update();
}

const advance = (minutes: number) =>
    change(async () => {
        clock = await post<ClockView>("clock", { minutes });
        return `It is ${dayAndTime(clock.metrics)} for metrics and alerts.`;
    });

const run = (id: string) =>
    change(async () => {
        await post("job", { id });
        return `${id} was started. The activity has its result.`;
    });

/** The times of the local cloud, and what runs on schedule. */
export const clockView: View = {
    title: "Clock",
    async load() {
        clock = await get("clock");
    },
    render() {
        if (clock === undefined) {
            return empty("The time is not known yet.");
        }
        const { now, metrics, speed, jobs } = clock;
        return html`
            <dl>
                <dt>This machine</dt>
                <dd>${dayAndTime(now)}</dd>
                <dt>Metrics and alerts</dt>
                <dd>${dayAndTime(metrics)}${speed === 1 ? "" : `, ${speed} times as fast`}</dd>
            </dl>
            <p class="note">
                Metrics are written and alerts are evaluated at the end of each minute. Let minutes pass to see an alert
                without waiting for it.
            </p>
            <div class="buttons">
                ${Object.entries(advances).map(
                    ([label, minutes]) =>
                        html`<button type="button" @click=${() => advance(minutes)}>Advance ${label}</button>`,
                )}
            </div>
            <p class="result" role="status">${result}</p>
            <h2>Jobs of Cloud Scheduler <span class="count">${jobs.length}</span></h2>
            ${
                jobs.length === 0
                    ? empty("No job is deployed.")
                    : html`
                        <table>
                            <thead>
                                <tr>
                                    <th scope="col">Job</th>
                                    <th scope="col">Schedule</th>
                                    <th scope="col">Next run</th>
                                    <th scope="col"><span class="hidden">Action</span></th>
                                </tr>
                            </thead>
                            <tbody>
                                ${jobs.map(
                                    ({ id, schedule, timeZone, isPaused, next }) => html`
                                        <tr>
                                            <td class="text">${id}</td>
                                            <td><code>${schedule}</code><div class="note">${timeZone}</div></td>
                                            <td>${isPaused ? "paused" : next ? dayAndTime(next) : "on request only"}</td>
                                            <td>
                                                <button type="button" @click=${() => run(id)} aria-label="Run now: ${id}">
                                                    Run now
                                                </button>
                                            </td>
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
