import { invalid } from "../../../simulator/services/vertex/names";

/** Reads a field that a filter names, such as `display_name` or `labels.team`. */
export type FieldOf<Entry> = (entry: Entry, field: string) => string | undefined;

/** The terms of a filter: equality of a label, the state or the display name, and existence of a label, joined by `AND`. */
export function matcher<Entry>(filter: string, fieldOf: FieldOf<Entry>): (entry: Entry) => boolean {
    const terms = filter
        .split(/\s+AND\s+/)
        .filter((term) => term.trim() !== "")
        .map((term) => {
            const [, field = "", operator, quoted, bare] =
                /^\s*(state|display_name|labels\.[\w-]+)\s*(=|!=|:)\s*(?:"([^"]*)"|([\w*-]+))\s*$/.exec(term) ?? [];
            const value = quoted ?? bare;
            if (value === undefined || (operator === ":" && value !== "*")) {
                throw invalid(`Invalid filter, or one that the local Google Cloud does not support: ${term}`);
            }
            return (entry: Entry) =>
                operator === ":"
                    ? fieldOf(entry, field) !== undefined
                    : (fieldOf(entry, field) === value) === (operator === "=");
        });
    return (entry) => terms.every((term) => term(entry));
}
