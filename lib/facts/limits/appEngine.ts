import { facts } from "../facts";
import type { DurationLimit, Limit } from "./limit";

/** The checks of app.yaml by Google's SDK. */
const sdk =
    "https://github.com/GoogleCloudPlatform/appengine-python-standard/blob/main/src/google/appengine/api/appinfo.py" as const;

/** Limits of App Engine applications. */
export const appEngineLimits = facts<Limit>()({
    subject: "Limits of App Engine",
    source: "https://cloud.google.com/appengine/docs/standard/quotas",
    checked: "2026-11-21",
    rows: {
        services: { max: 210, unit: "services" },
        /** Of all services. */
        versions: { max: 210, unit: "versions" },
        /** Of a version. */
        files: { max: 10_000, unit: "files" },
        filesPerFolder: {
            max: 1000,
            unit: "files",
            source: "https://cloud.google.com/appengine/docs/standard/how-requests-are-handled",
            checked: "2026-11-25",
        },
        file: { max: 32 * 1024 ** 2, unit: "bytes" },
        /** Names and values of all variables of a version together. */
        variables: { max: 60_000, unit: "bytes" },
        dispatchRules: {
            max: 20,
            unit: "rules",
            source: "https://cloud.google.com/appengine/docs/standard/reference/dispatch-yaml",
        },
        /** The domain and path of a rule. */
        dispatchRule: {
            max: 100,
            unit: "characters",
            source: "https://cloud.google.com/appengine/docs/admin-api/reference/rest/v1/apps",
        },
        firewallRules: {
            max: 1000,
            unit: "rules",
            source: "https://cloud.google.com/appengine/docs/standard/creating-firewalls",
        },
        firewallDescription: {
            max: 400,
            unit: "characters",
            source: "https://cloud.google.com/appengine/docs/admin-api/reference/rest/v1/apps.firewall.ingressRules",
        },
    },
});

/** Limits of versions in the standard environment. */
export const appEngineStandardLimits = facts<Limit>()({
    subject: "Limits of App Engine's standard environment",
    source: "https://cloud.google.com/appengine/docs/standard/reference/app-yaml",
    checked: "2026-11-21",
    rows: {
        minInstances: { min: 0, max: 1000, unit: "instances" },
        /** The highest one means no limit. */
        maxInstances: {
            min: 1,
            max: 2_147_483_647,
            unit: "instances",
            source: "https://github.com/hashicorp/terraform-provider-google/blob/main/website/docs/r/app_engine_standard_app_version.html.markdown",
            checked: "2026-11-25",
        },
        minIdleInstances: { min: 0, max: 1000, unit: "instances" },
        maxIdleInstances: { min: 1, max: 1000, unit: "instances" },
        concurrentRequests: { min: 1, max: 1000, unit: "requests" },
        /** Of CPUs and of concurrent requests. */
        targetUtilization: { min: 0.5, max: 0.95, unit: "of an instance" },
        /** The time that requests wait, and its default maximum. The unit of milliseconds is the smallest in app.yaml. */
        pendingLatency: { min: 1, max: 10_000, unit: "milliseconds", checked: "2026-11-22" },
        handlers: { max: 100, unit: "handlers", source: sdk, checked: "2026-08-12" },
        /** The value of a response header; most names allow less. */
        headerValue: { max: 10_240, unit: "characters", source: sdk, checked: "2026-08-12" },
        /** With basic scaling. */
        basicInstances: { min: 1, max: 200, unit: "instances" },
    },
});

/** Limits of versions in the flexible environment. */
export const appEngineFlexibleLimits = facts<Limit | DurationLimit>()({
    subject: "Limits of App Engine's flexible environment",
    source: "https://cloud.google.com/appengine/docs/flexible/reference/app-yaml",
    checked: "2026-11-21",
    rows: {
        /** Even numbers of CPUs; above are multiples of 4. */
        evenCpus: { min: 2, max: 32, unit: "CPUs" },
        cpus: { min: 1, max: 80, unit: "CPUs" },
        memoryPerCpu: { min: 1, max: 6.5, unit: "GiB" },
        /** Memory of an instance that the environment itself uses. */
        memoryOverhead: { max: 0.4, unit: "GiB" },
        volumes: { max: 8, unit: "volumes" },
        disk: { min: 10, max: 10_240, unit: "GiB" },
        /** Of an instance. */
        concurrentConnections: { min: 1, max: 4096, unit: "connections" },
        coolDown: { min: "60 seconds" },
        cpuAggregationWindow: { min: "1 second" },
        /** Consecutive health checks until the state of an instance changes. */
        healthThreshold: { min: 1, max: 10, unit: "checks" },
        /** The interval of health checks, and their timeout. */
        healthPeriod: { min: "1 second", max: "300 seconds" },
        appStartTimeout: { min: "1 second", max: "1800 seconds" },
        initialDelay: { min: "0 seconds", max: "3600 seconds" },
    },
});
