import { flexibleWarning, resolveFlexibleService } from "../../../lib/appengine/flexible";
import { resolveStandardService, type StandardService, standardWarning } from "../../../lib/appengine/standard";
import { environmentDefaults } from "../../../lib/stack/settings/defaults";
import { filesFrom, flask, flexibleErrors, problemsOfStandard, standardErrors } from "./service";

type Content = Record<string, string>;

/** The date of these tests, on which deployable runtimes depend. */
beforeEach(() => {
    jest.spyOn(Date, "now").mockReturnValue(Date.parse("2026-11-20"));
});
afterEach(() => jest.restoreAllMocks());

const environment = { defaults: environmentDefaults.development };

const languages: [string, Content, string, string][] = [
    ["Python", flask, "python313", "python 3.13"],
    ["Python by its requirements", { "requirements.txt": "", "main.py": "app = 1" }, "python313", "python 3.13"],
    ["Node.js", { "package.json": '{ "scripts": { "start": "node ." } }' }, "nodejs22", "nodejs 22"],
    ["Go", { "go.mod": "module acme", "main.go": "package main" }, "go127", "go 1.27"],
    ["Java", { "pom.xml": "" }, "java21", "java 21"],
    ["Java with Gradle", { "build.gradle.kts": "" }, "java21", "java 21"],
    ["PHP", { "index.php": "" }, "php84", "php 8.4"],
    ["Ruby", { Gemfile: "", "config.ru": "" }, "ruby34", "ruby 3.4"],
    ["Python beside a frontend build", { ...flask, "package.json": "{}" }, "python313", "python 3.13"],
];

test.each(languages)("the runtime is detected from the files: %s", (_, content, standard, flexible) => {
    const files = filesFrom(content);
    expect(resolveStandardService({ source: "." }, files, environment).runtime).toBe(standard);
    const { name, version } = resolveFlexibleService({ flexible: true, source: "." }, files, environment).runtime;
    expect(`${name} ${version}`).toBe(flexible);
    expect([standardErrors({}, content), flexibleErrors({}, content)]).toEqual([undefined, undefined]);
});

test.each([
    ["Dockerfile", { name: "custom" }],
    ["Sales.csproj", { name: "dotnet", version: "10", operatingSystem: "ubuntu24" }],
])("a flexible service also detects a %s", (file, runtime) => {
    const content = { [file]: "", "package.json": "{}" };
    expect(resolveFlexibleService({ flexible: true, source: "." }, filesFrom(content), environment).runtime).toEqual(
        runtime,
    );
    expect(flexibleErrors({}, content)).toBeUndefined();
});

const started = (engines: string) => ({
    "package.json": JSON.stringify({ engines: { node: engines }, scripts: { start: "" } }),
});
const goModule = (go: string) => ({ "go.mod": `module acme\n\ngo ${go}\n`, "main.go": "package main" });

test.each([
    ["Node.js 24.x", started("24.x"), "nodejs24"],
    ["Node.js ^22.4.0", started("^22.4.0"), "nodejs22"],
    ["Node.js >=20", started(">=20"), "nodejs22"],
    ["Node.js >= 22", started(">= 22"), "nodejs22"],
    ["Node.js >= 23", started(">= 23"), "nodejs24"],
    ["Node.js >=20 <25", started(">=20 <25"), "nodejs22"],
    ["Go 1.26", goModule("1.26.2"), "go127"],
    ["Go 1.21", goModule("1.21"), "go127"],
    ["an invalid version of Go", { "go.mod": "module acme", "main.go": "package main" }, "go127"],
    ["Go that there is not", goModule("1.99"), "go127"],
])("the runtime is the version that the files require: %s", (_, content, runtime) => {
    const files = filesFrom(content as Content);
    expect(resolveStandardService({ source: "." }, files, environment).runtime).toBe(runtime);
    expect(standardErrors({}, content as Content)).toBeUndefined();
});

