import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
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
    const { options, lookups } = readTsconfig(join(folder, "program/tsconfig.json"));
    expect(options).toEqual({
        target: "es2023",
        strict: false,
        noImplicitAny: true,
        noImplicitThis: true,
        typeRoots: [join(folder, "types"), join(folder, "program/types")],
        paths: { "@/*": [join(folder, "common/src/*")], all: [join(folder, "program/all")] },
    });
    const packages = ["@acme/options", "shared", "declared"].flatMap((name) =>
        ["program/node_modules", "node_modules"].map((place) => `${place}/${name}/package.json`),
    );
    expect(new Set([...lookups].map((path) => relative(folder, path)))).toEqual(
        new Set([
            "program/tsconfig.json",
            // Both with and without the extension: the first could appear.
            ...["base", "base.json", "common/base.json"],
            ...packages,
            "node_modules/@acme/options/tsconfig.json",
            "node_modules/shared/strict.json",
            "node_modules/declared/options.json",
        ]),
    );
});

test("a folder of a package can name the file to extend in a manifest of its own", () => {
    write({
        "tsconfig.json": { extends: "shared/strict" },
        "node_modules/shared/package.json": { name: "shared", tsconfig: "other.json" },
        "node_modules/shared/strict/package.json": { tsconfig: "./options.json" },
        "node_modules/shared/strict/options.json": { compilerOptions: { strict: true } },
        "node_modules/shared/strict/tsconfig.json": { compilerOptions: { strict: false } },
    });
    const { options, lookups } = readTsconfig(join(folder, "tsconfig.json"));
    expect(options).toEqual({ strict: true });
    expect([...lookups]).toContain(join(folder, "node_modules/shared/strict/package.json"));
});

test("a manifest that names no file leaves the tsconfig.json of its package", () => {
    write({
        "tsconfig.json": { extends: "shared" },
        "node_modules/shared/package.json": { name: "shared", tsconfig: null },
        "node_modules/shared/tsconfig.json": { compilerOptions: { strict: true } },
    });
    expect(optionsOf()).toEqual({ strict: true });
});

test("paths are relative to baseUrl, also if another file has it", () => {
    write({
        "base.json": { compilerOptions: { paths: { "@/*": ["part/*"] } } },
        "tsconfig.json": { extends: "./base.json", compilerOptions: { baseUrl: "./src" } },
    });
    expect(optionsOf()).toEqual({ baseUrl: join(folder, "src"), paths: { "@/*": [join(folder, "src/part/*")] } });
});

test("files are extended without their extension, or with another, beside folders, and as the one of a folder above", () => {
    write({
        "base/other.json": {},
        "base.json": { extends: "./first.jsonc", compilerOptions: { strict: true } },
        "first.jsonc": { compilerOptions: { strict: false, allowJs: true } },
        "tsconfig.json": { extends: "./base" },
        "program/tsconfig.json": { extends: ".." },
    });
    expect(optionsOf("program/tsconfig.json")).toEqual({ strict: true, allowJs: true });
});

test.each([
    [{ extends: "./missing" }, /missing\.json: error TS5083: Cannot read the file: ENOENT/],
    [{ extends: "./missing.json" }, /missing\.json: error TS5083: Cannot read the file: ENOENT/],
    [{ extends: "missing/tsconfig.json" }, /tsconfig\.json: error TS6053: File 'missing\/tsconfig\.json' not found/],
    [{ extends: "./tsconfig.json" }, /error TS18000: Circularity detected/],
    [{ extends: "./circular.json" }, /error TS18000: Circularity detected .*tsconfig\.json$/],
    ["{ 'strict': true }", /tsconfig\.json: error TS5083: Cannot read the file: .*JSON/],
])("a file that cannot be read is refused: %j", (content, error) => {
    write({ "tsconfig.json": content, "circular.json": { extends: "./tsconfig.json" } });
    expect(() => optionsOf()).toThrow(error);
});

test("folders of global types that the options name replace the default ones", () => {
    write({ "tsconfig.json": { compilerOptions: { typeRoots: ["types"] } } });
    const typeRoots = [join(folder, "types")];
    expect(readConfiguration(folder)).toMatchObject({ options: { typeRoots }, typeRoots });
});

test("the compiler is the one of the program, or otherwise the one next to Pulumi's SDK, like Pulumi's", () => {
    const typescript = (path: string, version: string) => ({
        [`${path}/node_modules/typescript/package.json`]: { name: "typescript", version, main: "lib/typescript.js" },
        [`${path}/node_modules/typescript/lib/typescript.js`]: "",
    });
    const sdk = (path: string) => `${path}/node_modules/@pulumi/pulumi`;
    write({
        ...typescript("both", "5.9.3"),
        [`${sdk("both")}/package.json`]: { name: "@pulumi/pulumi" },
        ...typescript(sdk("both"), "3.8.3"),
        [`${sdk("of-the-sdk")}/package.json`]: { name: "@pulumi/pulumi" },
        ...typescript(sdk("of-the-sdk"), "3.8.3"),
        "none/package.json": {},
    });
    const found = (path: string) => {
        const { compiler, lookups } = readConfiguration(join(folder, path));
        return [compiler, [...lookups].map((each) => relative(folder, each)).filter((each) => /typescript/.test(each))];
    };
    const place = (path: string) => `${path}/node_modules/typescript`;
    const compiler = (path: string, version: string) => ({
        file: join(folder, place(path), "lib/typescript.js"),
        version,
    });
    expect(found("both")).toEqual([compiler("both", "5.9.3"), [`${place("both")}/package.json`]]);
    expect(found("of-the-sdk")).toEqual([
        compiler(sdk("of-the-sdk"), "3.8.3"),
        [`${place("of-the-sdk")}/package.json`, `${place(sdk("of-the-sdk"))}/package.json`],
    ]);
    expect(found("none")).toEqual([undefined, [`${place("none")}/package.json`]]);
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
