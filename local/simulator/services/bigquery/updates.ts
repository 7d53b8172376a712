import { GoogleError } from "../../cloud/errors";
import { immediate, SimulatedTime } from "../../cloud/propagation";
import type { Context, Inputs, TypeRules } from "../../rules/rules";
import { bigQueryName, datasetPath } from "./names";

/**
 * "Maximum rate of dataset metadata update operations": its creation, its updates, and changes of its access list.
 * https://cloud.google.com/bigquery/quotas#dataset_limits
 */
const limit = { updates: 5, ms: 10_000 };

/** The last updates of a dataset, which the provider sends one after another, in simulated time. */
interface Updates {
    times: number[];
    /** When the provider sends the next one. */
    next: number;
}

const noUpdates: Updates = { times: [], next: 0 };

/** How the provider sends an update. */
interface Sending {
    /** How long it then waits before the next one, in milliseconds. */
    waits?: number;
    /** Whether it repeats a call that exceeds the limit. */
    repeats?: boolean;
}

/**
 * After a change of a policy, the provider reads it three times, after a second each.
 * https://github.com/hashicorp/terraform-provider-google-beta/blob/main/google-beta/tpgiamresource/iam.go
 */
export const policyChange: Sending = { waits: 3000 };

/** https://github.com/hashicorp/terraform-provider-google/issues/7224 */
export const accessChange: Sending = { repeats: true };

/** Throws if a dataset was updated too often. Nothing is limited where all changes take effect at once. */
export function countUpdate(inputs: Inputs, { cloud }: Context, { waits = 0, repeats }: Sending = {}): void {
    if (cloud.propagation === immediate) {
        return;
    }
    const path = datasetPath(inputs);
    const name = bigQueryName(path);
    const { times, next } = { ...noUpdates, ...(cloud.simulated.of(name).updates as Updates | undefined) };
    const now = Math.max(new SimulatedTime(cloud.folder).now(), next);
    const free = (times.at(-limit.updates) ?? 0) + limit.ms;
    if (now < free && !repeats) {
        throw new GoogleError(
            403,
            "Exceeded rate limits: too many dataset metadata update operations for this dataset. For more information, see https://cloud.google.com/bigquery/docs/troubleshoot-quotas",
            { reason: "rateLimitExceeded" },
        ).recordedIn("https://github.com/Logflare/logflare/issues/2240");
    }
    const sent = Math.max(now, free);
    const updates: Updates = { times: [...times, sent].slice(-limit.updates), next: sent + waits };
    cloud.simulated.set(name, path.split("/")[1] as string, { updates });
}

/** Limits the changes of a dataset's access list, for types that change it. */
export function limited(types: Record<string, TypeRules>, sending: Sending): Record<string, TypeRules> {
    const all = Object.entries(types).map(([token, rules]): [string, TypeRules] => [
        token,
        {
            ...rules,
            verify: (inputs, context, old) => {
                rules.verify?.(inputs, context, old);
                countUpdate(inputs, context, sending);
            },
            remove: (state, context) => {
                countUpdate(state, context, sending);
                return rules.remove?.(state, context);
            },
        },
    ]);
    return Object.fromEntries(all);
}
