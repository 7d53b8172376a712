import { optionsForSeven } from "../../../../lib/program/check/configuration";
import { parseOutput, parseReport } from "../../../../lib/program/check/report";

const config = "/app/tsconfig.json";
const report = (...lines: string[]) => {
    const { errors, isAboutOptions, files, lookups } = parseOutput(lines.join("\n"), "/app", config);
    return { errors, isAboutOptions, files: [...files], lookups: [...lookups] };
};
const nothing = { errors: [], isAboutOptions: false, files: [], lookups: [] };

test.each<[string, string[], object]>([
    ["nothing", [""], nothing],
    ["files", ["/app/index.ts", "/app/part/../part.ts"], { ...nothing, files: ["/app/index.ts", "/app/part.ts"] }],
    [
        "empty lines, and lines that are indented like those of errors",
        ["", "  File '/app/a.ts' does not exist.", "", "/app/index.ts"],
        { ...nothing, files: ["/app/index.ts"], lookups: ["/app/a.ts"] },
    ],
    [
        "lines that end as on Windows",
        ["/app/index.ts\r", "index.ts(1,2): error TS2322: Wrong.\r"],
        { ...nothing, files: ["/app/index.ts"], errors: ["index.ts(1,2): error TS2322: Wrong."] },
    ],
    [
        "an error with its indented lines",
        ["index.ts(1,2): error TS2322: Wrong.", "  Because.", "/app/index.ts", "  No more."],
        {
            ...nothing,
            errors: ["index.ts(1,2): error TS2322: Wrong.", "  Because.", "  No more."],
            files: ["/app/index.ts"],
        },
    ],
    [
        "an error in a package, whose lines are left out",
        ["node_modules/a/index.d.ts(1,2): error TS1: Wrong.", "  Because.", "index.ts(3,4): error TS2: Wrong."],
        { ...nothing, errors: ["index.ts(3,4): error TS2: Wrong."] },
    ],
    [
        "an error without a file, which is about the options",
        ["error TS5023: Unknown compiler option 'x'."],
        { ...nothing, errors: ["error TS5023: Unknown compiler option 'x'."], isAboutOptions: true },
    ],
    [
        "an error in the file with the options",
        ["tsconfig.json(1,2): error TS5102: Removed.", "index.ts(1,2): error TS2: Wrong."],
        {
            ...nothing,
            errors: ["tsconfig.json(1,2): error TS5102: Removed.", "index.ts(1,2): error TS2: Wrong."],
            isAboutOptions: true,
        },
    ],
    [
        "paths in quotes, without relative ones",
        ["File '/app/a.ts' does not exist.", "Found './b' and '/it's/c.ts', '/d.ts'."],
        { ...nothing, lookups: ["/app/a.ts", "/it's/c.ts", "/d.ts"] },
    ],
    [
        "the folders in which a package is looked up, once",
        [
            "======== Resolving module '@acme/a/part' from '/app/src/index.ts'. ========",
            "======== Resolving type reference directive '@acme/a', containing file '/app/other.ts'. ========",
            "======== Resolving module './own' from '/app/index.ts'. ========",
            "======== Resolving module 'node:fs' from '/index.ts'. ========",
        ],
        {
            ...nothing,
            lookups: [
                ...["/app/src", "/app", ""].flatMap((folder) => [
                    `${folder}/node_modules/@acme/a`,
                    `${folder}/node_modules/@types/acme__a`,
                ]),
            ],
        },
    ],
])("the output of the compiler has %s", (_, lines, expected) => {
    expect(report(...lines)).toEqual(expected);
});

test("a report of the program's own compiler has normalized paths, and none if it failed", () => {
    const written = { errors: ["x"], isAboutOptions: true, files: ["/a/../b"], lookups: ["/c/./d"] };
    expect(parseReport(JSON.stringify(written))).toEqual({
        errors: ["x"],
        isAboutOptions: true,
        files: new Set(["/b"]),
        lookups: new Set(["/c/d"]),
    });
    expect(parseReport("Segmentation fault")).toBeUndefined();
});

const compiler = (version: string) => ({ file: "/typescript.js", version });
const seven = (options: Record<string, unknown>, version?: string) =>
    optionsForSeven({
        options,
        typeRoots: [],
        lookups: new Set(),
        compiler: version === undefined ? undefined : compiler(version),
    });
const defaults = { types: ["*"], strict: false, noUncheckedSideEffectImports: false, libReplacement: true };

test.each<[Record<string, unknown>, string | undefined, object]>([
    [{ module: "ES2022" }, "6.0.2", { module: "ES2022" }],
    [
        { module: "CommonJS" },
        "5.9.3",
        {
            ...defaults,
            esModuleInterop: false,
            resolveJsonModule: false,
            moduleResolution: "node10",
            module: "CommonJS",
        },
    ],
    [
        { module: "es2022" },
        undefined,
        {
            ...defaults,
            esModuleInterop: false,
            resolveJsonModule: false,
            moduleResolution: "classic",
            module: "es2022",
        },
    ],
    [
        { module: "es2022", moduleResolution: "Bundler", strict: true },
        "5.9.3",
        {
            ...defaults,
            esModuleInterop: false,
            resolveJsonModule: true,
            module: "es2022",
            moduleResolution: "Bundler",
            strict: true,
        },
    ],
    [
        { module: "preserve" },
        "5.9.3",
        { ...defaults, esModuleInterop: true, resolveJsonModule: true, module: "preserve" },
    ],
    [{ module: "node16" }, "5.9.3", { ...defaults, esModuleInterop: true, resolveJsonModule: false, module: "node16" }],
    [
        { module: "NodeNext" },
        "4.9.5",
        { ...defaults, esModuleInterop: true, resolveJsonModule: true, module: "NodeNext" },
    ],
    [{ module: "node20" }, "5.9.3", { ...defaults, esModuleInterop: true, resolveJsonModule: true, module: "node20" }],
])("TypeScript 7 checks the options %j of TypeScript %s by their defaults", (options, version, expected) => {
    expect(seven(options, version)).toEqual(expected);
});
