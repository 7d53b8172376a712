import { HttpError } from "../../../emulator/http";

const mebibyte = 1024 * 1024;

/**
 * "Charges are rounded up to the nearest MB, with a minimum 10 MB data processed per table referenced by the query":
 * https://cloud.google.com/bigquery/pricing#on_demand_pricing
 */
export function billedBytes(bytes: number, tables: number): number {
    const whole = Math.ceil(bytes / mebibyte) * mebibyte;
    return tables === 0 ? 0 : Math.max(whole, tables * 10 * mebibyte);
}

/** https://cloud.google.com/bigquery/docs/best-practices-costs#limit_query_costs_by_restricting_the_number_of_bytes_billed */
export function verifyBytes(bytes: number, tables: number, maximum: string | undefined): void {
    const billed = billedBytes(bytes, tables);
    if (maximum !== undefined && billed > Number(maximum)) {
        throw new HttpError(
            400,
            "bytesBilledLimitExceeded",
            `Query exceeded limit for bytes billed: ${maximum}. ${billed} or higher required.`,
        );
    }
}
