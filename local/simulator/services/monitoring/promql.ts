import type { Parser, SyntaxNode } from "@lezer/common";
import { metrics } from "slipway/facts";
import { promName } from "../../../../lib/formats";
import { regularExpressionProblem } from "../../cloud/regularExpression";
import type { Context, Inputs } from "../../rules/rules";

/** A matcher of a label: `code=~"5.."`. */
interface Matcher {
    label: string;
    value: string;
    /** Whether the value is a regular expression. */
    isPattern?: boolean;
}

/**
 * What is wrong with a query in PromQL, by the grammar of Prometheus; undefined if nothing is. Types, such as that of `rate(up)`, are not
 * checked, and neither is whether metrics exist.
 */
export function promqlProblem(query: string, project: string, context: Context): string | undefined {
    // Loaded with the first query.
    const { parser } = require("@prometheus-io/lezer-promql") as { parser: Parser };
    const tree = parser.parse(query);
    let error: number | undefined;
    const selectors: SyntaxNode[] = [];
    tree.iterate({
        enter: ({ type, from, node }) => {
            if (type.isError) {
                error ??= from;
            } else if (type.name === "VectorSelector") {
                selectors.push(node);
            }
        },
    });
    if (error !== undefined) {
        const found = query.slice(error).trim();
        return `parse error at position ${error}: unexpected ${found ? JSON.stringify(found) : "end of input"}`;
    }
    const matchers = selectors.map((selector) => matchersOf(selector, query));
    const pattern = matchers
        .flat()
        .map(({ isPattern, value }) => isPattern && regularExpressionProblem(value))
        .find(Boolean);
    if (pattern) {
        return pattern;
    }
    const wrong = matchers.flatMap((each) => wrongNumbers(each, project, context)).find((value) => value !== undefined);
    return wrong && integerProblem(wrong);
}

/** The words of the API: https://github.com/GoogleCloudPlatform/prometheus-engine/issues/1722 */
const integerProblem = (value: string) =>
    `unable to parse value in matcher on int label to an int: strconv.ParseInt: parsing ${JSON.stringify(value)}: invalid syntax`;

/** The matchers of a selector, with that of its name. */
function matchersOf(selector: SyntaxNode, query: string): Matcher[] {
    const text = ({ from, to }: SyntaxNode) => query.slice(from, to);
    const name = selector.getChild("Identifier");
    const list = selector.getChild("LabelMatchers");
    const matchers = [
        ...(list?.getChildren("UnquotedLabelMatcher") ?? []),
        ...(list?.getChildren("QuotedLabelMatcher") ?? []),
    ].map((matcher) => {
        const label = matcher.getChild("LabelName") ?? matcher.getChild("QuotedLabelName");
        const value = matcher.getChild("StringLiteral");
        const operator = matcher.getChild("MatchOp");
        return {
            label: label ? unquoted(text(label)) : "",
            value: value ? unquoted(text(value)) : "",
            isPattern: operator !== null && text(operator).endsWith("~"),
        };
    });
    // `{"run.googleapis.com/request_count"}` names the metric without a label.
    const quoted = list?.getChild("QuotedLabelName");
    const named = name ? text(name) : quoted && unquoted(text(quoted));
    return named ? [{ label: "__name__", value: named }, ...matchers] : matchers;
}

function unquoted(text: string): string {
    const [, inner = text] = /^["'`](.*)["'`]$/s.exec(text) ?? [];
    return inner.replaceAll(/\\(.)/g, "$1");
}

/** The values of integer labels that are none. */
function wrongNumbers(matchers: Matcher[], project: string, context: Context): string[] {
    const name = matchers.find(({ label }) => label === "__name__")?.value;
    const numbers = name ? numbersOf(name, project, context) : [];
    return matchers.flatMap(({ label, value }) =>
        numbers.includes(label.replace(/^metric_/, "")) && value !== "" && !/^[+-]?\d+$/.test(value) ? [value] : [],
    );
}

const isNamed = (type: string, name: string) => type === name || promName(type) === name;

/** The integer labels of a metric, by its name in PromQL or in Cloud Monitoring. */
function numbersOf(name: string, project: string, { cloud }: Context): readonly string[] {
    const found = Object.entries(metrics).find(([type]) => isNamed(type, name));
    if (found) {
        return (found[1] as { numbers?: readonly string[] }).numbers ?? [];
    }
    const ofLogs = cloud.store
        .list(`//logging.googleapis.com/projects/${project}/metrics/`)
        .find(({ state }) => isNamed(`logging.googleapis.com/user/${state.name}`, name));
    const labels = ((ofLogs?.state.metricDescriptor as Inputs | undefined)?.labels ?? []) as Inputs[];
    return labels.filter(({ valueType }) => valueType === "INT64").map(({ key }) => key);
}
