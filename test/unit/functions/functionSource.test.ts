import * as pulumi from "@pulumi/pulumi";
import { ServerlessFunction, type ServerlessFunctionArgs } from "slipway";
import type { Runtime } from "../../../lib/functions/runtime";
import { codeProblem } from "../../../lib/functions/source";
import { filesOf } from "../../../lib/internal/sources/listing";
import { folderOf } from "../folders";
import { predicting as make } from "../predicting";
import { refused, registered } from "../registered";

/** The date of these tests, which determines supported runtimes. */
beforeEach(() => {
    jest.spyOn(Date, "now").mockReturnValue(Date.parse("2026-11-20"));
});
afterEach(() => jest.restoreAllMocks());

const predicting = (args: object) => () => make(args as Partial<ServerlessFunctionArgs>);

const withSource = (files: Record<string, string>, args: object = {}) =>
    predicting({ source: folderOf(files), ...args });

const notDefined = 'ServerlessFunction "predict": entryPoint: [functions/entry-point-not-defined]';
const lacksFile = 'ServerlessFunction "predict": source: [functions/source-lacks-file]';

/** What is wrong with a source, in words that list what it has instead. */
const wrong = (files: Record<string, string>, runtime: string, entryPoint: string) =>
    codeProblem(runtime as Runtime, { files: filesOf(folderOf(files)), runtime: runtime as Runtime, entryPoint })
        ?.reason;

const languages: [string, Record<string, string>, Partial<ServerlessFunctionArgs>, [string, string]][] = [
    ["Python", { "main.py": "def sale_range(): pass" }, {}, ["python313", "sale_range"]],
    ["an older Python", { "main.py": "def sale_range(): pass" }, { runtime: "python311" }, ["python311", "sale_range"]],
    ["JavaScript", { "package.json": "{}", "index.js": "exports.saleRange = 1" }, {}, ["nodejs22", "saleRange"]],
    ["Go", { "go.mod": "module a", "a.go": "package a\nfunc SaleRange(" }, {}, ["go127", "SaleRange"]],
    ["Java", { "pom.xml": "", "src/SaleRange.java": "" }, { runtime: "java21" }, ["java21", "SaleRange"]],
    ["Ruby", { "app.rb": 'FunctionsFramework.http "sale_range"' }, { runtime: "ruby34" }, ["ruby34", "sale_range"]],
    ["PHP", { "index.php": "<?php function saleRange(" }, { runtime: "php84" }, ["php84", "saleRange"]],
    [".NET", { "Sales.csproj": "" }, { runtime: "dotnet10", entryPoint: "Acme.Sales" }, ["dotnet10", "Acme.Sales"]],
];

test.each(languages)("the runtime and the entry point are those of %s", async (_, files, args, expected) => {
    const folder = folderOf(files);
    const all = await registered(
        () => new ServerlessFunction("sale-range", { source: folder, trigger: { http: {} }, ...args }),
    );
    const { buildConfig } = all["Function sale-range"] as { buildConfig: Record<string, string> };
    expect([buildConfig.runtime, buildConfig.entryPoint]).toEqual(expected);
});

const current =
    "python310, python311, python312, python313, python314, nodejs22, nodejs24, go124, go125, go126, go127, java17, java21, " +
    "java25, ruby33, ruby34, ruby40, php82, php83, php84, php85, dotnet8, dotnet10";

