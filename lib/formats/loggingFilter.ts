/**
 * What is wrong with the brackets and texts of a filter in the
 * {@link https://cloud.google.com/logging/docs/view/logging-query-language Logging query language}; undefined if nothing is. Which fields and
 * values a filter compares depends on the log entries, and is not checked.
 */
export function loggingFilterProblem(filter: string): string | undefined {
    // A text, a comment, or any other character.
    const parts = filter.match(/"(?:[^"\\]|\\[\s\S])*"|--[^\n]*|[\s\S]/g) ?? [];
    let open = 0;
    for (const part of parts) {
        if (part === '"') {
            return "unterminated string";
        }
        open += part === "(" ? 1 : part === ")" ? -1 : 0;
        if (open < 0) {
            return 'unexpected token ")"';
        }
    }
    return open > 0 ? 'expected ")" at end of filter' : undefined;
}

/**
 * Whether a text is an {@link https://cloud.google.com/logging/docs/reference/v2/rest/v2/projects.metrics extractor} of a log-based metric:
 * `EXTRACT(field)`, or `REGEXP_EXTRACT(field, "regex")` with one capture group.
 */
export function isExtractor(text: string): boolean {
    const [, regex] = /^\s*REGEXP_EXTRACT\(\s*[^(),\s]+\s*,\s*"((?:[^"\\]|\\.)*)"\s*\)\s*$/.exec(text) ?? [];
    const groups = regex?.replaceAll(/\\\\|\\[()]|\[(?:[^\]\\]|\\.)*\]/g, "").match(/\((?!\?:)/g) ?? [];
    return regex === undefined ? /^\s*EXTRACT\(\s*[^(),\s]+\s*\)\s*$/.test(text) : groups.length === 1;
}
