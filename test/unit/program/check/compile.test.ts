import { existsSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import { compile, type Run } from "../../../../lib/program/check/compile";
import type { Compiler } from "../../../../lib/program/check/configuration";
import { executable, type Report } from "../../../../lib/program/check/report";

type Command = Parameters<Run>[0];

const entry = "/app/index.ts";
const five: Compiler = { file: "/app/node_modules/typescript/lib/typescript.js", version: "5.9.3" };
const seven: Compiler = { file: "/app/node_modules/typescript/lib/version.cjs", version: "7.0.2" };

/** Checks with compilers that print these outputs; returns their commands, and the result. */
function checked(outputs: string[], compiler?: Compiler): { commands: Command[]; report?: Report; error?: string } {
    const commands: Command[] = [];
    const run: Run = (command, done) => {
        writeSync((command.options.stdio as number[])[1] as number, outputs[commands.length] ?? "");
        commands.push(command);
        done();
    };
    const configuration = { options: {}, typeRoots: [], compiler, lookups: new Set<string>() };
    let report: Report | undefined;
    try {
        compile([entry], "/app", configuration, run, (result) => {
            report = result;
        });
    } catch (error) {
        return { commands, error: (error as Error).message };
    }
    return { commands, report };
}

/** The output of the program's own compiler. */
const written = (errors: string[], files = [entry]) =>
    JSON.stringify({ errors, isAboutOptions: false, files, lookups: [] });

const wrong = "index.ts(1,1): error TS2322: Wrong.";
const option = "error TS5102: Option 'out' has been removed.";

test.each<[string, string[], Compiler | undefined, object]>([
    ["a program that passes", [entry], five, { attempts: 1, errors: [] }],
    ["a program with errors", [`${wrong}\n${entry}`], five, { attempts: 1, errors: [wrong] }],
    ["options that 7 refuses", [`${option}\n${entry}`, written([])], five, { attempts: 2, errors: [] }],
    ["options that 7 refuses, of a program without 5", [`${option}\n`], undefined, { attempts: 1, errors: [option] }],
    ["options that 7 refuses, of a program with 7", [`${option}\n`], seven, { attempts: 1, errors: [option] }],
    ["7 not reading the program", [wrong, written([wrong])], five, { attempts: 2, errors: [wrong] }],
    ["5 not reading the program, with errors", ["", written([wrong], [])], five, { attempts: 2, errors: [wrong] }],
    [
        "5 not reading the program, without errors",
        ["", written([], [])],
        five,
        { attempts: 2, error: "slipway: TypeScript 5.9.3 failed to check the types of the program." },
    ],
    [
        "neither working",
        ["", "Segmentation fault"],
        five,
        { attempts: 2, error: "slipway: TypeScript 5.9.3 failed to check the types of the program." },
    ],
    [
        "7 not working, for a program without 5",
        [""],
        undefined,
        { attempts: 1, error: "slipway: TypeScript 7 failed to check the types of the program." },
    ],
])(
    "the first compiler decides that reads the program and accepts its options: %s",
    (_, outputs, compiler, expected) => {
        const { commands, report, error } = checked(outputs, compiler);
        expect({ attempts: commands.length, errors: report?.errors, error }).toEqual(expected);
    },
);

test("compilers run in the program's folder without a window, and 7 with memory instead of time", () => {
    const { commands } = checked([""], five);
    const common = { cwd: "/app", windowsHide: true, stdio: ["ignore", expect.any(Number), "inherit"] };
    const config = expect.stringMatching(/slipway-types-\w+.tsconfig\.json$/);
    const env = { ...process.env, GOGC: "off", GOMEMLIMIT: "1GiB" };
    expect(commands).toEqual([
        {
            file: expect.stringMatching(/typescript-\w+-\w+.lib.tsc(\.exe)?$/),
            args: ["--pretty", "false", "--singleThreaded", "--project", config],
            options: { ...common, env },
        },
        {
            file: process.execPath,
            args: [expect.stringMatching(/check.compiler\.js$/), five.file, "/app", config],
            options: { ...common, env },
        },
    ]);
});

test("a program without any TypeScript is refused, with the command that installs it", () => {
    const { arch } = process;
    Object.defineProperty(process, "arch", { value: "unknown" });
    try {
        expect(checked([])).toEqual({
            commands: [],
            error:
                "slipway: the types of the program cannot be checked, because it has no TypeScript. " +
                "Run 'npm install --save-dev typescript@5.9'.",
        });
        expect(checked([], seven).error).toMatch(/has no TypeScript/);
        expect(checked([written([wrong])], five).report?.errors).toEqual([wrong]);
    } finally {
        Object.defineProperty(process, "arch", { value: arch });
    }
});

test("on Windows, TypeScript 7 is an executable with an extension", () => {
    const { platform, arch } = process;
    const on = (name: string) => {
        Object.defineProperty(process, "platform", { value: name });
        return executable("/app", (path) => `/packages/${path}`);
    };
    try {
        expect([on("win32"), on("linux")]).toEqual([
            join(`/packages/@typescript/typescript-win32-${arch}/lib/tsc.exe`),
            join(`/packages/@typescript/typescript-linux-${arch}/lib/tsc`),
        ]);
    } finally {
        Object.defineProperty(process, "platform", { value: platform });
    }
});

const platformPackage = `@typescript/typescript-${process.platform}-${process.arch}/package.json`;

test.each<[string, string, Record<string, string>]>([
    ["the program", "/app/index.js", {}],
    ["the program's TypeScript", "/typescript.json", { "typescript/package.json": "/typescript.json" }],
    ["slipway-local", "/local.json", { "slipway-local/package.json": "/local.json" }],
])("TypeScript 7 is found where %s has it", (_, dependent, others) => {
    const seven = executable("/app", (request, file) =>
        request === platformPackage && file === join(dependent) ? "/seven/package.json" : others[request],
    );
    expect(seven).toMatch(/^.seven.lib.tsc(\.exe)?$/);
});

test("what a check writes is removed at its end, and at the end of a program that does not wait for it", () => {
    const before = process.listeners("exit");
    const configuration = { options: {}, typeRoots: [], compiler: undefined, lookups: new Set<string>() };
    const commands: Command[] = [];
    compile([entry], "/app", configuration, (command) => commands.push(command), jest.fn());
    const folder = dirname(commands[0]?.args.at(-1) as string);
    const [remove] = process.listeners("exit").filter((listener) => !before.includes(listener)) as [() => void];
    expect(existsSync(folder)).toBe(true);
    remove();
    expect(existsSync(folder)).toBe(false);
    // The program can have emptied the folder of temporary files.
    expect(remove).not.toThrow();
    process.off("exit", remove);

    const { commands: ended } = checked([entry]);
    expect([existsSync(dirname(ended[0]?.args.at(-1) as string)), process.listeners("exit")]).toEqual([false, before]);
});
