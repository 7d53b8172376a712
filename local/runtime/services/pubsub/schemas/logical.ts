import type { Inputs } from "../../../../simulator";

const date = (days: number): string => new Date(days * 86_400_000).toISOString().slice(0, 10);

/** Formats microseconds since 1970 as a time with all digits. */
function timeOfMicros(micros: number): string {
    const millis = Math.floor(micros / 1000);
    const rest = String(Math.round(micros - millis * 1000)).padStart(3, "0");
    return new Date(millis).toISOString().replace("Z", `${rest}Z`);
}

/** Decodes a two's complement decimal with a scale. */
function decimal(bytes: Buffer, scale: number): string {
    const unsigned = bytes.length === 0 ? 0n : BigInt(`0x${bytes.toString("hex")}`);
    const value = BigInt.asIntN(8 * bytes.length, unsigned);
    const digits = String(value < 0n ? -value : value).padStart(scale + 1, "0");
    const full = digits.slice(0, digits.length - scale);
    return `${value < 0n ? "-" : ""}${full}${scale > 0 ? `.${digits.slice(-scale)}` : ""}`;
}

/** Formats a value of a logical type for BigQuery; returns other values unchanged. */
export function logicalValue({ logicalType, scale = 0 }: Inputs, value: unknown): unknown {
    switch (logicalType) {
        case "date":
            return date(Number(value));
        case "time-millis":
            return timeOfMicros(Number(value) * 1000).slice(11, -1);
        case "time-micros":
            return timeOfMicros(Number(value)).slice(11, -1);
        case "timestamp-millis":
            return timeOfMicros(Number(value) * 1000);
        case "timestamp-micros":
            return timeOfMicros(Number(value));
        case "local-timestamp-millis":
            return timeOfMicros(Number(value) * 1000).slice(0, -1);
        case "local-timestamp-micros":
            return timeOfMicros(Number(value)).slice(0, -1);
        case "decimal":
            return Buffer.isBuffer(value) ? decimal(value, scale) : value;
        default:
            return value;
    }
}
