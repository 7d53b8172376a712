import type { RolloutInputs, RolloutOutputs } from "./inputs";
import { type Allocations, newestFirst, type Version } from "./versions";

/**
 * The version to which there is a way back: what serves beside the latest one, most of all; where the latest has all traffic,
 * what served before it; and else the one before it that is youngest. An empty text where there is none.
 */
export function previousOf(
    latest: string,
    now: Allocations,
    versions: Version[],
    before?: Pick<RolloutOutputs, "latest" | "previous">,
): string {
    const isThere = (id: string | undefined) => id !== undefined && versions.some((version) => version.id === id);
    const [serving] = Object.entries(now)
        .filter(([id]) => id !== latest)
        .sort(([, one], [, other]) => other - one);
    const known = serving?.[0] ?? (before?.latest === latest ? before.previous : undefined);
    const [youngest] = newestFirst(versions.filter(({ id }) => id !== latest));
    return (isThere(known) ? known : youngest?.id) ?? "";
}

/** The share of each version. Where there is no previous one yet, the latest has its share. */
export function allocated(
    { latest, split, service }: Pick<RolloutInputs, "latest" | "split" | "service">,
    previous: string,
    versions: Version[],
): Allocations {
    const allocations: Allocations = {};
    for (const [name, percentage] of Object.entries(split)) {
        const id =
            name === "latest" || (name === "previous" && previous === "")
                ? latest
                : name === "previous"
                  ? previous
                  : name;
        // A sum of percentages, as fractions would not come to 1.
        allocations[id] = (allocations[id] ?? 0) + percentage;
    }
    const [missing] = Object.keys(allocations).filter((id) => !versions.some((version) => version.id === id));
    if (missing !== undefined) {
        const ids = versions.map(({ id }) => id).join(", ");
        throw new Error(
            `the service "${service}" has no version "${missing}", which is to serve. It has ${ids || "none"}.`,
        );
    }
    const shares = Object.entries(allocations).filter(([, percentage]) => percentage > 0);
    return Object.fromEntries(shares.map(([id, percentage]) => [id, Math.round(percentage * 10) / 1000]));
}

/** Whether two are one, to the thousandth that App Engine tells apart. */
export function isSame(one: Allocations, other: Allocations): boolean {
    const ids = new Set([...Object.keys(one), ...Object.keys(other)]);
    return [...ids].every((id) => Math.abs((one[id] ?? 0) - (other[id] ?? 0)) < 0.0005);
}
