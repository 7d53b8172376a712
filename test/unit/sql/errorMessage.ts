import * as check from "../../../lib/internal/arguments/check";
import { problemsIn } from "../registered";

/** The error of a check without the component's name; undefined for a valid value. */
export function errorMessage(value: unknown, valueCheck: check.AnyCheck): string | undefined {
    try {
        check.checked("it", value, valueCheck);
        return undefined;
    } catch (error) {
        return problemsIn(error as Error).replaceAll(/^it: /gm, "");
    }
}
