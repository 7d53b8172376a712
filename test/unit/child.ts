import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

const root = join(__dirname, "../..");

/** The JSON that JavaScript code prints in a child process, relative to the project's folder. */
export async function inChild(code: string, environment: Record<string, string> = {}, ...flags: string[]) {
    const options = { cwd: root, env: { ...process.env, ...environment } };
    const args = ["--require", join(__dirname, "typescript.js"), ...flags, "--eval", code];
    const { stdout } = await promisify(execFile)(process.execPath, args, options);
    return JSON.parse(stdout);
}
