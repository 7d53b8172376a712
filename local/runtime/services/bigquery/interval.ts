/** "Columns with INTERVAL types must be in ISO 8601 format": https://cloud.google.com/bigquery/docs/loading-data-cloud-storage-json#data_types */
const iso =
    /^P(?:(-?\d+)Y)?(?:(-?\d+)M)?(?:(-?\d+)D)?(?:T(?=.)(?:(-?\d+)H)?(?:(-?\d+)M)?(?:(-?\d+)(?:\.(\d{1,6}))?S)?)?$/;

/** https://cloud.google.com/bigquery/docs/reference/standard-sql/data-types#canonical_format_3 */
const canonical = /^(-?)(\d+)-(\d+) (-?\d+) (-?)(\d+):(\d+):(\d+)(?:\.(\d{1,6}))?$/;

/** The months, days and microseconds of an interval. */
type Parts = [months: number, days: number, micros: number];

/** An interval in its canonical format, `[sign]Y-M [sign]D [sign]H:M:S[.F]`; undefined if the text is none. */
export function intervalOf(text: string): string | undefined {
    const parts = isoParts(text) ?? canonicalParts(text);
    if (!parts) {
        return undefined;
    }
    const [months, days, micros] = parts;
    const seconds = Math.floor(Math.abs(micros) / 1e6);
    const fraction = String(Math.abs(micros) % 1e6)
        .padStart(6, "0")
        .replace(/0+$/, "");
    const time = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60].join(":");
    const calendar = `${Math.floor(Math.abs(months) / 12)}-${Math.abs(months) % 12}`;
    return `${signOf(months)}${calendar} ${days} ${signOf(micros)}${time}${fraction && "."}${fraction}`;
}

const signOf = (value: number) => (value < 0 ? "-" : "");

function isoParts(text: string): Parts | undefined {
    const [found, years, months, days, hours, minutes, seconds, fraction = ""] = iso.exec(text) ?? [];
    if (found === undefined || found === "P") {
        return undefined;
    }
    const number = (value = "0") => Number(value);
    const micros = Number(fraction.padEnd(6, "0")) * (seconds?.startsWith("-") ? -1 : 1);
    const time = (number(hours) * 3600 + number(minutes) * 60 + number(seconds)) * 1e6 + micros;
    return [number(years) * 12 + number(months), number(days), time];
}

function canonicalParts(text: string): Parts | undefined {
    const [found, sign, years, months, days, timeSign, hours, minutes, seconds, fraction = ""] =
        canonical.exec(text) ?? [];
    if (found === undefined) {
        return undefined;
    }
    const time = (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1e6;
    const micros = time + Number(fraction.padEnd(6, "0"));
    const all = Number(years) * 12 + Number(months);
    return [sign ? -all : all, Number(days), timeSign ? -micros : micros];
}
