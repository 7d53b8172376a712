import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { find, run } from "../../../toolchain/process";
import { pythonWith, systemPython } from "../../../toolchain/python";
import type { Preparation, Program } from "./code";

/** The package that serves functions, which Google's build installs if the requirements do not have it. */
const framework = "functions-framework";

/** A function in Python: https://cloud.google.com/functions/docs/concepts/python-runtime */
export async function pythonFunction({ folder, version, report }: Preparation): Promise<Program> {
    const requirements = join(folder, "requirements.txt");
    if (!existsSync(requirements)) {
        writeFileSync(requirements, "");
    }
    const isNamed = /^functions[-_.]framework\b/im.test(readFileSync(requirements, "utf8"));
    const wanted = version.replace(/^(\d)(\d+)$/, "$1.$2");
    const named = find(`python${wanted}`);
    // The file can be one of pyenv, which fails for versions that are not chosen.
    const isRight = named !== undefined && (await versionOf(named).catch(() => undefined)) === wanted;
    const python = isRight ? named : systemPython();
    const own = await versionOf(python);
    if (own !== wanted) {
        report(`runs with Python ${own} of this machine, on Google Cloud with ${wanted}`);
    }
    report("installing packages, unless they are cached");
    return {
        program: await pythonWith(folder, { python, install: isNamed ? [] : [framework] }),
        args: ["-m", "functions_framework", "--host", "127.0.0.1"],
        // https://github.com/GoogleCloudPlatform/buildpacks/blob/main/cmd/python/runtime/main.go
        environment: { PYTHONUNBUFFERED: "TRUE", PYTHONDONTWRITEBYTECODE: "1" },
    };
}

const versionOf = async (python: string) =>
    (await run(python, ["-c", "import sys; print('%d.%d' % sys.version_info[:2])"])).trim();
