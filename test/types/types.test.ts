import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import ts from "typescript";

/**
 * Compiles the files of this folder like a user's program: invalid code is marked with `@ts-expect-error`, which is an
 * error itself if the code compiles.
 */
const files = readdirSync(__dirname).filter((file) => file.endsWith(".types.ts"));
const configuration = join(dirname(__dirname), "tsconfig.json");

function compile(): ts.Program {
    const { config } = ts.readConfigFile(configuration, ts.sys.readFile);
    const { options } = ts.parseJsonConfigFileContent(
        { ...config, include: [], files: [] },
        ts.sys,
        dirname(configuration),
    );
    const used = { ...options, types: ["node"] };
    const host = ts.createCompilerHost(used);
    // Most of the provider's types, and compiler options for editors only.
    host.jsDocParsingMode = ts.JSDocParsingMode.ParseNone;
    return ts.createProgram(
        files.map((file) => join(__dirname, file)),
        used,
        host,
    );
}

let program: ts.Program;
beforeAll(() => {
    program = compile();
});

test.each(files)("%s compiles if and only if it is valid", (file) => {
    const source = program.getSourceFile(join(__dirname, file));
    const diagnostics = ts.getPreEmitDiagnostics(program, source);
    const host = {
        getCurrentDirectory: () => __dirname,
        getCanonicalFileName: (name: string) => name,
        getNewLine: () => "\n",
    };
    expect(ts.formatDiagnostics(diagnostics, host)).toBe("");
    expect(source?.getFullText()).toContain("@ts-expect-error");
});
