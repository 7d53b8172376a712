import { AlertPolicy, type AlertPolicyArgs } from "@pulumi/gcp/monitoring/alertPolicy";
import { CustomService, type CustomServiceArgs } from "@pulumi/gcp/monitoring/customService";
import { Slo, type SloArgs } from "@pulumi/gcp/monitoring/slo";
import * as pulumi from "@pulumi/pulumi";
import { observedComponents } from "../../component/alerts/observed";
import { metricFilter } from "../../component/alerts/policy";
import type { MetricSignal } from "../../component/alerts/signal";
import { type ComponentArgs, component, componentArgs } from "../../component/component";
import { inEnvironment } from "../../environment/environment";
import { monitoringLimits } from "../../facts/limits/monitoring";
import * as check from "../../internal/arguments/check";
import {
    type Duration,
    daysIn,
    type Latency,
    latency,
    millisecondsIn,
    wholeDays,
} from "../../internal/arguments/duration";
import { labelValue } from "../../internal/arguments/labels";
import { shortenName, titleEnding } from "../../internal/arguments/names";
import { type Child, type Transform, transforms } from "../../internal/engine/children";
import type { Alerts } from "../alerts/alerts";

const limits = monitoringLimits.rows;

/** The arguments of a {@link ServiceObjective}. */
export interface ServiceObjectiveArgs extends ComponentArgs {
    /**
     * The component: one with the signals errors and latency, such as a `CloudRunService`, a `ServerlessFunction`, an `AppEngineApp`, a
     * `LoadBalancer` or a `VertexEndpoint`. Changing this updates the objective.
     */
    target: pulumi.ComponentResource;
    /**
     * The percentage of requests that must be good: 1 to
     * {@link https://cloud.google.com/monitoring/api/ref_v3/rest/v3/services.serviceLevelObjectives 99.99}. `99.5` allows that 0.5 % fail.
     */
    goal: number;
    /**
     * A request is good if it is answered within this time: `"300 milliseconds"`.
     * @default none: a request is good if its response is no server error
     */
    latency?: Latency;
    /**
     * The rolling period in which the goal must be met, which ends now: whole days, `"1 day"` to `"30 days"`.
     * @default "28 days"
     */
    period?: Duration;
    /**
     * Alerts when the error budget, the requests that may fail, is used up too fast: within two days (14.4 times as fast as allowed, in 1
     * hour and in 5 minutes), and within five (6 times, in 6 hours and in 30 minutes), as the
     * {@link https://sre.google/workbook/alerting-on-slos/ Site Reliability Workbook} recommends for 30 days.
     * @default no alerts
     */
    alerts?: Alerts;
    /**
     * The name that the console shows.
     * @default the component's name
     */
    displayName?: string;
    /** Callbacks that edit the arguments of child resources. */
    transform?: {
        service?: Transform<CustomServiceArgs>;
        objective?: Transform<SloArgs>;
        policy?: Transform<AlertPolicyArgs>;
    };
}

const goal = check.custom<number>(
    (value) => typeof value === "number" && value >= 1 && value <= limits.goal.max * 100,
    `must be a percentage from 1 to ${limits.goal.max * 100}, such as 99.5`,
);

const serviceObjectiveArgs = check.options<ServiceObjectiveArgs>(
    {
        target: check.custom<pulumi.ComponentResource>(
            (value) => pulumi.ComponentResource.isInstance(value),
            "must be a component, such as a CloudRunService",
        ),
        goal,
        latency: latency("1 millisecond", "1 day"),
        period: wholeDays(limits.objectivePeriod.min, limits.objectivePeriod.max),
        alerts: check.component<Alerts>("Alerts"),
        displayName: check.pipe(
            check.text(),
            check.refine((value) => String(value) !== "", "must not be empty"),
        ),
        transform: transforms("service", "objective", "policy"),
        ...componentArgs,
    },
    "target",
    "goal",
);

/**
 * How fast the error budget may be used up, and the two times in which it must be so: the longer one shows that it matters, the shorter one
 * that it continues. {@link https://sre.google/workbook/alerting-on-slos/#6-multiwindow-multi-burn-rate-alerts Multiwindow, multi-burn-rate}.
 */
const burnRates = {
    fast: { rate: 14.4, windows: ["3600s", "300s"], severity: "CRITICAL", lasts: "two days" },
    slow: { rate: 6, windows: ["21600s", "1800s"], severity: "ERROR", lasts: "five days" },
} as const;

/**
 * A {@link https://cloud.google.com/stackdriver/docs/solutions/slo-monitoring service-level objective}: the share of the requests to a
 * component that must succeed or be answered in time, with alerts when the error budget is used up too fast.
 * @example
 * ```ts
 * const oncall = new Alerts("oncall", { to: { email: "oncall@acme.example" } });
 * const web = new CloudRunService("web", { source: "./web", registry: new ContainerRegistry("app") });
 * new ServiceObjective("answers", { target: web, goal: 99.5, alerts: oncall });
 * ```
 */