test.each([
    ["20", "nodejs22"],
    ["^24.1.0", "nodejs22"],
    [">=23", "nodejs22"],
])("a package.json that requires Node.js %s is refused with %s", (engines, runtime) => {
    expect(standardErrors({ runtime }, started(engines))).toBe("source: [appengine/node-version-of-runtime]");
});

const ids =
    "python311, python312, python313, python314, nodejs22, nodejs24, go124, go125, go126, go127, java17, java21, java25, php82, " +
    "php83, php84, php85, ruby33, ruby34, ruby40";

const hint = "If Google Cloud added it since, update slipway or set allowUnlisted: true.";

describe("a runtime", () => {
    test("that is not listed is refused, with a way out", () => {
        expect(standardErrors({ runtime: "python399" })).toBe(
            `runtime: must be one of ${ids} (got "python399"). ${hint}`,
        );
    });

    test.each(["dotnet10", "go1.25", "custom"])("%j is refused as invalid", (runtime) => {
        expect(standardErrors({ runtime })).toBe(`runtime: must be one of ${ids} (got "${runtime}").`);
    });

    test("as a number is refused", () => {
        expect(standardErrors({ runtime: 3 })).toBe("runtime: must be a string (got 3).");
    });

    test.each([
        ["python27", "2024-01-31", "python314"],
        ["python39", "2025-10-05", "python314"],
        ["python310", "2026-10-04", "python314"],
        ["nodejs20", "2026-04-30", "nodejs24"],
        ["go123", "2026-08-21", "go127"],
        ["java11", "2024-10-31", "java25"],
        ["php81", "2025-12-31", "php85"],
        ["ruby32", "2026-03-31", "ruby40"],
    ])("%s causes a warning, because its support ended on %s", (runtime, date, other) => {
        const go = { "go.mod": "", "main.go": "package main\n\nfunc main() {}\n" };
        const files = { ...flask, ...go, "package.json": "{}", Gemfile: "", "index.php": "" };
        expect(standardErrors({ runtime, entrypoint: "./start" }, files)).toBeUndefined();
        const given = { source: ".", runtime } as StandardService;
        expect(standardWarning(resolveStandardService(given, [], environment))).toBe(
            `runtime: the support of ${runtime} ended on ${date}: App Engine refuses to deploy versions with it. Use ${other}.`,
        );
    });

    test("is out of support from that day on", () => {
        const given = { source: ".", runtime: "php82" } as const;
        const warning = () => standardWarning(resolveStandardService(given, [], environment));
        jest.spyOn(Date, "now").mockReturnValue(Date.parse("2026-12-30T23:59:00Z"));
        expect(warning()).toBe("runtime: php82 can be deployed until 2026-12-31. Use php85.");
        jest.spyOn(Date, "now").mockReturnValue(Date.parse("2026-12-31"));
        expect(warning()).toContain("the support of php82 ended on 2026-12-31");
        expect(standardErrors({ runtime: "php99" }, { "index.php": "" })).not.toContain("php82");
    });

    test.each([
        ["php82", "runtime: php82 can be deployed until 2026-12-31. Use php85."],
        ["php83", undefined],
        ["go126", undefined],
        ["go127", undefined],
    ])("%s causes a warning before its end only if it has one", (runtime, expected) => {
        const given = { source: ".", runtime } as StandardService;
        expect(standardWarning(resolveStandardService(given, [], environment))).toBe(expected);
    });

    test("causes a warning from 90 days before its end", () => {
        const given = { source: ".", runtime: "go124" } as const;
        const warning = () => standardWarning(resolveStandardService(given, [], environment));
        jest.spyOn(Date, "now").mockReturnValue(Date.parse("2026-12-01"));
        expect(warning()).toBeUndefined();
        jest.spyOn(Date, "now").mockReturnValue(Date.parse("2026-12-02"));
        expect(warning()).toBe("runtime: go124 can be deployed until 2027-03-02. Use go127.");
    });

    test.each([
        ["php", "8.2", "runtime: php82 can be deployed until 2026-12-31. Use php85."],
        [
            "python",
            "3.9",
            "runtime: the support of python39 ended on 2025-10-05: App Engine refuses to deploy versions with it. Use python314.",
        ],
        [
            "nodejs",
            "20",
            "runtime: the support of nodejs20 ended on 2026-04-30: App Engine refuses to deploy versions with it. Use nodejs24.",
        ],
        [
            "dotnet",
            "8",
            "runtime: the support of dotnet8 ended on 2026-11-10: App Engine refuses to deploy versions with it. Use dotnet10.",
        ],
    ] as const)("of a flexible service causes a warning too: %s %s", (name, version, expected) => {
        const service = { flexible: true, source: ".", runtime: { name, version } } as const;
        expect(flexibleWarning(resolveFlexibleService(service, [], environment))).toBe(expected);
    });

    test("causes no warning for an image", () => {
        const image = { flexible: true, image: "gcr.io/acme/app" } as const;
        expect(flexibleWarning(resolveFlexibleService(image, [], environment))).toBeUndefined();
    });
});

