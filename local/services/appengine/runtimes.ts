import type { Inputs } from "../../rules/rules";
import { invalid } from "./names";

/**
 * "Runtime support schedule" of the standard environment: from when nothing can be deployed with a runtime any more, which is
 * the end of its support. What has no date has none there either.
 */
const standard: Record<string, string | undefined> = {
    go111: "2024-01-30",
    go112: "2024-01-30",
    go113: "2024-01-30",
    go114: "2024-01-30",
    go115: "2024-01-30",
    go116: "2024-01-30",
    go118: "2024-01-30",
    go119: "2024-04-30",
    go120: "2024-11-01",
    go121: "2026-03-03",
    go122: "2026-07-28",
    go123: "2026-08-21",
    go124: "2027-03-02",
    go125: undefined,
    go126: undefined,
    java8: "2024-01-31",
    java11: "2024-10-31",
    java17: "2027-10-31",
    java21: "2031-09-30",
    java25: "2031-10-31",
    nodejs8: "2018-06-27",
    nodejs10: "2024-01-30",
    nodejs12: "2024-01-30",
    nodejs14: "2024-01-30",
    nodejs16: "2024-01-30",
    nodejs18: "2025-04-30",
    nodejs20: "2026-04-30",
    nodejs22: "2027-04-30",
    nodejs24: "2028-04-30",
    php55: "2024-01-30",
    php72: "2024-01-30",
    php73: "2024-01-30",
    php74: "2024-01-30",
    php81: "2025-12-31",
    php82: "2026-12-31",
    php83: "2027-12-31",
    php84: "2028-12-31",
    php85: "2029-12-31",
    python27: "2024-01-31",
    python37: "2024-01-30",
    python38: "2024-10-14",
    python39: "2025-10-05",
    python310: "2026-10-04",
    python311: "2027-10-24",
    python312: "2028-10-02",
    python313: "2029-10-10",
    python314: "2030-10-10",
    ruby25: "2024-01-30",
    ruby26: "2024-01-30",
    ruby27: "2024-01-30",
    ruby30: "2024-03-31",
    ruby32: "2026-03-31",
    ruby33: "2027-03-31",
    ruby34: "2028-03-31",
    ruby40: "2029-03-31",
};

const languages: Record<string, string> = {
    go: "Go",
    java: "Java",
    nodejs: "Node.js",
    php: "PHP",
    python: "Python",
    ruby: "Ruby",
};
const languageOf = (runtime: string) => languages[runtime.replace(/\d+$/, "")] ?? runtime;

export function verifyStandardRuntime(runtime: string, now: Date): void {
    if (!Object.hasOwn(standard, runtime)) {
        throw invalid(
            `Invalid runtime '${runtime}' specified. Accepted runtimes are: [${Object.keys(standard).join(", ")}]`,
        );
    }
    const end = standard[runtime];
    if (end !== undefined && now >= new Date(end)) {
        throw invalid(
            `Error(s) encountered validating runtime. Runtime ${runtime} is end of support and no longer allowed. Please use the latest ${languageOf(runtime)} runtime for App Engine Standard.`,
        );
    }
}

/** "Runtimes" of the flexible environment: languages whose versions `flexibleRuntimeSettings` tells, and images. */
const flexible = ["custom", "dotnet", "go", "java", "nodejs", "php", "python", "ruby"];
/** Those of "Runtime support schedule" for which something can still be built; without one, a runtime is one of the first ones. */
const operatingSystems = ["ubuntu22", "ubuntu24"];

export function verifyFlexibleRuntime({ runtime, flexibleRuntimeSettings = {} }: Inputs): void {
    if (!flexible.includes(runtime)) {
        throw invalid(
            `Invalid runtime '${runtime}' specified for the flexible environment: it must be one of ${flexible.join(", ")}.`,
        );
    }
    const { operatingSystem } = flexibleRuntimeSettings;
    if (runtime !== "custom" && !operatingSystems.includes(operatingSystem)) {
        throw invalid(
            `Error(s) encountered validating runtime. Your runtime version for ${runtime} is past End of Support. Please upgrade to the latest runtime version available..`,
        );
    }
}
