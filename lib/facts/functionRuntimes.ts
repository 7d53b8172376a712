import { type Day, facts } from "./facts";

/** A runtime of functions: a language and its version. A missing date is not announced. */
export interface FunctionRuntime {
    /** The day on which maintenance of the runtime ends. */
    deprecated?: Day;
    /** The day from which Google Cloud refuses to create or update functions with the runtime. */
    decommissioned?: Day;
}

/** Firebase has the same runtimes of Python and Node.js. */
const ofFirebase = {
    source: "https://github.com/firebase/firebase-tools/blob/main/src/deploy/functions/runtimes/supported/types.ts",
    checked: "2026-10-28",
} as const;
const goPage = "https://docs.cloud.google.com/run/docs/runtimes/go";

/**
 * Generally available {@link https://docs.cloud.google.com/run/docs/runtimes/function-runtimes runtimes of Cloud Run functions}, by
 * ID, sorted by language from old to new. Where Google names only months, such as "Aug/Sept 2027", the day is the last of them.
 */
export const functionRuntimes = facts<FunctionRuntime>()({
    subject: "Runtimes of Cloud Run functions",
    source: "https://docs.cloud.google.com/docs/buildpacks/runtime-support",
    checked: "2026-04-14",
    rows: {
        python37: { decommissioned: "2025-01-30" },
        python38: { decommissioned: "2025-10-14" },
        python39: { decommissioned: "2026-04-05" },
        python310: { deprecated: "2026-10-04", decommissioned: "2027-04-04", ...ofFirebase },
        python311: { deprecated: "2027-10-24", decommissioned: "2028-04-24", ...ofFirebase },
        python312: { deprecated: "2028-10-02", decommissioned: "2029-04-02", ...ofFirebase },
        python313: { deprecated: "2029-10-10", decommissioned: "2030-04-10", ...ofFirebase },
        python314: { deprecated: "2030-10-10", decommissioned: "2031-04-10", ...ofFirebase },
        nodejs10: { deprecated: "2024-01-30", decommissioned: "2025-01-30", ...ofFirebase },
        nodejs12: { deprecated: "2024-01-30", decommissioned: "2025-01-30", ...ofFirebase },
        nodejs14: { deprecated: "2024-01-30", decommissioned: "2025-01-30", ...ofFirebase },
        nodejs16: { deprecated: "2024-01-30", decommissioned: "2025-01-30", ...ofFirebase },
        nodejs18: { deprecated: "2025-04-30", decommissioned: "2025-10-30", ...ofFirebase },
        nodejs20: { deprecated: "2026-04-30", decommissioned: "2026-10-30", ...ofFirebase },
        nodejs22: { deprecated: "2027-04-30", decommissioned: "2027-10-31" },
        nodejs24: { deprecated: "2028-04-30", decommissioned: "2028-10-31", ...ofFirebase },
        go118: { decommissioned: "2025-01-30" },
        go119: { decommissioned: "2025-01-30" },
        go120: { decommissioned: "2025-05-01" },
        go121: { decommissioned: "2026-03-03" },
        go122: { decommissioned: "2026-07-28" },
        go123: { decommissioned: "2026-08-21" },
        go124: { deprecated: "2026-09-02", decommissioned: "2027-03-02", checked: "2026-09-01" },
        go125: { deprecated: "2026-10-01", decommissioned: "2027-04-01", checked: "2026-09-01" },
        go126: { deprecated: "2027-03-31", decommissioned: "2027-09-30", source: goPage, checked: "2026-09-01" },
        go127: { deprecated: "2027-09-30", decommissioned: "2028-03-31", source: goPage, checked: "2026-09-01" },
        java11: { decommissioned: "2025-10-31" },
        java17: { deprecated: "2027-10-31" },
        java21: { deprecated: "2031-09-30" },
        java25: { deprecated: "2031-10-31" },
        ruby27: { decommissioned: "2025-01-30" },
        ruby30: { decommissioned: "2025-03-31" },
        ruby32: { decommissioned: "2026-09-30" },
        ruby33: { deprecated: "2027-03-31", decommissioned: "2027-09-30" },
        ruby34: { deprecated: "2028-03-31", decommissioned: "2028-09-30" },
        ruby40: { deprecated: "2029-03-31", decommissioned: "2029-09-30" },
        php74: { decommissioned: "2025-01-30" },
        php81: { decommissioned: "2026-06-30" },
        php82: { deprecated: "2026-12-31", decommissioned: "2027-06-30" },
        php83: { deprecated: "2027-12-31", decommissioned: "2028-06-30" },
        php84: { deprecated: "2028-12-31", decommissioned: "2029-06-30" },
        php85: { deprecated: "2029-12-31", decommissioned: "2030-06-30" },
        dotnet3: { decommissioned: "2025-01-30" },
        dotnet6: { decommissioned: "2025-11-12" },
        dotnet8: { deprecated: "2026-11-10", decommissioned: "2027-05-10" },
        dotnet10: { deprecated: "2028-11-14", decommissioned: "2029-05-14" },
    },
});
