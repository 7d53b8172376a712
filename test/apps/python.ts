import { pythonWith } from "../../local/toolchain/python";
import { answering, freePort, type Running } from "./process";

export { pythonWith, systemPython } from "../../local/toolchain/python";

/** A function that runs with functions-framework. */
export type RunningFunction = Running;

export interface FunctionOptions {
    target: string;
    signatureType: "http" | "cloudevent";
    environment: Record<string, string>;
}

/** Runs the function in a folder like Google Cloud, and resolves once it responds. */
export async function serveFunction(
    folder: string,
    { target, signatureType, environment }: FunctionOptions,
): Promise<RunningFunction> {
    const program = await pythonWith(folder);
    const port = await freePort();
    const options = ["--target", target, "--signature-type", signatureType, "--host", "127.0.0.1"];
    return answering({
        name: `The function '${target}'`,
        program,
        args: ["-m", "functions_framework", ...options, "--port", String(port)],
        folder,
        port,
        environment,
        // This path does not call the function.
        probe: "/robots.txt",
    });
}
