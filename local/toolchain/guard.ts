import { spawn } from "node:child_process";

/**
 * `node guard.js <process ID> <program> <arguments>`: runs a program, and kills it with all of its child processes when the process that
 * started this one has ended, also by SIGKILL. It is the leader of their process group.
 */
const [parent = "", program = "", ...args] = process.argv.slice(2);
const child = spawn(program, args, { stdio: "inherit" });
const watch = setInterval(() => {
    if (String(process.ppid) !== parent) {
        process.kill(-process.pid, "SIGKILL");
    }
}, 500);
child.on("error", (error) => {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
});
child.on("close", (code, signal) => {
    clearInterval(watch);
    if (signal) {
        process.stderr.write(`exited with ${signal}\n`);
    }
    process.exitCode = code ?? 1;
});
