import { Server } from "node:net";

/**
 * Preloaded in Node.js: servers listen on the loopback interface, so that other machines do not reach them. Functions-framework has no
 * option for it.
 */
const { listen } = Server.prototype;

Server.prototype.listen = function (this: Server, ...args: unknown[]) {
    const [port, host, ...more] = args;
    const isPort = typeof port === "number" || (typeof port === "string" && /^\d+$/.test(port));
    const isOpen = host === undefined || typeof host === "function";
    return Reflect.apply(listen, this, isPort && isOpen ? [port, "127.0.0.1", ...(host ? [host] : []), ...more] : args);
} as typeof listen;
