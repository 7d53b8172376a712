import { createHash } from "node:crypto";

/** A number with the given number of digits, derived from a seed, without leading zeros. */
export function digits(seed: string, count: number): string {
    const hex = createHash("sha256").update(seed).digest("hex");
    const number = BigInt(`0x${hex}`)
        .toString()
        .slice(0, count - 1);
    return `${(Number.parseInt(hex.slice(0, 2), 16) % 9) + 1}${number}`;
}
