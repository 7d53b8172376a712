import { handlers } from "./handlers";
import { as, flag, number, seconds, text, texts } from "./reading";
import { elsewhere, shared } from "./shared";
import { manual } from "./standard";
import type { Keys, Value } from "./value";

const cpu: Keys = {
    carried: {
        target_utilization: as("targetCpuUtilization", number),
        aggregation_window_length_sec: as("cpuAggregationWindow", seconds),
    },
};

const unmeasured = "has no argument here. Take cpu_utilization or target_concurrent_requests.";

const automatic: Keys = {
    carried: {
        min_num_instances: as("minInstances", number),
        max_num_instances: as("maxInstances", number),
        cool_down_period_sec: as("coolDown", seconds),
        cpu_utilization: (value) => value.read(cpu),
        target_concurrent_requests: as("targetConcurrentRequests", number),
    },
    lost: {
        target_request_count_per_sec: unmeasured,
        target_network_sent_bytes_per_sec: unmeasured,
        target_network_sent_packets_per_sec: unmeasured,
        target_network_received_bytes_per_sec: unmeasured,
        target_network_received_packets_per_sec: unmeasured,
        target_disk_write_bytes_per_sec: unmeasured,
        target_disk_write_ops_per_sec: unmeasured,
        target_disk_read_bytes_per_sec: unmeasured,
        target_disk_read_ops_per_sec: unmeasured,
        custom_metrics: unmeasured,
        ...elsewhere("standard", {
            min_instances: "Take min_num_instances.",
            max_instances: "Take max_num_instances.",
            min_idle_instances: "Leave it out.",
            max_idle_instances: "Leave it out.",
            target_cpu_utilization: "Take cpu_utilization.",
            target_throughput_utilization: "Leave it out.",
            max_concurrent_requests: "Take target_concurrent_requests.",
            min_pending_latency: "Leave it out.",
            max_pending_latency: "Leave it out.",
        }),
    },
};

/** Whole GiB where it is whole, else MiB: more rather than less. */
const memory = (value: Value) => {
    const given = value.number();
    return given === undefined || Number.isInteger(given) ? given && `${given}Gi` : `${Math.ceil(given * 1024)}Mi`;
};

const gibibytes = (value: Value) => {
    const given = value.number();
    return given && `${given}Gi`;
};

const volume: Keys = {
    carried: { name: as("name", text), size_gb: as("size", gibibytes), volume_type: as("type", text) },
    required: ["name"],
};

function volumes(value: Value): object {
    const all = value.list().map((item) => item.read<{ name: string }>(volume));
    return Object.fromEntries(all.map(({ name = "", ...others }) => [name, others]));
}

const resources: Keys = {
    carried: {
        cpu: as("cpu", number),
        memory_gb: as("memory", memory),
        disk_size_gb: as("disk", gibibytes),
        volumes: as("volumes", volumes),
    },
};

const check: Keys = {
    carried: {
        path: as("path", text),
        host: as("host", text),
        check_interval_sec: as("checkInterval", seconds),
        timeout_sec: as("timeout", seconds),
        failure_threshold: as("failureThreshold", number),
        success_threshold: as("successThreshold", number),
    },
};

const readiness: Keys = {
    carried: { ...check.carried, app_start_timeout_sec: as("appStartTimeout", seconds) },
};

const liveness: Keys = {
    carried: { ...check.carried, initial_delay_sec: as("initialDelay", seconds) },
};

const port = (given: string) => (/^\d+$/.test(given) ? Number(given) : given);

const network: Keys = {
    carried: {
        name: as("network", text),
        subnetwork_name: as("subnetwork", text),
        forwarded_ports: as("forwardedPorts", (value) => texts(value).map(port)),
        instance_tag: as("instanceTag", text),
        session_affinity: as("sessionAffinity", flag),
        instance_ip_mode: as("addresses", text),
    },
};

const ofOld = "is of runtimes that are gone. Take operating_system and runtime_version.";

const runtime: Keys = {
    carried: {
        operating_system: as("operatingSystem", text),
        runtime_version: as("version", text),
        document_root: as("documentRoot", text),
        front_controller_file: as("frontControllerFile", text),
        nginx_conf_override: as("nginxConfOverride", text),
        nginx_conf_include: as("nginxConfInclude", text),
        nginx_conf_http_include: as("nginxConfHttpInclude", text),
        php_fpm_conf_override: as("phpFpmConfOverride", text),
    },
    lost: {
        python_version: ofOld,
        jdk: ofOld,
        server: ofOld,
        php_ini_override: "is read by no runtime of today. Name the file php.ini.",
        supervisord_conf_addition: ofOld,
        supervisord_conf_override: ofOld,
        skip_lockdown_document_root: ofOld,
        whitelist_functions: ofOld,
        enable_stackdriver_integration: "is of runtimes that are gone. Take the client libraries.",
    },
};

/** Handlers serve no files in the flexible environment; one that only leads to the application says nothing. */
function useless(value: Value): undefined {
    const all = handlers(value).map(({ handler }) => Object.keys(handler));
    const isNothing = all.every((keys) => keys.every((key) => ["url", "script"].includes(key)));
    const reason = "are of the standard environment. Serve files, and ask for HTTPS or a sign-in, by the application.";
    return isNothing ? value.leave() : value.lost(reason);
}

const legacy = "is of health checks that are gone. Take readiness_check and liveness_check.";

/** What a file for the flexible environment may have. */
export const flexible: Keys = {
    carried: {
        ...shared.carried,
        runtime_config: as("runtimeConfig", (value) => value.read(runtime)),
        automatic_scaling: as("scaling", (value) => ({ automatic: value.read(automatic) })),
        manual_scaling: as("scaling", (value) => ({ manual: value.read(manual) })),
        resources: as("resources", (value) => value.read(resources)),
        readiness_check: as("readiness", (value) => value.read(readiness)),
        liveness_check: as("liveness", (value) => value.read(liveness)),
        network: as("network", (value) => value.read(network)),
        handlers: useless,
    },
    left: [...shared.left, "default_expiration"],
    lost: {
        ...shared.lost,
        health_check: legacy,
        vm_health_check: legacy,
        ...elsewhere("standard", {
            basic_scaling: "Take automatic_scaling or manual_scaling.",
            instance_class: "Take resources.",
            inbound_services: "Leave it out.",
            error_handlers: "Answer what goes wrong by the application.",
            app_engine_apis: "Take the client libraries of Google Cloud.",
            app_engine_bundled_services: "Take the client libraries of Google Cloud.",
            vpc_access_connector: "Take network.",
        }),
    },
};