describe("a runtime", () => {
    const unlisted = `ServerlessFunction "predict": runtime: must be one of ${current} (got "python399").`;

    test("that is not listed is refused, with a way out", async () => {
        expect(await refused(predicting({ runtime: "python399" }))).toBe(
            `${unlisted} If Google Cloud added it since, update slipway or set allowUnlisted: true.`,
        );
        expect(await refused(predicting({ runtime: "cobol", allowUnlisted: true }))).toBe(
            unlisted.replace("python399", "cobol"),
        );
    });

    test("that is not listed is deployed with a warning if the program allows it", async () => {
        const warn = jest.spyOn(pulumi.log, "warn").mockResolvedValue();
        const { "Function predict": made } = await registered(
            predicting({ runtime: "python399", allowUnlisted: true }),
        );
        expect(made).toMatchObject({ buildConfig: { runtime: "python399" } });
        expect(warn.mock.calls).toEqual([[`${unlisted} It is passed on because of allowUnlisted.`]]);
    });

    test.each([
        [
            "nodejs20",
            " was decommissioned on 2026-10-30: Google Cloud refuses to create or update functions with it. Use nodejs24.",
        ],
        [
            "python310",
            " is deprecated since 2026-10-04; from 2027-04-04 on, no function with it can be created or updated. Use python314.",
        ],
        ["python313", undefined],
        ["python314", undefined],
        [
            "go123",
            " was decommissioned on 2026-08-21: Google Cloud refuses to create or update functions with it. Use go127.",
        ],
        [
            "go125",
            " is deprecated since 2026-10-01; from 2027-04-01 on, no function with it can be created or updated. Use go127.",
        ],
        ["go126", undefined],
        ["go127", undefined],
    ])("%s causes a warning when its support has ended, and is deployed", async (runtime, what) => {
        const files: Record<string, string> = {
            "main.py": "def predict(request): pass",
            "index.js": "exports.predict = () => {};",
            "package.json": described(),
            "go.mod": "module a",
            "a.go": "package a\nfunc Predict(",
        };
        const warn = jest.spyOn(pulumi.log, "warn").mockResolvedValue();
        const { "Function predict": made } = await registered(withSource(files, { runtime }));
        expect(made).toMatchObject({ buildConfig: { runtime } });
        expect(warn.mock.calls.map(([text]) => text)).toEqual(
            what ? [`ServerlessFunction "predict": runtime: ${runtime}${what}`] : [],
        );
    });

    test("is only deprecated where no day of its decommissioning is announced", async () => {
        const warn = jest.spyOn(pulumi.log, "warn").mockResolvedValue();
        jest.spyOn(Date, "now").mockReturnValue(Date.parse("2027-10-31"));
        await registered(withSource({ "predict.jar": "" }, { runtime: "java17" }));
        expect(warn.mock.calls.map(([text]) => text)).toEqual([
            'ServerlessFunction "predict": runtime: java17 is deprecated since 2027-10-31. Use java25.',
        ]);
    });

    test("counts as decommissioned from that day on", async () => {
        const warn = jest.spyOn(pulumi.log, "warn").mockResolvedValue();
        jest.spyOn(Date, "now").mockReturnValue(Date.parse("2027-04-03T23:59:00Z"));
        await registered(predicting({ runtime: "python310" }));
        expect(warn.mock.calls.at(-1)?.[0]).toContain("python310 is deprecated since 2026-10-04");
        jest.spyOn(Date, "now").mockReturnValue(Date.parse("2027-04-04"));
        await registered(predicting({ runtime: "python310" }));
        expect(warn.mock.calls.at(-1)?.[0]).toContain("python310 was decommissioned on 2027-04-04");
        expect(await refused(predicting({ runtime: "python399" }))).not.toContain("python310");
    });
});

const framework = { dependencies: { "@google-cloud/functions-framework": "^5" } };
const described = (more: object = {}) => JSON.stringify({ ...framework, ...more });
const required = 'const functions = require("@google-cloud/functions-framework");\n';

