/** Measures commands in turn, and prints a Markdown table of their medians and ratios. */

/**
 * Measures rows of a table. Each round runs all cases of all rows once, in this order, so that changes of the machine's speed
 * affect all of them.
 *
 * @param rows each with its `operation`; `cases`, functions by column that return `{ seconds, bytes }`; and `goals`, the largest ratios of
 *   the first column to others
 * @returns the rows with their `samples` by column
 */
export async function measure(rows, rounds, report) {
    const measured = rows.map(({ cases, ...row }) => ({
        ...row,
        cases: Object.entries(cases),
        samples: Object.fromEntries(Object.keys(cases).map((column) => [column, []])),
    }));
    for (let round = 1; round <= rounds; round++) {
        for (const { operation, cases, samples } of measured) {
            const seconds = [];
            for (const [column, run] of cases) {
                samples[column].push(await run());
                const { seconds: wall, cpu } = samples[column].at(-1);
                seconds.push(`${column} ${wall.toFixed(2)} s${cpu ? ` (CPU ${cpu.toFixed(2)} s)` : ""}`);
            }
            report(`${round}/${rounds} ${operation}: ${seconds.join(", ")}`);
        }
    }
    return measured;
}

/** The median of numbers; of an even count the mean of the two in the middle. */
export function median(values) {
    const sorted = values.toSorted((one, other) => one - other);
    const middle = sorted.length / 2;
    return (sorted[Math.ceil(middle) - 1] + sorted[Math.floor(middle)]) / 2;
}

const seconds = (samples) => samples.map((sample) => sample.seconds);

/** The ratio of the first column's median to that of another; undefined if a row does not have both. */
function ratio({ samples }, own, other) {
    return samples[own] && samples[other] && median(seconds(samples[own])) / median(seconds(samples[other]));
}

/**
 * A table of all columns that rows have, with the ratios of the first one to the others. A ratio that misses its goal is bold.
 *
 * @param columns the headings in their order
 */
export function table(rows, columns) {
    const [own, ...others] = columns.filter((column) => rows.some(({ samples }) => samples[column]));
    const header = ["operation", own, ...others, ...others.map((other) => `÷ ${other}`), "peak memory"];
    const lines = rows.map((row) => [
        row.operation,
        ...[own, ...others].map((column) => time(row.samples[column])),
        ...others.map((other) => compared(ratio(row, own, other), row.goals?.[other])),
        memory(Object.values(row.samples)),
    ]);
    return [header, header.map(() => "---"), ...lines].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

/** The goals that rows miss. */
export function missed(rows, own) {
    return rows.flatMap((row) =>
        Object.entries(row.goals ?? {})
            .filter(([other, goal]) => ratio(row, own, other) > goal)
            .map(([other, goal]) => `${row.operation}: ${ratio(row, own, other).toFixed(2)} × ${other}, not ${goal}`),
    );
}

/** A median with its range, such as `1.42 s (1.38–1.51)`. */
function time(samples) {
    if (!samples) {
        return "";
    }
    const all = seconds(samples);
    const digits = median(all) < 10 ? 2 : 1;
    const [middle, least, most] = [median(all), Math.min(...all), Math.max(...all)].map((each) => each.toFixed(digits));
    return `${middle} s (${least}–${most})`;
}

/** A ratio with its goal: `0.38 (goal 0.4)`. */
function compared(value, goal) {
    if (value === undefined || goal === undefined) {
        return value?.toFixed(2) ?? "";
    }
    return `${value <= goal ? value.toFixed(2) : `**${value.toFixed(2)}**`} (goal ${goal})`;
}

/** The median peaks of memory in megabytes, in the order of the columns. */
function memory(columns) {
    const measured = columns.filter((samples) => samples[0].bytes !== undefined);
    const peaks = measured.map((samples) => Math.round(median(samples.map(({ bytes }) => bytes)) / 1e6));
    return peaks.length === 0 ? "" : `${peaks.join(" / ")} MB`;
}
