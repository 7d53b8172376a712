import { closest } from "fastest-levenshtein";
import type { Problem } from "../../internal/check";

/**
 * What is wrong with the name of a service that something else is for; nothing when it is one of the application, as
 * `default` always is.
 */
export function serviceProblem(path: string, service: string | undefined, deployed: string[]): Problem | undefined {
    const known = [...new Set(["default", ...deployed])];
    if (service === undefined || known.includes(service)) {
        return undefined;
    }
    const nearest = known.length > 1 ? ` Did you mean "${closest(service, known)}"?` : "";
    return { path, reason: `must be one of the services ${known.join(", ")} (got "${service}").${nearest}` };
}
