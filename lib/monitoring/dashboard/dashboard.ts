import {
    Dashboard as MonitoringDashboard,
    type DashboardArgs as MonitoringDashboardArgs,
} from "@pulumi/gcp/monitoring/dashboard";
import * as pulumi from "@pulumi/pulumi";
import { type Observed, observedComponents, onObserved } from "../../component/alerts/observed";
import { type ComponentArgs, component, componentArgs } from "../../component/component";
import { inEnvironment } from "../../environment/environment";
import { monitoringLimits } from "../../facts/limits/monitoring";
import { deferredError } from "../../internal/arguments/argumentsError";
import * as check from "../../internal/arguments/check";
import { type Transform, transforms } from "../../internal/engine/children";
import { dashboardOf, widgetsOf } from "./layout";

/** The arguments of a {@link Dashboard}. */
export interface DashboardArgs extends ComponentArgs {
    /**
     * The components to show: `[web, sales]`.
     * @default all components of the stack that have signals, if they have at most
     * {@link https://cloud.google.com/monitoring/docs/release-notes#May_02_2025 100} widgets
     */
    targets?: pulumi.ComponentResource[];
    /**
     * The name that the console shows: up to 512 characters.
     * @default the component's name and the name of the stack: `platform (prod)`
     */
    displayName?: string;
    /** Callbacks that edit the arguments of child resources. */
    transform?: { dashboard?: Transform<MonitoringDashboardArgs> };
}

const { displayName: nameLimit, widgets: widgetLimit } = monitoringLimits.rows;

const dashboardArgs = check.options<DashboardArgs>({
    targets: check.list(
        check.custom<pulumi.ComponentResource>(
            (value) => pulumi.ComponentResource.isInstance(value),
            "must be a component, such as a CloudRunService",
        ),
    ),
    displayName: check.pipe(
        check.text(),
        check.refine(
            (value) => String(value).length > 0 && String(value).length <= nameLimit.max,
            `must have 1 to ${nameLimit.max} characters`,
        ),
    ),
    transform: transforms("dashboard"),
    ...componentArgs,
});

/**
 * A Cloud Monitoring dashboard with a row for each component of the stack, in the order in which data flows: users, load balancers, services,
 * topics, jobs, databases. A row has a chart for each signal by which the component can alert, with the threshold of the alert.
 * @example
 * ```ts
 * const sales = new PubSubTopic("sales");
 * const store = new PubSubSubscription("store", { topic: sales, pull: {} });
 * new Dashboard("sales", { targets: [sales, store] });
 * ```
 */
export class Dashboard extends pulumi.ComponentResource {
    /** The dashboard itself. */
    readonly dashboard: MonitoringDashboard;
    /** The address of the dashboard in the console. */
    readonly url: pulumi.Output<string>;

    constructor(name: string, args: DashboardArgs = {}, options?: pulumi.ComponentResourceOptions) {
        const title = `Dashboard "${name}"`;
        const resolved = check.checked(title, args, dashboardArgs, ({ targets = [] }) => [
            ...targets.map(signalsProblem),
            widgetsProblem(widgetsOf(observedOf(targets))),
        ]);
        super("slipway:index:Dashboard", name, {}, inEnvironment(options, resolved.crossProject));
        const displayName = resolved.displayName ?? `${name} (${pulumi.getStack()})`;
        const components = resolved.targets ? Promise.resolve(observedOf(resolved.targets)) : everyComponent(title);
        const json = pulumi
            .output(components.then((all) => dashboardOf(displayName, withinLimit(title, all))))
            .apply((dashboard) => JSON.stringify(dashboard));
        const { child } = component(this, name, resolved, { apis: ["monitoring.googleapis.com"] });
        this.dashboard = new MonitoringDashboard(...child("dashboard", name, { dashboardJson: json }));
        this.url = this.dashboard.id.apply((id) => {
            const [, project, , dashboard] = id.split("/");
            return `https://console.cloud.google.com/monitoring/dashboards/builder/${dashboard}?project=${project}`;
        });
        this.registerOutputs({ dashboard: this.dashboard });
    }
}

/**
 * The components that the program has created, once the synchronous code that creates the dashboard has run. This must not depend on how
 * long requests or files take, or a preview could differ from its `up`; of a component that an asynchronous function creates later, the
 * program is warned.
 */
async function everyComponent(title: string): Promise<Observed[]> {
    await undefined;
    await new Promise<void>((resolve) => process.nextTick(resolve));
    onObserved(({ type, name }) => {
        const how = "Create the dashboard after it, or pass the components with 'targets'.";
        pulumi.log.warn(`${title}: ${type} "${name}" is missing, as it was created later, after an 'await'. ${how}`);
    });
    return [...observedComponents()];
}

/** The signals of components, also of those that they contain. */
function observedOf(components: readonly pulumi.ComponentResource[]): Observed[] {
    return observedComponents().filter(({ component }) => components.includes(component));
}

/** All components are checked once they are known, which is also at preview. */
function withinLimit(title: string, components: Observed[]): Observed[] {
    const problem = widgetsProblem(widgetsOf(components));
    if (problem) {
        throw deferredError(title, [problem]);
    }
    return components;
}

function widgetsProblem(count: number): check.Problem | undefined {
    const reason = `must have components with at most ${widgetLimit.max} widgets, a header and a chart for each signal (got ${count}). Show them in several dashboards.`;
    return check.when(count > widgetLimit.max, "targets", "monitoring/too-many-widgets", reason);
}

function signalsProblem(component: pulumi.ComponentResource, index: number): check.Problem | undefined {
    const reason = "has no signals, such as errors or latency, that can be shown. Remove it.";
    return check.when(
        observedOf([component]).length === 0,
        `targets.${index}`,
        "monitoring/component-without-signals",
        reason,
    );
}
