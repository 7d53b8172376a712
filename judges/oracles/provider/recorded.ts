import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import type { Settings } from "../../../local/simulator/provider/settings";
import type { Inputs } from "../../../local/simulator/rules/rules";

/** A call of the engine to the provider, and its answer. */
export interface RecordedCall {
    method: "Check" | "Create" | "Delete" | "Diff";
    /** The token of the resource's type. */
    type: string;
    /** A message of Pulumi's protocol as JSON, in which default values are left out. */
    request: Inputs & { urn: string };
    response: Inputs;
}

/** What a test of Pulumi's provider does with one program: `pulumi preview`, `up`, both again, and `destroy`. */
export interface Scenario {
    /** The provider's configuration. */
    settings: Settings;
    calls: RecordedCall[];
}

const file = join(__dirname, "recorded.json.gz");

/** By the name of the scenario and the version of the provider, such as `pubsub-topic/6.67.0`. */
export const scenarios: Record<string, Scenario> = JSON.parse(gunzipSync(readFileSync(file)).toString()).scenarios;
