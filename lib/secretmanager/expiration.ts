import type * as pulumi from "@pulumi/pulumi";
import * as check from "../internal/arguments/check";
import { isTime } from "../internal/arguments/dates";
import { type Duration, duration, inSeconds } from "../internal/arguments/duration";

/** When a secret expires: Secret Manager then deletes it with all its versions. */
export type SecretExpiration = check.OneOf<
    | {
          /** The time, in RFC 3339 format: `"2027-01-01T00:00:00Z"`. */
          at: pulumi.Input<string>;
      }
    | {
          /** The time to live, from when this is set: `"1 minute"` to `"36500 days"`. */
          after: Duration;
      }
>;

/** Checks a time. */
export const time = check.pipe(
    check.matching(
        /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/,
        "must be a time such as 2027-01-01T00:00:00Z",
    ),
    check.refine((value) => isTime(String(value)), "is not a valid date and time"),
);

/** Checks when a secret expires. */
export const expiration = check.short(
    check.variant({
        at: check.options<{ at: pulumi.Input<string> }>({ at: check.input(time) }, "at"),
        after: check.options<{ after: Duration }>({ after: duration("1 minute", "36500 days") }, "after"),
    }),
    (after: Duration) => ({ after }),
);

/** When a secret expires, in the form of the provider. */
export const expirationArgs = (expiration: SecretExpiration | undefined) => ({
    expireTime: expiration?.at,
    ttl: expiration?.after && inSeconds(expiration.after),
});
