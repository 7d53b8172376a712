import { monitoringLimits } from "../../facts/limits/monitoring";
import * as check from "../../internal/arguments/check";

/** What the response must contain: one of these. */
export type UptimeContent = check.OneOf<
    | {
          /** A text that the response contains. */
          contains: string;
      }
    | {
          /** A {@link https://github.com/google/re2/wiki/Syntax regular expression} that matches a part of the response. */
          matches: string;
      }
    | {
          /** A text that the response does not contain. */
          lacks: string;
      }
    | {
          /** A JSONPath and the value there, in JSON: `{ path: "$.status", value: '"ok"' }`. */
          json: {
              /** A JSONPath, which starts with `$`: `$.status`. */
              path: string;
              /** The value at the path, in JSON: `"ok"` with its quotation marks. */
              value: string;
          };
      }
>;

const maxBytes = monitoringLimits.rows.uptimeContent.max;

const text = check.pipe(
    check.text(),
    check.refine(
        (value) => String(value) !== "" && Buffer.byteLength(String(value)) <= maxBytes,
        `must have 1 to ${maxBytes} bytes`,
    ),
);

type Json = { path: string; value: string };

/** Checks the content. */
export const content = check.variant({
    contains: check.options<{ contains: string }>({ contains: text }, "contains"),
    matches: check.options<{ matches: string }>({ matches: text }, "matches"),
    lacks: check.options<{ lacks: string }>({ lacks: text }, "lacks"),
    json: check.options<{ json: Json }>(
        {
            json: check.options<Json>(
                { path: check.matching(/^\$/, "must be a JSONPath, such as $.status"), value: text },
                "path",
                "value",
            ),
        },
        "json",
    ),
});

/** The content in the form of the provider. */
export function matcherOf({ contains, matches, lacks, json }: UptimeContent) {
    if (json) {
        const jsonPathMatcher = { jsonPath: json.path, jsonMatcher: "EXACT_MATCH" };
        return { content: json.value, matcher: "MATCHES_JSON_PATH", jsonPathMatcher };
    }
    return contains !== undefined
        ? { content: contains, matcher: "CONTAINS_STRING" }
        : matches !== undefined
          ? { content: matches, matcher: "MATCHES_REGEX" }
          : { content: lacks as string, matcher: "NOT_CONTAINS_STRING" };
}
