import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import type { Debugger } from "../../runtime/emulator/code/debuggers";

/** The configuration of VS Code that attaches to a debugger. */
function configuration(program: string, name: string, { kind, port, folder, source }: Debugger): object {
    const inWorkspace = (path: string) => [`\${workspaceFolder}`, relative(program, path)].filter(Boolean).join("/");
    const [localRoot, remoteRoot] = [inWorkspace(source ?? folder), inWorkspace(folder)];
    const start = { name: `slipway: ${name}`, request: "attach" };
    return kind === "node"
        ? // https://code.visualstudio.com/docs/nodejs/nodejs-debugging
          { ...start, type: "node", address: "127.0.0.1", port, localRoot, remoteRoot, restart: true }
        : // https://code.visualstudio.com/docs/python/debugging
          {
              ...start,
              type: "debugpy",
              connect: { host: "127.0.0.1", port },
              pathMappings: [{ localRoot, remoteRoot }],
          };
}

/**
 * Writes `.vscode/launch.json` with the debuggers of code, or returns what to add to it if there is one.
 *
 * @param program the folder of the program
 */
export function writeLaunchFile(program: string, debuggers: ReadonlyMap<string, Debugger>): string[] {
    const file = join(program, ".vscode", "launch.json");
    const configurations = [...debuggers].map(([name, found]) => configuration(program, name, found));
    if (existsSync(file)) {
        const shown = JSON.stringify(configurations, null, 4).split("\n").slice(1, -1);
        return [`${relative(".", file)} exists: add to its "configurations"`, ...shown];
    }
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `${JSON.stringify({ version: "0.2.0", configurations }, null, 4)}\n`);
    return [`${relative(".", file)} written`];
}
