/**
 * Runs a command with a temporary folder of its own. When the command has ended, also by Ctrl-C or a signal, ends all processes that it left
 * and deletes the folder.
 *
 *     node packages/scripts/tidy.mjs jest --selectProjects unit
 */
import { spawn } from "node:child_process";
import { constants } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { cleanUp, createTemporaryFolder, variables } from "./temporary.mjs";

/** How long the command can take to end after a signal, in milliseconds. */
const patience = 10_000;

const folder = createTemporaryFolder();

// Before the command starts.
let received;
let child;
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    process.on(signal, () => {
        received ??= signal;
        child?.kill(signal);
        setTimeout(() => child?.kill("SIGKILL"), patience).unref();
    });
}
const binaries = join(fileURLToPath(import.meta.url), "..", "..", "..", "node_modules", ".bin");
const [program, ...args] = process.argv.slice(2);
child = spawn(program, args, {
    stdio: "inherit",
    shell: process.platform === "win32",
    env: {
        ...process.env,
        PATH: `${binaries}${delimiter}${process.env.PATH}`,
        ...variables(folder),
    },
});
const ended = new Promise((resolve) => {
    child.on("error", ({ message }) => {
        console.error(`${program}: ${message}`);
        resolve({ code: 127 });
    });
    child.on("exit", (code, signal) => resolve({ code, signal }));
});
const { code, signal } = await ended;
await cleanUp(folder);
process.exitCode = code ?? 128 + constants.signals[signal ?? received];
