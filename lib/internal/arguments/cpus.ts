/** CPUs as a number: 0.5 for "500m", "0.5" and 0.5; NaN for another form. */
export const cpusOf = (cpu: number | string): number => {
    const [, amount, unit] = /^(\d+|\d*\.\d+)(m?)$/.exec(String(cpu)) ?? [];
    return Number(amount) / (unit === "m" ? 1000 : 1);
};

/** Whether it is text for less than one CPU, and not less than the minimum of Cloud Run: "80m" to "999m". */
export const isBelowOneText = (value: unknown): boolean =>
    typeof value === "string" && cpusOf(value) >= 0.08 && cpusOf(value) < 1;