export class ServiceObjective extends pulumi.ComponentResource {
    /** The service of Cloud Monitoring that the objective belongs to. */
    readonly service: CustomService;
    /** The objective itself. */
    readonly objective: Slo;
    /** The alerts, if any. */
    readonly alerts: Readonly<Partial<Record<keyof typeof burnRates, AlertPolicy>>>;

    constructor(name: string, args: ServiceObjectiveArgs, options?: pulumi.ComponentResourceOptions) {
        const title = `ServiceObjective "${name}"`;
        const resolved = check.checked(title, args, serviceObjectiveArgs, (all) => [signalProblem(all)]);
        super("slipway:index:ServiceObjective", name, {}, inEnvironment(options, resolved.crossProject));
        const { child } = component(this, name, resolved, { apis: ["monitoring.googleapis.com"] });
        const { target, alerts, displayName = shortenName(name, maxName), period = "28 days", latency } = resolved;
        const userLabels = { environment: labelValue(pulumi.getStack()) };
        this.service = new CustomService(...child("service", name, { serviceId: idOf(name), displayName, userLabels }));
        this.objective = new Slo(
            ...child("objective", name, {
                service: this.service.serviceId,
                sloId: idOf(name),
                displayName,
                // Rounded, as 99.99 / 100 is not 0.9999.
                goal: Math.round(resolved.goal * 1e6) / 1e8,
                rollingPeriodDays: daysIn(period),
                requestBasedSli: indicatorOf(signalOf(target, latency) as MetricSignal, latency),
                userLabels,
            }),
        );
        this.alerts = alerts ? this.createAlerts(name, displayName, alerts, child) : {};
        this.registerOutputs({ service: this.service, objective: this.objective });
    }

    private createAlerts(name: string, displayName: string, to: Alerts, child: Child) {
        const policies = Object.entries(burnRates).map(([speed, { rate, windows, severity, lasts }]) => {
            const args = {
                displayName: titleEnding(displayName, `: the error budget lasts less than ${lasts}`, maxName),
                severity,
                combiner: "AND",
                conditions: windows.map((window) => ({
                    displayName: `burn rate above ${rate} in ${Number.parseInt(window, 10) / 60} minutes`,
                    // A burn rate has no metric, and is not aggregated.
                    conditionThreshold: {
                        filter: pulumi.interpolate`select_slo_burn_rate("${this.objective.name}", "${window}")`,
                        comparison: "COMPARISON_GT",
                        thresholdValue: rate,
                        duration: "0s",
                        trigger: { count: 1 },
                    },
                })),
                alertStrategy: { autoClose: "3600s" },
                documentation: {
                    content: `**ServiceObjective \`${name}\`: requests fail ${rate} times as fast as the objective allows.**\n\nLook at the alerts and logs of the component, and at what changed last: a new revision can be rolled back.`,
                    mimeType: "text/markdown",
                },
                notificationChannels: to.channels,
                userLabels: { environment: labelValue(pulumi.getStack()), component: labelValue(name) },
            };
            return [speed, new AlertPolicy(...child("policy", `${name}-${speed}`, args))] as const;
        });
        return Object.fromEntries(policies);
    }
}

/** An ID of Cloud Monitoring: letters, digits and `-_:.`. */
const idOf = (name: string) => shortenName(name.replaceAll(/[^A-Za-z0-9\-_:.]/g, "-"), maxName);

const maxName = monitoringLimits.rows.displayName.max;

/** The signal of a component that an objective is about. */
function signalOf(target: pulumi.ComponentResource, latency: Latency | undefined): MetricSignal | undefined {
    const found = observedComponents().find(({ component }) => component === target);
    const wanted = latency === undefined ? "errors" : "latency";
    return found?.signals.find((signal): signal is MetricSignal => signal.signal === wanted && !signal.log);
}

function signalProblem({ target, latency }: ServiceObjectiveArgs): check.Problem | undefined {
    const wanted = latency === undefined ? "errors" : "latency";
    const reason = `must have the signal ${wanted}, as a CloudRunService, a ServerlessFunction, an AppEngineApp, a LoadBalancer or a VertexEndpoint has.`;
    return check.when(!signalOf(target, latency), "target", "monitoring/signal-missing", reason);
}

/** Good requests: those without a server error, or those within the latency, which all metrics have in milliseconds. */
function indicatorOf(signal: MetricSignal, latency: Latency | undefined): SloArgs["requestBasedSli"] {
    if (latency !== undefined) {
        return {
            distributionCut: { distributionFilter: metricFilter(signal), range: { max: millisecondsIn(latency) } },
        };
    }
    const total = { ...signal, part: undefined, partMetric: undefined };
    return { goodTotalRatio: { totalServiceFilter: metricFilter(total), badServiceFilter: metricFilter(signal) } };
}
