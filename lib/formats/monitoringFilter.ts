/** A comparison of a {@link https://cloud.google.com/monitoring/api/v3/filters filter} of Cloud Monitoring. */
export interface MonitoringComparison {
    /** What is compared, with `labels` for both spellings: `metric.type`, `resource.labels.service_name`. */
    left: string;
    operator: "=" | "!=" | ">" | ">=" | "<" | "<=" | ":";
    /** The text or number that it is compared with, or the arguments of a function. */
    right: string;
    /** The function, such as `starts_with`; undefined for a plain value. */
    function?: string;
}

const token =
    /\s*(?:(\()|(\))|(AND|OR|NOT)\b|(-)(?=[a-z])|([a-z_]+(?:\.(?:[A-Za-z0-9_.-]+|"[^"]*"))+)\s*(!=|>=|<=|=|>|<|:)\s*(?:((?:starts_with|ends_with|has_substring|one_of|monitoring\.regex\.full_match)\b)\s*\(([^()]*)\)|"((?:[^"\\]|\\.)*)"|([^\s()"]+)))/y;

/** The comparisons of a filter, also those in parentheses and behind `NOT`; a text with what is wrong. */
export function parseMonitoringFilter(filter: string): MonitoringComparison[] | string {
    const comparisons: MonitoringComparison[] = [];
    const text = filter.trim();
    let depth = 0;
    let isComplete = false;
    token.lastIndex = 0;
    while (token.lastIndex < text.length) {
        const start = token.lastIndex;
        const found = token.exec(text);
        if (!found) {
            return `cannot be read from "${text.slice(start, start + 40).trim()}"`;
        }
        const [, open, close, word, minus, left, operator, name, args, quoted, bare] = found;
        if (open || minus || word === "NOT") {
            depth += open ? 1 : 0;
            isComplete = false;
        } else if (close) {
            depth -= 1;
        } else if (word) {
            if (!isComplete) {
                return `has no comparison before ${word}`;
            }
            isComplete = false;
        } else {
            isComplete = true;
            comparisons.push({
                left: (left as string).replaceAll('"', "").replace(/\.label\./, ".labels."),
                operator: operator as MonitoringComparison["operator"],
                right: args ?? quoted ?? bare ?? "",
                ...(name && { function: name }),
            });
        }
        if (depth < 0) {
            break;
        }
    }
    return depth !== 0 ? "has unbalanced parentheses" : isComplete ? comparisons : "ends without a comparison";
}
