import * as check from "../../internal/arguments/check";
import { handlers } from "./handlers";
import { as, lengthOf, number, percent, span, text, texts } from "./readers";
import { otherEnvironment, shared } from "./shared";
import type { Keys, Value } from "./value";

function countOrAutomatic(value: Value): number | undefined {
    return value.is("automatic") ? undefined : value.number();
}

/** Converts a pending latency: `30ms`, `1.5s`. */
function latency(value: Value): string | undefined {
    const text = value.is("automatic") ? undefined : value.text();
    if (text === undefined) {
        return undefined;
    }
    const [, amount, unit] = /^(\d+(?:\.\d{1,3})?)(ms|s)$/.exec(text) ?? [];
    const milliseconds = Math.round(Number(amount) * (unit === "s" ? 1000 : 1));
    const isWhole = milliseconds % 1000 === 0;
    if (amount === undefined) {
        const reason = `must be a duration such as 30ms or 1.5s (got ${value.shown}).`;
        return value.reject(check.problem(value.path, "appengine/yaml-not-latency", reason));
    }
    return isWhole ? lengthOf(milliseconds / 1000) : `${milliseconds} millisecond${milliseconds === 1 ? "" : "s"}`;
}

const automatic: Keys = {
    converters: {
        min_instances: as("min", number),
        max_instances: as("max", number),
        min_idle_instances: as("minIdle", countOrAutomatic),
        max_idle_instances: as("maxIdle", countOrAutomatic),
        target_cpu_utilization: as("cpu", percent),
        target_throughput_utilization: as("throughput", percent),
        max_concurrent_requests: as("concurrency", number),
        min_pending_latency: as("minPendingLatency", latency),
        max_pending_latency: as("maxPendingLatency", latency),
    },
    unsupported: otherEnvironment("flexible", {
        min_num_instances: "Use min_instances.",
        max_num_instances: "Use max_instances.",
        cool_down_period_sec: "Remove it.",
        cpu_utilization: "Use target_cpu_utilization.",
        target_concurrent_requests: "Use max_concurrent_requests.",
        custom_metrics: "Remove it.",
    }),
};

const basic: Keys = {
    converters: { max_instances: as("max", number), idle_timeout: as("idleTimeout", span) },
};

const fixed: Keys = { converters: { instances: as("instances", number) }, required: ["instances"] };

/** Manual scaling: the number of instances. */
export const manual = (value: Value): number | undefined => value.read<{ instances: number }>(fixed).instances;

const connector: Keys = { converters: { name: as("connector", text), egress_setting: as("egress", text) } };

/** Converts inbound services. */
function inbound(value: Value): object {
    const names = value.list().flatMap((item) => {
        const name = item.text() ?? "warmup";
        if (!["warmup", "mail", "mail_bounce"].includes(name)) {
            item.unsupported("no longer exists, as it is for the first generation. Remove it.", name);
            return [];
        }
        return name;
    });
    const others = names.filter((name) => name !== "warmup");
    return {
        ...(others.length < names.length ? { warmup: true } : {}),
        ...(others.length > 0 ? { inboundServices: others } : {}),
    };
}

/** The keys of an app.yaml for the standard environment. */
export const standard: Required<Omit<Keys, "required">> = {
    converters: {
        ...shared.converters,
        instance_class: as("instanceClass", text),
        automatic_scaling: as("scaling", (value) => value.read(automatic)),
        basic_scaling: as("scaling", (value) => ({ idleTimeout: "5 minutes", ...value.read(basic) })),
        manual_scaling: as("scaling", manual),
        handlers: as("handlers", handlers),
        default_expiration: as("defaultExpiration", span),
        inbound_services: inbound,
        app_engine_apis: (value) => (value.flag() ? { bundledServices: "all" } : undefined),
        app_engine_bundled_services: as("bundledServices", texts),
        vpc_access_connector: as("network", (value) => value.read(connector)),
    },
    ignored: shared.ignored,
    unsupported: {
        ...shared.unsupported,
        error_handlers:
            "cannot be set by Google's provider, and App Engine would serve its default error pages. Handle errors in the application.",
        ...otherEnvironment("flexible", {
            runtime_config: "The name of the runtime includes the version, such as python313.",
            resources: "Use instance_class.",
            network: "Use vpc_access_connector.",
            readiness_check: "Use inbound_services: [warmup].",
            liveness_check: "Remove it.",
            health_check: "Remove it.",
            vm_health_check: "Remove it.",
        }),
    },
};
