import { ApplicationUrlDispatchRules } from "@pulumi/gcp/appengine/applicationUrlDispatchRules";
import type * as pulumi from "@pulumi/pulumi";
import * as check from "../../internal/check";
import type { Child } from "../../internal/children";
import { serviceProblem } from "../service/known";

/** A rule by which requests go to a service, whatever the address says. The first that matches is the one that counts. */
export interface DispatchRule {
    /**
     * The domain and the path of the requests, as in `dispatch.yaml`: `"shop.acme.dev/"`, `"*.acme.dev/static/*"`. A domain may
     * start with `*.` or be `*` alone, which is every domain; a path may end with `*`. Both together have up to 100
     * characters ("UrlDispatchRule").
     */
    url: string;
    /** The name of the service. */
    service: string;
}

const segment = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?";
const domain = new RegExp(`^(\\*|(\\*\\.)?${segment}(\\.${segment})*)$`);

const url = check.pipe(
    check.text(),
    check.refine(
        (given) => problemOf(String(given)) === undefined,
        ({ input }) => problemOf(String(input)) ?? "",
    ),
);

/** Checks the rules by which requests are dispatched: up to 20 ("dispatch.yaml reference"). */
export const dispatch: check.Check = check.pipe(
    check.list(check.options<DispatchRule>({ url, service: check.text() }, "url", "service")),
    check.refine((rules) => (rules as unknown[]).length <= 20, "there can be 20 rules at most"),
);

function problemOf(given: string): string | undefined {
    const { domain: host, path } = partsOf(given);
    if (/^[a-z]+:\/\//.test(given)) {
        return "must start with a domain\nLeave the scheme out: a rule is for HTTP and for HTTPS.";
    }
    if (path === "") {
        return "must have a path\nEnd it with / for the first page alone, or with /* for all of them.";
    }
    if (!domain.test(host) || /^(\d{1,3}\.){3}\d{1,3}$/.test(host)) {
        return `must have a domain such as shop.acme.dev, *.acme.dev or *, in lower case, not "${host}"`;
    }
    if (/[*].|[\s?#]/.test(path)) {
        return `must have a path such as /mobile/ or /mobile/*, with * at the end alone and no query, not "${path}"`;
    }
    return given.length > 100 ? `must have up to 100 characters, and has ${given.length}` : undefined;
}

function partsOf(given: string): { domain: string; path: string } {
    const slash = given.indexOf("/");
    return slash < 0 ? { domain: given, path: "" } : { domain: given.slice(0, slash), path: given.slice(slash) };
}

/** What is wrong with rules that are right each by itself. */
export function dispatchProblems(rules: DispatchRule[], knownServices: string[]): check.Problem[] {
    return rules.flatMap(({ url, service }, index) => {
        const earlier = rules.slice(0, index).findIndex((rule) => covers(rule.url, url));
        const hidden = {
            path: `dispatch.${index}.url`,
            reason: `is never reached (got "${url}"): dispatch.${earlier}, "${rules[earlier]?.url}", takes every such request before it. Put it first, or leave it out.`,
        };
        const unknown = serviceProblem(`dispatch.${index}.service`, service, knownServices);
        return [...(unknown ? [unknown] : []), ...(earlier < 0 ? [] : [hidden])];
    });
}

/** Whether every request that one rule is for is one of another. */
function covers(one: string, other: string): boolean {
    const [first, second] = [partsOf(one), partsOf(other)];
    const hasDomain = first.domain.startsWith("*")
        ? second.domain.endsWith(first.domain.slice(1))
        : first.domain === second.domain;
    const hasPath = first.path.endsWith("*")
        ? second.path.startsWith(first.path.slice(0, -1))
        : first.path === second.path;
    return hasDomain && hasPath;
}

/**
 * Registers the rules of an application, which are one resource.
 *
 * @param after what must be there first: the services to which they lead
 */
export function dispatchRules(
    component: string,
    rules: DispatchRule[],
    child: Child,
    after: pulumi.Resource[],
): ApplicationUrlDispatchRules | undefined {
    const dispatchRules = rules.map(({ url, service }) => ({ ...partsOf(url), service }));
    return rules.length === 0
        ? undefined
        : new ApplicationUrlDispatchRules(
              ...child("dispatch", `${component}-dispatch`, { dispatchRules }, { dependsOn: after }),
          );
}
