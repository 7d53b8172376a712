import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as ts from "typescript";
import { readLibrary } from "../../docs/tools/library";
import { componentOutputs } from "../../docs/tools/outputs";
import { describedOptions } from "./options";

// What an editor shows in a program: TypeScript's language service, over the declarations of the package.
const root = join(__dirname, "..", "..");
// The environment has no arguments: it has a configuration.
const library = readLibrary(join(root, "lib"));
const components = [...componentOutputs(library).keys()].filter((name) => name !== "Environment");

/** A program that is open in an editor. */
class Editor {
    private text = "";
    private version = 0;
    private readonly file = join(root, "test", "extended", "open.ts");
    private readonly service: ts.LanguageService;

    constructor() {
        const own = (name: string) => name === this.file;
        this.service = ts.createLanguageService({
            getCompilationSettings: () => ({
                target: ts.ScriptTarget.ES2022,
                module: ts.ModuleKind.Node16,
                strict: true,
                skipLibCheck: true,
                types: ["node"],
            }),
            getScriptFileNames: () => [this.file],
            getScriptVersion: (name) => (own(name) ? String(this.version) : "0"),
            getScriptSnapshot: (name) => {
                const text = own(name) ? this.text : existsSync(name) ? readFileSync(name, "utf8") : undefined;
                return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
            },
            getCurrentDirectory: () => root,
            getDefaultLibFileName: ts.getDefaultLibFilePath,
            fileExists: (name) => own(name) || ts.sys.fileExists(name),
            readFile: ts.sys.readFile,
            readDirectory: ts.sys.readDirectory,
            directoryExists: ts.sys.directoryExists,
            getDirectories: ts.sys.getDirectories,
        });
    }

    /** Opens a program with a cursor, written as `|`, and returns the position of the cursor. */
    private open(program: string): number {
        const at = program.indexOf("|");
        this.text = `import * as slipway from "slipway";\nimport * as gke from "slipway/gke";\n${program.slice(0, at)}${program.slice(at + 1)}`;
        this.version += 1;
        return this.text.length - (program.length - 1 - at);
    }

    /** What is suggested at the cursor. */
    completions(program: string): string[] {
        const found = this.service.getCompletionsAtPosition(this.file, this.open(program), {});
        return (found?.entries ?? []).map(({ name }) => name);
    }

    /** What is suggested at the cursor, with the text that is shown beside it. */
    described(program: string): [name: string, text: string][] {
        const at = this.open(program);
        const found = this.service.getCompletionsAtPosition(this.file, at, {});
        return (found?.entries ?? []).map(({ name, source, data }) => {
            const details = this.service.getCompletionEntryDetails(this.file, at, name, {}, source, {}, data);
            return [name, ts.displayPartsToString(details?.documentation)];
        });
    }

    /** The type, the text and the tags that are shown for the name before the cursor. */
    hover(program: string): string {
        const found = this.service.getQuickInfoAtPosition(this.file, this.open(program) - 1);
        const tags = found?.tags?.map(({ name, text }) => `@${name} ${ts.displayPartsToString(text)}`) ?? [];
        const texts = [found?.displayParts, found?.documentation].map(ts.displayPartsToString);
        return [...texts, ...tags].join("\n");
    }
}

/** The components that need the Kubernetes provider, which `slipway/gke` exports. */
const ofGke = new Set(["GkeCluster", "AutoscaledDeployment"]);
const creation = (component: string, args: string) =>
    `new ${ofGke.has(component) ? "gke" : "slipway"}.${component}("x", { ${args} });`;

const editor = new Editor();

test.each(components)("%s: an editor suggests its arguments, and says what each one is", (component) => {
    const found = editor.described(creation(component, "|"));
    expect(found.map(([name]) => name)).toEqual(expect.arrayContaining(["transform"]));
    expect(found.filter(([, text]) => text === "").map(([name]) => name)).toEqual([]);
});

test("an editor describes each option, at any depth", () => {
    const options = describedOptions(library, components);
    expect([...options.keys()]).toEqual(
        expect.arrayContaining([
            "AutoscaledDeployment.scaling.metrics.object.describedObject.kind",
            "BigQueryDataset.tables.*.schema.rangeElementType.type",
            "Network.firewall.*.targets.serviceAccounts",
        ]),
    );
    expect([...options].filter(([, text]) => text === "").map(([option]) => option)).toEqual([]);
});

test.each([
    ["CloudRunService", 'memory|: "1 GB"', ["Size", "512 MiB", "https://"]],
    ["CloudRunService", 'timeout|: "1 minute"', ["@default", "1 hour"]],
    ["ServerlessFunction", 'timeout|: "1 minute"', ["@default", "60 minutes"]],
    ["AutoscaledDeployment", 'image: "a", scaling|: {}', ["@default"]],
    ["CloudSqlInstance", "highAvailability|: true", ["boolean", "@default"]],
    ["PubSubTopic", 'retention|: "1 day"', ["31 days"]],
    ["StorageBucket", "versioning|: true", ["boolean", "@default"]],
    ["VirtualMachine", 'machineType|: "e2-medium"', ["@default"]],
    ["ComposerEnvironment", 'size|: "small"', ["small", "@default"]],
    ["BigQueryDataset", 'timeTravel|: "2 days"', ["@default", "7 days"]],
])("in %s, the hover of %s has its type, its default and its limits", (component, argument, parts) => {
    const text = editor.hover(creation(component, argument));
    expect(parts.filter((part) => !text.includes(part)).map((part) => `${part} in:\n${text}`)).toEqual([]);
});

test.each([
    ["CloudSqlInstance", 'engine: "|"', ["mysql", "postgres", "sqlserver"]],
    ["CloudSqlInstance", 'protection: "|"', ["maximum", "none", "standard"]],
    ["ComposerEnvironment", 'size: "|"', ["extra-large", "large", "medium", "small"]],
    ["StorageBucket", 'storageClass: "|"', ["ARCHIVE", "COLDLINE", "NEARLINE", "STANDARD"]],
    ["CloudRunService", 'executionEnvironment: "|"', ["gen1", "gen2"]],
    ["AutoscaledInstanceGroup", 'update: { type: "|" }', ["opportunistic", "rolling"]],
    ["UptimeCheck", 'interval: "|"', ["1 minute", "10 minutes", "15 minutes", "5 minutes"]],
])("in %s, an editor suggests the values of a closed set: %s", (component, argument, values) => {
    const found = editor.completions(creation(component, argument));
    expect(found.sort()).toEqual(values);
});

test.each([
    ["ServerlessFunction", 'runtime: "|"', ["nodejs22", "python312"]],
    ["CloudSqlInstance", 'version: "|"', ["17", "18"]],
    ["CloudSqlInstance", 'tier: "|"', ["db-f1-micro"]],
    ["ComposerEnvironment", 'version: "|"', ["composer-3-airflow-2.11.1"]],
])("in %s, an editor suggests the values of this release: %s", (component, argument, values) => {
    const found = editor.completions(creation(component, argument));
    expect(found).toEqual(expect.arrayContaining(values));
});
