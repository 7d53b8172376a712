import { comparisonsOf, parseQuery } from "../../../lib/formats/query";
import { FilterSyntaxError } from "../../../lib/formats/tokens";

const one = { field: "one", operator: "=", value: "1" };
const two = { field: "two", operator: "=", value: "2" };
const three = { field: "three", operator: "=", value: "3" };

test.each([
    ["", { and: [] }],
    ['one="1"', one],
    ["one = 1 AND two = 2", { and: [one, two] }],
    ["one=1\ntwo=2", { and: [one, two] }],
    ["one=1 -- the first\ntwo=2", { and: [one, two] }],
    // "The OR operator has higher precedence than AND": https://google.aip.dev/160
    ["one=1 AND two=2 OR three=3", { and: [one, { or: [two, three] }] }],
    ["(one=1 AND two=2) OR three=3", { or: [{ and: [one, two] }, three] }],
    ["NOT one=1 two=2", { and: [{ not: one }, two] }],
    ["-one=1", { not: one }],
    ["temperature > -3", { field: "temperature", operator: ">", value: "-3" }],
    ['one = ("1" OR "2")', { or: [one, { ...one, value: "2" }] }],
    ['one = ("1")', one],
    ['textPayload:"a \\"quoted\\" word"', { field: "textPayload", operator: ":", value: 'a "quoted" word' }],
    ['textPayload =~ "^5\\\\d\\\\d$"', { field: "textPayload", operator: "=~", value: "^5\\d\\d$" }],
    ["severity>=ERROR", { field: "severity", operator: ">=", value: "ERROR" }],
    ['labels."k8s-pod/app" != web', { field: 'labels."k8s-pod/app"', operator: "!=", value: "web" }],
    ['"connection refused"', { text: "connection refused" }],
    [
        'metric.labels.response_code = starts_with("5")',
        { field: "metric.labels.response_code", operator: "=", value: { call: "starts_with", args: ["5"] } },
    ],
    [
        'select_slo_burn_rate("projects/1/x", "3600s")',
        { call: "select_slo_burn_rate", args: ["projects/1/x", "3600s"] },
    ],
    ['resource.label."service_name"="web"', { field: 'resource.label."service_name"', operator: "=", value: "web" }],
    ['log_id("run.googleapis.com/requests")', { call: "log_id", args: ["run.googleapis.com/requests"] }],
])("%s", (text, expected) => {
    expect(parseQuery(text)).toEqual(expected);
});

test.each([
    ["one = ", 7, "a value"],
    ["one = 1 AND", 12, "a field, a text, NOT or ("],
    ["(one = 1", 9, ")"],
    ['one == "1"', 6, "a value"],
    ["one = 1)", 8, "AND, OR or the end"],
    ['one = "1', 7, 'a text that ends with "'],
    ["OR one = 1", 1, "a field, a text, NOT or ("],
    ["one = (1 OR 2 AND 3)", 15, "parentheses where AND and OR meet"],
    ["one = f(g(1))", 13, "a text or a number"],
])("%s is refused", (text, column, expected) => {
    expect(() => parseQuery(text)).toThrow(new FilterSyntaxError(column, expected));
});

test("comparisons are found in each part", () => {
    expect(comparisonsOf(parseQuery('one=1 AND NOT (two=2 OR three=3) "text" log_id("a")'))).toEqual([one, two, three]);
});
