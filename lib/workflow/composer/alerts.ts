import { AlertPolicy } from "@pulumi/gcp/monitoring/alertPolicy";
import { NotificationChannel } from "@pulumi/gcp/monitoring/notificationChannel";
import * as pulumi from "@pulumi/pulumi";
import * as check from "../../internal/check";
import type { Child } from "../../internal/children";
import { type Duration, duration } from "../../internal/duration";
import { isDeferred } from "../../internal/value";

/** How to notify a team: at least one of these ways. */
export interface AlertContact {
    /**
     * An email address.
     * @default no email
     */
    email?: pulumi.Input<string>;
    /**
     * A Slack channel, such as `#scoring`, and the token of an app that may post to it, as a secret output.
     * @default no Slack message
     */
    slack?: { channel: pulumi.Input<string>; token: pulumi.Output<string> };
    /**
     * The integration key of a PagerDuty service, as a secret output.
     * @default no PagerDuty incident
     */
    pagerDuty?: { serviceKey: pulumi.Output<string> };
    /**
     * Existing Cloud Monitoring notification channels: `projects/acme-dev/notificationChannels/123`.
     * @default none
     */
    channels?: pulumi.Input<string>[];
}

/** Alerts about DAG runs that failed or are late. */
export interface ComposerAlerts {
    /**
     * Contacts by owner, as DAG files name them: `default_args={"owner": "team-scoring"}`. An owner is alerted about each DAG
     * in which it owns a task.
     * @default {}
     */
    owners?: Record<string, AlertContact>;
    /**
     * The contact for the DAGs of all other owners.
     * @default none
     */
    others?: AlertContact;
    /**
     * How long a scheduled run may take until it is late: `"1 minute"` to `"30 days"`. Counted from when the run is due, or
     * created if that is later, as with `catchup`. A DAG overrides it with a tag such as `late:90m`, `late:3h` or `late:1d`.
     * @default "1 day"
     */
    lateAfter?: Duration;
}

const secret = check.sensitive<pulumi.Output<string>>(
    isDeferred,
    "must not be in the source code as plain text\nSet it with 'pulumi config set --secret <key>' and pass it as new pulumi.Config().requireSecret(\"<key>\").",
);

