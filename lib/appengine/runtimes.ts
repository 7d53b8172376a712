import * as check from "../internal/check";

/** A language and its version on App Engine. */
interface Lifecycle {
    /** From this day on no version with it is deployed; nothing where no day is told yet. */
    ends?: string;
    /** The system that it runs on, as the flexible environment is told of it. */
    on: "ubuntu18" | "ubuntu22" | "ubuntu24";
}

/** What the standard environment deploys: "Runtime support schedule", App Engine standard environment. */
const supported = {
    python311: { ends: "2027-10-24", on: "ubuntu22" },
    python312: { ends: "2028-10-02", on: "ubuntu22" },
    python313: { ends: "2029-10-10", on: "ubuntu22" },
    python314: { ends: "2030-10-10", on: "ubuntu24" },
    nodejs22: { ends: "2027-04-30", on: "ubuntu22" },
    nodejs24: { ends: "2028-04-30", on: "ubuntu24" },
    go124: { ends: "2027-03-02", on: "ubuntu22" },
    go125: { on: "ubuntu22" },
    go126: { on: "ubuntu24" },
    java17: { ends: "2027-10-31", on: "ubuntu22" },
    java21: { ends: "2031-09-30", on: "ubuntu22" },
    java25: { ends: "2031-10-31", on: "ubuntu24" },
    php82: { ends: "2026-12-31", on: "ubuntu22" },
    php83: { ends: "2027-12-31", on: "ubuntu22" },
    php84: { ends: "2028-12-31", on: "ubuntu22" },
    php85: { ends: "2029-12-31", on: "ubuntu24" },
    ruby33: { ends: "2027-03-31", on: "ubuntu22" },
    ruby34: { ends: "2028-03-31", on: "ubuntu22" },
    ruby40: { ends: "2029-03-31", on: "ubuntu24" },
} satisfies Record<string, Lifecycle>;

/** The language and its version of a service in the standard environment. */
export type StandardRuntime = keyof typeof supported;

/** What the flexible environment has beside them. */
const flexible: Record<string, Lifecycle> = {
    dotnet8: { ends: "2026-11-10", on: "ubuntu22" },
    dotnet10: { ends: "2028-11-14", on: "ubuntu24" },
};

/** When the others ended, so that whoever copies an old program is told. */
const ended: Record<string, string> = {
    python27: "2024-01-31",
    python37: "2024-01-30",
    python38: "2024-10-14",
    python39: "2025-10-05",
    python310: "2026-10-04",
    nodejs8: "2018-06-27",
    nodejs10: "2024-01-30",
    nodejs12: "2024-01-30",
    nodejs14: "2024-01-30",
    nodejs16: "2024-01-30",
    nodejs18: "2025-04-30",
    nodejs20: "2026-04-30",
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
    java8: "2024-01-31",
    java11: "2024-10-31",
    php55: "2024-01-30",
    php72: "2024-01-30",
    php73: "2024-01-30",
    php74: "2024-01-30",
    php81: "2025-12-31",
    ruby25: "2024-01-30",
    ruby26: "2024-01-30",
    ruby27: "2024-01-30",
    ruby30: "2024-03-31",
    ruby32: "2026-03-31",
};

const every: Record<string, Lifecycle> = { ...supported, ...flexible };

/** On which day deployments with a runtime end; nothing where that is not told, or where there is none of this name. */
const endOf = (id: string): string | undefined => ended[id] ?? every[id]?.ends;

const isEnded = (id: string): boolean => Date.parse(endOf(id) ?? "") <= Date.now();

/** The language of a runtime: `python` of `python313`. */
export const languageOf = (id: string): string => id.replace(/\d+$/, "");

/** The runtimes of a language that can be deployed, the newest last. */
export function currentOf(language: string): string[] {
    return Object.keys(every).filter((id) => languageOf(id) === language && !isEnded(id));
}

/** The system that a runtime runs on; nothing where there is none of this name. */
export const systemOf = (id: string): Lifecycle["on"] | undefined => every[id]?.on;

/** A check that a runtime is there, and that versions with it can be deployed ("Runtime lifecycle"). */
function deployable(
    isAmong: (id: string) => boolean,
    asGiven: (id: string) => string,
    idOf: (given: unknown) => string = String,
): check.Check {
    return check.lazily(() => {
        const all = Object.keys(every).filter((id) => isAmong(id) && !isEnded(id));
        return check.pipe(
            check.custom(
                (given) => [...Object.keys(every), ...Object.keys(ended)].filter(isAmong).includes(idOf(given)),
                `must be one of ${all.map(asGiven).join(", ")}`,
            ),
            check.refine(
                (given) => !isEnded(idOf(given)),
                ({ input }) => {
                    const newest = currentOf(languageOf(idOf(input))).at(-1) as string;
                    const what = `came to its end of support on ${endOf(idOf(input))}: App Engine deploys no version with it`;
                    return `${what}\nTake ${asGiven(newest)}.`;
                },
            ),
        );
    });
}

/** Checks a runtime of the standard environment. */
export const standardRuntime: check.Check = deployable(
    (id) => !(id in flexible),
    (id) => id,
);

/** `3.13` of `python313`, `22` of `nodejs22`. */
export function versionOf(id: string): string {
    const digits = id.slice(languageOf(id).length);
    return /^(python|go|php|ruby)/.test(id) ? `${digits.slice(0, 1)}.${digits.slice(1)}` : digits;
}

/** `python313` of `python` and `3.13`. */
export const runtimeOf = (language: string, version: unknown): string =>
    `${language}${String(version).replace(".", "")}`;

/** Checks the version of a language in the flexible environment. */
export const flexibleVersion = (language: string): check.Check =>
    check.pipe(
        check.text(),
        deployable(
            (id) => languageOf(id) === language,
            versionOf,
            (version) => runtimeOf(language, version),
        ),
    );

/** App Engine itself begins to tell of a runtime's end 90 days before ("Runtime lifecycle"). */
const notice = 90 * 24 * 3600 * 1000;

/** What to tell of a runtime that can be deployed for a short time only. */
export function endingSoon(id: string): string | undefined {
    const end = endOf(id);
    const isSoon = end !== undefined && Date.parse(end) - Date.now() <= notice;
    const newest = currentOf(languageOf(id)).at(-1);
    return isSoon ? `runtime: ${id} can be deployed until ${end}. Take ${newest}.` : undefined;
}
