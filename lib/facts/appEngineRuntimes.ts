import { type Day, facts } from "./facts";

/** A runtime of App Engine: a language and its version. A missing date is not announced. */
export interface AppEngineRuntime {
    /** The day from which App Engine refuses to deploy versions with the runtime. */
    supportEnds?: Day;
    /** The operating system, `runtime_config.operating_system`; not recorded for unsupported runtimes. */
    system?: "ubuntu22" | "ubuntu24";
    /** The environments that offer the runtime; by default both. */
    environments?: readonly ["flex"];
}

const flexible = "https://docs.cloud.google.com/appengine/docs/flexible/lifecycle/support-schedule";
const goNotes = "https://docs.cloud.google.com/appengine/docs/standard/go/release-notes";

/**
 * Runtimes of App Engine, by ID, sorted by language from old to new. The flexible environment has the
 * {@link https://docs.cloud.google.com/appengine/docs/flexible/lifecycle/support-schedule same languages and dates}.
 */
export const appEngineRuntimes = facts<AppEngineRuntime>()({
    subject: "Runtimes of App Engine",
    source: "https://docs.cloud.google.com/appengine/docs/standard/lifecycle/support-schedule",
    checked: "2026-04-12",
    rows: {
        python27: { supportEnds: "2024-01-31" },
        python37: { supportEnds: "2024-01-30" },
        python38: { supportEnds: "2024-10-14" },
        python39: { supportEnds: "2025-10-05" },
        python310: { supportEnds: "2026-10-04" },
        python311: { supportEnds: "2027-10-24", system: "ubuntu22" },
        python312: { supportEnds: "2028-10-02", system: "ubuntu22" },
        python313: { supportEnds: "2029-10-10", system: "ubuntu22" },
        python314: { supportEnds: "2030-10-10", system: "ubuntu24" },
        nodejs8: { supportEnds: "2018-06-27" },
        nodejs10: { supportEnds: "2024-01-30" },
        nodejs12: { supportEnds: "2024-01-30" },
        nodejs14: { supportEnds: "2024-01-30" },
        nodejs16: { supportEnds: "2024-01-30" },
        nodejs18: { supportEnds: "2025-04-30" },
        nodejs20: { supportEnds: "2026-04-30" },
        nodejs22: { supportEnds: "2027-04-30", system: "ubuntu22" },
        nodejs24: { supportEnds: "2028-04-30", system: "ubuntu24" },
        go111: { supportEnds: "2024-01-30" },
        go112: { supportEnds: "2024-01-30" },
        go113: { supportEnds: "2024-01-30" },
        go114: { supportEnds: "2024-01-30" },
        go115: { supportEnds: "2024-01-30" },
        go116: { supportEnds: "2024-01-30" },
        go118: { supportEnds: "2024-01-30" },
        go119: { supportEnds: "2024-04-30" },
        go120: { supportEnds: "2024-11-01" },
        go121: { supportEnds: "2026-03-03" },
        go122: { supportEnds: "2026-07-28" },
        go123: { supportEnds: "2026-08-21" },
        go124: { supportEnds: "2027-03-02", system: "ubuntu22" },
        go125: { system: "ubuntu22" },
        go126: { system: "ubuntu24" },
        go127: { system: "ubuntu24", source: goNotes, checked: "2026-09-01" },
        java8: { supportEnds: "2024-01-31" },
        java11: { supportEnds: "2024-10-31" },
        java17: { supportEnds: "2027-10-31", system: "ubuntu22" },
        java21: { supportEnds: "2031-09-30", system: "ubuntu22" },
        java25: { supportEnds: "2031-10-31", system: "ubuntu24" },
        php55: { supportEnds: "2024-01-30" },
        php72: { supportEnds: "2024-01-30" },
        php73: { supportEnds: "2024-01-30" },
        php74: { supportEnds: "2024-01-30" },
        php81: { supportEnds: "2025-12-31" },
        php82: { supportEnds: "2026-12-31", system: "ubuntu22" },
        php83: { supportEnds: "2027-12-31", system: "ubuntu22" },
        php84: { supportEnds: "2028-12-31", system: "ubuntu22" },
        php85: { supportEnds: "2029-12-31", system: "ubuntu24" },
        ruby25: { supportEnds: "2024-01-30" },
        ruby26: { supportEnds: "2024-01-30" },
        ruby27: { supportEnds: "2024-01-30" },
        ruby30: { supportEnds: "2024-03-31" },
        ruby32: { supportEnds: "2026-03-31" },
        ruby33: { supportEnds: "2027-03-31", system: "ubuntu22" },
        ruby34: { supportEnds: "2028-03-31", system: "ubuntu22" },
        ruby40: { supportEnds: "2029-03-31", system: "ubuntu24" },
        dotnet8: {
            supportEnds: "2026-11-10",
            system: "ubuntu22",
            environments: ["flex"],
            source: flexible,
            checked: "2026-11-21",
        },
        dotnet10: {
            supportEnds: "2028-11-14",
            system: "ubuntu24",
            environments: ["flex"],
            source: flexible,
            checked: "2026-11-21",
        },
    },
});
