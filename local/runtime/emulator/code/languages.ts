import { ContainersError } from "../containers/launch";
import type { Code, Program } from "./code";
import { nodeFunction } from "./node";
import { pythonFunction } from "./python";

/**
 * Installs the packages of code in a folder, as Google's build does, and returns how the code is started.
 *
 * @throws ContainersError if it does not run on this machine
 */
export function prepared(code: Code, folder: string, report: (line: string) => void): Promise<Program> {
    const [, language = "", version = ""] = /^([a-z]+)(\d+)$/.exec(code.runtime) ?? [];
    const prepare = { python: pythonFunction, nodejs: nodeFunction }[language];
    if (!prepare) {
        throw new ContainersError(
            `the runtime ${code.runtime} does not run on this machine, only Python and Node.js: run the code yourself, and add --route ${code.title}=http://127.0.0.1:<port>`,
        );
    }
    return prepare({ code, folder, version, report });
}
