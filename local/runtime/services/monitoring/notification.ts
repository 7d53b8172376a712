import { type Cloud, type Entry, type Inputs, lastPart } from "../../../simulator";
import type { Incident } from "../../../simulator/services/monitoring/evaluation/incidents";
import { fieldOf, type SeriesKey } from "../../../simulator/services/monitoring/evaluation/timeSeries";
import { labelsOf as labelsOfResource } from "../../../simulator/services/monitoring/metricFilter";
import type { Router } from "../../emulator/routes";
import { type Terminal, withoutQuery } from "../../emulator/terminal";
import type { PubSub } from "../pubsub/pubsub";

/** The time in milliseconds after which a webhook has failed. */
const timeout = 10_000;

/** The attempts to call a webhook. */
const attempts = 3;

export const channelName = (id: string) => `//monitoring.googleapis.com/${id}`;

/** The resource or the metric of an incident, from the labels of its group. */
function labelsOf(incident: Incident, part: "metric" | "resource"): Record<string, string> {
    const start = `${part}.labels.`;
    return Object.fromEntries(
        Object.entries(incident.labels)
            .filter(([key]) => key.startsWith(start))
            .map(([key, value]) => [key.slice(start.length), value]),
    );
}

/** The variables of documentation: https://docs.cloud.google.com/monitoring/alerts/doc-variables */
function documented(text: string, policy: Entry, incident: Incident, series: SeriesKey): string {
    const { state }: { state: Inputs } = policy;
    const variables: Record<string, string | undefined> = {
        "condition.name": incident.condition.name,
        "condition.display_name": incident.condition.displayName,
        "policy.name": state.name,
        "policy.display_name": state.displayName,
        project: policy.project,
        "metric.type": series.metric.type,
        "resource.type": series.resource.type,
    };
    return text.replace(/(?<!\\)\$\{([^}]+)\}/g, (whole, name: string) => {
        const [, user] = /^policy\.user_labels?\.(.+)$/.exec(name) ?? [];
        const [, extracted] = /^log\.extracted_labels?\.(.+)$/.exec(name) ?? [];
        if (user !== undefined) {
            return state.userLabels?.[user] ?? "null";
        }
        return variables[name] ?? (extracted ? incident.labels[extracted] : fieldOf(series, name)) ?? whole;
    });
}

/**
 * The notification of an incident, as webhooks and Pub/Sub topics receive it.
 * https://docs.cloud.google.com/monitoring/support/notification-options#webhooks
 */
export function notificationOf(cloud: Cloud, policy: Entry, incident: Incident): Inputs {
    const { state, project }: { state: Inputs; project: string } = policy;
    const { condition, value, openedAt, closedAt, id } = incident;
    const threshold = condition.conditionThreshold ?? condition.conditionAbsent ?? condition.conditionMatchedLog;
    const [, type = ""] = /metric\.type\s*=\s*"([^"]+)"/.exec(threshold.filter) ?? [];
    const [, resource = ""] = /resource\.type\s*=\s*"([^"]+)"/.exec(threshold.filter) ?? [];
    const isContained = labelsOfResource(resource)?.includes("resource_container");
    const series: SeriesKey = {
        project,
        metric: { type, labels: labelsOf(incident, "metric") },
        resource: {
            type: resource,
            labels: { ...(!isContained && { project_id: project }), ...labelsOf(incident, "resource") },
        },
    };
    const { content = "", mimeType = "text/markdown", subject, links } = state.documentation ?? {};
    const text = (one: string) => documented(one, policy, incident, series);
    const isOpen = closedAt === undefined;
    return {
        version: "1.2",
        incident: {
            incident_id: id,
            scoping_project_id: project,
            scoping_project_number: Number(cloud.projects.number(project)),
            url: `https://console.cloud.google.com/monitoring/alerting/alerts/${id}?channelType=webhook&project=${project}`,
            started_at: Math.floor(openedAt / 1000),
            ended_at: isOpen ? null : Math.floor(closedAt / 1000),
            state: isOpen ? "open" : "closed",
            ...(state.severity && { severity: titled(state.severity) }),
            summary: `${state.displayName}: ${condition.displayName} ${isOpen ? `is met, with a value of ${value}` : "is not met anymore"}.`,
            observed_value: String(value),
            threshold_value: String(condition.conditionThreshold?.thresholdValue ?? ""),
            resource: series.resource,
            resource_name: series.resource.labels.service_name ?? series.resource.type,
            metric: { ...series.metric, displayName: lastPart(type) },
            policy_name: state.displayName,
            policy_user_labels: state.userLabels ?? {},
            condition_name: condition.displayName,
            condition,
            documentation: {
                content: text(content),
                mime_type: mimeType,
                ...(subject && { subject: text(subject) }),
                ...(links && { links: links.map(({ displayName, url }: Inputs) => ({ displayName, url })) }),
            },
        },
    };
}

