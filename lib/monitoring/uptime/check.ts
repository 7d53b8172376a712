import { UptimeCheckConfig, type UptimeCheckConfigArgs } from "@pulumi/gcp/monitoring/uptimeCheckConfig";
import * as pulumi from "@pulumi/pulumi";
import { type ComponentArgs, component, componentArgs } from "../../component/component";
import { Environment, inEnvironment } from "../../environment/environment";
import { monitoringLimits } from "../../facts/limits/monitoring";
import * as check from "../../internal/arguments/check";
import { type Duration, durationWithin, inSeconds } from "../../internal/arguments/duration";
import { type Transform, transforms } from "../../internal/engine/children";
import { type ComponentAlerts, componentAlerts } from "../alerts/componentAlerts";
import { content, matcherOf, type UptimeContent } from "./content";
import { regions, type UptimeRegion } from "./regions";
import { isInvokable, pathProblem, type UptimeTarget, uptimeTarget, urlOf } from "./target";

/** The arguments of an {@link UptimeCheck}. */
export interface UptimeCheckArgs extends ComponentArgs {
    /**
     * The target of the requests: a service, a function, a load balancer, an App Engine application or a URL with `https://`. A service or
     * a function can have {@link https://cloud.google.com/run/docs/securing/ingress#settings internal ingress}, and is asked with an ID
     * token. Refused are a service without its default URL, and an internal load balancer. Changing this replaces the check.
     */
    target: UptimeTarget;
    /**
     * The path of the request, with a query if needed: `/health`. A URL has its own path.
     * @default "/"
     */
    path?: string;
    /**
     * What the response must contain, in its first 4 MB.
     * @default anything
     */
    content?: UptimeContent;
    /**
     * The status codes that a response may have: `[200, "3xx"]`.
     * @default 200 to 299
     */
    statuses?: (number | "1xx" | "2xx" | "3xx" | "4xx" | "5xx")[];
    /**
     * Headers of the request: at most {@link https://cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.uptimeCheckConfigs#HttpCheck 100}.
     * If one is a secret output, the API does not show them, so that each update sends them again.
     * @default none
     */
    headers?: Record<string, pulumi.Input<string>>;
    /**
     * Where requests come from: at least {@link https://cloud.google.com/monitoring/uptime-checks/introduction three locations}. Each
     * location sends a request in each interval, and is billed by itself.
     * @default ["EUROPE", "USA_VIRGINIA", "ASIA_PACIFIC"]
     */
    regions?: UptimeRegion[];
    /**
     * How often each location sends a request.
     * @default "1 minute" in production, elsewhere "5 minutes"
     */
    interval?: "1 minute" | "5 minutes" | "10 minutes" | "15 minutes";
    /**
     * How long a response may take: `"1 second"` to `"60 seconds"`.
     * @default "10 seconds"
     */
    timeout?: Duration;
    /**
     * Writes an entry to Cloud Logging for each failed check.
     * @default true
     */
    logFailures?: boolean;
    /**
     * Alerts when most locations get no response, with changes of signals, such as `{ to: oncall, unavailable: { for: "10 minutes" } }`.
     * @default no alerts
     */
    alerts?: ComponentAlerts<"unavailable">;
    /**
     * The name that the console shows.
     * @default the component's name
     */
    displayName?: string;
    /** Callbacks that edit the arguments of child resources. */
    transform?: { check?: Transform<UptimeCheckConfigArgs> };
}

const limits = monitoringLimits.rows;

const statuses = ["1xx", "2xx", "3xx", "4xx", "5xx"] as const;

const uptimeCheckArgs = check.options<UptimeCheckArgs>(
    {
        target: uptimeTarget,
        path: check.matching(/^\/\S*$/, "must be a path such as /health"),
        content,
        statuses: check.pipe(
            check.list(
                check.either(
                    (value) => typeof value === "number",
                    check.whole(100, 599),
                    check.oneOf(...statuses),
                ) as check.Check<number | (typeof statuses)[number]>,
            ),
            check.refine((all) => (all as unknown[]).length > 0, "must have at least one status"),
        ),
        headers: check.pipe(
            check.record(check.matching(/^[\w-]+$/, "must be the name of a header"), check.input(check.text())),
            check.atMost(limits.uptimeHeaders),
        ),
        regions,
        interval: check.oneOf("1 minute", "5 minutes", "10 minutes", "15 minutes"),
        timeout: durationWithin(limits.uptimeTimeout),
        logFailures: check.flag(),
        alerts: componentAlerts("unavailable"),
        displayName: check.pipe(
            check.text(),
            check.refine((value) => String(value) !== "", "must not be empty"),
        ),
        transform: transforms("check"),
        ...componentArgs,
    },
    "target",
);

