import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { find, run } from "../../../toolchain/process";
import { pythonWith, systemPython } from "../../../toolchain/python";
import type { Code, Preparation, Program } from "./code";
import { quoted, shell, writeProgram } from "./shell";

/** The packages that Google's build installs if the requirements do not have them: what serves functions, and servers without a command. */
const packages = {
    functions: { name: "functions-framework", pattern: /^functions[-_.]framework\b/im },
    server: { name: "gunicorn", pattern: /^gunicorn\b/im },
};

/** The command of a server: https://docs.cloud.google.com/appengine/docs/standard/python3/runtime#application_startup */
const defaultCommand = (module = "main:app") => `gunicorn -b :$PORT ${module}`;

/** Python loads its file in each process. */
const loopback = join(__dirname, "loopback");

/**
 * A function or a server in Python.
 * https://cloud.google.com/functions/docs/concepts/python-runtime
 * https://docs.cloud.google.com/appengine/docs/standard/python3/runtime
 */
export async function pythonProgram({
    code,
    folder,
    programs,
    version,
    report,
    isDebugged,
}: Preparation): Promise<Program> {
    const requirements = join(folder, "requirements.txt");
    if (!existsSync(requirements)) {
        writeFileSync(requirements, "");
    }
    const missing = neededBy(code);
    const isNamed = missing?.pattern.test(readFileSync(requirements, "utf8"));
    const wanted = version.replace(/^(\d)(\d+)$/, "$1.$2");
    const named = wanted ? find(`python${wanted}`) : undefined;
    // The file can be one of pyenv, which fails for versions that are not chosen.
    const isRight = named !== undefined && (await versionOf(named).catch(() => undefined)) === wanted;
    const python = isRight ? named : systemPython();
    const own = await versionOf(python);
    if (wanted && own !== wanted) {
        report(`runs with Python ${own} of this machine, on Google Cloud with ${wanted}`);
    }
    report("installing packages, unless they are cached");
    const program = await pythonWith(folder, {
        python,
        install: [...(missing && !isNamed ? [missing.name] : []), ...(isDebugged ? ["debugpy"] : [])],
    });
    // https://github.com/GoogleCloudPlatform/buildpacks/blob/main/cmd/python/runtime/main.go
    const environment = {
        ...{ PYTHONUNBUFFERED: "TRUE", PYTHONDONTWRITEBYTECODE: "1" },
        // Gunicorn ends a process that is silent for half a minute, as at a breakpoint.
        ...(isDebugged && {
            ...{ GUNICORN_CMD_ARGS: "--timeout 0", PYTHONPATH: loopback },
            PYDEVD_DISABLE_FILE_VALIDATION: "1",
        }),
    };
    const { start } = code;
    if (start.kind === "function") {
        return { program, args: ["-m", "functions_framework", "--host", "127.0.0.1"], environment };
    }
    writePrograms(programs, program);
    return shell(start.entrypoint ?? defaultCommand(start.module), [programs, dirname(program)], environment);
}

function neededBy({ start }: Code): { name: string; pattern: RegExp } | undefined {
    return start.kind === "function"
        ? packages.functions
        : start.entrypoint === undefined
          ? packages.server
          : undefined;
}

/**
 * Writes the programs of packages. Those of a cached environment contain the path of the folder in which it was created, which is another
 * one. Their servers listen on the loopback interface.
 */
function writePrograms(folder: string, python: string): void {
    const assignment = `PYTHONPATH=${quoted(loopback)}"\${PYTHONPATH:+:$PYTHONPATH}" `;
    const scripts = dirname(python);
    mkdirSync(folder, { recursive: true });
    for (const name of ["python", "python3"]) {
        writeProgram(folder, name, [python], assignment);
    }
    for (const name of readdirSync(scripts)) {
        const file = join(scripts, name);
        const isScript = statSync(file).isFile() && readFileSync(file).subarray(0, 2).toString() === "#!";
        if (isScript && !/^(python|activate)/.test(basename(name))) {
            writeProgram(folder, name, [python, file], assignment);
        }
    }
}

const versionOf = async (python: string) =>
    (await run(python, ["-c", "import sys; print('%d.%d' % sys.version_info[:2])"])).trim();
