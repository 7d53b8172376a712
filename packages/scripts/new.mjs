/**
 * Writes the skeleton of a component, or of an option of one, and prints what to fill in:
 *
 *     npm run new -- component pubsub/Thing pubsub/topic
 *     npm run new -- option run/CloudRunService.thing
 *
 * The last argument of a component is the file of its resource in `@pulumi/gcp`.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { argv, cwd, exit } from "node:process";

const require = createRequire(import.meta.url);
const ts = require("typescript");
const root = cwd();

const inRoot = (...path) => join(root, ...path);
const lowered = (name) => name[0].toLowerCase() + name.slice(1);
const kebab = (name) => name.replaceAll(/(?<=[a-z\d])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/g, "-").toLowerCase();
const words = (name) => kebab(name).replaceAll("-", " ");
const written = [];

function write(path, text) {
    if (!written.includes(path)) {
        written.push(path);
    }
    mkdirSync(dirname(inRoot(path)), { recursive: true });
    writeFileSync(inRoot(path), text);
}

function fail(text) {
    process.stderr.write(`${text}\n`);
    exit(1);
}

/** Writes a file that must not exist. */
function create(path, text) {
    if (existsSync(inRoot(path))) {
        fail(`${path} exists already.`);
    }
    write(path, text);
}

/** The resource of the provider: its class, and the inputs that it requires, which the skeleton fills with texts. */
function resourceOf(file) {
    const path = inRoot("node_modules", "@pulumi", "gcp", `${file}.js`);
    const code = existsSync(path) ? readFileSync(path, "utf8") : "";
    const [, name] =
        /^class (\w+) extends pulumi\.CustomResource/m.exec(code) ?? fail(`@pulumi/gcp has no resource ${file}.`);
    const required = [...code.matchAll(/Missing required property '(\w+)'/g)].map(([, input]) => input);
    return { name, required: [...new Set(required)].filter((input) => input !== "name") };
}

function component(place, file = "pubsub/topic") {
    const [, service, name] =
        /^([a-z]+)\/([A-Z]\w*)$/.exec(place ?? "") ?? fail("Give a folder and a name: pubsub/Thing");
    const resource = resourceOf(file);
    const child = lowered(resource.name);
    const required = resource.required.map((input) => `${input}: "fill in", `).join("");
    const inputs = `{ ${required}name: resolved.name }`;
    const api = `${file.split("/")[0]}.googleapis.com`;
    create(
        `lib/${service}/${lowered(name)}.ts`,
        `import { ${resource.name} as Resource, type ${resource.name}Args as ResourceArgs } from "@pulumi/gcp/${file}";
import * as pulumi from "@pulumi/pulumi";
import { type ComponentArgs, component, componentArgs } from "../component/component";
import { inEnvironment } from "../environment/environment";
import * as check from "../internal/arguments/check";
import { type Transform, transforms } from "../internal/engine/children";

/** The arguments of a {@link ${name}}. */
export interface ${name}Args extends ComponentArgs {
    /**
     * The name in Google Cloud.
     * @default the component's name
     */
    name?: pulumi.Input<string>;
    /** Callbacks that edit the arguments of child resources. */
    transform?: { ${child}?: Transform<ResourceArgs> };
}

const ${lowered(name)}Args = check.options<${name}Args>({
    name: check.publicInput(check.text()),
    transform: transforms("${child}"),
    ...componentArgs,
});

/**
 * A ${words(name)}.
 * @example
 * \`\`\`ts
 * new ${name}("sales");
 * \`\`\`
 */
export class ${name} extends pulumi.ComponentResource {
    /** The resource itself. */
    readonly ${child}: Resource;

    constructor(name: string, args: ${name}Args = {}, options?: pulumi.ComponentResourceOptions) {
        const resolved = check.checked(\`${name} "\${name}"\`, check.withDefaults(args, { name }), ${lowered(name)}Args);
        super("slipway:index:${name}", name, {}, inEnvironment(options, resolved.crossProject));
        const { child } = component(this, name, resolved, { apis: ["${api}"] });
        this.${child} = new Resource(...child("${child}", name, ${required ? `${inputs} as never` : inputs}));
        this.registerOutputs({ ${child}: this.${child} });
    }
}
`,
    );
    create(`lib/${service}/${lowered(name)}.yaml`, "picture:\n    sign: box\n    color: data\n");
    const index = `lib/${service}/index.ts`;
    const folded = existsSync(inRoot(index));
    const before = folded
        ? readFileSync(inRoot(index), "utf8")
        : 'import { exportTogether } from "../internal/arguments/reportTogether";\n\nexportTogether(module);\n';
    const line = `export { ${name}, type ${name}Args } from "./${lowered(name)}";\n`;
    write(index, before.replace(/\n*exportTogether\(module\);/, `\n${line}\nexportTogether(module);`));
    if (!folded) {
        const all = readFileSync(inRoot("lib/index.ts"), "utf8");
        write(
            "lib/index.ts",
            all.replace(/\n*exportTogether\(module\);/, `\nexport * from "./${service}";\n\nexportTogether(module);`),
        );
    }
    create(
        `test/unit/${service}/${lowered(name)}.test.ts`,
        `import { ${name} } from "slipway";
import { refused, registered } from "../registered";

test("a bare ${words(name)} has the name of the component", async () => {
    expect(await registered(() => new ${name}("sales"))).toEqual({
        "${resource.name} sales": { ${required}name: "sales" },
    });
});

test("a name that is no text is refused", async () => {
    expect(await refused(() => new ${name}("sales", { name: 1 as never }))).toMatch(/name: must be a string/);
});
`,
    );
    create(
        `test/unit/${service}/${lowered(name)}.program.ts`,
        `import { ${name} } from "slipway";
import type { LongestNames } from "../lengthened";

/** All options of a ${words(name)}. */
export function program(): void {
    new ${name}("whole-${kebab(name)}", { name: "whole" });
}

export const longestNames: LongestNames = {
    "${file}:${resource.name} name": 63,
};
`,
    );
    create(`docs/examples/${kebab(name)}.ts`, `import { ${name} } from "slipway";\n\nnew ${name}("sales");\n`);
    create(
        `docs/${kebab(name)}.md`,
        `# ${name}

What it is, in two sentences.

## Example

<!-- example: ${kebab(name)}.ts -->
<!-- end -->

## Arguments

<!-- arguments: ${name}Args -->
<!-- end -->

## Outputs

<!-- outputs: ${name} -->
<!-- end -->

## Permissions

## Deletion

## Upgrade

## Cost

## Limitations
`,
    );
    return `Fill in the arguments, their checks, the children, the data file, the limits of names and the page; docs/README.md gets a row. Then run:
    npm run index                 # lib/lazy.ts, and what is collected from data files
    npx jest --selectProjects unit -- test/unit/${service}/${lowered(name)}.test.ts
    npx jest --selectProjects unit -u test/unit/baseline
    npm run docs                  # the page's tables and its picture
    npm run api                   # docs/api/api.md
Tests then name what is missing elsewhere; docs/development/components.md has the recipe.`;
}

