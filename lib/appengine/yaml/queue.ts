import type { TaskQueue, TaskRetry } from "../calls/queues";
import { as, number, seconds, span, text } from "./reading";
import { target } from "./target";
import type { Keys, Value } from "./value";

/** `5/s`, `30/m`: as many in a second. A queue of which there are none is paused. */
function rate(value: Value): object | undefined {
    const given = value.text();
    const [, amount, unit] = /^(\d+(?:\.\d*)?)\/([smhd])$/.exec(given ?? "") ?? [];
    const size = { s: 1, m: 60, h: 3600, d: 86_400 }[unit ?? ""] ?? Number.NaN;
    const each = given === "0" ? 0 : Number(amount) / size;
    if (given === undefined || Number.isNaN(each)) {
        return given === undefined ? undefined : value.wrong("must be a rate, as 5/s or 30/m is");
    }
    return each === 0 ? { paused: true } : { rate: each };
}

/** A tenth of a second is what Cloud Tasks waits at first by itself. */
const backoff = (value: Value) => (value.is("0.1") ? undefined : seconds(value));

const retry: Keys = {
    carried: {
        // The limit counts the attempts after the first.
        task_retry_limit: as("maxAttempts", (value) => {
            const given = value.number();
            return given === undefined ? undefined : given + 1;
        }),
        task_age_limit: as("maxDuration", span),
        min_backoff_seconds: as("minBackoff", backoff),
        max_backoff_seconds: as("maxBackoff", seconds),
        max_doublings: as("maxDoublings", number),
    },
};

/** Only an age limits the attempts where a file says no number of them. */
function retries(value: Value): TaskRetry {
    const given = value.read<TaskRetry>(retry);
    return given.maxAttempts === undefined && given.maxDuration !== undefined ? { ...given, maxAttempts: 1 } : given;
}

/** Tasks that somebody fetches are not sent to a service. */
function mode(value: Value): undefined {
    return value.is("push")
        ? undefined
        : value.lost("has no successor in Cloud Tasks. Take a PubSubTopic with a PubSubSubscription that is pulled.");
}

const queue: Keys = {
    carried: {
        name: as("name", text),
        rate,
        mode,
        max_concurrent_requests: as("maxConcurrent", number),
        retry_parameters: as("retry", retries),
        target,
    },
    required: ["name"],
    left: ["acl"],
    lost: { bucket_size: "is decided by Cloud Tasks, by the rate. Leave it out." },
};

const isPulled = (value: Value) => value.entries().some(([key, item]) => key === "mode" && item.is("pull"));

/** The queues of a queue.yaml that send their tasks, which keep their names. */
export function queuesIn(root: Value): Record<string, TaskQueue> {
    const queues: Record<string, TaskQueue> = {};
    const places = new Map<string, string>();
    const list = (value: Value) => {
        for (const item of value.list()) {
            const { name, ...others } = item.read<TaskQueue>(queue);
            const earlier = places.get(name ?? "");
            if (earlier !== undefined) {
                const reason = `is the name of ${earlier} too (got "${name}"). Leave out one of them.`;
                item.findings.wrong(item.place, `${item.key}.name`, reason);
            } else if (name !== undefined && !isPulled(item)) {
                places.set(name, item.key);
                queues[name] = { name, ...others };
            }
        }
        return undefined;
    };
    root.read({
        carried: { queue: list },
        left: ["application", "total_storage_limit", "resume_paused_queues"],
    });
    return queues;
}
