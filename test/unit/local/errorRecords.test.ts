import { isPage, isSource, readErrorRecords } from "../../../docs/tools/errorRecords";
import { recordings } from "../../../judges/oracles/recordings/recordings";
import { root } from "./world";

const found = readErrorRecords(root);

test("each record is a public thread, a source file, a page of the documentation, or a log of Config Connector", () => {
    const isPublic = (record: string) =>
        isPage(record) || isSource(record) || /^https:\/\/\S+\/(issues|pull)\/\d+$/.test(record);
    const odd = found.filter(({ log, thread = "" }) => !log && !isPublic(thread));
    expect(odd).toEqual([]);
    expect(found.filter(({ message }) => message === "")).toEqual([]);
});

const withLog = found.flatMap(({ log, code, message }) => (log ? [{ log, code, message }] : []));

test.each(withLog)("$log has an error $code with the words: $message", ({ log, code, message }) => {
    const recording = recordings[`basic/${log}/_http.log`];
    expect(recording?.answeredBy).toMatch(/google|either/);
    const words = message.split("…").map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"));
    const pattern = new RegExp(`^${words.join(".+")}$`);
    const errors = recording?.exchanges.map(({ status, answer }) => [status, answer?.error?.message] as const) ?? [];
    expect(errors.filter(([status, said]) => status === code && pattern.test(said ?? ""))).not.toEqual([]);
});
