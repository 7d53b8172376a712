import * as check from "../internal/check";

/** From when a runtime is deprecated, and from when functions with it can be neither made nor changed. */
interface Lifecycle {
    deprecated?: string;
    decommissioned?: string;
}

/** What can be deployed: "Runtime support", Cloud Run functions. What has no date yet has none there either. */
const supported = {
    python310: { deprecated: "2026-10-04", decommissioned: "2027-04-04" },
    python311: { deprecated: "2027-10-24", decommissioned: "2028-04-24" },
    python312: { deprecated: "2028-10-02", decommissioned: "2029-04-02" },
    python313: { deprecated: "2029-10-10", decommissioned: "2030-04-10" },
    python314: { deprecated: "2030-10-10", decommissioned: "2031-04-10" },
    nodejs22: { deprecated: "2027-04-30", decommissioned: "2027-10-31" },
    nodejs24: { deprecated: "2028-04-30", decommissioned: "2028-10-31" },
    go124: { deprecated: "2026-09-02", decommissioned: "2027-03-02" },
    go125: {},
    go126: {},
    java17: { deprecated: "2027-10-31" },
    java21: { deprecated: "2031-09-30" },
    java25: { deprecated: "2031-10-31" },
    ruby33: { deprecated: "2027-03-31", decommissioned: "2027-09-30" },
    ruby34: { deprecated: "2028-03-31", decommissioned: "2028-09-30" },
    ruby40: { deprecated: "2029-03-31", decommissioned: "2029-09-30" },
    php82: { deprecated: "2026-12-31", decommissioned: "2027-06-30" },
    php83: { deprecated: "2027-12-31", decommissioned: "2028-06-30" },
    php84: { deprecated: "2028-12-31", decommissioned: "2029-06-30" },
    php85: { deprecated: "2029-12-31", decommissioned: "2030-06-30" },
    dotnet8: { deprecated: "2026-11-10", decommissioned: "2027-05-10" },
    dotnet10: { deprecated: "2028-11-14", decommissioned: "2029-05-14" },
} satisfies Record<string, Lifecycle>;

/** The language and its version of a function that can be deployed. */
export type Runtime = keyof typeof supported;

/** When the others ended, so that whoever copies an old program is told. */
const ended: Record<string, Lifecycle> = {
    python37: { decommissioned: "2025-01-30" },
    python38: { decommissioned: "2025-10-14" },
    python39: { decommissioned: "2026-04-05" },
    nodejs12: { decommissioned: "2025-01-30" },
    nodejs14: { decommissioned: "2025-01-30" },
    nodejs16: { decommissioned: "2025-01-30" },
    nodejs18: { decommissioned: "2025-10-30" },
    nodejs20: { decommissioned: "2026-10-30" },
    go118: { decommissioned: "2025-01-30" },
    go119: { decommissioned: "2025-01-30" },
    go120: { decommissioned: "2025-05-01" },
    go121: { decommissioned: "2026-03-03" },
    go122: { decommissioned: "2026-07-28" },
    go123: { decommissioned: "2026-08-21" },
    java11: { decommissioned: "2025-10-31" },
    ruby27: { decommissioned: "2025-01-30" },
    ruby30: { decommissioned: "2025-03-31" },
    ruby32: { decommissioned: "2026-09-30" },
    php74: { decommissioned: "2025-01-30" },
    php81: { decommissioned: "2026-06-30" },
    dotnet3: { decommissioned: "2025-01-30" },
    dotnet6: { decommissioned: "2025-11-12" },
};

const lifecycles: Record<string, Lifecycle> = { ...ended, ...supported };

const isPast = (date: string | undefined) => date !== undefined && Date.parse(date) <= Date.now();

const isEnded = (runtime: string) => runtime in ended || isPast(lifecycles[runtime]?.decommissioned);

/** The newest runtime of the same language. */
function newest(runtime: string): string {
    const language = runtime.replace(/\d+$/, "");
    return Object.keys(supported)
        .filter((each) => each.replace(/\d+$/, "") === language)
        .at(-1) as string;
}

/** Checks a runtime: told is whether there is none of this name, or since when it can no longer be deployed. */
export const runtime: check.Check = check.lazily(() => {
    const current = Object.keys(supported).filter((each) => !isEnded(each));
    return check.pipe(
        check.custom((value) => String(value) in lifecycles, `must be one of ${current.join(", ")}`),
        check.refine(
            (value) => !isEnded(value as string),
            ({ input }) => {
                const { decommissioned } = lifecycles[input as string] as Lifecycle;
                const what = `was decommissioned on ${decommissioned}: no function with it can be made or changed`;
                return `${what}\nTake ${newest(input as string)}.`;
            },
        ),
    );
});

/** What to tell of a runtime that can be deployed, but is no longer kept up. */
export function deprecation(of: Runtime): string | undefined {
    const { deprecated, decommissioned }: Lifecycle = supported[of];
    if (!isPast(deprecated)) {
        return undefined;
    }
    const end = decommissioned ? `; from ${decommissioned} on, no function with it can be made or changed` : "";
    return `runtime: ${of} is deprecated since ${deprecated}${end}. Take ${newest(of)}.`;
}
