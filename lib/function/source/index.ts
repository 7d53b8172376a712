import type { Problem } from "../../internal/check";
import type { SourceFile } from "../../internal/files";
import type { Runtime } from "../runtime";
import { nodeProblem } from "./node";
import { dotnetProblem, goProblem, javaProblem, phpProblem, rubyProblem } from "./others";
import { pythonProblem } from "./python";
import type { Source } from "./source";

export type { Source };

/** The languages that a source shows by a file. */
const shown: [file: string, runtime: Runtime][] = [
    ["main.py", "python313"],
    ["package.json", "nodejs22"],
    ["go.mod", "go125"],
];

/** The runtime of a source of which none is told; nothing when its files do not show the language. */
export function detectedRuntime(files: SourceFile[]): Runtime | undefined {
    return shown.find(([file]) => files.some(({ path }) => path === file))?.[1];
}

/**
 * The name that a function's code has when none is told: `predict-range` is `predict_range` in Python and Ruby,
 * `PredictRange` in Go, Java and .NET, and `predictRange` in the others.
 */
export function defaultEntryPoint(name: string, runtime: Runtime): string {
    if (/^(python|ruby)/.test(runtime)) {
        return name.replaceAll("-", "_");
    }
    const upper = (_: string, letter: string) => letter.toUpperCase();
    const camel = name.replaceAll(/-([a-z0-9])/g, upper);
    return /^(go|java|dotnet)/.test(runtime) ? camel.replace(/^([a-z])/, upper) : camel;
}

const problems: Record<string, (source: Source) => Problem | undefined> = {
    dotnet: dotnetProblem,
    go: goProblem,
    java: javaProblem,
    nodejs: nodeProblem,
    php: phpProblem,
    python: pythonProblem,
    ruby: rubyProblem,
};

/** Why the source cannot be deployed: told at preview, where the service would tell it after a build of minutes. */
export function sourceProblem(source: Source): Problem | undefined {
    return problems[source.runtime.replace(/\d+$/, "")]?.(source);
}
