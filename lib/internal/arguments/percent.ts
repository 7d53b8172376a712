import * as check from "./check";

/** Checks the share of what is recorded, in percent. */
export const sampling = check.custom<number>(
    (value) => typeof value === "number" && value > 0 && value <= 100,
    "must be a percentage above 0, up to 100, such as 50 or 0.5",
);

/** A percentage as a fraction, without the digits that a division of decimals adds: 0.7 / 100 is 0.006999999999999999. */
export const fractionOf = (percent: number): number => Number((percent / 100).toPrecision(12));
