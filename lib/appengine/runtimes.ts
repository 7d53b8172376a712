import { type AppEngineRuntime, appEngineRuntimes } from "../facts/appEngineRuntimes";
import { isPast } from "../facts/facts";
import * as check from "../internal/check";

type Rows = typeof appEngineRuntimes.rows;

/** The language and its version of a service in the standard environment. */
export type StandardRuntime = {
    [Id in keyof Rows]: Rows[Id] extends { environments: readonly string[] } ? never : Id;
}[keyof Rows];

const rows: Record<string, AppEngineRuntime> = appEngineRuntimes.rows;

const isStandard = (id: string) => Object.hasOwn(rows, id) && rows[id]?.environments === undefined;

/** The language of a runtime: `python` of `python313`. */
export const languageOf = (id: string): string => id.replace(/\d+$/, "");

/** The runtimes that can be deployed, those of a language from old to new. */
const current = () => Object.keys(rows).filter((id) => !isPast(rows[id]?.supportEnds));

/** The runtimes of a language that can be deployed, the newest last. */
export const currentOf = (language: string): string[] => current().filter((id) => languageOf(id) === language);

/** The system that a runtime runs on: the newest where none is recorded, as of a runtime that is not listed. */
export const systemOf = (id: string): NonNullable<AppEngineRuntime["system"]> => rows[id]?.system ?? "ubuntu24";

/** Checks a runtime of the standard environment. */
export const standardRuntime: check.Check = check.lazily(() =>
    check.listed(
        isStandard,
        /^(go|java|nodejs|php|python|ruby)\d+$/,
        `must be one of ${current().filter(isStandard).join(", ")}`,
    ),
);

/** Whether versions of a language have two parts, as 3.13. */
const hasMinor = (language: string) => /^(python|go|php|ruby)$/.test(language);

/** `3.13` of `python313`, `22` of `nodejs22`. */
export function versionOf(id: string): string {
    const digits = id.slice(languageOf(id).length);
    return hasMinor(languageOf(id)) ? `${digits.slice(0, 1)}.${digits.slice(1)}` : digits;
}

/** `python313` of `python` and `3.13`. */
export const runtimeOf = (language: string, version: string): string => `${language}${version.replace(".", "")}`;

/** Checks the version of a language in the flexible environment. */
export const flexibleVersion = (language: string): check.Check =>
    check.listed(
        (version) => Object.hasOwn(rows, runtimeOf(language, version)),
        hasMinor(language) ? /^\d\.\d+$/ : /^\d+$/,
        `must be one of ${currentOf(language).map(versionOf).join(", ")}`,
    );

/**
 * App Engine itself begins to warn 90 days before.
 * {@link https://cloud.google.com/appengine/docs/standard/lifecycle/runtime-lifecycle}
 */
const notice = 90 * 24 * 3600 * 1000;

/** A warning for a runtime whose support has ended, or ends soon. */
export function lifecycleWarning(id: string): string | undefined {
    const end = rows[id]?.supportEnds;
    const use = `Use ${currentOf(languageOf(id)).at(-1)}.`;
    if (isPast(end)) {
        return `runtime: the support of ${id} ended on ${end}: App Engine refuses to deploy versions with it. ${use}`;
    }
    return isPast(end, { now: () => Date.now() + notice })
        ? `runtime: ${id} can be deployed until ${end}. ${use}`
        : undefined;
}
