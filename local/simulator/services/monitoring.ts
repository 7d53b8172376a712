import { GoogleError } from "../cloud/errors";
import { digits } from "../cloud/ids";
import type { Inputs, Service, TypeRules } from "../rules/rules";
import { alertPolicy, isUserLabels } from "./monitoring/alertPolicy";
import { dashboard } from "./monitoring/dashboard";
import { customService, objective } from "./monitoring/objective";
import { uptimeCheck } from "./monitoring/uptimeCheck";

const api = "monitoring.googleapis.com";

/** "Create and manage notification channels by API": types of channels and their required labels. */
const required: Record<string, string[]> = {
    email: ["email_address"],
    google_chat: ["space"],
    pagerduty: [],
    pubsub: ["topic"],
    slack: ["channel_name"],
    sms: ["number"],
    webhook_basicauth: ["url", "username"],
    webhook_tokenauth: ["url"],
};

/** Types that have no other labels. No list of the descriptors of the others is published: such as the `team` of a Slack channel. */
const closed = ["email", "pubsub", "sms"];

function verify({ type, labels = {}, userLabels = {}, displayName = "", description = "" }: Inputs): void {
    const desired = required[type];
    if (!desired) {
        throw new GoogleError(400, `Field "notification_channel.type" had an invalid value of "${type}".`);
    }
    const missing = desired.find((label) => !labels[label]);
    if (missing) {
        throw new GoogleError(
            400,
            `Field "notification_channel.labels['${missing}']" is required for a channel of type "${type}".`,
        );
    }
    if (type === "email" && !/^[^@\s]+@[^@\s]+$/.test(labels.email_address)) {
        throw new GoogleError(
            400,
            `Field "notification_channel.labels['email_address']" had an invalid value of "${labels.email_address}".`,
        );
    }
    const unknown = Object.keys(labels).find((label) => !desired.includes(label));
    if (unknown && closed.includes(type)) {
        throw new GoogleError(
            400,
            `Field "notification_channel.labels['${unknown}']" is not a label of a channel of type "${type}".`,
        );
    }
    if (type === "pubsub" && !/^projects\/[^/]+\/topics\/[^/]+$/.test(labels.topic)) {
        throw new GoogleError(
            400,
            `Field "notification_channel.labels['topic']" had an invalid value of "${labels.topic}".`,
        );
    }
    if (!isUserLabels(userLabels)) {
        throw new GoogleError(400, 'Field "notification_channel.user_labels" had an invalid value.');
    }
    if (displayName.length > 512 || description.length > 1024) {
        throw new GoogleError(400, "Request contains an invalid argument.");
    }
}

const notificationChannel: TypeRules = {
    noun: "NotificationChannel",
    generatedNoun: "MonitoringNotificationChannel",
    cost: "free",
    api,
    id: ({ name }) => name,
    name: ({ name }) => `//${api}/${name}`,
    verify,
    state: ({ project, type }, _, old) => ({
        name:
            old?.name ??
            `projects/${project}/notificationChannels/${digits(`channel ${project} ${process.hrtime.bigint()}`, 19)}`,
        // Only phone numbers require verification.
        verificationStatus: old?.verificationStatus ?? (type === "sms" ? "UNVERIFIED" : ""),
    }),
    plan: {
        sensitiveLabelCustomizeDiff: {
            refuse: ({ labels, sensitiveLabels = {} }) => {
                const [label] = Object.entries({
                    auth_token: "authToken",
                    service_key: "serviceKey",
                    password: "password",
                })
                    .filter(([name, property]) => labels?.[name] && sensitiveLabels[property])
                    .map(([name]) => name);
                return label && `Sensitive label "${label}" cannot be set at the same time as label "${label}".`;
            },
        },
    },
    // The words: https://github.com/hashicorp/terraform-provider-google/issues/10337
    remove: ({ name, project, forceDelete }, { cloud }) => {
        const policies = cloud.store.list(`//${api}/projects/${project}/alertPolicies`);
        const user = policies.find(({ state }) => (state.notificationChannels as string[] | undefined)?.includes(name));
        if (user && !forceDelete) {
            throw new GoogleError(
                400,
                `Could not delete "${name}" because it is still being referenced by: "${user.id}"`,
            );
        }
    },
    calls: {
        collection: "monitoring.projects.notificationChannels",
    },
};

const service: Service = {
    titles: { [api]: "Cloud Monitoring API" },
    types: {
        "gcp:monitoring/alertPolicy:AlertPolicy": alertPolicy,
        "gcp:monitoring/customService:CustomService": customService,
        "gcp:monitoring/dashboard:Dashboard": dashboard,
        "gcp:monitoring/notificationChannel:NotificationChannel": notificationChannel,
        "gcp:monitoring/slo:Slo": objective,
        "gcp:monitoring/uptimeCheckConfig:UptimeCheckConfig": uptimeCheck,
    },
};

export default service;
