import type { Day, Facts } from "slipway/facts";

/** A price on a public page, in USD. */
export interface Price {
    amount: number;
    /** What the amount is for: "hour", "GiB and month", "million requests". */
    unit: string;
    source: string;
    /** The day on which the page had this price. */
    checked: Day | "never";
}

/** A price in a table, which has the source. */
export interface PriceRow {
    amount: number;
    unit: string;
}

/** The hours of an average month, as in Google's pricing calculator. */
export const hoursPerMonth = 730;

/** What is billed as long as the resource exists. */
export interface FixedCharge {
    kind: "fixed";
    item: string;
    /** USD per month. */
    min: number;
    /** With as many instances as autoscaling allows; undefined if nothing limits them. */
    max?: number;
    price: Price;
}

/** What is billed by use, whose amount a program does not have. */
export interface UsageCharge {
    kind: "usage";
    item: string;
    price: Price;
    /** What is free: "the first 10 GiB of a month". */
    free?: string;
}

/** What is billed, at a price that no page says. */
export interface UnknownCharge {
    kind: "unknown";
    item: string;
    reason: string;
}

/** A part of what a resource costs. */
export type Charge = FixedCharge | UsageCharge | UnknownCharge;

/** How many units are billed: at the least, and at the most unless nothing limits them. */
export interface Count {
    min: number;
    max?: number;
}

/** A row of a table, with the source of the table unless the row has one. */
export function priceOf(table: Facts<PriceRow>, key: string): Price | undefined {
    const row = Object.hasOwn(table.rows, key) ? table.rows[key] : undefined;
    return (
        row && {
            amount: row.amount,
            unit: row.unit,
            source: row.source ?? table.source,
            checked: row.checked ?? table.checked,
        }
    );
}

/** What is billed by the hour; unknown without a price. */
export const hourly = (item: string, price: Price | undefined, count: number | Count, place?: string): Charge =>
    fixed(item, price, count, hoursPerMonth, place);

/** What is billed by the month; unknown without a price. */
export const monthly = (item: string, price: Price | undefined, count: number | Count, place?: string): Charge =>
    fixed(item, price, count, 1, place);

function fixed(
    item: string,
    price: Price | undefined,
    count: number | Count,
    times: number,
    place: string | undefined,
): Charge {
    if (price === undefined) {
        return unpriced(item, place);
    }
    const { min, max } = typeof count === "number" ? { min: count, max: count } : count;
    const amount = price.amount * times;
    return { kind: "fixed", item, min: min * amount, max: max === undefined ? undefined : max * amount, price };
}

/** What is billed by use; unknown without a price. */
export const perUse = (
    item: string,
    price: Price | undefined,
    options: { free?: string; place?: string } = {},
): Charge =>
    price === undefined
        ? unpriced(item, options.place)
        : { kind: "usage", item, price, ...(options.free && { free: options.free }) };

export const unknown = (item: string, reason: string): UnknownCharge => ({ kind: "unknown", item, reason });

const unpriced = (item: string, place: string | undefined): UnknownCharge =>
    unknown(item, place ? `no source has its price in ${place}` : "no source has its price");
