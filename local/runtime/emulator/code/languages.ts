import { mkdirSync } from "node:fs";
import { ContainersError } from "../containers/launch";
import type { Code, Preparation, Program } from "./code";
import { type Debugger, debuggerVariable } from "./debuggers";
import { goProgram } from "./go";
import { nodeProgram } from "./node";
import { pythonProgram } from "./python";

const languages: Record<string, (preparation: Preparation) => Promise<Program>> = {
    go: goProgram,
    nodejs: nodeProgram,
    python: pythonProgram,
};

/** The language of a runtime such as `python313`, and its version. */
const partsOf = (runtime: string) => /^([a-z]+)(\d*)$/.exec(runtime)?.slice(1) ?? [];

/**
 * Installs the packages of code in a folder, as Google's build does, and returns how the code is started.
 *
 * @throws ContainersError if it does not run on this machine
 */
export async function prepared(
    code: Code,
    folder: string,
    report: (line: string) => void,
    debug?: Debugger,
): Promise<Program> {
    const [language = "", version = ""] = partsOf(code.runtime);
    const prepare = languages[language];
    if (!prepare) {
        throw new ContainersError(
            `the runtime ${code.runtime} does not run on this machine, only Python, Node.js, and functions in Go: run the code yourself, and add --route ${code.title}=http://127.0.0.1:<port>`,
        );
    }
    const programs = `${folder}-programs`;
    mkdirSync(programs, { recursive: true });
    const { environment, ...program } = await prepare({
        code,
        folder,
        programs,
        version,
        report,
        isDebugged: debug !== undefined,
    });
    const { start } = code;
    const own = start.kind === "function" && {
        FUNCTION_TARGET: start.target,
        FUNCTION_SIGNATURE_TYPE: start.signature,
    };
    const debugged = debug && { [debuggerVariable]: String(debug.port) };
    return { ...program, environment: { ...environment, ...own, ...debugged } };
}
