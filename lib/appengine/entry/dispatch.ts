import { ApplicationUrlDispatchRules } from "@pulumi/gcp/appengine/applicationUrlDispatchRules";
import type * as pulumi from "@pulumi/pulumi";
import { appEngineLimits } from "../../facts/limits/appEngine";
import { nameFormats } from "../../facts/names";
import * as check from "../../internal/arguments/check";
import type { Child } from "../../internal/engine/children";
import { unknownServiceProblem } from "../serviceNames";

/**
 * A {@link https://cloud.google.com/appengine/docs/standard/reference/dispatch-yaml dispatch rule}, which sends requests to a
 * service independently of its own URL. The first matching rule is used.
 */
export interface DispatchRule {
    /**
     * The domain and path of the requests, as in `dispatch.yaml`: `"shop.acme.dev/"`, `"*.acme.dev/static/*"`. The domain may
     * start with `*.`, or be `*` for all domains; the path may end with `*`. At most
     * {@link https://cloud.google.com/appengine/docs/admin-api/reference/rest/v1/apps 100 characters} in total.
     */
    url: string;
    /** The name of the service. */
    service: string;
}

const limits = appEngineLimits.rows;

const segment = nameFormats.rows.domainLabel.pattern.source.slice(1, -1);
const domain = new RegExp(`^(\\*|(\\*\\.)?${segment}(\\.${segment})*)$`);

const url = check.validText(urlProblem);

/** Checks each rule; there can be {@link https://cloud.google.com/appengine/docs/standard/reference/dispatch-yaml 20}. */
export const dispatch = check.pipe(
    check.list(check.options<DispatchRule>({ url, service: check.text() }, "url", "service")),
    check.atMost(limits.dispatchRules),
);

function urlProblem(value: string): string | undefined {
    const { domain: host, path } = splitUrl(value);
    if (/^[a-z]+:\/\//.test(value)) {
        return "must start with a domain\nRemove the scheme: a rule applies to HTTP and HTTPS.";
    }
    if (path === "") {
        return "must have a path\nEnd it with / to match only the root page, or with /* to match all pages.";
    }
    if (!domain.test(host) || /^(\d{1,3}\.){3}\d{1,3}$/.test(host)) {
        return `must have a domain such as shop.acme.dev, *.acme.dev or *, in lower case, not "${host}"`;
    }
    if (/[*].|[\s?#]/.test(path)) {
        return `must have a path such as /mobile/ or /mobile/*, with * only at the end and no query, not "${path}"`;
    }
    return value.length > limits.dispatchRule.max
        ? `must have up to ${limits.dispatchRule.max} characters, and has ${value.length}`
        : undefined;
}

function splitUrl(value: string): { domain: string; path: string } {
    const slash = value.indexOf("/");
    return slash < 0 ? { domain: value, path: "" } : { domain: value.slice(0, slash), path: value.slice(slash) };
}

/** Checks combinations of rules, and that their services exist. */
export function dispatchProblems(rules: DispatchRule[], knownServices: string[]): check.Problem[] {
    return rules.flatMap(({ url, service }, index) => {
        const earlier = rules.slice(0, index).findIndex((rule) => covers(rule.url, url));
        const hidden = check.problem(
            `dispatch.${index}.url`,
            "appengine/dispatch-never-reached",
            `is never reached (got "${url}"): dispatch.${earlier}, "${rules[earlier]?.url}", already matches all of its requests. Move it before that rule, or remove it.`,
        );
        const unknown = unknownServiceProblem(`dispatch.${index}.service`, service, knownServices);
        return [...(unknown ? [unknown] : []), ...(earlier < 0 ? [] : [hidden])];
    });
}

/** Whether a rule matches every request that another rule matches. */
function covers(one: string, other: string): boolean {
    const [first, second] = [splitUrl(one), splitUrl(other)];
    const hasDomain = first.domain.startsWith("*")
        ? second.domain.endsWith(first.domain.slice(1))
        : first.domain === second.domain;
    const hasPath = first.path.endsWith("*")
        ? second.path.startsWith(first.path.slice(0, -1))
        : first.path === second.path;
    return hasDomain && hasPath;
}

/**
 * Registers the dispatch rules, which are one resource.
 * @param after the resources to wait for: the services
 */
export function dispatchRules(
    component: string,
    rules: DispatchRule[],
    child: Child,
    after: pulumi.Resource[],
): ApplicationUrlDispatchRules | undefined {
    const dispatchRules = rules.map(({ url, service }) => ({ ...splitUrl(url), service }));
    return rules.length === 0
        ? undefined
        : new ApplicationUrlDispatchRules(
              ...child("dispatch", `${component}-dispatch`, { dispatchRules }, { dependsOn: after }),
          );
}
