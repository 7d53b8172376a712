import type { Inputs } from "../../rules/rules";

/** "Memory limits" of functions: up to so many MiB, so much of a CPU comes with it. */
const cpus: [number, string][] = [
    [128, "0.0833"],
    [256, "0.1666"],
    [512, "0.3333"],
    [1024, "0.5833"],
    [2048, "1"],
    [8192, "2"],
    [16384, "4"],
    [Number.POSITIVE_INFINITY, "8"],
];

const units: Record<string, number> = { k: 1 / 1024, M: 1, G: 1024 };

/** The CPU of a function: the one that its `serviceConfig` names, or the one that comes with its memory. */
export function availableCpu({ availableCpu, availableMemory = "256M" }: Inputs): string {
    if (availableCpu !== undefined) {
        return String(availableCpu);
    }
    const [, amount, unit = "M"] = /^([\d.]+)([kMG]?)/.exec(availableMemory) ?? [];
    const memory = Number(amount) * (units[unit] ?? 1);
    return cpus.find(([most]) => !(memory > most))?.[1] as string;
}
