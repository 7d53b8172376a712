import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import type { Inputs } from "../../../local/simulator/rules/rules";

/** A recorded request, and the answer of Google Cloud. */
export interface Exchange {
    method: string;
    url: string;
    request?: Inputs;
    status: number;
    answer?: Inputs;
}

export interface Recording {
    /** Who answered, as far as a recording shows it: see `README.md`. */
    answeredBy: "google" | "either" | "simulation";
    exchanges: Exchange[];
}

/** Stands for an identifier that the server chooses. */
export const chosen = "server-id";

const chosenNames =
    "alertPolicyID billingAccountBudgetId conditionID creatorID notificationChannelID serviceAccountKeyID transferConfigID uptimeCheckConfigID";

/** What placeholders of recordings stand for, other than names. */
const values: Record<string, string> = {
    uniqueId: "a1b2c3",
    projectId: "acme-dev",
    billingAccountID: "0A1B2C-3D4E5F-678901",
    billingAccountId: "0A1B2C-3D4E5F-678901",
    organizationID: "123456789012",
    folderID: "210987654321",
    ipAddress: "10.0.0.9",
    // Rules for Google APIs have shorter names.
    forwardingRuleID: "forwardingrule",
    privateEndpointIPV4: "10.0.0.2",
    publicEndpointIPV4: "34.1.2.3",
    ...Object.fromEntries(chosenNames.split(" ").map((name) => [name, chosen])),
};

/** Replaces the placeholders; those of names become names: `${networkID}` becomes `network-id`. */
export function withoutPlaceholders(text: string, projectNumber: string): string {
    // The name of the default network is also a part of names of fields.
    return text
        .replaceAll(/\$\{networkID\}Service/g, "defaultService")
        .replaceAll(
            /\$\{(\w+)\}/g,
            (_, name: string) =>
                ({ ...values, projectNumber })[name] ??
                name.replaceAll(/(?<=[a-z])[A-Z]+/g, (part) => `-${part}`).toLowerCase(),
        );
}

const file = join(__dirname, "config-connector-2026-08.json.gz");

/** All recordings, by the path of their fixture. */
export const recordings: Record<string, Recording> = JSON.parse(gunzipSync(readFileSync(file)).toString()).recordings;
