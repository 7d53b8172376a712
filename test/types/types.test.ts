import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import ts from "typescript";
import { components, type DocExample, docExamples, exampleErrors, exampleProgram, examplesIn } from "./docExamples";

/**
 * Compiles the files of this folder like a user's program: invalid code is marked with `@ts-expect-error`, which is an
 * error itself if the code compiles.
 */
const files = readdirSync(__dirname).filter((file) => file.endsWith(".types.ts"));
const configuration = join(dirname(__dirname), "tsconfig.json");

/** Examples that do not compile: an invented option of a component, and a wrong value of an option. */
const wrong: DocExample[] = [
    {
        file: "lib/storage/bucket.ts",
        line: 7,
        code: 'new StorageBucket("models", {\n    public: true,\n});',
        component: "StorageBucket",
    },
    {
        file: "lib/run/serviceArgs.ts",
        line: 80,
        code: "scaling: { maximum: 20 }",
        option: { of: "CloudRunServiceArgs", name: "scaling" },
    },
];

const examples = docExamples();

/** Source files that are compiled with the files of this folder, by their paths. */
const generated = {
    [join(__dirname, "examples.ts")]: exampleProgram(examples),
    [join(__dirname, "wrongExamples.ts")]: exampleProgram(wrong),
};

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
    const { getSourceFile } = host;
    host.getSourceFile = (file, options, ...more) => {
        const text = generated[file]?.text;
        return text === undefined
            ? getSourceFile.call(host, file, options, ...more)
            : ts.createSourceFile(file, text, options);
    };
    return ts.createProgram([...files.map((file) => join(__dirname, file)), ...Object.keys(generated)], used, host);
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

describe("the examples in doc comments", () => {
    const [right = "", bad = ""] = Object.keys(generated);
    const errors = (file: string) => exampleErrors(program, file, generated[file]?.places ?? []);

    test("compile", () => {
        expect(errors(right)).toEqual([]);
    });

    test("are reported by file and line if they do not compile", () => {
        expect(errors(bad)).toEqual([
            expect.stringMatching(/^lib\/storage\/bucket\.ts:8: .*'public' does not exist in type 'StorageBucketArgs'/),
            expect.stringMatching(/^lib\/run\/serviceArgs\.ts:80: .*'maximum' does not exist/),
        ]);
    });

    test("show each component and 40 options or more", () => {
        const shown = examples.flatMap(({ component = [] }) => component);
        expect(components.filter((name) => !shown.includes(name))).toEqual([]);
        expect(components.length).toBeGreaterThan(50);
        expect(examples.filter(({ option }) => option).length).toBeGreaterThanOrEqual(40);
    });

    test("are found with their subject and line", () => {
        const comment = ["/**", " * @example", " * ```ts", ' * name: "sales"', " * ```", " */"].join("\n");
        const found = { file: "lib/args.ts", line: 5, code: 'name: "sales"', option: { of: "Args", name: "name" } };
        expect(examplesIn("lib/args.ts", `export interface Args {\n    ${comment}\n    name?: string;\n}\n`)).toEqual([
            found,
        ]);
        expect(() => examplesIn("lib/run.ts", `${comment}\nfunction run() {}\n`)).toThrow("lib/run.ts:2: an example");
    });
});