/** Inserts a text into the first source that has a node, after the brace of its first one. Returns whether there was one. */
function insert(files, braceOf, text) {
    for (const file of files) {
        const code = readFileSync(inRoot(file), "utf8");
        const source = ts.createSourceFile(file, code, ts.ScriptTarget.Latest, true);
        let brace;
        const visit = (node) => {
            brace ??= braceOf(node);
            ts.forEachChild(node, visit);
        };
        visit(source);
        if (brace !== undefined) {
            const [start, end] = [code.slice(0, brace + 1), code.slice(brace + 1)];
            write(file, `${start}\n${text}${end.startsWith("\n") ? "" : "\n"}${end}`);
            return true;
        }
    }
    return false;
}

const sourcesIn = (folder, isWanted = () => true) =>
    readdirSync(inRoot(folder), { recursive: true, encoding: "utf8" })
        .filter((file) => file.endsWith(".ts") && isWanted(file))
        .map((file) => join(folder, file))
        .sort();

/** The brace with which a node begins, without its comments. */
const begin = (node) => node?.getStart();

function option(place) {
    const [, service, type, name] =
        /^([a-z]+)\/([A-Z]\w*)\.([a-z]\w*)$/.exec(place ?? "") ??
        fail("Give a component and an option: run/CloudRunService.thing");
    const files = sourcesIn(`lib/${service}`);
    const isArguments = (node) =>
        (ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) && node.name.text === `${type}Args`;
    // An interface, or an object of an intersection.
    const typeBrace = (node) =>
        !isArguments(node)
            ? undefined
            : ts.isInterfaceDeclaration(node)
              ? node.getSourceFile().text.indexOf("{", node.heritageClauses?.end ?? node.name.end)
              : begin([node.type, ...(node.type.types ?? [])].find(ts.isTypeLiteralNode));
    const documented = `    /**
     * What it does.
     * @default false
     */
    ${name}?: boolean;`;
    const checkBrace = (node) =>
        ts.isCallExpression(node) &&
        /ptions$/.test(node.expression.getText()) &&
        node.typeArguments?.[0]?.getText() === `${type}Args`
            ? begin(node.arguments.find(ts.isObjectLiteralExpression))
            : undefined;
    const argumentsBrace = (node) =>
        ts.isNewExpression(node) && node.expression.getText() === type
            ? begin(node.arguments?.find(ts.isObjectLiteralExpression))
            : undefined;
    // The program of the component itself has most of it.
    const uses = (file) => readFileSync(inRoot(file), "utf8").split(`new ${type}(`).length;
    const isOwn = (file) => file.startsWith(join("test", "unit", service));
    const programs = sourcesIn("test/unit", (file) => /(^|\/)everything\w*\.ts$|\.program\.ts$/.test(file)).sort(
        (one, other) => isOwn(other) - isOwn(one) || uses(other) - uses(one),
    );
    if (!insert(files, typeBrace, documented)) {
        fail(`lib/${service} has no object type ${type}Args.`);
    }
    if (!insert(files, checkBrace, `    ${name}: check.flag(),`)) {
        fail(`lib/${service} has no check.options<${type}Args>.`);
    }
    if (!insert(programs, argumentsBrace, `        ${name}: true,`)) {
        fail(`No program of test/unit constructs a ${type} with arguments.`);
    }
    return `Fill in the type, the comment, the check, and what the option changes. Then run:
    npx jest --selectProjects unit -- test/unit/options.test.ts
    npx jest --selectProjects unit -u test/unit/baseline
    npm run docs && npm run api`;
}

const [what, ...args] = argv.slice(2);
const make =
    { component, option }[what] ??
    fail("npm run new -- component pubsub/Thing [pubsub/topic], or option run/CloudRunService.thing");
const next = make(...args);
const code = written.filter((file) => file.endsWith(".ts"));
spawnSync(inRoot("node_modules", ".bin", "biome"), ["check", "--write", ...code], { cwd: root, stdio: "ignore" });
process.stdout.write(`${written.map((file) => `wrote ${file}\n`).join("")}${next}\n`);
