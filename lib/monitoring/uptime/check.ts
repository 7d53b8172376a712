import { UptimeCheckConfig, type UptimeCheckConfigArgs } from "@pulumi/gcp/monitoring/uptimeCheckConfig";
import * as pulumi from "@pulumi/pulumi";
import { component } from "../../environment/component";
import { Environment, inEnvironment } from "../../environment/environment";
import type { Invokable } from "../../iam/invoker";
import { deferredError } from "../../internal/argumentsError";
import * as check from "../../internal/check";
import { inSeconds } from "../../internal/duration";
import { type UptimeCheckArgs, type UptimeContent, type UptimeTarget, uptimeCheckArgs } from "./arguments";

/**
 * A Cloud Monitoring {@link https://cloud.google.com/monitoring/uptime-checks uptime check}: sends requests from several regions of the
 * world to a service, a load balancer, an App Engine application or a URL, and alerts if it does not answer.
 */
export class UptimeCheck extends pulumi.ComponentResource {
    /** The check itself. */
    readonly check: UptimeCheckConfig;
    /** The URL that it asks. */
    readonly url: pulumi.Output<string>;

    constructor(name: string, args: UptimeCheckArgs, options?: pulumi.ComponentResourceOptions) {
        const title = `UptimeCheck "${name}"`;
        const { of, ...resolved } = check.checked(title, args, uptimeCheckArgs, ({ of, path }) => [
            pathProblem(of, path),
        ]);
        super("slipway:index:UptimeCheck", name, {}, inEnvironment(options, resolved.crossProject));
        const environment = Environment.current();
        const isPrivate = isInvokable(of);
        this.url = urlOf(title, of).apply((url) =>
            resolved.path === undefined ? url : `${url.replace(/\/$/, "")}${resolved.path}`,
        );
        const api = "monitoring.googleapis.com";
        const { child, observe } = component(this, name, resolved, {
            apis: [api],
            dependsOn: isPrivate ? environment.grantAgent(api, of.invoker, resolved.crossProject) : [],
        });
        const interval = environment.kind === "production" ? "1 minute" : "5 minutes";
        this.check = new UptimeCheckConfig(
            ...child("check", name, checkArgs(this.url, isPrivate, { displayName: name, interval, ...resolved })),
        );
        const host = this.check.monitoredResource.apply((resource) => resource?.labels?.host ?? "");
        observe(
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

const isInvokable = (target: UptimeTarget): target is Invokable =>
    check.isResource(target) && Reflect.has(target as object, "invoker");

function pathProblem(of: UptimeTarget, path: string | undefined): check.Problem | undefined {
    return check.when(
        path !== undefined && !check.isResource(of),
        "path",
        "monitoring/path-with-url",
        "cannot be combined with a URL, which has its own path. Add it to the URL.",
    );
}

/**
 * The URL of a target. A service or a function with internal ingress can be checked: uptime checks of the same project
 * {@link https://cloud.google.com/run/docs/securing/ingress#settings are internal} for its default URL. For an internal load balancer, the
 * preview fails.
 */
function urlOf(title: string, of: UptimeTarget): pulumi.Output<string> {
    if (!check.isResource(of)) {
        return pulumi.output(of as pulumi.Input<string>);
    }
    const { url, address } = of as Invokable & { address?: { addressType?: pulumi.Output<string | undefined> } };
    // Known at preview, and the URL is not.
    const reachable = pulumi.output(address?.addressType).apply((type) => {
        if (type === "INTERNAL") {
            const reason =
                "must be reachable from the internet, as uptime checks cannot reach an internal load balancer. Check a service behind it.";
            throw deferredError(title, [check.problem("of", "monitoring/target-not-public", reason)]);
        }
        return true;
    });
    return pulumi.all([url, reachable]).apply(([known]) => known);
}

/** The arguments of the check resource. */
function checkArgs(
    url: pulumi.Output<string>,
    isPrivate: boolean,
    args: Omit<UptimeCheckArgs, "of" | "transform" | "alerts"> &
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

function matcherOf({ contains, matches, lacks, json }: UptimeContent) {
    if (json) {
        const jsonPathMatcher = { jsonPath: json.path, jsonMatcher: "EXACT_MATCH" };
        return { content: json.value, matcher: "MATCHES_JSON_PATH", jsonPathMatcher };
    }
    return contains !== undefined
        ? { content: contains, matcher: "CONTAINS_STRING" }
        : matches !== undefined
          ? { content: matches, matcher: "MATCHES_REGEX" }
          : { content: lacks as string, matcher: "NOT_CONTAINS_STRING" };
}
