import inspector from "node:inspector";
import { debuggerVariable } from "./debuggers";

/**
 * Preloaded in Node.js: opens the debugger. The process of the code before has the port until it ends. `npm start` is another process of Node.js.
 */
const port = Number(process.env[debuggerVariable]);
const isNpm = /[\\/]np[mx]-cli\.js$/.test(process.argv[1] ?? "");
let left = 150;

function open(): void {
    inspector.open(port, "127.0.0.1");
    if (inspector.url() === undefined && left-- > 0) {
        setTimeout(open, 200).unref();
    }
}

if (port > 0 && !isNpm) {
    open();
}