describe("a source of Node.js", () => {
    test.each([
        ["a registered function", `${required}functions.http("predict", (request, response) => response.send("a"));`],
        ["a registered event's handler", `${required}functions.cloudEvent('predict', async (event) => {});`],
        ["a registered typed function", `${required}functions.typed(\n    "predict", () => {});`],
        ["a registration of a name that is computed", `${required}functions.http(name, () => {});`],
        ["an export", "exports.predict = (request, response) => response.send('a');"],
        ["an export of the module", "module.exports.predict = predict;"],
        ["two exports at once", "exports.other = exports.predict = () => {};"],
        ["a property of an export", "function predict() {}\nmodule.exports = { other, predict };"],
        ["a property of an export with another name", "module.exports = {\n    'predict': forecast,\n};"],
        ["a property that an object can contain", "module.exports = { ...handlers };"],
        [
            "a property that an object of functions can contain",
            "module.exports = { other() { return 1; }, predict() {} };",
        ],
        ["another module", "module.exports = require('./predict');"],
        ["what a compiler defines", "Object.defineProperty(exports, 'predict', { get: () => predict });"],
        ["what a bundler copies", "module.exports = __toCommonJS(index_exports);"],
        ["what a compiler takes from another module", "__exportStar(require('./predict'), exports);"],
        ["an ES module's function", "export function predict(request, response) {}"],
        ["an ES module's asynchronous function", "export async function predict() {}"],
        ["an ES module's constant", "export const predict = () => {};"],
        ["an ES module's list", "const forecast = 1;\nexport { other, forecast as predict };"],
        ["all of another ES module", "export * from './predict.js';"],
    ])("can define the entry point as %s", async (_, code) => {
        const files = { "package.json": described(), "index.js": code };
        const { "Function predict": made } = await registered(withSource(files));
        expect(made).toMatchObject({ buildConfig: { runtime: "nodejs22", entryPoint: "predict" } });
    });

    test.each([
        ["nothing", "", "nothing"],
        ["something else", "exports.forecast = 1;\nexport const other = 2;", "forecast, other"],
        ["it in comments", "// exports.predict = 1\n/* export const predict */\nexports.a = 1;", "a"],
        ["a comparison with it", "if (exports.predict === undefined) { exports.b = 1; }", "b"],
        ["another registered function", `${required}functions.http("forecast", () => {});`, "forecast"],
        ["it only for itself", "function predict() {}\nmodule.exports = { forecast: predict };", "forecast"],
    ])("that defines %s is refused", async (_, code, defined) => {
        const files = { "package.json": described(), "index.js": code };
        expect(await refused(withSource(files))).toBe(notDefined);
        expect(wrong(files, "nodejs22", "predict")).toMatch(new RegExp(`^index\\.js .* It defines ${defined}\\.$`));
    });

    test("can register the entry point in another file, and name a property of its exports", async () => {
        const files = {
            "package.json": described({ main: "./src/main.mjs" }),
            "src/main.mjs": 'import "./routes.mjs";\nexport const api = { forecast() {} };',
            "src/routes.mjs": `import { http } from "@google-cloud/functions-framework";\nhttp("predict", () => {});`,
        };
        await registered(withSource(files));
        await registered(withSource(files, { entryPoint: "api.forecast" }));
        expect(await refused(withSource(files, { entryPoint: "forecast" }))).toBe(notDefined);
        expect(wrong(files, "nodejs22", "forecast")).toContain("It defines api, predict.");
    });

    test.each(["index.js", "function.js"])("needs no package.json beside %s", async (main) => {
        await registered(withSource({ [main]: "exports.predict = 1" }, { runtime: "nodejs24" }));
    });

    test("without a main file is refused", async () => {
        expect(await refused(withSource({ "package.json": "{}", "app.js": "" }))).toBe(lacksFile);
    });

    test("whose main file must be compiled is refused, unless the build compiles it", async () => {
        const files = { "package.json": described({ main: "dist/index.js" }), "src/index.ts": "" };
        expect(await refused(withSource(files))).toBe(
            'ServerlessFunction "predict": source: [functions/node-main-missing]',
        );
        for (const scripts of [{ "gcp-build": "tsc" }, { build: "tsc" }]) {
            await registered(withSource({ ...files, "package.json": described({ main: "dist/index.js", scripts }) }));
        }
        const scripts = { test: "jest" };
        expect(
            await refused(withSource({ ...files, "package.json": described({ main: "dist/index.js", scripts }) })),
        ).toBe('ServerlessFunction "predict": source: [functions/node-main-missing]');
    });

    test("that requires the Functions Framework must have it among its dependencies", async () => {
        const code = `${required}functions.http("predict", () => {});`;
        const developed = JSON.stringify({ devDependencies: framework.dependencies });
        expect(await refused(withSource({ "package.json": developed, "index.js": code }))).toBe(
            'ServerlessFunction "predict": source: [functions/framework-missing]',
        );
        await registered(withSource({ "package.json": "{}", "index.js": "exports.predict = 1" }));
    });

    test("with an invalid package.json is refused", async () => {
        expect(await refused(withSource({ "package.json": "{", "index.js": "" }))).toBe(
            'ServerlessFunction "predict": source: [functions/package-json-invalid]',
        );
    });

    test("cannot configure its file with a build variable", async () => {
        const build = { env: { GOOGLE_FUNCTION_SOURCE: "app.js" } };
        expect(await refused(withSource({ "package.json": "{}", "index.js": "" }, { build }))).toBe(
            'ServerlessFunction "predict": build.env.GOOGLE_FUNCTION_SOURCE: [functions/function-source-of-node]',
        );
    });
});