const titled = (text: string) => text.charAt(0) + text.slice(1).toLowerCase();

/** Sends notifications to webhooks and topics, and tells of all others. */
export class Notifier {
    constructor(
        private readonly cloud: Cloud,
        private readonly pubsub: PubSub,
        private readonly router: Router,
        private readonly terminal: Terminal,
    ) {}

    /** Sends the notification of an incident to the channels of its policy. */
    async send(policy: Entry, incident: Incident): Promise<void> {
        const { state }: { state: Inputs } = policy;
        const isOpen = incident.closedAt === undefined;
        const prompts: string[] = state.alertStrategy?.notificationPrompts ?? ["OPENED", "CLOSED"];
        const group = Object.values(incident.labels).filter(Boolean).join(", ");
        const word = isOpen ? "opened" : "closed";
        this.terminal.log(
            `alert ${word}: ${state.displayName}${group ? ` (${group})` : ""}${isOpen ? `: ${incident.value}` : ""}`,
        );
        if (!prompts.includes(isOpen ? "OPENED" : "CLOSED")) {
            return;
        }
        const notification = notificationOf(this.cloud, policy, incident);
        const channels: string[] = state.notificationChannels ?? [];
        await Promise.all(channels.map((channel) => this.sendTo(channel, policy.project, notification)));
    }

    private async sendTo(id: string, project: string, notification: Inputs): Promise<void> {
        const channel = this.cloud.store.read(channelName(id));
        if (!channel || channel.state.enabled === false) {
            return;
        }
        const { type, labels = {}, sensitiveLabels = {} }: Inputs = channel.state;
        const body = JSON.stringify(notification);
        if (type === "webhook_basicauth" || type === "webhook_tokenauth") {
            const { username } = labels;
            const basic = Buffer.from(`${username}:${sensitiveLabels.password}`).toString("base64");
            await this.post(labels.url, body, type === "webhook_basicauth" ? { authorization: `Basic ${basic}` } : {});
        } else if (type === "pubsub") {
            this.publish(labels.topic, project, body);
        } else {
            const to = labels.email_address ?? labels.channel_name ?? labels.number ?? channel.state.displayName;
            this.terminal.log(`alert: ${type} to ${to}: ${notification.incident.summary}`);
        }
    }

    /** Calls a webhook, if it has a route: nobody else shall be alerted by what runs on this machine. */
    private async post(address: string, body: string, headers: Record<string, string>): Promise<void> {
        const { target: url } = this.router.find(address);
        if (url === undefined) {
            const { origin } = new URL(address);
            this.terminal.log(
                `alert: no route for ${origin}: add --route ${origin}=http://127.0.0.1:<port> to receive it`,
            );
            return;
        }
        for (let attempt = 1; attempt <= attempts; attempt++) {
            try {
                const answer = await fetch(url, {
                    method: "POST",
                    headers: { "content-type": "application/json", ...headers },
                    body,
                    signal: AbortSignal.timeout(timeout),
                });
                await answer.arrayBuffer();
                if (answer.ok) {
                    return;
                }
                this.terminal.log(`alert: ${answer.status} from ${withoutQuery(url)}`);
            } catch (error) {
                const { message, cause } = error as Error;
                this.terminal.log(`alert: ${withoutQuery(url)}: ${(cause as Error)?.message ?? message}`);
            }
        }
    }

    /** The agent needs the permission to publish: https://docs.cloud.google.com/monitoring/support/notification-options#pubsub */
    private publish(topic: string, project: string, body: string): void {
        const agent = `serviceAccount:service-${this.cloud.projects.number(project)}@gcp-sa-monitoring-notification.iam.gserviceaccount.com`;
        if (!this.pubsub.may(agent, topic, "publisher")) {
            this.terminal.log(`alert: ${topic} receives nothing, as ${agent} lacks roles/pubsub.publisher`);
            return;
        }
        try {
            this.pubsub.publish(topic, [{ data: Buffer.from(body), attributes: {}, orderingKey: "" }]);
        } catch (error) {
            this.terminal.log(`alert: ${topic}: ${(error as Error).message}`);
        }
    }
}
