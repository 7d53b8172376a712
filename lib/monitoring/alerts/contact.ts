import { NotificationChannel } from "@pulumi/gcp/monitoring/notificationChannel";
import * as pulumi from "@pulumi/pulumi";
import type { ComponentArgs } from "../../component/component";
import { Environment } from "../../environment/environment";
import { monitoringLimits } from "../../facts/limits/monitoring";
import * as check from "../../internal/arguments/check";
import { shortenName } from "../../internal/arguments/names";
import { isDeferred } from "../../internal/arguments/value";
import type { Child } from "../../internal/engine/children";
import type { AnyTopic } from "../../pubsub/anyTopic";

/** How to notify a team: at least one of these ways. */
export interface AlertContact {
    /**
     * An email address. It need not be confirmed.
     * @default no email
     */
    email?: pulumi.Input<string>;
    /**
     * A Slack channel, such as `#scoring`, and the token of an app that may post to it, as a secret output.
     * @default no Slack message
     */
    slack?: {
        /** The channel, with `#`: `#scoring`. */
        channel: pulumi.Input<string>;
        /** The token of an app that may post to the channel, as a secret output. */
        token: pulumi.Output<string>;
    };
    /**
     * The integration key of a PagerDuty service, as a secret output.
     * @default no PagerDuty incident
     */
    pagerDuty?: {
        /** The integration key of the service, as a secret output. */
        serviceKey: pulumi.Output<string>;
    };
    /**
     * A topic that receives each notification as a message in JSON. Monitoring's service agent may publish to it.
     * @default no message
     */
    pubSub?: AnyTopic;
    /**
     * An address that receives each notification as a `POST` request.
     * @default no request
     */
    webhook?: AlertWebhook;
    /**
     * Existing Cloud Monitoring notification channels: `projects/acme-dev/notificationChannels/123`.
     * @default none
     */
    channels?: pulumi.Input<string>[];
}

/**
 * An address that receives notifications by HTTP, with a password or a token. Monitoring has
 * {@link https://cloud.google.com/monitoring/support/notification-options#webhooks one or the other}.
 */
export type AlertWebhook = check.OneOf<
    | {
          /** A public address: `https://hooks.acme.example/alerts`. */
          url: pulumi.Input<string>;
          /** A secret output, which the address receives as its parameter `auth_token`. */
          token: pulumi.Output<string>;
      }
    | {
          /** A public address: `https://hooks.acme.example/alerts`. */
          url: pulumi.Input<string>;
          /** The user of HTTP basic authentication. */
          username: pulumi.Input<string>;
          /** The user's password, as a secret output. */
          password: pulumi.Output<string>;
      }
>;

const secret = check.sensitive<pulumi.Output<string>>(
    isDeferred,
    "must not be in the source code as plain text\nSet it with 'pulumi config set --secret <key>' and pass it as new pulumi.Config().requireSecret(\"<key>\").",
);
const url = check.input(
    check.matching(
        /^https:\/\/[^\s/?#@]+(\/[^\s?#]*)?$/,
        "must be an address such as https://hooks.acme.example/alerts",
    ),
);
const hasToken = (value: unknown): boolean => typeof value === "object" && value !== null && !("username" in value);

/** Checks a contact. */
export const contact = check.pipe(
    check.options<AlertContact>({
        email: check.input(check.matching(/^[^@\s]+@[^@\s]+\.[^@\s]+$/, "must be an email address")),
        slack: check.options<Required<AlertContact>["slack"]>(
            {
                channel: check.input(check.matching(/^#[^\s#]{1,80}$/, "must be a channel of Slack such as #scoring")),
                token: secret,
            },
            "channel",
            "token",
        ),
        pagerDuty: check.options<Required<AlertContact>["pagerDuty"]>({ serviceKey: secret }, "serviceKey"),
        pubSub: check.component<AnyTopic>("PubSubTopic"),
        webhook: check.either(
            hasToken,
            check.options<{ url: pulumi.Input<string>; token: pulumi.Output<string> }>(
                { url, token: secret },
                "url",
                "token",
            ),
            check.options<{
                url: pulumi.Input<string>;
                username: pulumi.Input<string>;
                password: pulumi.Output<string>;
            }>({ url, username: check.input(check.text()), password: secret }, "url", "username", "password"),
        ),
        channels: check.pipe(
            check.list(
                check.input(
                    check.matching(
                        /^projects\/[^/]+\/notificationChannels\/\d+$/,
                        "must be a channel such as projects/acme-dev/notificationChannels/123",
                    ),
                ),
            ),
            // A contact has up to five others.
            check.atMost({ ...monitoringLimits.rows.channels, max: monitoringLimits.rows.channels.max - 5 }),
        ),
    }),
    check.refine(
        (value) => Object.values(value).some((one) => one !== undefined),
        "must have one of email, slack, pagerDuty, pubSub, webhook, channels",
    ),
);

/**
 * Creates the notification channels of a contact: `scoring-email`, `scoring-slack`.
 *
 * @param displayName the name that notifications and the console show
 */
export function createChannels(
    part: string,
    displayName: string,
    { email, slack, pagerDuty, pubSub, webhook }: AlertContact,
    child: Child,
    crossProject: ComponentArgs["crossProject"],
): NotificationChannel[] {
    const shown = { displayName: shortenName(displayName, monitoringLimits.rows.displayName.max) };
    const create = (kind: string, type: string, own: object, options?: pulumi.CustomResourceOptions) =>
        new NotificationChannel(...child("channel", `${part}-${kind}`, { ...shown, type, ...own }, options));
    const channels: (NotificationChannel | undefined)[] = [
        email === undefined ? undefined : create("email", "email", { labels: { email_address: email } }),
        slack &&
            create("slack", "slack", {
                labels: { channel_name: slack.channel },
                sensitiveLabels: { authToken: pulumi.secret(slack.token) },
            }),
        pagerDuty &&
            create("pagerduty", "pagerduty", { sensitiveLabels: { serviceKey: pulumi.secret(pagerDuty.serviceKey) } }),
        pubSub &&
            create(
                "pubsub",
                "pubsub",
                { labels: { topic: pubSub.topic.id } },
                {
                    dependsOn: Environment.current().grantAgent(
                        "monitoring.googleapis.com",
                        pubSub.publisher,
                        crossProject,
                    ),
                },
            ),
        webhook && create("webhook", ...webhookArgs(webhook)),
    ];
    return channels.filter((channel) => channel !== undefined);
}

/** The type of a webhook's channel and its labels: https://cloud.google.com/monitoring/support/notification-options#webhooks */
function webhookArgs({ url, token, username, password }: AlertWebhook): [string, object] {
    return password === undefined
        ? ["webhook_tokenauth", { labels: { url: pulumi.secret(pulumi.interpolate`${url}?auth_token=${token}`) } }]
        : ["webhook_basicauth", { labels: { url, username }, sensitiveLabels: { password: pulumi.secret(password) } }];
}
