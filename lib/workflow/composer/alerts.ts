import { AlertPolicy } from "@pulumi/gcp/monitoring/alertPolicy";
import { NotificationChannel } from "@pulumi/gcp/monitoring/notificationChannel";
import * as pulumi from "@pulumi/pulumi";
import * as check from "../../internal/check";
import type { Child } from "../../internal/children";
import { type Duration, duration } from "../../internal/duration";
import { isLater } from "../../internal/value";

/** Where a team is told: in one of these ways at least. */
export interface AlertContact {
    /**
     * The address of a mailbox or a list.
     * @default no mail
     */
    email?: pulumi.Input<string>;
    /**
     * A channel of Slack, as `#scoring`, and the token of the app that may write there, a secret output.
     * @default no message in Slack
     */
    slack?: { channel: pulumi.Input<string>; token: pulumi.Output<string> };
    /**
     * The integration key of a service of PagerDuty, a secret output.
     * @default no incident in PagerDuty
     */
    pagerDuty?: { serviceKey: pulumi.Output<string> };
    /**
     * Channels of Cloud Monitoring that are there: `projects/acme-dev/notificationChannels/123`.
     * @default none
     */
    channels?: pulumi.Input<string>[];
}

/** Who is told of a run of a DAG that failed or is late. */
export interface ComposerAlerts {
    /**
     * By owner, as DAG files name them: `default_args={"owner": "team-scoring"}`. Each is told of the DAGs of which it owns a task.
     * @default {}
     */
    owners?: Record<string, AlertContact>;
    /**
     * Who is told of the DAGs of all other owners.
     * @default nobody
     */
    others?: AlertContact;
    /**
     * How long a scheduled run may take until it is late, from when it is due, or from when it is made where that is later, as with
     * `catchup`: `"1 minute"` to `"30 days"`. A DAG says otherwise by a tag such as `late:90m`, `late:3h` or `late:1d`.
     * @default "1 day"
     */
    lateAfter?: Duration;
}

const secret = check.sensitive(
    isLater,
    "must not stand in the program, where it is in clear\nSet it with 'pulumi config set --secret <key>' and give it as new pulumi.Config().requireSecret(\"<key>\").",
);

const contact = check.pipe(
    check.options<AlertContact>({
        email: check.input(check.matching(/^[^@\s]+@[^@\s]+\.[^@\s]+$/, "must be an e-mail address")),
        slack: check.options<Required<AlertContact>["slack"]>(
            {
                channel: check.input(check.matching(/^#[^\s#]{1,80}$/, "must be a channel of Slack, as #scoring is")),
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
                    "must be a channel, as projects/acme-dev/notificationChannels/123 is",
                ),
            ),
        ),
    }),
    check.refine(
        (given) => typeof given !== "object" || Object.values(given as object).some((one) => one !== undefined),
        "must have one of email, slack, pagerDuty, channels",
    ),
);

/** Checks who is told of runs. */
export const alerts: check.Check = check.options<ComposerAlerts>({
    owners: check.record(
        check.matching(/^[\w.@+-]{1,60}$/, "an owner must have up to 60 letters, digits, _, ., @, + and -"),
        contact,
    ),
    others: contact,
    lateAfter: duration("1 minute", "30 days"),
});

/** What tells a team, and by which channels. */
export interface OwnerAlert {
    readonly policy: AlertPolicy;
    readonly channels: readonly NotificationChannel[];
}

/** "Alerting policies": how often one of a log's entries may tell somebody. */
const period = "300s";

/** An alert for each owner, by its name, and one for the rest, `others`. */
export function alertPolicies(
    component: string,
    { owners = {}, others }: ComposerAlerts,
    { name, region }: { name: string; region: string },
    child: Child,
): Record<string, OwnerAlert> {
    const names = Object.keys(owners);
    const lines = `resource.type="cloud_composer_environment" AND resource.labels.environment_name="${name}" AND resource.labels.location="${region}" AND textPayload:"slipway-alert"`;
    const of = (owner: string) => `textPayload:${JSON.stringify(`"owner": ${JSON.stringify(owner)}`)}`;
    const all = [
        ...Object.entries(owners).map(([owner, told]) => [owner, told, `${lines} AND ${of(owner)}`] as const),
        ...(others
            ? [["others", others, [lines, ...names.map((owner) => `NOT ${of(owner)}`)].join(" AND ")] as const]
            : []),
    ];
    return Object.fromEntries(
        all.map(([owner, told, filter]) => {
            const part = owner === "others" ? `${component}-others` : `${component}-owner-${owner}`;
            return [owner, alert(part, owner, told, { filter, environment: name }, child)];
        }),
    );
}

function alert(
    part: string,
    owner: string,
    contacted: AlertContact,
    { filter, environment }: { filter: string; environment: string },
    child: Child,
): OwnerAlert {
    const channels = channelsOf(part, owner, contacted, child);
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
            alertStrategy: { notificationRateLimit: { period }, autoClose: "86400s" },
            documentation: {
                subject: `${environment}: \${log.extracted_label.dag} \${log.extracted_label.state}`,
                content: `The run \${log.extracted_label.run} of the DAG \${log.extracted_label.dag}, which ${owner === "others" ? "none of the known owners owns" : `${owner} owns`}, is \${log.extracted_label.state} in the environment ${environment}.`,
                mimeType: "text/markdown",
            },
            notificationChannels: [...channels.map((channel) => channel.name), ...(contacted.channels ?? [])],
        }),
    );
    return { policy, channels };
}

function channelsOf(part: string, owner: string, { email, slack, pagerDuty }: AlertContact, child: Child) {
    const make = (kind: string, type: string, own: object) =>
        new NotificationChannel(
            ...child("channel", `${part}-${kind}`, { displayName: `DAGs of ${owner}`, type, ...own }),
        );
    return [
        ...(email === undefined ? [] : [make("email", "email", { labels: { email_address: email } })]),
        ...(slack === undefined
            ? []
            : [
                  make("slack", "slack", {
                      labels: { channel_name: slack.channel },
                      sensitiveLabels: { authToken: pulumi.secret(slack.token) },
                  }),
              ]),
        ...(pagerDuty === undefined
            ? []
            : [
                  make("pagerduty", "pagerduty", {
                      sensitiveLabels: { serviceKey: pulumi.secret(pagerDuty.serviceKey) },
                  }),
              ]),
    ];
}

/** An owner by whose name the alert for the rest goes. */
export function alertProblem({ owners = {} }: ComposerAlerts): check.Problem | undefined {
    return Object.hasOwn(owners, "others")
        ? {
              path: "alerts.owners.others",
              reason: "is the name of the alert for all other owners. Give it in alerts.others.",
          }
        : undefined;
}