describe("a version of a language", () => {
    test.each([
        ["python", "3", "3.11, 3.12, 3.13, 3.14", ""],
        ["go", "125x", "1.24, 1.25, 1.26, 1.27", ""],
        ["python", "3.99", "3.11, 3.12, 3.13, 3.14", ` ${hint}`],
        ["nodejs", "99", "22, 24", ` ${hint}`],
    ])("that is not listed is refused: %s %s", (name, version, all, how) => {
        expect(flexibleErrors({ runtime: { name, version } }, flask)).toBe(
            `runtime.version: must be one of ${all} (got "${version}").${how}`,
        );
    });

    test("that is not listed has the newest operating system by default", () => {
        const runtimeOf = (more: object) =>
            resolveFlexibleService(
                { flexible: true, source: ".", runtime: { name: "python", version: "3.99", ...more } },
                [],
                environment,
            ).runtime;
        expect(runtimeOf({})).toEqual({ name: "python", version: "3.99", operatingSystem: "ubuntu24" });
        expect(runtimeOf({ operatingSystem: "ubuntu22" })).toMatchObject({ operatingSystem: "ubuntu22" });
    });

    const refusals: [string, unknown, string][] = [
        ["as a number", { name: "python", version: 3.1 }, "runtime.version: must be a string (got 3.1)."],
        [
            "of a language that there is not",
            { name: "perl" },
            'runtime.name: must be one of python, nodejs, go, java, php, ruby, dotnet, custom (got "perl").',
        ],
        [
            "on a system that there is not",
            { name: "python", operatingSystem: "ubuntu18" },
            'runtime.operatingSystem: must be one of ubuntu22, ubuntu24 (got "ubuntu18").',
        ],
        [
            "of a Dockerfile",
            { name: "custom", version: "1" },
            'runtime.version: unknown option "version"; the only option is name.\nsource: [appengine/source-lacks-file]',
        ],
        [
            "by its name alone",
            "python",
            'runtime: must be an object with name, version, operatingSystem, php (got "python").',
        ],
    ];

    test.each(refusals)("%s is refused", (_, runtime, expected) => {
        expect(flexibleErrors({ runtime }, flask)).toBe(expected);
    });
});

