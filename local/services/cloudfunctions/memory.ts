import { functionCpus } from "slipway/facts";
import type { Inputs } from "../../rules/rules";

/** The CPUs of functions that come with memory, by the most memory in MiB. */
const cpus = Object.values<{ returned: string; defaultUpTo?: number }>(functionCpus.rows)
    .map(({ returned, defaultUpTo = Number.NaN }): [number, string] => [defaultUpTo, returned])
    .sort(([one], [other]) => one - other);

const units: Record<string, number> = { k: 1 / 1024, M: 1, G: 1024 };

/** The CPU of a function: the one that its `serviceConfig` names, or the one that comes with its memory. */
export function availableCpu({ availableCpu, availableMemory = "256M" }: Inputs): string {
    if (availableCpu !== undefined) {
        return String(availableCpu);
    }
    const [, amount, unit = "M"] = /^([\d.]+)([kMG]?)/.exec(availableMemory) ?? [];
    const memory = Number(amount) * (units[unit] ?? 1);
    return (cpus.find(([maxMemory]) => memory <= maxMemory) ?? cpus.at(-1))?.[1] as string;
}