const contact = check.pipe(
    check.options<AlertContact>({
        email: check.input(check.matching(/^[^@\s]+@[^@\s]+\.[^@\s]+$/, "must be an e-mail address")),
        slack: check.options<Required<AlertContact>["slack"]>(
            {
                channel: check.input(check.matching(/^#[^\s#]{1,80}$/, "must be a channel of Slack such as #scoring")),
                token: secret,
            },
            "channel",
            "token",
        ),
        pagerDuty: check.options<Required<AlertContact>["pagerDuty"]>({ serviceKey: secret }, "serviceKey"),
        channels: check.list(
            check.input(
                check.matching(
                    /^projects\/[^/]+\/notificationChannels\/\d+$/,
                    "must be a channel such as projects/acme-dev/notificationChannels/123",
                ),
            ),
        ),
    }),
    check.refine(
        (value) => typeof value !== "object" || Object.values(value as object).some((one) => one !== undefined),
        "must have one of email, slack, pagerDuty, channels",
    ),
);

/** Checks the alerts. */
export const alerts = check.options<ComposerAlerts>({
    owners: check.record(
        check.matching(/^[\w.@+-]{1,60}$/, "an owner must have up to 60 letters, digits, _, ., @, + and -"),
        contact,
    ),
    others: contact,
    lateAfter: duration("1 minute", "30 days"),
});

/** The alert policy of an owner and its notification channels. */
export interface OwnerAlert {
    readonly policy: AlertPolicy;
    readonly channels: readonly NotificationChannel[];
}

/** The shortest {@link https://cloud.google.com/logging/docs/alerting/log-based-alerts interval} between notifications. */
const notificationPeriod = "300s";

/** Creates an alert policy for each owner, and one for all other owners, `others`. */
export function alertPolicies(
    component: string,
    { owners = {}, others }: ComposerAlerts,
    { name, region }: { name: string; region: string },
    child: Child,
): Record<string, OwnerAlert> {
    const names = Object.keys(owners);
    const alertFilter = `resource.type="cloud_composer_environment" AND resource.labels.environment_name="${name}" AND resource.labels.location="${region}" AND textPayload:"slipway-alert"`;
    const ownerFilter = (owner: string) => `textPayload:${JSON.stringify(`"owner": ${JSON.stringify(owner)}`)}`;
    const alerts = [
        ...Object.entries(owners).map(
            ([owner, contact]) => [owner, contact, `${alertFilter} AND ${ownerFilter(owner)}`] as const,
        ),
        ...(others
            ? [
                  [
                      "others",
                      others,
                      [alertFilter, ...names.map((owner) => `NOT ${ownerFilter(owner)}`)].join(" AND "),
                  ] as const,
              ]
            : []),
    ];
    return Object.fromEntries(
        alerts.map(([owner, contact, filter]) => {
            const part = owner === "others" ? `${component}-others` : `${component}-owner-${owner}`;
            return [owner, createAlert(part, owner, contact, { filter, environment: name }, child)];
        }),
    );
}

function createAlert(
    part: string,
    owner: string,
    contact: AlertContact,
    { filter, environment }: { filter: string; environment: string },
    child: Child,
): OwnerAlert {
    const channels = createChannels(part, owner, contact, child);
    const field = (name: string) => `REGEXP_EXTRACT(textPayload, "\\"${name}\\": \\"([^\\"]+)\\"")`;
    const policy = new AlertPolicy(
        ...child("alert", part, {
            displayName: `${environment}: DAGs of ${owner}`,
            combiner: "OR",
            severity: "ERROR",
            conditions: [
                {
                    displayName: "A run of a DAG failed or is late",
                    conditionMatchedLog: {
                        filter,
                        labelExtractors: { dag: field("dag"), run: field("run"), state: field("state") },
                    },
                },
            ],
            alertStrategy: { notificationRateLimit: { period: notificationPeriod }, autoClose: "86400s" },
            documentation: {
                subject: `${environment}: \${log.extracted_label.dag} \${log.extracted_label.state}`,
                content: `The run \${log.extracted_label.run} of the DAG \${log.extracted_label.dag}, which ${owner === "others" ? "none of the known owners owns" : `${owner} owns`}, is \${log.extracted_label.state} in the environment ${environment}.`,
                mimeType: "text/markdown",
            },
            notificationChannels: [...channels.map((channel) => channel.name), ...(contact.channels ?? [])],
        }),
    );
    return { policy, channels };
}

function createChannels(part: string, owner: string, { email, slack, pagerDuty }: AlertContact, child: Child) {
    const create = (kind: string, type: string, own: object) =>
        new NotificationChannel(
            ...child("channel", `${part}-${kind}`, { displayName: `DAGs of ${owner}`, type, ...own }),
        );
    return [
        ...(email === undefined ? [] : [create("email", "email", { labels: { email_address: email } })]),
        ...(slack === undefined
            ? []
            : [
                  create("slack", "slack", {
                      labels: { channel_name: slack.channel },
                      sensitiveLabels: { authToken: pulumi.secret(slack.token) },
                  }),
              ]),
        ...(pagerDuty === undefined
            ? []
            : [
                  create("pagerduty", "pagerduty", {
                      sensitiveLabels: { serviceKey: pulumi.secret(pagerDuty.serviceKey) },
                  }),
              ]),
    ];
}

/** An owner whose name is reserved for the alert of all other owners. */
export function alertProblem({ owners = {} }: ComposerAlerts): check.Problem | undefined {
    return Object.hasOwn(owners, "others")
        ? {
              path: "alerts.owners.others",
              reason: "is reserved for the alert of all other owners. Set alerts.others instead.",
          }
        : undefined;
}
