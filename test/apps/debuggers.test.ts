import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import type { Debugger } from "../../local/runtime/emulator/code/debuggers";
import type { Inputs } from "../../local/simulator/rules/rules";
import { until } from "../clusters/until";
import { node, python, running } from "./runningFunction";

/** Attaches to a debugger as an editor does, stops at a line, and returns the file and the line of the stop while the function is called. */

/** A client of the Debug Adapter Protocol: https://microsoft.github.io/debug-adapter-protocol/specification */
async function stoppedInPython(
    { port, folder }: Debugger,
    line: number,
    call: () => Promise<unknown>,
): Promise<unknown> {
    const path = join(folder, "main.py");
    const socket = connect(port, "127.0.0.1");
    let last = 0;
    const send = (command: string, args: object = {}) => {
        const body = JSON.stringify({ seq: ++last, type: "request", command, arguments: args });
        socket.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
    };
    let received = "";
    const found = new Promise<unknown>((resolve, reject) => {
        const handle = ({ event, command, body }: Inputs) => {
            if (event === "initialized") {
                send("setBreakpoints", { source: { path }, breakpoints: [{ line }] });
                send("configurationDone");
            } else if (command === "configurationDone") {
                void call();
            } else if (event === "stopped") {
                send("stackTrace", { threadId: body.threadId });
            } else if (command === "stackTrace") {
                const [{ source, line: at }] = body.stackFrames;
                // Longer than the timeout of the function.
                setTimeout(() => {
                    send("continue", { threadId: 0 });
                    send("disconnect");
                    resolve([source.path, at]);
                }, 1500);
            }
        };
        socket.setEncoding("utf8").on("data", (chunk) => {
            received += chunk;
            for (;;) {
                const [head, length] = /^Content-Length: (\d+)\r\n\r\n/.exec(received) ?? [];
                const end = (head?.length ?? 0) + Number(length);
                if (head === undefined || received.length < end) {
                    return;
                }
                handle(JSON.parse(received.slice(head.length, end)));
                received = received.slice(end);
            }
        });
        socket.on("error", reject);
    });
    send("initialize", { adapterID: "slipway" });
    send("attach", { justMyCode: true });
    return found.finally(() => setTimeout(() => socket.destroy(), 500));
}

/** A client of the protocol of Node.js, in a process with WebSockets: https://chromedevtools.github.io/devtools-protocol/ */
const client = `
const [port, file, line] = process.argv.slice(1);
(async () => {
    const [{ webSocketDebuggerUrl }] = await (await fetch("http://127.0.0.1:" + port + "/json/list")).json();
    const socket = new WebSocket(webSocketDebuggerUrl);
    let id = 0;
    const scripts = {};
    const send = (method, params = {}) => socket.send(JSON.stringify({ id: ++id, method, params }));
    socket.onopen = () => {
        send("Debugger.enable");
        send("Debugger.setBreakpointByUrl", { lineNumber: Number(line) - 1, url: "file://" + file });
    };
    socket.onmessage = ({ data }) => {
        const { id, method, params } = JSON.parse(data);
        if (id === 2) console.log("ready");
        if (method === "Debugger.scriptParsed") scripts[params.scriptId] = params.url;
        if (method !== "Debugger.paused") return;
        const [{ location }] = params.callFrames;
        console.log(JSON.stringify([scripts[location.scriptId].replace("file://", ""), location.lineNumber + 1]));
        setTimeout(() => { send("Debugger.resume"); setTimeout(() => process.exit(), 200); }, 1500);
    };
})();
`;

async function stoppedInNode({ port, folder }: Debugger, line: number, call: () => Promise<unknown>): Promise<unknown> {
    const args = [
        "--experimental-websocket",
        "--no-warnings",
        "-e",
        client,
        String(port),
        join(folder, "index.js"),
        String(line),
    ];
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
    child.stdout.once("data", () => void call());
    const [, printed = ""] = (await text(child.stdout)).split("\n");
    return JSON.parse(printed);
}

test.each([
    [
        "python312",
        python('@functions_framework.http\ndef main(request):\n    return "tea"\n'),
        5,
        "main.py",
        stoppedInPython,
    ],
    [
        "nodejs22",
        node('exports.main = (request, response) => {\n    response.send("tea");\n};\n'),
        2,
        "index.js",
        stoppedInNode,
    ],
] as const)(
    "a debugger of %s stops in the one instance, beyond the timeout, and after an edit",
    async (runtime, files, line, file, stopped) => {
        const service = { timeoutSeconds: 1, minInstanceCount: 0, maxInstanceCount: 3 };
        const { served, ask, update, printed } = await running({ files, runtime, service, inspect: ["main"] });
        const found = served.debuggers.get("main") as Debugger;
        const listens = () => printed.filter((printed) => /debugger listening on/i.test(printed)).length;
        for (const [answer, code] of [
            ["tea", undefined],
            [
                "milk",
                Object.fromEntries(Object.entries(files).map(([name, text]) => [name, text.replace("tea", "milk")])),
            ],
        ] as const) {
            if (code) {
                update({ files: code, runtime, service });
            }
            await until(
                async () => listens(),
                (count) => count > (code ? 1 : 0),
                { seconds: 60 },
            );
            let answered: Promise<unknown> | undefined;
            const call = async () => {
                answered = ask();
            };
            expect(await stopped(found, line, call)).toEqual([join(found.folder, file), line]);
            expect(await answered).toEqual([200, answer]);
        }
        await served.close();
        expect(existsSync(found.folder)).toBe(false);
    },
);
