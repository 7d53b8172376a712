import { facts } from "../facts";
import type { DurationLimit, Limit } from "../limits/limit";

const groups = "https://cloud.google.com/compute/docs/reference/rest/v1/regionInstanceGroupManagers";

/** Limits of managed instance groups and their autoscalers. */
export const instanceGroupLimits = facts<Limit | DurationLimit>()({
    subject: "Limits of managed instance groups",
    source: "https://cloud.google.com/compute/docs/autoscaler/multiple-signals",
    checked: "2026-11-22",
    rows: {
        /** Of a regional group: "up to 2,000", and "you can further increase the size limit of a regional MIG to 4,000 instances". */
        instances: {
            min: 0,
            max: 4000,
            unit: "instances",
            source: "https://cloud.google.com/compute/docs/instance-groups/regional-migs",
        },
        /** Of a group. */
        schedules: { max: 128, unit: "schedules" },
        /** Of Cloud Monitoring, of a group. */
        metrics: { max: 5, unit: "metrics" },
        /** Of a scaling schedule. Google documents no maximum; this one is ten years. */
        scheduleDuration: {
            min: "5 minutes",
            max: "3650 days",
            source: "https://cloud.google.com/compute/docs/autoscaler/scaling-schedules",
        },
        /** The trailing time window of a scale-in control. */
        scaleInWindow: {
            min: "1 minute",
            max: "1 hour",
            source: "https://cloud.google.com/compute/docs/autoscaler/understanding-autoscaler-decisions",
            checked: "never",
        },
        /**
         * Google documents no maximum. The provider does not send 0, and would then show a change from the API's 60 seconds to 0 with
         * each preview: https://github.com/hashicorp/terraform-provider-google-beta, resource_compute_region_autoscaler.go.
         */
        initializationPeriod: {
            min: "1 second",
            max: "1 hour",
            source: "https://cloud.google.com/compute/docs/autoscaler",
            checked: "never",
        },
        /** From 0 seconds, which the provider does not send, as of {@link initializationPeriod}. */
        stabilizationPeriod: {
            min: "1 second",
            max: "1 hour",
            source: "https://cloud.google.com/compute/docs/autoscaler/managing-autoscalers#configure_stabilization_period",
            checked: "never",
        },
        /** During which failed health checks of a new instance do not count. */
        initialDelay: { min: "0 seconds", max: "1 hour", source: groups },
        /** For which a new instance runs before it is available. */
        minReady: {
            min: "0 seconds",
            max: "1 hour",
            source: "https://cloud.google.com/compute/docs/reference/rest/beta/regionInstanceGroupManagers",
            checked: "2026-11-30",
        },
        /** Before an instance is suspended or stopped into the standby pool. */
        standbyDelay: { min: "0 seconds", max: "1 hour", source: groups },
        /** The size from which surge and unavailability can be percentages. */
        percentages: { min: 10, unit: "instances", source: groups },
        /** The versions of a group. */
        versions: {
            max: 2,
            unit: "versions",
            source: "https://cloud.google.com/compute/docs/instance-groups/rolling-out-updates-to-managed-instance-groups",
            checked: "never",
        },
        /** Between two probes. */
        checkInterval: {
            min: "1 second",
            max: "5 minutes",
            source: "https://cloud.google.com/load-balancing/docs/health-check-concepts",
            checked: "never",
        },
        /** The probes after which an instance is healthy or unhealthy. */
        checkThreshold: {
            min: 1,
            max: 10,
            unit: "probes",
            source: "https://cloud.google.com/load-balancing/docs/health-check-concepts",
            checked: "never",
        },
    },
});

/** The sources of the probes of health checks: https://cloud.google.com/load-balancing/docs/health-check-concepts#ip-ranges */
export const healthCheckRanges = ["35.191.0.0/16", "130.211.0.0/22"];

/** The sources of the probes of external passthrough load balancers: https://cloud.google.com/load-balancing/docs/health-check-concepts#ip-ranges */
export const passthroughHealthCheckRanges = ["35.191.0.0/16", "209.85.152.0/22", "209.85.204.0/22"];

/** The sources of the probes of passthrough load balancers by IPv6: https://cloud.google.com/load-balancing/docs/health-check-concepts#ip-ranges */
export const passthroughHealthCheckRanges6 = { internal: ["2600:2d00:1:b029::/64"], external: ["2600:1901:8001::/48"] };
