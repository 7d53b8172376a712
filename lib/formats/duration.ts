type Unit = "second" | "minute" | "hour" | "day";

/** A duration: `"1 minute"`, `"12 hours"`, `"7 days"`. */
export type Duration = `${number} ${Unit}` | `${number} ${Unit}s`;

const seconds: Record<Unit, number> = { second: 1, minute: 60, hour: 3600, day: 86400 };

/** The form of a {@link Duration}. */
export const durationForm = /^(\d+) (second|minute|hour|day)s?$/;

/** Converts a duration to seconds; NaN for other texts. */
export function secondsIn(duration: string): number {
    const [, count, unit] = durationForm.exec(duration) ?? [];
    return Number(count) * seconds[unit as Unit];
}
