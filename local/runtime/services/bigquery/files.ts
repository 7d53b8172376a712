import { type CsvError, parse } from "csv-parse/sync";
import type { Inputs } from "../../../simulator";
import { HttpError } from "../../emulator/http";
import { withDefaults } from "./defaults";
import { type Column, InvalidValue, parseRow, type Row, typeOf } from "./values";

/** A file that a job loads. */
export interface File {
    uri: string;
    content: Buffer;
}

/**
 * The rows of a file of JSON lines or CSV.
 *
 * @param others columns that the file does not have, which get their default values
 */
export function rowsOf(file: File, columns: Column[], others: Column[], load: Inputs): Row[] {
    const rows = load.sourceFormat === "NEWLINE_DELIMITED_JSON" ? jsonLines(file) : csvLines(file, columns, load);
    const dropUnknown = load.ignoreUnknownValues === true;
    return rows.map(({ read, at }) => {
        try {
            const row = parseRow(columns, read(), { dropUnknown });
            return { ...row, ...parseRow(others, withDefaults(others, {}), { dropUnknown }) };
        } catch (error) {
            if (!(error instanceof InvalidValue || error instanceof SyntaxError)) {
                throw error;
            }
            throw unreadable(`${at}: ${error.message} File: ${file.uri}`);
        }
    });
}

const unreadable = (message: string) =>
    new HttpError(400, "invalid", `Error while reading data, error message: ${message}`);

/** A row that is not read yet, and its place for messages. */
interface Line {
    read(): unknown;
    at: string;
}

function jsonLines({ content }: File): Line[] {
    let position = 0;
    return content
        .toString("utf8")
        .split("\n")
        .flatMap((line) => {
            const at = `JSON parsing error in row starting at position ${position}`;
            position += Buffer.byteLength(line) + 1;
            return line.trim() === "" ? [] : [{ read: () => JSON.parse(line), at }];
        });
}

/** The rows of JSON lines as they are in the file. */
export const jsonRows = (file: File): Row[] =>
    jsonLines(file).flatMap(({ read }) => {
        try {
            const row = read();
            return typeof row === "object" && row !== null ? [row as Row] : [];
        } catch {
            // Refused when it is loaded.
            return [];
        }
    });

/** A value of CSV, of which an empty one can be in quotes. */
interface Cell {
    text: string;
    quoted: boolean;
}

/** https://cloud.google.com/bigquery/docs/loading-data-cloud-storage-csv */
function csvLines(file: File, columns: Column[], load: Inputs): Line[] {
    const { skipLeadingRows = 0, ignoreUnknownValues, allowJaggedRows } = load;
    return csvRecords(file, columns, load)
        .slice(Number(skipLeadingRows))
        .map(({ cells, start }, index) => ({
            at: `CSV processing encountered an error in row ${index + 1}`,
            read() {
                const { length } = cells;
                if (length > columns.length && ignoreUnknownValues !== true) {
                    throw new InvalidValue("", `Too many values in row. Found ${length}, expected ${columns.length}.`);
                }
                // https://github.com/googleworkspace/apps-script-samples/issues/100
                if (length < columns.length && allowJaggedRows !== true) {
                    throw unreadable(
                        `CSV table references column position ${columns.length - 1}, but line starting at position:${start} contains only ${length} columns. File: ${file.uri}`,
                    );
                }
                return Object.fromEntries(
                    columns.map((column, at) => [column.name, cellValue(column, cells[at], load)]),
                );
            },
        }));
}

/**
 * A value, or null. An empty text in quotes is null if the column has no texts: https://help.keboola.com/storage/tables/data-types/
 *
 * @param load whose `nullMarker` is the text that is null, by default an empty one:
 * https://cloud.google.com/bigquery/docs/reference/rest/v2/Job#JobConfigurationLoad.FIELDS.null_marker
 */
function cellValue(column: Column, cell: Cell | undefined, { nullMarker = "" }: Inputs): string | null {
    if (!cell || (cell.text === nullMarker && !cell.quoted)) {
        return null;
    }
    if (cell.text === "" && !["STRING", "BYTES"].includes(typeOf(column))) {
        if (nullMarker !== "") {
            throw new InvalidValue(column.name, `Cannot convert an empty string to ${typeOf(column).toLowerCase()}`);
        }
        return null;
    }
    return cell.text;
}

/** A record of CSV, and the position of its first byte. */
interface CsvRecord {
    cells: Cell[];
    start: number;
}

/** The records of RFC 4180, in which an empty line is a record with one value; of more columns, it is none. */
function csvRecords(
    { uri, content }: File,
    columns: Column[],
    { fieldDelimiter = ",", allowQuotedNewlines }: Inputs,
): CsvRecord[] {
    let start = 0;
    const records: CsvRecord[] = [];
    try {
        parse(content, {
            delimiter: fieldDelimiter.replace("\\t", "\t"),
            relax_column_count: true,
            skip_empty_lines: columns.length > 1,
            cast(text, { quoting: quoted }): Cell {
                // "The default value is false":
                // https://cloud.google.com/bigquery/docs/reference/rest/v2/Job#JobConfigurationLoad.FIELDS.allow_quoted_newlines
                if (quoted && allowQuotedNewlines !== true && /[\r\n]/.test(text)) {
                    throw unreadable(`Missing close double quote (") character. File: ${uri}`);
                }
                return { text, quoted };
            },
            on_record(cells: unknown, { bytes }) {
                records.push({ cells: cells as Cell[], start });
                start = bytes;
                return null;
            },
        });
    } catch (error) {
        throw error instanceof HttpError ? error : unreadable(`${(error as CsvError).message} File: ${uri}`);
    }
    return records;
}
