import { type Problem, problem } from "./argumentsError";

/** Shares of traffic, by version. */
export type Shares = Record<string, number>;

/**
 * Finds the version for a rollback: the version with the most traffic besides the latest. If the latest has all traffic, it is the one
 * that was remembered as such. So a version that has only a share of a canary never becomes the previous one.
 *
 * @param now the shares before the latest version gets its own
 */
export function findPrevious(latest: string, now: Shares, remembered: string | undefined): string | undefined {
    const [serving] = Object.entries(now)
        .filter(([version, share]) => version !== latest && share > 0)
        .sort(([, one], [, other]) => other - one);
    return serving?.[0] ?? remembered;
}

/**
 * The percentages of each version, from the percentages of `latest`, `previous` and versions by their names. While there is no previous version,
 * its share goes to the latest.
 */
export function sharesOf(split: Shares, latest: string, previous: string | undefined): Shares {
    const shares: Shares = {};
    for (const [name, share] of Object.entries(split)) {
        const version = name === "latest" ? latest : name === "previous" ? (previous ?? latest) : name;
        shares[version] = (shares[version] ?? 0) + share;
    }
    return shares;
}

/** Checks that the percentages sum to 100, with at most this number of decimals. */
export function splitProblems(split: Shares, decimals: 0 | 1, because = ""): Problem[] {
    const sum = Math.round(Object.values(split).reduce((one, other) => one + other, 0) * 1e6) / 1e6;
    const tooFine = Object.entries(split).filter(([, value]) => Math.abs(value * 10 ** decimals) % 1 > 1e-9);
    const digits = decimals === 0 ? "be a whole number" : "have at most one decimal";
    return [
        ...(sum === 100 ? [] : [problem("traffic.split", "traffic/split-sum", `must sum to 100 (got ${sum}).`)]),
        ...tooFine.map(([key, value]) =>
            problem(`traffic.split.${key}`, "traffic/split-too-fine", `must ${digits}${because} (got ${value}).`),
        ),
    ];
}
