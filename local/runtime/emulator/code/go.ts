import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { find, run, runLong } from "../../../toolchain/process";
import { ContainersError } from "../containers/launch";
import type { FunctionStart, Preparation, Program } from "./code";

/** The module that serves functions: https://github.com/GoogleCloudPlatform/functions-framework-go */
const framework = "github.com/GoogleCloudPlatform/functions-framework-go";

/** The oldest release whose server can listen on one address; a newer one of the function is used. */
const frameworkVersion = "v1.9.2";

/**
 * A function in Go, which a program around it serves, as in Google's build.
 * https://cloud.google.com/functions/docs/concepts/go-runtime
 * https://github.com/GoogleCloudPlatform/buildpacks/tree/main/cmd/go/functions_framework
 */
export async function goProgram({ code, folder, programs, version, report }: Preparation): Promise<Program> {
    const { start, title } = code;
    const remedy = `run the code yourself, and add --route ${title}=http://127.0.0.1:<port>`;
    if (start.kind !== "function") {
        throw new ContainersError(
            `the runtime ${code.runtime} does not run on this machine, only functions in Go: its servers listen on all addresses. Or ${remedy}`,
        );
    }
    const go = find("go");
    if (go === undefined) {
        throw new ContainersError(
            `the runtime ${code.runtime} needs Go, which is not on PATH: install it, or ${remedy}`,
        );
    }
    const wanted = version.replace(/^(\d)(\d+)$/, "$1.$2");
    const [, own] = /go version go(\d+\.\d+)/.exec(await run(go, ["version"], { cwd: folder })) ?? [];
    if (own !== wanted) {
        report(`runs with Go ${own} of this machine, on Google Cloud with ${wanted}`);
    }
    report("building, with cached modules");
    const program = join(programs, "function");
    // As a dependency, the function is not vendored, and its sums are not complete.
    const env = { ...process.env, GOFLAGS: "-mod=mod", GOWORK: "off" };
    try {
        const module = (await run(go, ["list", "-m"], { cwd: folder, env })).trim();
        writeFileSync(join(programs, "main.go"), mainOf(start, module, isDeclarative(folder)));
        writeFileSync(join(programs, "go.mod"), moduleOf(module, folder));
        await runLong(go, ["build", "-o", program, "."], { cwd: programs, env });
    } catch (error) {
        const message = (error as Error).message.replaceAll(`../${basename(folder)}/`, `${folder}/`);
        throw new ContainersError(`${title} cannot be built: ${message}`);
    }
    return { program, args: [], environment: {} };
}

/** Whether a function registers itself by its name: https://cloud.google.com/functions/docs/writing#entry-point */
const isDeclarative = (folder: string): boolean =>
    readdirSync(folder)
        .filter((name) => name.endsWith(".go") && !name.endsWith("_test.go"))
        .some((name) => readFileSync(join(folder, name), "utf8").includes(`"${framework}/functions"`));

const moduleOf = (module: string, folder: string): string => {
    const [, version = "1.21"] = /^go\s+(\S+)/m.exec(readFileSync(join(folder, "go.mod"), "utf8")) ?? [];
    return `module serverless_function_app

go ${version}

require ${framework} ${frameworkVersion}
require ${module} v0.0.0
replace ${module} v0.0.0 => ${JSON.stringify(folder)}
`;
};

/** The program that serves a function. The framework finds a declared one by `FUNCTION_TARGET`. */
function mainOf({ target, signature }: FunctionStart, module: string, isDeclared: boolean): string {
    const kind = signature === "http" ? "HTTP" : "CloudEvent";
    const register = `if err := funcframework.Register${kind}FunctionContext(context.Background(), "/", function.${target}); err != nil {
        log.Fatal(err)
    }`;
    return `package main

import (
    ${isDeclared ? "" : '"context"'}
    "log"
    "os"

    ${isDeclared ? "_" : "function"} ${JSON.stringify(module)}
    "${framework}/funcframework"
)

func main() {
    ${isDeclared ? "" : register}
    log.Fatal(funcframework.StartHostPort("127.0.0.1", os.Getenv("PORT")))
}
`;
}