describe("a source of another language", () => {
    test.each([
        ["go126", { "go.mod": "", "a.go": "func Forecast(w http.ResponseWriter) {}" }, "the package", "Forecast"],
        [
            "go126",
            { "go.mod": "", "a.go": "func Forecast(", "a_test.go": "func Predict(", "a.md": "func Predict(" },
            "the package",
            "Forecast",
        ],
        ["java21", { "pom.xml": "", "src/main/java/Forecast.java": "" }, "the source", "Forecast"],
        ["ruby40", { "app.rb": 'FunctionsFramework.cloud_event("forecast") do |event|' }, "app.rb", "forecast"],
        ["php85", { "index.php": "<?php FunctionsFramework::http('forecast', 'other');" }, "index.php", "forecast"],
    ])("%s whose entry point is not defined is refused: %j", async (runtime, files, where, defined) => {
        expect(await refused(withSource(files, { runtime, entryPoint: "Predict" }))).toBe(notDefined);
        expect(wrong(files, runtime, "Predict")).toBe(
            `${where} does not define it (got "Predict"). It defines ${defined}.`,
        );
    });

    test.each<[string, Record<string, string>, string?]>([
        ["go126", { "go.mod": "", "a/b.go": 'functions.CloudEvent("Predict", predict)', "a.go": "" }],
        ["go126", { "go.mod": "", "a.go": "functions.HTTP(name, predict)" }],
        ["java21", { "build.gradle.kts": "", "src/main/kotlin/all.kt": "" }],
        ["java21", { "predict.jar": "" }],
        ["java21", { "pom.xml": "", "src/main/java/com/acme/Predict.java": "" }],
        ["java21", { "pom.xml": "", "src/com/acme/Predict.java": "" }, "com.acme.Predict"],
        ["java21", { "pom.xml": "", "src/com/acme/Predict.java": "" }, "com.acme.Predict$Range"],
        ["ruby34", { "app.rb": "require_relative 'predict'" }],
        ["php84", { "index.php": "<?php require 'predict.php';" }],
        ["dotnet10", { "src/Sales.fsproj": "" }],
    ])("%s can define it elsewhere: %j", async (runtime, files, entryPoint = "Predict") => {
        await registered(withSource(files, { runtime, entryPoint }));
    });

    test("a class in lower case is searched by its whole name", async () => {
        const files = { "pom.xml": "", "src/predict.java": "" };
        await registered(withSource(files, { runtime: "java21", entryPoint: "predict" }));
        expect(wrong(files, "java21", "com.predict")).toBe(
            'the source does not define it (got "com.predict"). It defines predict.',
        );
    });

    test.each([
        ["java21", "pom.xml, build.gradle or jar"],
        ["ruby34", "app.rb"],
        ["php84", "index.php"],
        ["dotnet10", "project file, such as Sales.csproj"],
    ])("%s is refused without its %s", async (runtime, wanted) => {
        expect(await refused(withSource({ "notes.txt": "" }, { runtime }))).toBe(lacksFile);
        expect(wrong({ "notes.txt": "" }, runtime, "predict")).toContain(`has no ${wanted}, which`);
    });

    test("can be in the folder or the file that is configured for the build", async () => {
        const build = (main: pulumi.Input<string>) => ({ build: { env: { GOOGLE_FUNCTION_SOURCE: main } } });
        await registered(
            withSource({ "app.py": "def predict(request): pass" }, { runtime: "python314", ...build("app.py") }),
        );
        const later = build(pulumi.output("app"));
        await registered(withSource({ "app.py": "" }, { runtime: "python314", ...later }));
        await registered(withSource({ "go.mod": "", "a.go": "" }, { runtime: "go126", ...later }));
        await registered(withSource({ "app.rb": "" }, { runtime: "ruby34", ...later }));
        await registered(withSource({ "app.php": "" }, { runtime: "php84", ...later }));
        const go = { "go.mod": "", "cmd/a.go": "func Predict(w http.ResponseWriter) {}" };
        await registered(withSource(go, { entryPoint: "Predict", ...build("./cmd") }));
        expect(await refused(withSource(go, { entryPoint: "Predict" }))).toBe(notDefined);
        expect(wrong(go, "go125", "Predict")).toContain("It defines nothing.");
        expect(await refused(withSource({ "main.py": "" }, { ...build("app.py") }))).toBe(lacksFile);
    });
});

