import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ArgumentNames, equivalents, namesIn } from "../../docs/tools/equivalents";
import { readLibrary } from "../../docs/tools/library";
import { peerExamples } from "../../docs/tools/peers";

const root = join(__dirname, "..", "..");
const docs = join(root, "docs");
const names = new ArgumentNames(readLibrary(join(root, "lib")));
const files = ["gcloud", "fabric", "google", "pulumi", "serverless", "words"];
/** The variables of modules, and the attributes that the tables name, by the address of the module. */
const variables: Record<string, string[]> = JSON.parse(
    readFileSync(join(docs, "equivalents", "variables.json"), "utf8"),
);

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
        // A component with all arguments that components have in common.
        const common = { from: "everywhere", component: "CloudRunService", arguments: everywhere, without: {} };
        const wrong = [common, ...sections].flatMap(({ from, component, arguments: found, without = {} }) =>
            Object.entries<string>({ ...found, ...without }).flatMap(([option, text]) =>
                namesIn(text)
                    .filter((each) => !names.has(each, component))
                    .map((each) => `${from} ${option}: ${component} has no ${each}`),
            ),
        );
        expect(wrong).toEqual([]);
    });

    test("names at least one argument for each option that has one, or for its parts", () => {
        const none = sections.flatMap(({ from, arguments: found }) => {
            const all = Object.keys(found);
            const isNamed = (option: string) =>
                namesIn(found[option] ?? "").length > 0 || all.some((each) => each.startsWith(`${option}.`));
            return all.filter((option) => !isNamed(option)).map((option) => `${from} ${option}`);
        });
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

describe.each(["fabric", "google"])("the modules of %s", (name) => {
    const { source, everywhere = {}, sections } = equivalents(docs, name);

    test.each(sections)("$from: each variable has an argument, or a reason why not, and exists", (section) => {
        const own = variables[`${source}${section.source}`] ?? [];
        const rows = Object.keys({ ...section.arguments, ...section.without });
        const covered = new Set([...rows.map((row) => row.replace(/\..*/, "")), ...Object.keys(everywhere)]);
        expect(own.filter((variable) => !variable.includes(".") && !covered.has(variable))).toEqual([]);
        expect(rows.filter((row) => !own.includes(row))).toEqual([]);
    });
});

test("each resource that has a component is one of the provider", () => {
    const gcp = require("@pulumi/gcp");
    const resources = Object.keys(equivalents(docs, "pulumi").everywhere ?? {});
    const isOfProvider = (name: string) => {
        const [, module = "", type = ""] = name.split(".");
        return typeof gcp[module]?.[type] === "function";
    };
    expect(resources.filter((name) => !isOfProvider(name))).toEqual([]);
});

test("the tables have each module whose examples are programs", () => {
    const modules = new Set(peerExamples(docs).map(({ module }) => module));
    const sections = ["fabric", "google"].flatMap((name) => equivalents(docs, name).sections);
    const isListed = (module: string) =>
        sections.some(({ from }) => from.split(" ")[0]?.replace("terraform-google-", "") === module);
    expect([...modules].filter((module) => !isListed(module))).toEqual([]);
});
