import type { Inputs } from "../../../../local/rules/rules";

export const examples: Record<string, Inputs[]> = {
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
