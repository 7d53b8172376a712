import type { AlertView } from "../timeView.js";
import { get } from "./client.mjs";
import { html } from "./lit.mjs";
import { dayAndTime, empty, type View } from "./parts.mjs";

let all: AlertView[] = [];

const stateOf = ({ isEnabled, incidents }: AlertView) =>
    incidents.length > 0 ? "fires" : isEnabled ? "quiet" : "disabled";

/** The alert policies, and which of them fire. */
export const alerts: View = {
    title: "Alerts",
    async load() {
        all = await get("alerts");
    },
    render() {
        if (all.length === 0) {
            return empty("No alert policy is deployed.");
        }
        return html`
            <table>
                <thead>
                    <tr>
                        <th scope="col">State</th>
                        <th scope="col">Policy</th>
                        <th scope="col">Conditions</th>
                        <th scope="col">Open incidents</th>
                    </tr>
                </thead>
                <tbody>
                    ${all.map(
                        (policy) => html`
                            <tr class=${stateOf(policy) === "fires" ? "failed" : ""}>
                                <td><span class="badge ${stateOf(policy)}">${stateOf(policy)}</span></td>
                                <td>
                                    ${policy.displayName}
                                    <div class="note">${policy.project}${policy.severity ? `, ${policy.severity}` : ""}</div>
                                </td>
                                <td>${policy.conditions.map((condition) => html`<div>${condition}</div>`)}</td>
                                <td>
                                    ${policy.incidents.map(
                                        ({ condition, labels, value, opened }) => html`
                                            <div>${condition}: ${value}</div>
                                            <div class="note">since ${dayAndTime(opened)}</div>
                                            <div class="note">
                                                ${Object.entries(labels)
                                                    .filter(([, label]) => label !== "")
                                                    .map(([key, label]) => html`${key}=${label} `)}
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
    },
};
