import type { Duration } from "../../formats/duration";

/** The minimum and maximum of a number; Google Cloud sets none that is missing. */
export interface Limit {
    min?: number;
    max?: number;
    unit: string;
}

/** The same of a duration. */
export interface DurationLimit {
    min?: Duration;
    max?: Duration;
    unit?: never;
}
