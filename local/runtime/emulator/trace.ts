import { randomBytes } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";

/**
 * A header with the trace of a request, as the first standard and Google's own one write it.
 * https://docs.cloud.google.com/trace/docs/trace-context
 */
const forms: [header: string, form: RegExp][] = [
    ["traceparent", /^[\da-f]{2}-([\da-f]{32})-[\da-f]{16}-/],
    ["x-cloud-trace-context", /^([\da-f]{32})(?:$|[/;])/i],
];

/** The ID of a new trace, which is 16 bytes in hexadecimal. */
export const newTrace = (): string => randomBytes(16).toString("hex");

/** The ID of the trace that a request belongs to; undefined if it has none. */
export function traceOf(headers: IncomingHttpHeaders): string | undefined {
    for (const [header, form] of forms) {
        const id = form.exec(String(headers[header] ?? ""))?.[1]?.toLowerCase();
        if (id && !/^0+$/.test(id)) {
            return id;
        }
    }
    return undefined;
}

/** The span of a request in the header of Google, in decimal; undefined if it has none. */
export const spanOf = (headers: IncomingHttpHeaders): string | undefined =>
    /^[\da-f]{32}\/(\d+)/i.exec(String(headers["x-cloud-trace-context"] ?? ""))?.[1];

/** The headers of a request that belongs to a trace. */
export function traceHeaders(trace: string): Record<string, string> {
    const span = randomBytes(8);
    return {
        traceparent: `00-${trace}-${span.toString("hex")}-01`,
        "x-cloud-trace-context": `${trace}/${span.readBigUInt64BE()};o=1`,
    };
}
