import * as check from "../../internal/arguments/check";
import type { TaskQueue, TaskRetries } from "../calls/queues";
import { as, number, seconds, span, target, text } from "./readers";
import type { Keys, Value } from "./value";

/** Converts a rate such as `5/s` or `30/m` to tasks a second. A rate of 0 pauses the queue. */
function rate(value: Value): object | undefined {
    const raw = value.text();
    const [, amount, unit] = /^(\d+(?:\.\d*)?)\/([smhd])$/.exec(raw ?? "") ?? [];
    const size = { s: 1, m: 60, h: 3600, d: 86_400 }[unit ?? ""] ?? Number.NaN;
    const each = raw === "0" ? 0 : Number(amount) / size;
    if (Number.isNaN(each)) {
        const reason = `must be a rate such as 5/s or 30/m (got ${value.shown}).`;
        return raw === undefined
            ? undefined
            : value.reject(check.problem(value.path, "appengine/yaml-not-rate", reason));
    }
    return each === 0 ? { paused: true } : { rate: each };
}

/** 0.1 seconds is the default of Cloud Tasks. */
const backoff = (value: Value) => (value.is("0.1") ? undefined : seconds(value));

const retry: Keys = {
    converters: {
        task_retry_limit: as("max", number),
        task_age_limit: as("maxDuration", span),
        min_backoff_seconds: as("minBackoff", backoff),
        max_backoff_seconds: as("maxBackoff", seconds),
        max_doublings: as("maxDoublings", number),
    },
};

/** Without a number of retries, only the age limits them. */
function retries(value: Value): TaskRetries {
    const raw = value.read<TaskRetries>(retry);
    return raw.max === undefined && raw.maxDuration !== undefined ? { ...raw, max: 0 } : raw;
}

/** Pull queues do not send tasks to a service. */
function mode(value: Value): undefined {
    return value.is("push")
        ? undefined
        : value.unsupported(
              "has no successor in Cloud Tasks. Use a PubSubTopic with a PubSubSubscription that is pulled.",
          );
}

const queue: Keys = {
    converters: {
        name: as("name", text),
        rate,
        mode,
        max_concurrent_requests: as("concurrency", number),
        retry_parameters: as("retries", retries),
        target,
    },
    required: ["name"],
    ignored: ["acl"],
    unsupported: { bucket_size: "is set by Cloud Tasks from the rate. Remove it." },
};

const isPulled = (value: Value) => value.entries().some(([key, item]) => key === "mode" && item.is("pull"));

/** Converts the push queues of a queue.yaml, which keep their names. */
export function queuesIn(root: Value): Record<string, TaskQueue> {
    const queues: Record<string, TaskQueue> = {};
    const places = new Map<string, string>();
    const list = (value: Value) => {
        for (const item of value.list()) {
            const { name, ...others } = item.read<TaskQueue>(queue);
            const earlier = places.get(name ?? "");
            if (earlier !== undefined) {
                const reason = `is also the name of ${earlier} (got "${name}"). Remove one of them.`;
                item.reject(check.problem(`${item.path}.name`, "appengine/yaml-queue-twice", reason));
            } else if (name !== undefined && !isPulled(item)) {
                places.set(name, item.key);
                queues[name] = { name, ...others };
            }
        }
        return undefined;
    };
    root.read({
        converters: { queue: list },
        ignored: ["application", "total_storage_limit", "resume_paused_queues"],
    });
    return queues;
}
