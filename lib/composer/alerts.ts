import { AlertPolicy } from "@pulumi/gcp/monitoring/alertPolicy";
import type { NotificationChannel } from "@pulumi/gcp/monitoring/notificationChannel";
import type * as pulumi from "@pulumi/pulumi";
import { type AlertOverrides, overrides } from "../component/alerts/overrides";
import type { ComponentArgs } from "../component/component";
import { monitoringLimits } from "../facts/limits/monitoring";
import * as check from "../internal/arguments/check";
import { type Duration, duration } from "../internal/arguments/duration";
import { shortenName } from "../internal/arguments/names";
import type { Child } from "../internal/engine/children";
import type { Alerts } from "../monitoring/alerts/alerts";
import { type AlertContact, contact, createChannels } from "../monitoring/alerts/contact";
import { composerSignals } from "../monitoring/signals/data";
import type { DagOwner } from "./preflight/dags";

/** Alerts about the environment, and about DAG runs that failed or are late. */
export interface ComposerAlerts extends AlertOverrides<"failedRuns" | "unavailable"> {
    /**
     * Sends alerts about an environment that does not work, and about failed runs of any DAG, to these contacts. `failedRuns: false` leaves runs to the alerts by
     * owner.
     * @default none
     */
    to?: Alerts;
    /**
     * Contacts by owner, as DAG files name them: `default_args={"owner": "team-scoring"}`. An owner is alerted about each DAG
     * in which it owns a task.
     * @default {}
     */
    owners?: Record<string, AlertContact | Alerts>;
    /**
     * The contact for the DAGs of all other owners.
     * @default none
     */
    others?: AlertContact | Alerts;
    /**
     * How long a scheduled run may take until it is late: `"1 minute"` to `"30 days"`. Counted from when the run is due, or
     * created if that is later, as with `catchup`. A DAG overrides it with a tag such as `late:90m`, `late:3h` or `late:1d`.
     * @default "1 day"
     */
    lateAfter?: Duration;
}

const ownerContact = check.componentOr(check.component<Alerts>("Alerts"), contact);

/** Checks the alerts: contacts, or options. */
export const alerts = check.componentOr(
    check.component<Alerts>("Alerts"),
    check.options<ComposerAlerts>({
        owners: check.record(
            check.matching(/^[\w.@+-]{1,60}$/, "an owner must have up to 60 letters, digits, _, ., @, + and -"),
            ownerContact,
        ),
        others: ownerContact,
        to: check.component<Alerts>("Alerts"),
        ...overrides(...composerSignals),
        lateAfter: duration("1 minute", "30 days"),
    }),
);

/** Alerts as options. */
export const resolveAlerts = (alerts: Alerts | ComposerAlerts | undefined): ComposerAlerts | undefined =>
    check.isResource(alerts) ? { to: alerts as Alerts } : (alerts as ComposerAlerts | undefined);

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
    { name, region, crossProject }: ComponentArgs & { name: string; region: string },
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
            return [owner, createAlert(part, owner, contact, { filter, environment: name, crossProject }, child)];
        }),
    );
}

function createAlert(
    part: string,
    owner: string,
    contact: AlertContact | Alerts,
    { filter, environment, crossProject }: ComponentArgs & { filter: string; environment: string },
    child: Child,
): OwnerAlert {
    const isShared = "thresholds" in contact;
    const channels = isShared ? [] : createChannels(part, `DAGs of ${owner}`, contact, child, crossProject);
    const field = (name: string) => `REGEXP_EXTRACT(textPayload, "\\"${name}\\": \\"([^\\"]+)\\"")`;
    const policy = new AlertPolicy(
        ...child("alert", part, {
            displayName: shortenName(`${environment}: DAGs of ${owner}`, monitoringLimits.rows.displayName.max),
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
            notificationChannels: [
                ...channels.map((channel) => channel.name),
                ...((contact.channels as pulumi.Input<string>[] | undefined) ?? []),
            ],
        }),
    );
    return { policy, channels };
}

/** An owner whose name is reserved for the alert of all other owners. */
export function alertProblem({ owners = {} }: ComposerAlerts): check.Problem | undefined {
    return check.when(
        Object.hasOwn(owners, "others"),
        "alerts.owners.others",
        "composer/owner-others-reserved",
        "is reserved for the alert of all other owners. Set alerts.others instead.",
    );
}

/** Warns about owners in DAG files who have no alert. The contacts of `to` are alerted about failed runs of all owners. */
export function ownersWarning(owners: DagOwner[], alerts: ComposerAlerts | undefined): string | undefined {
    const known = alerts?.owners ?? {};
    const coversAll = alerts?.others !== undefined || (alerts?.to !== undefined && alerts.failedRuns !== false);
    const missing = alerts && !coversAll ? owners.filter(({ owner }) => !Object.hasOwn(known, owner)) : [];
    const each = missing.map(({ owner, place }) => `"${owner}" (${place})`);
    return each.length > 0
        ? `alerts: no alert is configured for the owners of the DAGs of ${each.join(", ")}. Add ${each.length > 1 ? "them" : "the owner"} to alerts.owners, or set alerts.others.`
        : undefined;
}
