import { type AppEngineRuntime, appEngineRuntimes, type Clock, isPast } from "slipway/facts";
import type { Inputs } from "../../rules/rules";
import { invalid } from "./names";

const runtimes: Record<string, AppEngineRuntime> = appEngineRuntimes.rows;

const isStandard = (id: string) => Object.hasOwn(runtimes, id) && runtimes[id]?.environments === undefined;

const isPastSupport = (id: string, clock: Clock) => isPast(runtimes[id]?.supportEnds, clock);

const languages: Record<string, string> = {
    go: "Go",
    java: "Java",
    nodejs: "Node.js",
    php: "PHP",
    python: "Python",
    ruby: "Ruby",
};
const languageOf = (runtime: string) => languages[runtime.replace(/\d+$/, "")] ?? runtime;

export function verifyStandardRuntime(runtime: string, clock: Clock): void {
    if (!isStandard(runtime)) {
        throw invalid(
            `Invalid runtime '${runtime}' specified. Accepted runtimes are: [${Object.keys(runtimes).filter(isStandard).join(", ")}]`,
        );
    }
    if (isPastSupport(runtime, clock)) {
        throw invalid(
            `Error(s) encountered validating runtime. Runtime ${runtime} is end of support and no longer allowed. Please use the latest ${languageOf(runtime)} runtime for App Engine Standard.`,
        );
    }
}

/** Languages whose version is set in `flexibleRuntimeSettings`, and their images. */
const flexible = ["custom", "dotnet", "go", "java", "nodejs", "php", "python", "ruby"];

/** Operating systems of supported runtimes; runtimes without one are first-generation. */
const operatingSystems = new Set(Object.values(runtimes).flatMap(({ system }) => system ?? []));

export function verifyFlexibleRuntime({ runtime, flexibleRuntimeSettings = {} }: Inputs, clock: Clock): void {
    if (!flexible.includes(runtime)) {
        throw invalid(
            `Invalid runtime '${runtime}' specified for the flexible environment: it must be one of ${flexible.join(", ")}.`,
        );
    }
    if (runtime === "custom") {
        return;
    }
    const { operatingSystem, runtimeVersion } = flexibleRuntimeSettings;
    // App Engine uses the newest version by default.
    const id = `${runtime}${String(runtimeVersion ?? "").replace(".", "")}`;
    if (!operatingSystems.has(operatingSystem) || isPastSupport(id, clock)) {
        throw invalid(
            `Error(s) encountered validating runtime. Your runtime version for ${runtime} is past End of Support. Please upgrade to the latest runtime version available..`,
        );
    }
    if (runtimeVersion !== undefined && !Object.hasOwn(runtimes, id)) {
        throw invalid(`Invalid runtime version '${runtimeVersion}' specified for runtime '${runtime}'.`);
    }
}
