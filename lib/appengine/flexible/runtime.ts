import * as check from "../../internal/check";
import type { SourceFile } from "../../internal/files";
import { detectedRuntime } from "../detected";
import { flexibleVersion, languageOf, runtimeOf, systemOf, versionOf } from "../runtimes";
import { type PhpSettings, phpSettings } from "./php";

/** The languages of the flexible environment. */
export const languages = ["python", "nodejs", "go", "java", "php", "ruby", "dotnet"] as const;

/** A language of which App Engine builds an image. */
interface LanguageRuntime {
    /** The language. */
    name: "python" | "nodejs" | "go" | "java" | "php" | "ruby" | "dotnet";
    /**
     * The version of the language: `"3.13"`, `"22"`. One whose
     * {@link https://cloud.google.com/appengine/docs/flexible/lifecycle/support-schedule support} has ended, or ends within 90 days,
     * brings a warning.
     * @default one that is not the newest: Python 3.13, Node.js 22, Go 1.25, Java 21, PHP 8.4, Ruby 3.4, .NET 10
     */
    version?: string;
    /**
     * The {@link https://cloud.google.com/appengine/docs/flexible/reference/app-yaml#runtime_config version of Ubuntu} beneath it.
     * @default that of the version: `ubuntu24` for Python 3.14, Node.js 24, Go 1.26, Java 25, PHP 8.5, Ruby 4.0 and .NET 10
     */
    operatingSystem?: "ubuntu22" | "ubuntu24";
    /**
     * How the source is served, for PHP alone.
     * @default as the runtime does
     */
    php?: PhpSettings;
}

/** An image is built by the `Dockerfile` of the source. */
interface CustomRuntime {
    name: "custom";
}

/** What a service of the flexible environment is built of. */
export type FlexibleRuntime = check.OneOf<LanguageRuntime | CustomRuntime>;

/** A runtime with its version and its system. */
export type DecidedRuntime = check.OneOf<
    (Required<Omit<LanguageRuntime, "php">> & Pick<LanguageRuntime, "php">) | CustomRuntime
>;

/** Checks a runtime: the versions are those of its language. */
export const runtime: check.Check = check.lazily((given) => {
    const { name } = Object(given);
    return name === "custom"
        ? check.options<CustomRuntime>({ name: check.oneOf("custom") }, "name")
        : check.options<LanguageRuntime>(
              {
                  name: check.oneOf(...languages, "custom"),
                  version: languages.includes(name) ? flexibleVersion(name) : check.text(),
                  operatingSystem: check.oneOf("ubuntu22", "ubuntu24"),
                  php: name === "php" ? phpSettings : check.custom(() => false, "is for PHP alone\nLeave it out."),
              },
              "name",
          );
});

const usual: Record<string, string> = {
    python: "python313",
    nodejs: "nodejs22",
    go: "go125",
    java: "java21",
    php: "php84",
    ruby: "ruby34",
    dotnet: "dotnet10",
};

/** The runtime of a source of which none is told; nothing where its files do not show the language. */
export function detected(files: SourceFile[]): FlexibleRuntime | undefined {
    if (files.some(({ path }) => path === "Dockerfile")) {
        return { name: "custom" };
    }
    const isDotnet = files.some(({ path }) => /^[^/]+\.(cs|fs|vb)proj$/.test(path));
    const found = isDotnet ? "dotnet10" : detectedRuntime(files);
    return found && { name: languageOf(found) as LanguageRuntime["name"], version: versionOf(found) };
}

/** The runtime in one word, as the standard environment has it. */
export function idOf({ name, version }: FlexibleRuntime): string {
    return name === "custom" ? name : version === undefined ? (usual[name] as string) : runtimeOf(name, version);
}

export function decidedRuntime(given: FlexibleRuntime): DecidedRuntime {
    if (given.name === "custom") {
        return given;
    }
    const id = idOf(given);
    const { operatingSystem = systemOf(id) } = given;
    const served = given.php === undefined ? {} : { php: given.php };
    return { name: given.name, version: versionOf(id), operatingSystem, ...served };
}
