import * as check from "../../internal/arguments/check";
import type { SourceFile } from "../../internal/sources/listing";
import { detectRuntime, flexibleVersion, languageOf, operatingSystemOf, runtimeOf, versionOf } from "../runtimes";
import { type PhpSettings, phpSettings } from "./php";

/** The languages of the flexible environment. */
export const languages = ["python", "nodejs", "go", "java", "php", "ruby", "dotnet"] as const;

/** A language for which App Engine builds an image. */
interface LanguageRuntime {
    /** The language of the code. */
    name: "python" | "nodejs" | "go" | "java" | "php" | "ruby" | "dotnet";
    /**
     * The version of the language: `"3.13"`, `"22"`. A version whose
     * {@link https://cloud.google.com/appengine/docs/flexible/lifecycle/support-schedule support} has ended, or ends within
     * 90 days, causes a warning.
     * @default not the newest: Python 3.13, Node.js 22, Go 1.27, Java 21, PHP 8.4, Ruby 3.4, .NET 10
     */
    version?: string;
    /**
     * The {@link https://cloud.google.com/appengine/docs/flexible/reference/app-yaml#runtime_config Ubuntu version} of the
     * image.
     * @default the version's own: `ubuntu24` for Python 3.14, Node.js 24, Go 1.26, Java 25, PHP 8.5, Ruby 4.0 and .NET 10
     */
    operatingSystem?: "ubuntu22" | "ubuntu24";
    /**
     * How the source is served, for PHP only.
     * @default the runtime's own
     */
    php?: PhpSettings;
}

/** Builds the image from the source's `Dockerfile`. */
interface CustomRuntime {
    /** Runs the image of the `Dockerfile`. */
    name: "custom";
}

/** The runtime of a service in the flexible environment. */
export type FlexibleRuntime = check.OneOf<LanguageRuntime | CustomRuntime>;

/** A runtime with its version and operating system. */
export type ResolvedRuntime = check.OneOf<
    (Required<Omit<LanguageRuntime, "php">> & Pick<LanguageRuntime, "php">) | CustomRuntime
>;

/** Checks a runtime. The versions depend on the language. */
export const runtime = check.lazily((value) => {
    const { name } = Object(value);
    return name === "custom"
        ? check.options<CustomRuntime>({ name: check.oneOf("custom") }, "name")
        : check.options<LanguageRuntime>(
              {
                  name: check.custom<LanguageRuntime["name"]>(
                      (language) => languages.includes(language as LanguageRuntime["name"]),
                      `must be one of ${languages.join(", ")}, custom`,
                  ),
                  version: languages.includes(name) ? flexibleVersion(name) : check.text(),
                  operatingSystem: check.oneOf("ubuntu22", "ubuntu24"),
                  php: name === "php" ? phpSettings : check.refused("is only for PHP\nRemove it."),
              },
              "name",
          );
});

const defaultRuntimes: Record<string, string> = {
    python: "python313",
    nodejs: "nodejs22",
    go: "go127",
    java: "java21",
    php: "php84",
    ruby: "ruby34",
    dotnet: "dotnet10",
};

/** Detects the runtime from the files of a source; undefined if they do not show the language. */
export function detectFlexibleRuntime(files: readonly SourceFile[]): FlexibleRuntime | undefined {
    if (files.some(({ path }) => path === "Dockerfile")) {
        return { name: "custom" };
    }
    const isDotnet = files.some(({ path }) => /^[^/]+\.(cs|fs|vb)proj$/.test(path));
    const runtime = isDotnet ? "dotnet10" : detectRuntime(files);
    return runtime && { name: languageOf(runtime) as LanguageRuntime["name"], version: versionOf(runtime) };
}

/** The id of a runtime, as in the standard environment: `python313`. */
export function runtimeId({ name, version }: FlexibleRuntime): string {
    return name === "custom"
        ? name
        : version === undefined
          ? (defaultRuntimes[name] as string)
          : runtimeOf(name, version);
}

export function resolveRuntime(value: FlexibleRuntime): ResolvedRuntime {
    if (value.name === "custom") {
        return value;
    }
    const id = runtimeId(value);
    const { operatingSystem = operatingSystemOf(id) } = value;
    return { name: value.name, version: versionOf(id), operatingSystem, php: value.php };
}
