import type { UptimeCheckConfigArgs } from "@pulumi/gcp/monitoring/uptimeCheckConfig";
import type * as pulumi from "@pulumi/pulumi";
import type { AppEngineApp } from "../../appengine";
import { type ComponentArgs, componentArgs } from "../../environment/component";
import { monitoringLimits } from "../../facts/limits/monitoring";
import { type Invokable, invokable } from "../../iam/invoker";
import * as check from "../../internal/check";
import { type Transform, transforms } from "../../internal/children";
import { type Duration, durationWithin } from "../../internal/duration";
import type { LoadBalancer } from "../../loadbalancer";
import { type ComponentAlerts, componentAlerts } from "../alerts/componentAlerts";

const limits = monitoringLimits.rows;

/** Where requests come from. `"USA"` is three locations, the others are one each. */
export type UptimeRegion =
    | "ASIA_PACIFIC"
    | "EUROPE"
    | "SOUTH_AMERICA"
    | "USA"
    | "USA_IOWA"
    | "USA_OREGON"
    | "USA_VIRGINIA";

/** What an uptime check asks for: a component with a URL, or a URL. */
export type UptimeTarget = Invokable | LoadBalancer | AppEngineApp | pulumi.Input<string>;

/** What the response must contain: one of these. */
export type UptimeContent = check.OneOf<
    | {
          /** A text that the response contains. */
          contains: string;
      }
    | {
          /** A {@link https://github.com/google/re2/wiki/Syntax regular expression} that matches a part of the response. */
          matches: string;
      }
    | {
          /** A text that the response does not contain. */
          lacks: string;
      }
    | {
          /** A JSONPath and the value there, in JSON: `{ path: "$.status", value: '"ok"' }`. */
          json: { path: string; value: string };
      }
>;

/** The arguments of an {@link UptimeCheck}. */
export interface UptimeCheckArgs extends ComponentArgs {
    /**
     * What to ask: a service, a function, a load balancer, an App Engine application or a URL with `https://`. A service or a function can
     * have {@link https://cloud.google.com/run/docs/securing/ingress#settings internal ingress}, and is asked with an ID token. Refused
     * are a service without its default URL, and an internal load balancer. Changing this replaces the check.
     */
    of: UptimeTarget;
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

const text = check.pipe(
    check.text(),
    check.refine(
        (value) => String(value) !== "" && Buffer.byteLength(String(value)) <= limits.uptimeContent.max,
        `must have 1 to ${limits.uptimeContent.max} bytes`,
    ),
);
type Json = { path: string; value: string };
const content = check.variant({
    contains: check.options<{ contains: string }>({ contains: text }, "contains"),
    matches: check.options<{ matches: string }>({ matches: text }, "matches"),
    lacks: check.options<{ lacks: string }>({ lacks: text }, "lacks"),
    json: check.options<{ json: Json }>(
        {
            json: check.options<Json>(
                { path: check.matching(/^\$/, "must be a JSONPath, such as $.status"), value: text },
                "path",
                "value",
            ),
        },
        "json",
    ),
});

const statuses = ["1xx", "2xx", "3xx", "4xx", "5xx"] as const;

/** How many locations a list of regions has. */
export const locations = (regions: readonly UptimeRegion[]): number => {
    const us: UptimeRegion[] = ["USA_IOWA", "USA_OREGON", "USA_VIRGINIA"];
    return new Set(regions.flatMap((region) => (region === "USA" ? us : [region]))).size;
};

const url = check.input(
    check.matching(/^https?:\/\/[A-Za-z0-9.-]+(:\d+)?(\/\S*)?$/, "must be a URL such as https://acme.example/health"),
);

const isUrl = (value: unknown) => !check.isResource(value);
const hasUrl = (value: unknown) => Reflect.has(value as object, "url");

export const uptimeCheckArgs = check.options<UptimeCheckArgs>(
    {
        of: check.either(
            isUrl,
            url,
            check.either(
                (value) => hasUrl(value) && !Reflect.has(value as object, "invoker"),
                check.custom<LoadBalancer | AppEngineApp>(hasUrl),
                invokable,
            ),
        ) as check.Check<UptimeTarget>,
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
        regions: check.pipe(
            check.list(
                check.oneOf<UptimeRegion>(
                    "ASIA_PACIFIC",
                    "EUROPE",
                    "SOUTH_AMERICA",
                    "USA",
                    "USA_IOWA",
                    "USA_OREGON",
                    "USA_VIRGINIA",
                ),
            ),
            check.refine(
                (all) => locations(all as UptimeRegion[]) >= limits.uptimeLocations.min,
                `must have at least ${limits.uptimeLocations.min} locations; USA has three`,
            ),
        ),
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
    "of",
);
