import { join } from "node:path";
import { ArgumentNames, equivalents, namesIn } from "../../docs/tools/equivalents";
import { readLibrary } from "../../docs/tools/library";

const root = join(__dirname, "..", "..");
const docs = join(root, "docs");
const names = new ArgumentNames(readLibrary(join(root, "lib")));
const files = ["gcloud"];

test("a name that no type has is detected", () => {
    expect(namesIn('`scaling.max` and `uses`: `"all"`, such as `gcp:region`')).toEqual(["scaling.max", "uses"]);
    expect(namesIn("bigQuery.table, name")).toEqual(["bigQuery.table", "name"]);
    const has = (name: string) => names.has(name, "CloudSqlInstance");
    expect(
        ["backups.start", "replicas.<name>.region", "client", "existing", "PubSubTopic.retention"].filter(has),
    ).toHaveLength(5);
    expect(["backups.begin", "replicas.region", "clients", "PubSubTopic.ackDeadline", "Pubsub"].filter(has)).toEqual(
        [],
    );
});

describe.each(files)("the table %s", (name) => {
    const { everywhere = {}, sections } = equivalents(docs, name);

    test("names arguments that the types have", () => {
        const wrong = sections.flatMap(({ from, component, arguments: found, without = {} }) =>
            Object.entries({ ...found, ...without }).flatMap(([option, text]) =>
                namesIn(text)
                    .filter((each) => !names.has(each, component))
                    .map((each) => `${from} ${option}: ${component} has no ${each}`),
            ),
        );
        expect(wrong).toEqual([]);
    });

    test("names at least one argument for each option that has one", () => {
        const none = sections.flatMap(({ from, arguments: found }) =>
            Object.entries(found).flatMap(([option, text]) =>
                namesIn(text).length === 0 ? [`${from} ${option}`] : [],
            ),
        );
        expect(none).toEqual([]);
    });

    test("has each option once", () => {
        const twice = sections.flatMap(({ from, arguments: found, without = {} }) =>
            Object.keys(without).flatMap((option) => (option in found ? [`${from} ${option}`] : [])),
        );
        expect(twice).toEqual([]);
        expect(Object.values(everywhere).filter((text) => text === "")).toEqual([]);
    });
});
