import { spawn } from "node:child_process";
import { WithoutRetries } from "./retryLines";

/** The exit code and the output of a Pulumi command, unless it wrote to the terminal. */
export interface CommandResult {
    code: number;
    output: string;
    /** The stack, if the command has one. */
    stack?: string;
}

/** Options of a command. */
export interface RunOptions {
    /** Additional environment variables. */
    environment?: NodeJS.ProcessEnv;
    /** Additional configuration values, such as `app:apiKey=value`. */
    config?: string[];
    /** Kills Pulumi with SIGKILL when aborted. */
    kill?: AbortSignal;
    /** Called with the name of the command's stack, before Pulumi starts. */
    beforehand?: (stack: string) => void;
    /** Returns the address of a language host that runs the program instead of Pulumi's own. */
    languageHost?: (environment: NodeJS.ProcessEnv) => Promise<string>;
}

/** Options of a process of Pulumi. */
export interface SpawnOptions extends RunOptions {
    /** The folder in which it runs, if not that of the program. */
    folder?: string;
}

/** Runs Pulumi, either on the terminal or capturing its output. */
export function runPulumi(
    args: string[],
    terminal: "terminal" | "quiet",
    { environment, kill, folder }: Pick<SpawnOptions, "environment" | "kill" | "folder">,
): Promise<CommandResult> {
    return new Promise((resolve, reject) => {
        // On a terminal, Pulumi draws.
        const isDrawn = terminal === "terminal" && process.stdout.isTTY;
        const child = spawn("pulumi", args, {
            cwd: folder,
            env: environment,
            stdio: isDrawn
                ? "inherit"
                : terminal === "terminal"
                  ? ["inherit", "pipe", "inherit"]
                  : ["ignore", "pipe", "pipe"],
        });
        let output = "";
        const keep = (text: string) => {
            output += text;
        };
        const shown = new WithoutRetries(terminal === "terminal" ? (text) => process.stdout.write(text) : keep);
        child.stdout?.setEncoding("utf8").on("data", (text) => shown.write(text));
        child.stderr?.setEncoding("utf8").on("data", keep);
        // The terminal also interrupts Pulumi, which shuts down gracefully; this process waits for it.
        const wait = () => undefined;
        const end = () => child.kill("SIGTERM");
        const endAtOnce = () => child.kill("SIGKILL");
        process.on("SIGINT", wait).on("SIGTERM", end);
        kill?.addEventListener("abort", endAtOnce, { once: true });
        if (kill?.aborted) {
            endAtOnce();
        }
        child.on("error", reject);
        child.on("close", (code) => {
            process.off("SIGINT", wait).off("SIGTERM", end);
            kill?.removeEventListener("abort", endAtOnce);
            shown.end();
            resolve({ code: code ?? 1, output });
        });
    });
}
