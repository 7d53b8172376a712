import { writeSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import tls, { type ConnectionOptions } from "node:tls";

/**
 * Preloaded in Node.js: connections to Google's APIs go to the proxy of the variable, which also accepts them without asking for a tunnel. Not all
 * clients use the variable: `fetch` and `https` do so with a setting from Node.js 24, and a client can have an agent of its own.
 * https://nodejs.org/api/http.html#built-in-proxy-support
 */
const { connect } = tls;
const proxy = URL.canParse(process.env.HTTPS_PROXY ?? "") ? new URL(String(process.env.HTTPS_PROXY)) : undefined;

/** Hosts of the internet that were called. */
const shown = new Set<string>();

const isLoopback = (host: string) => /^(127\.[\d.]+|localhost|::1|)$/.test(host);

/** The arguments of a connection as options: `(options)`, `(port, options)` or `(port, host, options)`, each with a callback at the end. */
function optionsOf(args: unknown[]): ConnectionOptions {
    const [port, host] = args;
    return Object.assign(
        {},
        ...args.filter((each) => typeof each === "object"),
        typeof port === "object" ? {} : { port, ...(typeof host === "string" && { host }) },
    );
}

tls.connect = ((...args: unknown[]) => {
    const options = optionsOf(args);
    const { host = "", socket, servername = host } = options;
    if (proxy === undefined || socket || !host.endsWith(".googleapis.com")) {
        if (proxy !== undefined && !socket && !isLoopback(host) && !shown.has(host)) {
            shown.add(host);
            writeSync(2, `calls ${host}, on the internet\n`);
        }
        return Reflect.apply(connect, tls, args);
    }
    const to = { ...options, host: proxy.hostname, port: Number(proxy.port), servername };
    return connect(to, args.find((each) => typeof each === "function") as () => void);
}) as typeof connect;
syncBuiltinESMExports();
