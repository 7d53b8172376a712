import type { Inputs } from "../../../../local/simulator/rules/rules";
import type { World } from "../world";

const filter = 'resource.type="cloud_run_revision" metric.type="run.googleapis.com/request_count"';

export function prepare(world: World): void {
    world.enable("monitoring");
    world.make("CustomService", { serviceId: "web" });
}

export const examples: Record<string, Inputs[]> = {
    "gcp:monitoring/customService:CustomService": [
        {},
        {
            serviceId: "predict",
            displayName: "Predictions",
            telemetry: {
                resourceName: "//run.googleapis.com/projects/acme-dev/locations/europe-west1/services/predict",
            },
            userLabels: { team: "sales" },
        },
    ],
    "gcp:monitoring/dashboard:Dashboard": [
        { dashboardJson: JSON.stringify({ displayName: "All", gridLayout: { columns: "2" } }) },
        {
            dashboardJson: JSON.stringify({
                displayName: "Sales",
                mosaicLayout: {
                    columns: 48,
                    tiles: [
                        { width: 48, height: 4, widget: { title: "Requests", sectionHeader: { subtitle: "run" } } },
                        {
                            yPos: 4,
                            width: 24,
                            height: 16,
                            widget: {
                                title: "Requests",
                                xyChart: {
                                    dataSets: [{ plotType: "LINE", timeSeriesQuery: { prometheusQuery: "up" } }],
                                },
                            },
                        },
                    ],
                },
            }),
        },
    ],
    "gcp:monitoring/slo:Slo": [
        {
            service: "web",
            goal: 0.99,
            rollingPeriodDays: 28,
            requestBasedSli: {
                goodTotalRatio: { totalServiceFilter: filter, badServiceFilter: `${filter} metric.labels.x="5xx"` },
            },
        },
        {
            service: "web",
            sloId: "fast",
            displayName: "Fast",
            goal: 0.9,
            calendarPeriod: "MONTH",
            requestBasedSli: { distributionCut: { distributionFilter: filter, range: { max: 300 } } },
            userLabels: { team: "sales" },
        },
    ],
    "gcp:monitoring/uptimeCheckConfig:UptimeCheckConfig": [
        {
            displayName: "Web",
            timeout: "10s",
            monitoredResource: { type: "uptime_url", labels: { host: "acme.example" } },
            httpCheck: { useSsl: true },
        },
        {
            displayName: "Web, all options",
            timeout: "10s",
            period: "60s",
            selectedRegions: ["EUROPE", "USA"],
            checkerType: "STATIC_IP_CHECKERS",
            logCheckFailures: true,
            monitoredResource: { type: "uptime_url", labels: { host: "acme.example", project_id: "acme-dev" } },
            contentMatchers: [
                { content: "ok", matcher: "MATCHES_JSON_PATH", jsonPathMatcher: { jsonPath: "$.status" } },
            ],
            httpCheck: {
                useSsl: true,
                validateSsl: true,
                path: "/health",
                port: 8443,
                requestMethod: "POST",
                contentType: "USER_PROVIDED",
                customContentType: "application/json",
                body: "e30=",
                headers: { "X-Team": "sales" },
                acceptedResponseStatusCodes: [{ statusClass: "STATUS_CLASS_2XX" }, { statusValue: 401 }],
                pingConfig: { pingsCount: 2 },
            },
            userLabels: { team: "sales" },
        },
    ],
    "gcp:monitoring/alertPolicy:AlertPolicy": [
        {
            displayName: "Errors",
            combiner: "OR",
            conditions: [{ displayName: "An error", conditionMatchedLog: { filter: "severity>=ERROR" } }],
            alertStrategy: { notificationRateLimit: { period: "300s" } },
        },
        {
            displayName: "Much to do",
            combiner: "AND",
            severity: "WARNING",
            conditions: [
                {
                    displayName: "CPU",
                    conditionThreshold: {
                        filter: 'metric.type="compute.googleapis.com/instance/cpu/utilization" AND resource.type="gce_instance"',
                        comparison: "COMPARISON_GT",
                        thresholdValue: 0.9,
                        duration: "60s",
                        aggregations: [{ alignmentPeriod: "60s", perSeriesAligner: "ALIGN_MEAN" }],
                    },
                },
                {
                    displayName: "Silence",
                    conditionAbsent: {
                        filter: 'metric.type="compute.googleapis.com/instance/uptime" AND resource.type="gce_instance"',
                        duration: "600s",
                    },
                },
            ],
            documentation: { content: "Look at it.", subject: "CPU" },
            userLabels: { team: "sales" },
        },
    ],
    "gcp:monitoring/notificationChannel:NotificationChannel": [
        { type: "email", labels: { email_address: "sales@acme.example" } },
        {
            type: "slack",
            displayName: "Sales",
            labels: { channel_name: "#sales" },
            sensitiveLabels: { authToken: "one" },
            userLabels: { team: "sales" },
            enabled: false,
        },
    ],
};
