import type ts from "typescript";
import type { Compiler } from "../check/configuration";

/** The oldest major version that reads the declarations of this package. */
const oldest = 5;

/**
 * The version of the TypeScript that compiles a program.
 *
 * @throws if there is none, or one that is older than 5.0, which cannot check the arguments of components
 */
export function versionOf(compiler: Compiler | undefined): string {
    const { version } = compiler ?? {};
    if (version === undefined || Number.parseFloat(version) < oldest) {
        const found = version === undefined ? "the program has no TypeScript" : `TypeScript ${version} is too old`;
        throw new CompilerError(`${found}: 5.0 or newer is needed`);
    }
    return version;
}

/** Loads the TypeScript of a program, which takes a tenth of a second: only if something changed. */
export function load(compiler: Compiler): typeof ts {
    const api: typeof ts = require(compiler.file);
    if (typeof api.transpileModule !== "function") {
        throw new CompilerError(
            `TypeScript ${compiler.version} has no API to compile programs, which Pulumi's SDK needs as well: use a version below 7`,
        );
    }
    return api;
}

/** Pulumi prints errors of this name without a stack. */
class CompilerError extends Error {
    override readonly name = "TSError";

    constructor(reason: string) {
        super(`slipway: ${reason}. Run 'npm install --save-dev typescript@5.9'.`);
    }
}
