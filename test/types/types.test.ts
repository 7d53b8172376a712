import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import ts from "typescript";

/**
 * Compiles the files beside this one as a user's program is compiled: what must not compile says so in them by
 * `@ts-expect-error`, which is an error itself where there is none.
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
    // What most of the provider's types consists of, and what the compiler needs for editors alone.
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
