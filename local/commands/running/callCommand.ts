import { readFileSync } from "node:fs";
import { STATUS_CODES } from "node:http";
import { Command } from "commander";
import { examples, exitCodes } from "../../../lib/commandLine";
import { workspace } from "../../machine/workspace";
import { type Call, type Called, RunningCloud } from "../../runtime/console/client";

interface CallOptions {
    data?: string;
    method?: string;
    as?: string;
    json?: boolean;
}

/** The command `slipway call`. */
export function callCommand(report: (line: string) => void): Command {
    return new Command("call")
        .description(
            "call a component of the running 'slipway dev' or 'slipway local serve', or publish a message to it",
        )
        .argument("<component>", "the name of a function or a service")
        .argument("[path]", "path and query of the request", "/")
        .option("-d, --data <data>", "the body, or the data of the message; @file reads a file, and @- the input")
        .option("-X, --method <method>", "the method of the request; default: POST with --data, GET without")
        .option(
            "--as <caller>",
            "call as a service account or a user, with its roles; default: an owner of the projects",
        )
        .option("--json", "print JSON: status, headers, body, seconds and trace")
        .addHelpText(
            "after",
            examples({
                "npx slipway call predict --data @requests/predict.json": "send the body of a file",
                "npx slipway call predict '/?range=80' --as report-run": "call as an account, whose roles are checked",
                "npx slipway call record --data '{\"price\": 2.2}'": "publish to the topic of a function",
            }),
        )
        .addHelpText("after", `${exitCodes}. A status of 400 or more is a failure`)
        .action(async (component: string, path: string, { data, json, method, as }: CallOptions) => {
            const call = { ...(data !== undefined && { data: readData(data) }), method, as };
            const began = performance.now();
            const called = await callRunning(component, path, call);
            const bytes = Buffer.from(await called.response.arrayBuffer());
            const seconds = Math.round(performance.now() - began) / 1000;
            const { status } = called.response;
            if (json) {
                process.stdout.write(`${JSON.stringify(resultOf(called, bytes, seconds), undefined, 2)}\n`);
            } else {
                process.stdout.write(process.stdout.isTTY ? readable(bytes) : bytes);
                const to = called.topic ? `topic ${called.topic.split("/").at(-1)}: ` : "";
                report(`${to}${status} ${STATUS_CODES[status] ?? ""}, ${seconds} s, trace ${called.trace}`);
            }
            process.exitCode = status >= 400 ? 1 : 0;
        });
}

/** The error if no command runs in the folder. */
export const nothingRuns = () =>
    new Error(
        "nothing runs in this folder: start 'npx slipway dev' in another terminal, which deploys the program and runs it.",
    );

/** Calls the first running command that has the component. */
async function callRunning(component: string, path: string, call: Call): Promise<Called> {
    let failure: unknown = nothingRuns();
    for (const running of RunningCloud.of(workspace("."))) {
        try {
            return await running.call(component, path, call);
        } catch (error) {
            failure = error;
        }
    }
    throw failure;
}

function readData(data: string): string | Buffer {
    const file = data === "@-" ? 0 : data.slice(1);
    try {
        return data.startsWith("@") ? readFileSync(file) : data;
    } catch (error) {
        throw new Error(`--data: ${data.slice(1)} cannot be read: ${(error as Error).message}`);
    }
}

/** The answer as JSON. */
function resultOf({ response, trace }: Called, bytes: Buffer, seconds: number) {
    const { status, headers } = response;
    const json = parsed(bytes);
    // Bytes that are no text are in Base64.
    const body = json ?? (isText(bytes) ? bytes.toString() : { base64: bytes.toString("base64") });
    return { status, headers: Object.fromEntries(headers), body, seconds, trace };
}

/** The answer for a person. */
function readable(bytes: Buffer): string | Buffer {
    const json = parsed(bytes);
    return json === undefined ? bytes : `${JSON.stringify(json, undefined, 2)}\n`;
}

const isText = (bytes: Buffer) => Buffer.from(bytes.toString()).equals(bytes);

function parsed(bytes: Buffer): unknown {
    try {
        return JSON.parse(bytes.toString());
    } catch {
        return undefined;
    }
}
