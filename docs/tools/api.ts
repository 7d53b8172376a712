import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Extractor, ExtractorConfig, ExtractorLogLevel } from "@microsoft/api-extractor";
import * as ts from "typescript";
import { withoutShortForms } from "./library";

/** The tables of facts: a public type that depends on a row of a table is in the report with the table, and other rows are data. */
const facts = "slipway/facts";

/** The declarations of each entry of the packages, by the name that programs import, in the root folder. */
function entries(root: string): Map<string, string> {
    const packages = [".", "local", join("packages", "policy")].map((folder) => {
        return { folder, ...JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8")) };
    });
    const found = packages.flatMap(({ folder, name, exports }) =>
        Object.entries<string | { types: string }>(exports).flatMap(([path, target]) => {
            const file = typeof target === "string" ? target : target.types;
            const declarations = file.replace(/^\.\//, "").replace(/\.js$/, ".d.ts");
            return declarations.endsWith(".d.ts") ? [[name + path.slice(1), join(folder, declarations)] as const] : [];
        }),
    );
    return new Map(found);
}

/**
 * The public API as one text, in which each declaration stands once: the names of each entry, and the declarations without comments. It is
 * read from the published types, `dist` of a folder.
 */
export function apiReport(root: string): string {
    const dist = join(root, "dist");
    const temporary = mkdtempSync(join(dist, "api-"));
    try {
        const found = entries(root);
        const names = [...found.keys()];
        // A namespace per entry, because a report has one entry.
        const main = join(temporary, "index.d.ts");
        const exported = names.flatMap((name, index) =>
            name === facts
                ? []
                : [`export * as entry${index} from "../../${found.get(name)?.replace(/\.d\.ts$/, "")}";\n`],
        );
        writeFileSync(main, exported.join(""));
        const text = extracted(root, main, temporary)
            .replaceAll(/^declare namespace entry(\d+) \{/gm, (_, index) => `declare module "${names[index]}" {`)
            // Where and when a fact was looked up.
            .replaceAll(/^ +readonly (source|checked): .*\n/gm, "");
        const namesOfFacts = exportsOf(join(root, String(found.get(facts))));
        const [, declarations = ""] = /```ts\n\n([\s\S]*?)\n\n\/\/ \(No @packageDocumentation/.exec(text) ?? [];
        return [
            "# API",
            "What programs can import from `slipway`, `slipway-local` and `slipway-policy`, by API Extractor. `npm run api` updates this file.",
            `\`\`\`ts\n${withoutShortForms(declarations)}\n\ndeclare module "${facts}" {\n    export {\n${namesOfFacts.map((name) => `        ${name}`).join(",\n")}\n    }\n}\n\`\`\`\n`,
        ].join("\n\n");
    } finally {
        rmSync(temporary, { recursive: true, force: true });
    }
}

function extracted(root: string, main: string, folder: string): string {
    const none = { default: { logLevel: ExtractorLogLevel.None } };
    const compilerOptions = {
        target: "es2022",
        skipLibCheck: true,
        module: "node16",
        moduleResolution: "node16",
        strict: true,
        types: ["node"],
    };
    const config = ExtractorConfig.prepare({
        configObject: {
            projectFolder: root,
            mainEntryPointFilePath: main,
            newlineKind: "lf",
            apiReport: {
                enabled: true,
                reportFileName: "api",
                reportFolder: folder,
                reportTempFolder: join(folder, "new"),
            },
            docModel: { enabled: false },
            dtsRollup: { enabled: false },
            tsdocMetadata: { enabled: false },
            compiler: { overrideTsconfig: { compilerOptions, files: [main] } },
            messages: { extractorMessageReporting: none, tsdocMessageReporting: none },
        },
        configObjectFullPath: undefined,
        packageJsonFullPath: join(root, "package.json"),
    });
    const problems: string[] = [];
    const { succeeded } = Extractor.invoke(config, {
        localBuild: true,
        messageCallback: (message) => {
            message.handled = true;
            if (message.category === "Compiler") {
                problems.push(message.formatMessageWithLocation(root));
            }
        },
    });
    if (!succeeded || problems.length > 0) {
        throw new Error(`The published types have errors:\n${problems.join("\n")}`);
    }
    return readFileSync(join(folder, "api.api.md"), "utf8");
}

/** The names that a file of declarations exports. */
function exportsOf(file: string): string[] {
    const program = ts.createProgram([file], { module: ts.ModuleKind.Node16, skipLibCheck: true, types: [] });
    const checker = program.getTypeChecker();
    const source = program.getSourceFile(file);
    const module = source && checker.getSymbolAtLocation(source);
    return module
        ? checker
              .getExportsOfModule(module)
              .map(({ name }) => name)
              .sort()
        : [];
}
