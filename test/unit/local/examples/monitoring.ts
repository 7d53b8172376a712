import type { Inputs } from "../../../../local/rules/rules";

export const examples: Record<string, Inputs[]> = {
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
