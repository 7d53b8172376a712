import * as check from "../internal/check";

/** The {@link https://cloud.google.com/pubsub/docs/pubsub-basics#resource_names name} of a topic or subscription. */
export const resourceName = check.matching(
    /^(?!goog)[A-Za-z][\w.~+%-]{2,254}$/,
    "must have 3 to 255 letters, digits and -_.~+%, start with a letter, and not start with goog",
);