/**
 * A Cloud Monitoring {@link https://cloud.google.com/monitoring/uptime-checks uptime check}: sends requests from several regions of the
 * world to a service, a load balancer, an App Engine application or a URL, and alerts if it does not answer.
 * @example
 * ```ts
 * const oncall = new Alerts("oncall", { to: { email: "oncall@acme.example" } });
 * const registry = new ContainerRegistry("app");
 * const web = new CloudRunService("web", { source: "./web", registry, ingress: "all" });
 * new UptimeCheck("web", { target: web, path: "/healthz", alerts: oncall });
 * ```
 */
export class UptimeCheck extends pulumi.ComponentResource {
    /** The check itself. */
    readonly check: UptimeCheckConfig;
    /** The URL to which the requests are sent. */
    readonly url: pulumi.Output<string>;

    constructor(name: string, args: UptimeCheckArgs, options?: pulumi.ComponentResourceOptions) {
        const title = `UptimeCheck "${name}"`;
        const { target, ...resolved } = check.checked(title, args, uptimeCheckArgs, ({ target, path }) => [
            pathProblem(target, path),
        ]);
        super("slipway:index:UptimeCheck", name, {}, inEnvironment(options, resolved.crossProject));
        const environment = Environment.current();
        const isPrivate = isInvokable(target);
        this.url = urlOf(title, target).apply((url) =>
            resolved.path === undefined ? url : `${url.replace(/\/$/, "")}${resolved.path}`,
        );
        const api = "monitoring.googleapis.com";
        const { child, observe } = component(this, name, resolved, {
            apis: [api],
            dependsOn: isPrivate ? environment.grantAgent(api, target.invoker, resolved.crossProject) : [],
        });
        const interval = environment.kind === "production" ? "1 minute" : "5 minutes";
        this.check = new UptimeCheckConfig(
            ...child("check", name, checkArgs(this.url, isPrivate, { displayName: name, interval, ...resolved })),
        );
        const host = this.check.monitoredResource.apply((resource) => resource?.labels?.host ?? "");
        observe(
            "Users",
            [
                {
                    signal: "unavailable",
                    resource: "uptime_url",
                    where: { host },
                    metric: "monitoring.googleapis.com/uptime_check/check_passed",
                    only: [pulumi.interpolate`metric.labels.check_id = "${this.check.uptimeCheckId}"`],
                    aligner: "ALIGN_FRACTION_TRUE",
                    reducer: "REDUCE_MEAN",
                    below: true,
                },
            ],
            args.alerts,
        );
        this.registerOutputs({ check: this.check, url: this.url });
    }
}

/** The arguments of the check resource. */
function checkArgs(
    url: pulumi.Output<string>,
    isPrivate: boolean,
    args: Omit<UptimeCheckArgs, "target" | "transform" | "alerts"> &
        Required<Pick<UptimeCheckArgs, "displayName" | "interval">>,
): UptimeCheckConfigArgs {
    const parts = url.apply((known) => {
        const { protocol, hostname, port, pathname, search } = new URL(known);
        return { isSecure: protocol === "https:", hostname, port, path: `${pathname}${search}` };
    });
    const isSecure = parts.apply((part) => part.isSecure);
    const { regions = ["EUROPE", "USA_VIRGINIA", "ASIA_PACIFIC"], timeout = "10 seconds", logFailures = true } = args;
    return {
        displayName: args.displayName,
        period: inSeconds(args.interval),
        timeout: inSeconds(timeout),
        selectedRegions: regions,
        logCheckFailures: logFailures,
        monitoredResource: { type: "uptime_url", labels: { host: parts.apply(({ hostname }) => hostname) } },
        httpCheck: {
            useSsl: isSecure,
            validateSsl: isSecure,
            path: parts.apply(({ path }) => path),
            port: parts.apply(({ port, isSecure }) => Number(port || (isSecure ? 443 : 80))),
            headers: args.headers,
            // The API answers masked headers with asterisks, which each update replaces.
            maskHeaders: args.headers && pulumi.isSecret(pulumi.output(args.headers)),
            acceptedResponseStatusCodes: args.statuses?.map((status) =>
                typeof status === "number"
                    ? { statusValue: status }
                    : { statusClass: `STATUS_CLASS_${status.toUpperCase()}` },
            ),
            serviceAgentAuthentication: isPrivate ? { type: "OIDC_TOKEN" } : undefined,
        },
        contentMatchers: args.content && [matcherOf(args.content)],
    };
}
