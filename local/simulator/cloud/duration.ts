import { GoogleError } from "./errors";

/**
 * Throws if a duration does not have the form of JSON, such as `604800s`: https://protobuf.dev/programming-guides/json
 *
 * @param field its path in the API: `subscription.retry_policy.minimum_backoff`
 */
export function verifyDurationForm(field: string, value: string): void {
    const name = (field.split(".").at(-1) as string).replaceAll(/_./g, (letters) => letters.charAt(1).toUpperCase());
    const wrong = `Invalid value at '${field}' (type.googleapis.com/google.protobuf.Duration), Field '${name}', Illegal duration format`;
    if (!value.endsWith("s")) {
        throw new GoogleError(400, `${wrong}; duration must end with 's'`).recordedIn(
            "https://github.com/GoogleCloudPlatform/magic-modules/pull/9400",
        );
    }
    if (!/^-?\d+(\.\d{1,9})?s$/.test(value)) {
        throw new GoogleError(400, wrong);
    }
}
