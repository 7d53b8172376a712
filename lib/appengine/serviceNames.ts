import { closest } from "fastest-levenshtein";
import { nameFormats } from "../facts/names";
import type { Problem } from "../internal/arguments/check";
import * as check from "../internal/arguments/check";

/**
 * The name of a service is a part of its
 * {@link https://cloud.google.com/appengine/docs/standard/how-requests-are-routed URL}.
 */
export const serviceName = check.matching(
    nameFormats.rows.appEngineService.pattern,
    `the name of a service ${nameFormats.rows.appEngineService.rule}`,
);

/** Checks that a service that an argument refers to exists: one of the program or `default`. */
export function unknownServiceProblem(
    path: string,
    service: string | undefined,
    deployed: string[],
): Problem | undefined {
    const known = [...new Set(["default", ...deployed])];
    if (service === undefined || known.includes(service)) {
        return undefined;
    }
    const nearest = known.length > 1 ? ` Did you mean "${closest(service, known)}"?` : "";
    return check.problem(
        path,
        "appengine/unknown-service",
        `must be one of the services ${known.join(", ")} (got "${service}").${nearest}`,
    );
}

/**
 * The host name of a service is a
 * {@link https://cloud.google.com/appengine/docs/standard/how-requests-are-routed single DNS label}.
 */
export function addressProblem(name: string, project: string): check.Problem | undefined {
    const label = `${name}-dot-${project}`;
    const reason = `is too long, because ${label} can have 63 characters (got ${label.length}). Shorten it.`;
    return check.when(label.length > 63, `services.${name}`, "appengine/service-host-too-long", reason);
}
