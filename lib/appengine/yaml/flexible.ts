import { handlers } from "./handlers";
import { as, flag, number, percent, seconds, text, texts } from "./readers";
import { otherEnvironment, shared } from "./shared";
import { manual } from "./standard";
import type { Keys, Value } from "./value";

const cpu: Keys = {
    converters: {
        target_utilization: as("cpu", percent),
        aggregation_window_length_sec: as("cpuAggregationWindow", seconds),
    },
};

const unsupportedMetric = "has no equivalent argument. Use cpu_utilization or target_concurrent_requests.";

const automatic: Keys = {
    converters: {
        min_num_instances: as("min", number),
        max_num_instances: as("max", number),
        cool_down_period_sec: as("initialization", seconds),
        cpu_utilization: (value) => value.read(cpu),
        target_concurrent_requests: as("concurrency", number),
    },
    unsupported: {
        target_request_count_per_sec: unsupportedMetric,
        target_network_sent_bytes_per_sec: unsupportedMetric,
        target_network_sent_packets_per_sec: unsupportedMetric,
        target_network_received_bytes_per_sec: unsupportedMetric,
        target_network_received_packets_per_sec: unsupportedMetric,
        target_disk_write_bytes_per_sec: unsupportedMetric,
        target_disk_write_ops_per_sec: unsupportedMetric,
        target_disk_read_bytes_per_sec: unsupportedMetric,
        target_disk_read_ops_per_sec: unsupportedMetric,
        custom_metrics: unsupportedMetric,
        ...otherEnvironment("standard", {
            min_instances: "Use min_num_instances.",
            max_instances: "Use max_num_instances.",
            min_idle_instances: "Remove it.",
            max_idle_instances: "Remove it.",
            target_cpu_utilization: "Use cpu_utilization.",
            target_throughput_utilization: "Remove it.",
            max_concurrent_requests: "Use target_concurrent_requests.",
            min_pending_latency: "Remove it.",
            max_pending_latency: "Remove it.",
        }),
    },
};

/** Whole GiB if possible, otherwise MiB, rounded up. */
const memory = (value: Value) => {
    const raw = value.number();
    return raw === undefined || Number.isInteger(raw) ? raw && `${raw} GiB` : `${Math.ceil(raw * 1024)} MiB`;
};

const size = (value: Value) => {
    const raw = value.number();
    return raw && `${raw} GB`;
};

const volume: Keys = {
    converters: { name: as("name", text), size_gb: as("size", size), volume_type: as("type", text) },
    required: ["name"],
};

function volumes(value: Value): object {
    const all = value.list().map((item) => item.read<{ name: string }>(volume));
    return Object.fromEntries(all.map(({ name = "", ...others }) => [name, others]));
}

const resources: Keys = {
    converters: {
        cpu: as("cpu", number),
        memory_gb: as("memory", memory),
        disk_size_gb: as("diskSize", size),
        volumes: as("volumes", volumes),
    },
};

const healthCheck: Keys = {
    converters: {
        path: as("path", text),
        host: as("host", text),
        check_interval_sec: as("interval", seconds),
        timeout_sec: as("timeout", seconds),
        failure_threshold: as("unhealthyThreshold", number),
        success_threshold: as("healthyThreshold", number),
    },
};

const readiness: Keys = {
    converters: { ...healthCheck.converters, app_start_timeout_sec: as("appStartTimeout", seconds) },
};

const liveness: Keys = {
    converters: { ...healthCheck.converters, initial_delay_sec: as("initialDelay", seconds) },
};

const port = (raw: string) => (/^\d+$/.test(raw) ? Number(raw) : raw);

const network: Keys = {
    converters: {
        name: as("network", text),
        subnetwork_name: as("subnet", text),
        forwarded_ports: as("forwardedPorts", (value) => texts(value).map(port)),
        instance_tag: as("instanceTag", text),
        session_affinity: as("sessionAffinity", flag),
        instance_ip_mode: as("addresses", text),
    },
};

const outdatedRuntime = "is for runtimes that no longer exist. Use operating_system and runtime_version.";

const runtime: Keys = {
    converters: {
        operating_system: as("operatingSystem", text),
        runtime_version: as("version", text),
        document_root: as("documentRoot", text),
        front_controller_file: as("frontControllerFile", text),
        nginx_conf_override: as("nginxConfOverride", text),
        nginx_conf_include: as("nginxConfInclude", text),
        nginx_conf_http_include: as("nginxConfHttpInclude", text),
        php_fpm_conf_override: as("phpFpmConfOverride", text),
    },
    unsupported: {
        python_version: outdatedRuntime,
        jdk: outdatedRuntime,
        server: outdatedRuntime,
        php_ini_override: "is not read by current runtimes. Name the file php.ini.",
        supervisord_conf_addition: outdatedRuntime,
        supervisord_conf_override: outdatedRuntime,
        skip_lockdown_document_root: outdatedRuntime,
        whitelist_functions: outdatedRuntime,
        enable_stackdriver_integration: "is for runtimes that no longer exist. Use the client libraries.",
    },
};

/**
 * The flexible environment ignores handlers. Handlers that only route to the application have no effect; others are
 * unsupported.
 */
function ignoredHandlers(value: Value): undefined {
    const all = handlers(value).map(({ handler }) => Object.keys(handler));
    const isNothing = all.every((keys) => keys.every((key) => ["url", "script"].includes(key)));
    const reason =
        "are for the standard environment. Serve files, redirect to HTTPS and sign users in with the application.";
    return isNothing ? value.ignore() : value.unsupported(reason);
}

const legacyCheck = "is for legacy health checks, which no longer exist. Use readiness_check and liveness_check.";

/** The keys of an app.yaml for the flexible environment. */
export const flexible: Keys = {
    converters: {
        ...shared.converters,
        runtime_config: as("runtimeConfig", (value) => value.read(runtime)),
        automatic_scaling: as("scaling", (value) => value.read(automatic)),
        manual_scaling: as("scaling", manual),
        resources: as("resources", (value) => value.read(resources)),
        readiness_check: as("readiness", (value) => value.read(readiness)),
        liveness_check: as("liveness", (value) => value.read(liveness)),
        network: as("network", (value) => value.read(network)),
        handlers: ignoredHandlers,
    },
    ignored: [...shared.ignored, "default_expiration"],
    unsupported: {
        ...shared.unsupported,
        health_check: legacyCheck,
        vm_health_check: legacyCheck,
        ...otherEnvironment("standard", {
            basic_scaling: "Use automatic_scaling or manual_scaling.",
            instance_class: "Use resources.",
            inbound_services: "Remove it.",
            error_handlers: "Handle errors in the application.",
            app_engine_apis: "Use the client libraries of Google Cloud.",
            app_engine_bundled_services: "Use the client libraries of Google Cloud.",
            vpc_access_connector: "Use network.",
        }),
    },
};
