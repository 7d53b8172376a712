import * as pulumi from "@pulumi/pulumi";
import type { AppEngineApp } from "../../appengine";
import { type Invokable, invokable } from "../../iam/invoker";
import { deferredError } from "../../internal/arguments/argumentsError";
import * as check from "../../internal/arguments/check";
import type { LoadBalancer } from "../../loadbalancer";

/** What an uptime check asks for: a component with a URL, or a URL. */
export type UptimeTarget = Invokable | LoadBalancer | AppEngineApp | pulumi.Input<string>;

const url = check.input(
    check.matching(/^https?:\/\/[A-Za-z0-9.-]+(:\d+)?(\/\S*)?$/, "must be a URL such as https://acme.example/health"),
);

const isUrl = (value: unknown) => !check.isResource(value);

const hasUrl = (value: unknown) => Reflect.has(value as object, "url");

/** Checks a target. */
export const uptimeTarget = check.either(
    isUrl,
    url,
    check.either(
        (value) => hasUrl(value) && !Reflect.has(value as object, "invoker"),
        check.custom<LoadBalancer | AppEngineApp>(hasUrl),
        invokable,
    ),
) as check.Check<UptimeTarget>;

/** Whether a target is invoked with an ID token. */
export const isInvokable = (target: UptimeTarget): target is Invokable =>
    check.isResource(target) && Reflect.has(target as object, "invoker");

/** The problem of a path with a URL. */
export function pathProblem(target: UptimeTarget, path: string | undefined): check.Problem | undefined {
    return check.when(
        path !== undefined && !check.isResource(target),
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
export function urlOf(title: string, target: UptimeTarget): pulumi.Output<string> {
    if (!check.isResource(target)) {
        return pulumi.output(target as pulumi.Input<string>);
    }
    const { url, address } = target as Invokable & { address?: { addressType?: pulumi.Output<string | undefined> } };
    // Known at preview, and the URL is not.
    const reachable = pulumi.output(address?.addressType).apply((type) => {
        if (type === "INTERNAL") {
            const reason =
                "must be reachable from the internet, as uptime checks cannot reach an internal load balancer. Check a service behind it.";
            throw deferredError(title, [check.problem("target", "monitoring/target-not-public", reason)]);
        }
        return true;
    });
    return pulumi.all([url, reachable]).apply(([known]) => known);
}