describe("the source", () => {
    test("excludes files in .gitignore if it has no .gcloudignore", async () => {
        const all = async (files: Record<string, string>) => {
            const made = await registered(withSource({ "main.py": "def predict(request): pass", ...files }));
            return (made["BucketObject predict-archive"] as { name: string }).name;
        };
        const bare = await all({});
        expect(await all({ ".gitignore": "*.env\n", "local.env": "canary" })).toBe(bare);
        expect(await all({ ".gitignore": "*.env\n", ".gcloudignore": "", "local.env": "canary" })).not.toBe(bare);
        expect(await all({ ".gitignore": "*.csv\n", "local.env": "canary" })).not.toBe(bare);
    });

    test("without files is refused", async () => {
        const empty = folderOf({ ".git/config": "" });
        expect(await refused(predicting({ source: empty }))).toBe(
            `ServerlessFunction "predict": source: has no files: ${empty} is empty, or .gcloudignore excludes all files (got "${empty}").`,
        );
    });

    test("whose language is not recognized requires a runtime", async () => {
        expect(await refused(withSource({ "pom.xml": "" }))).toBe(
            'ServerlessFunction "predict": runtime: [functions/runtime-missing]',
        );
    });

    test.each([
        [{ "app.py": "", "lib/main.py": "" }, "python312", "main.py", "app.py, lib/main.py"],
        [{ "main.go": "" }, "go125", "go.mod", "main.go"],
    ])("%j is refused for %s, which needs %s", async (files, runtime, wanted, given) => {
        expect(await refused(withSource(files, { runtime }))).toBe(lacksFile);
        expect(wrong(files, runtime, "predict")).toBe(`has no ${wanted}, which ${runtime} needs. It has ${given}.`);
    });

    test.each([
        [10, ""],
        [11, " and 1 more"],
        [30, " and 20 more"],
    ])("with %d files is refused with a readable line", async (count, more) => {
        const files = Object.fromEntries(Array.from({ length: count }, (_, index) => [`model${index + 10}.py`, ""]));
        expect(wrong(files, "python313", "predict")).toBe(
            `has no main.py, which python313 needs. It has model10.py, model11.py, model12.py, model13.py, model14.py, model15.py, model16.py, model17.py, model18.py, model19.py${more}.`,
        );
    });

    test.each([
        ["a function", "def predict(request):\n    pass"],
        ["an asynchronous function", "async def predict(request):\n    pass"],
        [
            "a decorated function",
            "import functions_framework\n\n@functions_framework.http\ndef predict(request):\n    pass",
        ],
        ["a class", "class predict:\n    pass"],
        ["a variable", "predict = lambda request: 'range'"],
        ["a variable with a type", "predict: Callable = make()"],
        ["an import", "from model import predict"],
        ["an import by another name", "from model import forecast as predict"],
        ["a module's import by another name", "import model.predict as predict"],
        ["one of several imports", "from model import forecast, predict  # both"],
        ["an import on several lines", "from model import (\n    forecast,\n    predict as predict,  # ours\n)"],
        ["an import of everything", "from model import *"],
        ["an optional import", "try:\n    from fast import predict\nexcept ImportError:\n    from slow import predict"],
        ["a function under a condition", "if True:\n    def predict(request):\n        pass"],
        ["Windows line ends", "import os\r\nfrom model import predict\r\ndef other():\r\n    pass\r\n"],
    ])("can define the entry point as %s", async (_, code) => {
        const { "Function predict": made } = await registered(withSource({ "main.py": code }));
        expect(made).toMatchObject({ buildConfig: { entryPoint: "predict" } });
    });

    test.each([
        ["nothing", "", "nothing"],
        ["something else", "def forecast(request):\n    pass\n\nother = 1", "forecast, other"],
        ["it inside of a function", "def forecast():\n    def predict(request):\n        pass", "forecast"],
        ["it inside of a class", "class Model:\n    def predict(self):\n        pass", "Model"],
        ["only a name with the same prefix", "def predict_all(request):\n    pass", "predict_all"],
        ["it in a comment", "# def predict(request):\nimport os", "os"],
        [
            "a comparison with it",
            "def forecast():\n    return 1\nif __name__ == '__main__':\n    predict == 1",
            "forecast",
        ],
    ])("that defines %s is refused", async (_, code, defined) => {
        expect(await refused(withSource({ "main.py": code }))).toBe(notDefined);
        expect(wrong({ "main.py": code }, "python313", "predict")).toMatch(
            new RegExp(`^main\\.py .* It defines ${defined}\\.$`),
        );
    });
});
