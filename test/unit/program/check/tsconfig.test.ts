import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { readConfiguration } from "../../../../lib/program/check/configuration";
import { parseJsonWithComments, readTsconfig } from "../../../../lib/program/check/tsconfig";

let folder: string;

beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), "slipway-tsconfig-")));
});

afterEach(() => rmSync(folder, { recursive: true }));

function write(files: Record<string, object | string>): void {
    for (const [path, content] of Object.entries(files)) {
        mkdirSync(dirname(join(folder, path)), { recursive: true });
        writeFileSync(join(folder, path), typeof content === "string" ? content : JSON.stringify(content));
    }
}

/** A folder and all that contain it. */
const upwards = (path: string): string[] => (dirname(path) === path ? [path] : [path, ...upwards(dirname(path))]);

/** Stands for the folder of the file that extends others. */
const configFolder = "$" + "{configDir}";

const optionsOf = (path = "tsconfig.json") => readTsconfig(join(folder, path)).options;

test("JSON with comments and trailing commas is parsed like TypeScript does", () => {
    const text = `\uFEFF// First
{
    "paths": { "//*": ["./src/*", ], /* , } */ }, // "strict": true
    "text": "a \\" // b, } /* c */",
}`;
    expect(parseJsonWithComments(text)).toEqual({ paths: { "//*": ["./src/*"] }, text: 'a " // b, } /* c */' });
    expect(parseJsonWithComments("")).toEqual({});
    expect(() => parseJsonWithComments("{ strict: true }")).toThrow(SyntaxError);
});

test("options of several files are merged; paths are relative to the file that has them", () => {
    write({
        "program/tsconfig.json": {
            extends: ["../base", "@acme/options", "shared/strict", "declared"],
            compilerOptions: { target: "es2023" },
        },
        "base.json": {
            extends: "./common/base.json",
            compilerOptions: { strict: true, target: "es2020", typeRoots: ["types", `${configFolder}/types`] },
        },
        "common/base.json": {
            compilerOptions: { paths: { "@/*": ["src/*"], all: [`${configFolder}/all`] }, noImplicitAny: false },
        },
        "node_modules/@acme/options/tsconfig.json": { compilerOptions: { noImplicitAny: true } },
        "node_modules/shared/strict.json": { compilerOptions: { strict: false } },
        "node_modules/declared/package.json": { name: "declared", tsconfig: "options.json" },
        "node_modules/declared/options.json": { compilerOptions: { noImplicitThis: true } },
    });
    expect(optionsOf("program/tsconfig.json")).toEqual({
        target: "es2023",
        strict: false,
        noImplicitAny: true,
        noImplicitThis: true,
        typeRoots: [join(folder, "types"), join(folder, "program/types")],
        paths: { "@/*": [join(folder, "common/src/*")], all: [join(folder, "program/all")] },
    });
});

test("paths are relative to baseUrl, also if another file has it", () => {
    write({
        "base.json": { compilerOptions: { paths: { "@/*": ["part/*"] } } },
        "tsconfig.json": { extends: "./base.json", compilerOptions: { baseUrl: "./src" } },
    });
    expect(optionsOf()).toEqual({ baseUrl: join(folder, "src"), paths: { "@/*": [join(folder, "src/part/*")] } });
});

test("files are extended without their extension, beside folders, and as the one of a folder above", () => {
    write({
        "base/other.json": {},
        "base.json": { compilerOptions: { strict: true } },
        "tsconfig.json": { extends: "./base" },
        "program/tsconfig.json": { extends: ".." },
    });
    expect(optionsOf("program/tsconfig.json")).toEqual({ strict: true });
});

test.each([
    [{ extends: "./missing" }, /missing\.json: error TS5083: Cannot read the file: ENOENT/],
    [{ extends: "missing/tsconfig.json" }, /tsconfig\.json: error TS6053: File 'missing\/tsconfig\.json' not found/],
    [{ extends: "./tsconfig.json" }, /error TS18000: Circularity detected/],
    ["{ 'strict': true }", /tsconfig\.json: error TS5083: Cannot read the file: .*JSON/],
])("a file that cannot be read is refused: %j", (content, error) => {
    write({ "tsconfig.json": content });
    expect(() => optionsOf()).toThrow(error);
});

test("without a tsconfig.json, the options are Pulumi's; PULUMI_NODEJS_TSCONFIG_PATH selects another file", () => {
    const defaults = { target: "es2020", module: "nodenext" };
    expect(readConfiguration(folder).options).toMatchObject(defaults);
    write({ "other.json": { compilerOptions: { module: "node16", outDir: "bin", sourceMap: true } } });
    process.env.PULUMI_NODEJS_TSCONFIG_PATH = "other.json";
    try {
        const { options, lookups } = readConfiguration(folder);
        expect(options).toEqual({
            target: "es2020",
            module: "node16",
            noEmit: true,
            skipLibCheck: true,
            typeRoots: upwards(folder).map((each) => join(each, "node_modules", "@types")),
        });
        expect([...lookups]).toContain(join(folder, "other.json"));
    } finally {
        delete process.env.PULUMI_NODEJS_TSCONFIG_PATH;
    }
});
