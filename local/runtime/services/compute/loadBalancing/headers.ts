import type { IncomingHttpHeaders } from "node:http";
import type { Inputs } from "../../../../simulator";
import { hops } from "../../run/front";

export type Headers = Record<string, string | string[]>;

/** The values of variables in custom headers, by name; others are empty. */
export type Variables = Record<string, string>;

/**
 * Custom headers can contain variables, which are empty if their value cannot be determined.
 * https://cloud.google.com/load-balancing/docs/https/custom-headers
 */
const expanded = (value: string, variables: Variables): string =>
    value.replaceAll(/\{(\w+)\}/g, (_, name: string) => variables[name] ?? "");

/** Adds, replaces and removes headers; removals come first. */
function changed(headers: Headers, adds: Inputs[], removes: string[], variables: Variables): Headers {
    const removed = removes.map((name) => name.toLowerCase());
    const result = Object.fromEntries(Object.entries(headers).filter(([name]) => !removed.includes(name)));
    for (const { headerName, headerValue, replace } of adds) {
        const name = headerName.toLowerCase();
        const before = result[name];
        const value = expanded(headerValue, variables);
        result[name] = replace || before === undefined ? value : [before, value].flat().join(", ");
    }
    return result;
}

/** https://cloud.google.com/compute/docs/reference/rest/v1/urlMaps (`headerAction`) */
export const withRequestActions = (headers: Headers, actions: Inputs[], variables: Variables): Headers =>
    actions.reduce<Headers>(
        (all, { requestHeadersToAdds = [], requestHeadersToRemoves = [] }) =>
            changed(all, requestHeadersToAdds, requestHeadersToRemoves, variables),
        headers,
    );

export const withResponseActions = (headers: Headers, actions: Inputs[], variables: Variables): Headers =>
    actions.reduce<Headers>(
        (all, { responseHeadersToAdds = [], responseHeadersToRemoves = [] }) =>
            changed(all, responseHeadersToAdds, responseHeadersToRemoves, variables),
        headers,
    );

/** `Name: value` of a backend service or a backend bucket, which replaces a header of the same name. */
export function withCustomHeaders(headers: Headers, custom: string[] = [], variables: Variables): Headers {
    const adds = custom.map((header) => {
        const [, headerName = "", headerValue = ""] = /^([^:]+):\s*(.*)$/s.exec(header) ?? [];
        return { headerName, headerValue, replace: true };
    });
    return changed(headers, adds, [], variables);
}

/**
 * The headers that a load balancer passes on, with its own.
 * https://cloud.google.com/load-balancing/docs/https#x-forwarded-for_header
 */
export function passedHeaders(
    headers: IncomingHttpHeaders,
    { host, scheme, client, address }: { host: string; scheme: string; client: string; address: string },
): Headers {
    const passed = Object.entries(headers).filter(([name]) => !name.startsWith(":") && !hops.includes(name));
    const before = headers["x-forwarded-for"];
    return {
        ...(Object.fromEntries(passed) as Headers),
        host,
        "x-forwarded-for": [...(before ? [before] : []), client, address].join(","),
        "x-forwarded-proto": scheme,
        via: "1.1 google",
    };
}

/** https://cloud.google.com/cdn/docs/caching#static: CSS, JavaScript, fonts, images, video, audio, and PDF and PostScript documents. */
const staticTypes =
    /^(text\/(css|ecmascript|javascript)|application\/(javascript|x-javascript|pdf|postscript|(x-)?font-[\w-]+|vnd\.ms-fontobject)|font\/|image\/|video\/|audio\/)/;

/**
 * The `Cache-Control` that clients of Cloud CDN receive.
 * https://cloud.google.com/cdn/docs/using-ttl-overrides
 */
export function clientCacheControl(policy: Inputs, headers: Headers, status: number): Headers {
    const { cacheMode = "CACHE_ALL_STATIC", clientTtl = 3600, defaultTtl = 3600 } = policy;
    const given = String(headers["cache-control"] ?? "");
    const [, age] = /max-age=(\d+)/.exec(given) ?? [];
    const ofPolicy = `public,max-age=${Math.min(Number(clientTtl), Number(defaultTtl))}`;
    if (status >= 300 || cacheMode === "USE_ORIGIN_HEADERS") {
        return headers;
    }
    if (cacheMode === "FORCE_CACHE_ALL") {
        return { ...headers, "cache-control": ofPolicy };
    }
    if (/no-store|no-cache|private/.test(given)) {
        return headers;
    }
    if (age !== undefined) {
        return { ...headers, "cache-control": `public,max-age=${Math.min(Number(age), Number(clientTtl))}` };
    }
    return staticTypes.test(String(headers["content-type"])) ? { ...headers, "cache-control": ofPolicy } : headers;
}
