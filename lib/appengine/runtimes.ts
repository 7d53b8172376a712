import { type AppEngineRuntime, appEngineRuntimes } from "../facts/appEngineRuntimes";
import { isPast } from "../facts/facts";
import * as check from "../internal/arguments/check";
import { readJsonObject } from "../internal/arguments/json";
import { isObject } from "../internal/arguments/value";
import type { SourceFile } from "../internal/sources/listing";
import { readText } from "./sourceFiles";

type Rows = typeof appEngineRuntimes.rows;

/** A runtime of the standard environment: the language and its version. */
export type StandardRuntime = {
    [Id in keyof Rows]: Rows[Id] extends { environments: readonly string[] } ? never : Id;
}[keyof Rows];

const rows: Record<string, AppEngineRuntime> = appEngineRuntimes.rows;

const isStandard = (id: string) => Object.hasOwn(rows, id) && rows[id]?.environments === undefined;

/** The language of a runtime: `python` of `python313`. */
export const languageOf = (id: string): string => id.replace(/\d+$/, "");

/** The runtimes that can be deployed, ordered from old to new for each language. */
const deployableRuntimes = () => Object.keys(rows).filter((id) => !isPast(rows[id]?.supportEnds));

/** The runtimes of a language that can be deployed, the newest last. */
export const deployableRuntimesOf = (language: string): string[] =>
    deployableRuntimes().filter((id) => languageOf(id) === language);

/** The operating system of a runtime: the newest without a record, as for a runtime that is not listed. */
export const operatingSystemOf = (id: string): NonNullable<AppEngineRuntime["system"]> =>
    rows[id]?.system ?? "ubuntu24";

/** Checks a runtime of the standard environment. */
export const standardRuntime = check.lazily(() =>
    check.listed<string>(
        isStandard,
        /^(go|java|nodejs|php|python|ruby)\d+$/,
        `must be one of ${deployableRuntimes().filter(isStandard).join(", ")}`,
    ),
);

/** Whether the versions of a language have a minor part, such as 3.13. */
const hasMinor = (language: string) => /^(python|go|php|ruby)$/.test(language);

/** The version of a runtime: `3.13` of `python313`, `22` of `nodejs22`. */
export function versionOf(id: string): string {
    const digits = id.slice(languageOf(id).length);
    return hasMinor(languageOf(id)) ? `${digits.slice(0, 1)}.${digits.slice(1)}` : digits;
}

/** The runtime of a version: `python313` of `python` and `3.13`. */
export const runtimeOf = (language: string, version: string): string => `${language}${version.replace(".", "")}`;

/** Checks the version of a language in the flexible environment. */
export const flexibleVersion = (language: string): check.Check<string> =>
    check.listed(
        (version) => Object.hasOwn(rows, runtimeOf(language, version)),
        hasMinor(language) ? /^\d\.\d+$/ : /^\d+$/,
        `must be one of ${deployableRuntimesOf(language).map(versionOf).join(", ")}`,
    );

/**
 * App Engine itself warns {@link https://cloud.google.com/appengine/docs/standard/lifecycle/runtime-lifecycle 90 days} before
 * the end of support.
 */
const noticePeriod = 90 * 24 * 3600 * 1000;

/** A warning for a runtime whose support has ended or ends soon. */
export function lifecycleWarning(id: string): string | undefined {
    const end = rows[id]?.supportEnds;
    const endsSoon = (day: typeof end) => isPast(day, { now: () => Date.now() + noticePeriod });
    const newest = deployableRuntimesOf(languageOf(id))
        .filter((each) => !endsSoon(rows[each]?.supportEnds))
        .at(-1);
    const hint = newest ? `Use ${newest}.` : "Update slipway, which lists newer ones.";
    if (isPast(end)) {
        return `runtime: the support of ${id} ended on ${end}: App Engine refuses to deploy versions with it. ${hint}`;
    }
    return endsSoon(end) ? `runtime: ${id} can be deployed until ${end}. ${hint}` : undefined;
}

/** The runtimes by the files that show their language. */
const runtimesByFile: [file: RegExp, runtime: StandardRuntime][] = [
    [/^(main\.py|requirements\.txt)$/, "python313"],
    [/^package\.json$/, "nodejs22"],
    [/^go\.mod$/, "go127"],
    [/^(pom\.xml|build\.gradle(\.kts)?)$/, "java21"],
    [/^(composer\.json|index\.php|public\/index\.php)$/, "php84"],
    [/^(Gemfile|config\.ru)$/, "ruby34"],
];

/**
 * Detects the runtime from the files of a source; undefined if they do not show the language. If they require another version
 * than the preferred one, the result is the first version that they accept.
 */
export function detectRuntime(files: readonly SourceFile[]): StandardRuntime | undefined {
    const preferred = runtimesByFile.find(([file]) => files.some(({ path }) => file.test(path)))?.[1];
    const all = preferred ? [preferred, ...deployableRuntimesOf(languageOf(preferred))] : [];
    return (all.find((id) => isSupported(id, files)) as StandardRuntime | undefined) ?? preferred;
}

function isSupported(id: string, files: readonly SourceFile[]): boolean {
    const version = Number(id.slice(languageOf(id).length));
    if (id.startsWith("nodejs")) {
        return satisfiesRange(nodeEngines(files), version) !== false;
    }
    const [, minor] = /^go\s+1\.(\d+)/m.exec(readText(files, "go.mod") ?? "") ?? [];
    return !id.startsWith("go") || !(Number(`1${minor}`) > version);
}

/** The Node.js version that package.json requires; undefined if there is none or it cannot be parsed. */
export function nodeEngines(files: readonly SourceFile[]): string | undefined {
    const manifest = readJsonObject(readText(files, "package.json") ?? "{}");
    const engines = typeof manifest === "string" ? undefined : manifest.engines;
    return isObject(engines) && typeof engines.node === "string" ? engines.node : undefined;
}

/** Whether a simple range includes a version of Node.js; undefined for other ranges, which App Engine evaluates itself. */
export function satisfiesRange(range: string | undefined, version: number): boolean | undefined {
    const rangePattern = /^(>=|\^|~|=)?\s*v?(\d+)(?:\.[\dxX*]+){0,2}$/;
    const [, operator, requested] = rangePattern.exec(String(range).trim()) ?? [];
    return requested === undefined
        ? undefined
        : operator === ">="
          ? version >= Number(requested)
          : version === Number(requested);
}
