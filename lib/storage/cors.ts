import * as check from "../internal/arguments/check";
import { type Duration, duration, secondsIn } from "../internal/arguments/duration";

/** A rule of {@link https://cloud.google.com/storage/docs/cross-origin cross-origin resource sharing} (CORS). */
export interface CorsRule {
    /** The origins that may send requests, such as `https://shop.example`; `*` allows all. */
    origins: string[];
    /** The HTTP methods that they may use, such as `GET`; `*` allows all. */
    methods: string[];
    /**
     * The response headers that scripts may read, in addition to the headers that browsers always let them read.
     * @default none
     */
    responseHeaders?: string[];
    /**
     * How long a browser may cache the answer to a preflight request: `"0 seconds"` to `"24855 days"`.
     * @default "1 hour"
     */
    maxAge?: Duration;
}

const texts = (wording: string) =>
    check.pipe(
        check.list(check.text(), wording),
        check.refine((items) => (items as unknown[]).length > 0, wording),
    );

/** Checks each rule. */
export const corsRules = check.list(
    check.options<CorsRule>(
        {
            origins: texts("must be a list of sites"),
            methods: texts("must be a list of methods"),
            responseHeaders: texts("must be a list of headers"),
            maxAge: duration("0 seconds", "24855 days"),
        },
        "origins",
        "methods",
    ),
    "must be a list of rules",
);

/** The rules in the form of the provider. */
export const corsArgs = (rules: CorsRule[] | undefined) =>
    rules?.map(({ maxAge = "1 hour", ...rule }) => ({ maxAgeSeconds: secondsIn(maxAge), ...rule }));
