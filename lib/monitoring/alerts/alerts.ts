import type { AlertPolicy, AlertPolicyArgs } from "@pulumi/gcp/monitoring/alertPolicy";
import type { NotificationChannelArgs } from "@pulumi/gcp/monitoring/notificationChannel";
import * as pulumi from "@pulumi/pulumi";
import { type AlertOverride, type AlertOverrides, chosen, overrides } from "../../component/alerts/overrides";
import { createPolicy } from "../../component/alerts/policy";
import type { Signal } from "../../component/alerts/signal";
import { alertThresholds, type SignalName } from "../../component/alerts/thresholds";
import { type ComponentArgs, component, componentArgs } from "../../component/component";
import { inEnvironment } from "../../environment/environment";
import * as check from "../../internal/arguments/check";
import { type Transform, transforms } from "../../internal/engine/children";
import { type AlertContact, contact, createChannels } from "./contact";

/** The arguments of {@link Alerts}. */
export interface AlertsArgs extends ComponentArgs {
    /** How to notify the team. */
    to: AlertContact;
    /**
     * Changes when signals alert, for all components with these alerts; `false` for no alert. A component overrides it with its own
     * `alerts`.
     * @default by the kind of the environment
     */
    thresholds?: AlertOverrides;
    /**
     * Adds an alert when a {@link https://cloud.google.com/docs/quotas/set-up-quota-alerts quota} of the project is used up. Set it to false
     * for all but one contact of a project.
     * @default true
     */
    quota?: boolean;
    /**
     * The address of the team's instructions, which all alerts link: `https://…`. The link ends with the name of the signal, such as
     * `#backlogAge`, unless the address has a `#`.
     * @default none: alerts describe what to do, and link the incidents in the console
     */
    runbook?: string;
    /** Callbacks that edit the arguments of channels, and of the alert policies of all components. */
    transform?: { channel?: Transform<NotificationChannelArgs>; policy?: Transform<AlertPolicyArgs> };
}

const alertsArgs = check.options<AlertsArgs>(
    {
        to: contact,
        thresholds: check.options<AlertOverrides>(overrides(...(Object.keys(alertThresholds) as SignalName[]))),
        quota: check.flag(),
        runbook: check.matching(
            /^https:\/\/[^\s/?#@]+\S*$/,
            "must be an address such as https://wiki.acme.example/oncall",
        ),
        transform: transforms("channel", "policy"),
        ...componentArgs,
    },
    "to",
);

/** Refused calls of a project, by quota. */
const quota = (project: string): Signal => ({
    signal: "quota",
    resource: "consumer_quota",
    where: { project_id: project },
    metric: "serviceruntime.googleapis.com/quota/exceeded",
    aligner: "ALIGN_COUNT_TRUE",
    reducer: "REDUCE_SUM",
    groupBy: ["resource.label.service", "metric.label.quota_metric", "metric.label.limit_name"],
});

/**
 * Notifies a team of problems: each component with `alerts: oncall` has an alert policy for each of its signals, such as errors, latency
 * and failed runs. The thresholds depend on the kind of environment.
 * @example
 * ```ts
 * const oncall = new Alerts("oncall", { to: { email: "oncall@acme.example" } });
 * new CloudRunService("web", { source: "./web", registry: new ContainerRegistry("app"), alerts: oncall });
 * ```
 */
export class Alerts extends pulumi.ComponentResource {
    /** The names of the notification channels, for alert policies of the program's own. */
    readonly channels: pulumi.Output<string>[];
    /** The alert of used quotas. */
    readonly quota?: AlertPolicy;
    /** Changes when signals alert. @internal */
    readonly thresholds: Readonly<AlertOverrides>;
    /** @internal */
    readonly runbook: string | undefined;
    /** Edits alert policies. @internal */
    readonly transforms: AlertsArgs["transform"];

    constructor(name: string, args: AlertsArgs, options?: pulumi.ComponentResourceOptions) {
        const resolved = check.checked(
            `Alerts "${name}"`,
            check.withDefaults(args, { thresholds: {}, quota: true }),
            alertsArgs,
        );
        super("slipway:index:Alerts", name, {}, inEnvironment(options, resolved.crossProject));
        const { to, thresholds } = resolved;
        this.thresholds = thresholds;
        this.runbook = resolved.runbook;
        this.transforms = resolved.transform;
        const { environment, child } = component(this, name, resolved, { apis: ["monitoring.googleapis.com"] });
        const channels = createChannels(name, name, to, child, resolved.crossProject).map((channel) => channel.name);
        this.channels = [
            ...channels,
            ...(to.channels ?? []).map((channel) => pulumi.output(channel) as pulumi.Output<string>),
        ];
        const threshold = chosen(alertThresholds.quota[environment.kind], thresholds.quota as AlertOverride);
        if (resolved.quota && threshold) {
            const named = { type: "Project", name: environment.project };
            this.quota = createPolicy(this, `${name}-quota`, named, quota(environment.project), threshold, this);
        }
        this.registerOutputs({ channels: this.channels });
    }
}