describe("a source", () => {
    const refusals: [string, object, Content, string][] = [
        ["Python without main.py", { runtime: "python314" }, { "app.py": "" }, "source: [appengine/source-lacks-file]"],
        [
            "Python whose main.py has no app",
            {},
            { "main.py": "def application(): pass\n# app = 1\n" },
            "source: [appengine/source-lacks-app]",
        ],
        [
            "a server that is not installed",
            { entrypoint: "gunicorn -b :$PORT main:app" },
            flask,
            "entrypoint: [appengine/entrypoint-lacks-requirement]",
        ],
        [
            "a server that is installed under another name",
            { entrypoint: "waitress-serve --port=$PORT main:app" },
            flask,
            "entrypoint: [appengine/entrypoint-lacks-requirement]",
        ],
        [
            "Node.js without a start",
            {},
            { "package.json": '{ "scripts": { "build": "tsc" } }' },
            "source: [appengine/source-lacks-file]",
        ],
        [
            "Go without a program",
            {},
            {
                "go.mod": "module acme",
                "sales.go": "package sales",
                "sales_test.go": "package main",
                "main.go.tmpl": "package main",
            },
            "source: [appengine/source-lacks-file]",
        ],
        ["Java without a build", { runtime: "java21" }, { "Main.java": "" }, "source: [appengine/source-lacks-file]"],
        ["PHP without a front controller", {}, { "composer.json": "{}" }, "source: [appengine/source-lacks-file]"],
        ["Ruby without gems", {}, { "config.ru": "" }, "source: [appengine/source-lacks-file]"],
        ["Ruby without a start", {}, { Gemfile: "", "app.rb": "" }, "source: [appengine/source-lacks-file]"],
    ];

    test.each(refusals)("is refused: %s", (_, given, content, expected) => {
        expect(standardErrors(given, content)).toBe(expected);
    });

    test.each([
        ["a Dockerfile", "custom"],
        ["a project file", "dotnet"],
    ])("of a flexible service is refused without %s: %s", (_, name) => {
        expect(flexibleErrors({ runtime: { name } }, { "main.py": "" })).toBe("source: [appengine/source-lacks-file]");
    });

    const accepted: [string, object, Content][] = [
        ["an app that is imported", {}, { "main.py": "from shop import app" }],
        ["an app among several imports", {}, { "main.py": "from shop import (\n    app,\n)" }],
        ["an app with a type", {}, { "main.py": "app: Flask = make()" }],
        ["an app that is a function", {}, { "main.py": "def app(environ, start): ..." }],
        ["another file by its entrypoint", { entrypoint: "python shop.py" }, { "main.py": "", "shop.py": "" }],
        [
            "a server that is installed",
            { entrypoint: "gunicorn -b :$PORT main:app" },
            { ...flask, "requirements.txt": "flask\nGunicorn==23.0.0" },
        ],
        [
            "a server in included requirements",
            { entrypoint: "gunicorn main:app" },
            { ...flask, "requirements.txt": "-r base.txt" },
        ],
        [
            "a server installed in another way",
            { entrypoint: "gunicorn main:app" },
            { "main.py": "", "pyproject.toml": "" },
        ],
        ["a server.js", {}, { "package.json": "{}", "server.js": "" }],
        ["Node.js by an entrypoint", { entrypoint: "node app.js" }, { "package.json": "{}" }],
        ["a Go program in a folder", {}, { "go.mod": "", "cmd/shop/main.go": "// shop\npackage main\n" }],
        ["a jar", { runtime: "java21" }, { "shop.jar": "" }],
        ["a native image", { runtime: "java25", entrypoint: "./shop" }, { shop: "" }],
        ["a public folder", {}, { "public/index.php": "" }],
        ["Rails", {}, { Gemfile: "", "bin/rails": "" }],
        ["Ruby by an entrypoint", { entrypoint: "bundle exec ruby app.rb" }, { Gemfile: "", "app.rb": "" }],
    ];

    test.each(accepted)("is accepted: %s", (_, given, content) => {
        expect(standardErrors(given, content)).toBeUndefined();
    });

    test("is refused if its package.json cannot be read", () => {
        expect(standardErrors({}, { "package.json": "{" })).toBe("source: [appengine/package-json-invalid]");
    });

    const ten = "10.txt, 11.txt, 12.txt, 13.txt, 14.txt, 15.txt, 16.txt, 17.txt, 18.txt, 19.txt";

    test.each([
        [0, "nothing"],
        [1, "10.txt"],
        [2, "10.txt, 11.txt"],
        [10, ten],
        [11, `${ten} and 1 more`],
        [12, `${ten} and 2 more`],
    ])("with %d files is described by ten of them at most", (length, listed) => {
        const files = Object.fromEntries(Array.from({ length }, (_, index) => [`${index + 10}.txt`, ""]));
        const [problem] = problemsOfStandard({ source: ".", runtime: "java21" }, filesFrom(files));
        expect(problem?.reason).toContain(`It has ${listed}. `);
    });
});
