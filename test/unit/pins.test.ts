import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { uses } from "../extended/workflows/shown";

const root = join(__dirname, "..", "..");
const read = (file: string) => readFileSync(join(root, file), "utf8");

/** The files of this name in folders of the repository. */
const named = (name: string, ...folders: string[]) =>
    folders.flatMap((folder) =>
        readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
            .map((file) => join(folder, file).replaceAll("\\", "/"))
            .filter((file) => basename(file) === name && !/\/(node_modules|dist|\.slipway)\//.test(file)),
    );

test("each use of an action is pinned to the commit of its listed version, and each listed action is used", () => {
    const actions: Record<string, { version: string; commit: string }> = JSON.parse(
        read("test/extended/workflows/actions.json"),
    );
    const used = uses();
    const name = (action: string) => action.replace(/@.*/, "");
    const pinned = used.map(([file, action]) => {
        const { version, commit } = actions[name(action)] ?? {};
        return [file, `${name(action)}@${commit} # ${version}`];
    });
    expect(used).toEqual(pinned);
    expect([...new Set(used.map(([, action]) => name(action)))].sort()).toEqual(Object.keys(actions));
    for (const { version, commit } of Object.values(actions)) {
        expect([version, commit]).toEqual([
            expect.stringMatching(/^v\d+\.\d+\.\d+$/),
            expect.stringMatching(/^[0-9a-f]{40}$/),
        ]);
    }
});

/** The requirements of Python without a version or without a sum. */
function unpinnedPython(text: string): string[] {
    const requirements = text.replaceAll(/ \\\n +/g, " ").split("\n");
    const pinned = /^[\w.-]+(\[[\w,-]+\])?==\S+( ; [^#]+?)?( --hash=sha256:[0-9a-f]{64})+$/;
    return requirements.filter((line) => line !== "" && !line.startsWith("#") && !pinned.test(line));
}

/**
 * The modules that a go.mod requires, and of which go.sum does not have the sum: of the modules that are built the sum of all files, and of
 * each module the sum of its go.mod. Go itself needs the sums of indirect modules if it builds their code.
 */
function unpinnedGo(description: string, sums: string): string[] {
    const replaced = new Map(
        [...description.matchAll(/^(?:replace )?\s*(\S+)(?: v\S+)? => (\S+)(?: (v\S+))?$/gm)].map(
            ([, from, to, version]) => [from, version && `${to} ${version}`],
        ),
    );
    const required = [...description.matchAll(/^(?:require )?\s*([\w.~/-]+\.[\w.~/-]+) (v\S+)( \/\/ indirect)?$/gm)];
    const built = [...description.matchAll(/^(?:tool )?\s*(\S+)$/gm)].map(([, path = ""]) => path);
    return required.flatMap(([, module = "", version, indirect]) => {
        const found = replaced.has(module) ? replaced.get(module) : `${module} ${version}`;
        const isBuilt = !indirect || built.some((path) => `${path}/`.startsWith(`${module}/`));
        // A replacement by a folder has no version.
        const wanted = found === undefined ? [] : [`${found}/go.mod`, ...(isBuilt ? [found] : [])];
        return wanted.filter((each) => !sums.includes(`\n${each} h1:`) && !sums.startsWith(`${each} h1:`));
    });
}

interface Lock {
    packages: Record<string, { link?: boolean; integrity?: string; inBundle?: boolean }>;
}

/** The packages of a lock file without a sum. Those of this repository have none, nor have files of another package. */
const unpinnedNpm = ({ packages }: Lock) =>
    Object.entries(packages)
        .filter(([place, { link, inBundle }]) => place.includes("node_modules/") && !link && !inBundle)
        .filter(([, { integrity }]) => !integrity?.startsWith("sha512-"))
        .map(([place]) => place);

/** Programs as users write them. */
const programs = /^(test\/(deploy\/upgrade|extended\/dataflow)|judges\/peers)\//;

const python = [...named("requirements.txt", "judges", "local", "test"), ...named("sources.txt", "judges")].filter(
    (file) => !programs.test(file),
);
/** Without modules that replace one of a tool, whose go.sum has their sums. */
const go = named("go.mod", "local", "judges", "test").filter(
    (file) => !/^local\/toolchain\/\w.*\/.*\/go\.mod$/.test(file),
);
const npm = ["package-lock.json", "docs/site/package-lock.json"];

test.each(python)("%s has the version and the sums of each package", (file) => {
    expect(unpinnedPython(read(file))).toEqual([]);
});

test.each(named("requirements.in", "judges", "test"))("%s has the versions that are installed", (file) => {
    const names = (text: string): string[] => text.toLowerCase().match(/^[\w.-]+(\[[\w,-]+\])?==[\w.]+/gm) ?? [];
    const locked = names(read(file.replace(/in$/, "txt")));
    // The packages of an extra are listed.
    const wanted = names(read(file)).map((requirement) => requirement.replace(/\[.*\]/, ""));
    expect(wanted.length).toBe(read(file).trim().split("\n").length);
    expect(wanted.filter((requirement) => !locked.includes(requirement))).toEqual([]);
});

test.each(go)("each module of %s has a sum", (file) => {
    // A module without dependencies has none.
    const sums = join(dirname(file), "go.sum");
    expect(unpinnedGo(read(file), existsSync(join(root, sums)) ? read(sums) : "")).toEqual([]);
});

test.each(npm)("each package of %s has a sum", (file) => {
    expect(unpinnedNpm(JSON.parse(read(file)))).toEqual([]);
});

test.each(["package.json", "docs/site/package.json"])(
    "the packages that only develop %s have exact versions",
    (file) => {
        const { slipway, ...exact } = JSON.parse(read(file)).devDependencies;
        expect(Object.entries(exact).filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(String(version)))).toEqual([]);
    },
);

test("CI runs everything with the oldest Node that the packages support, and the unit tests too", () => {
    const versions = [".", "local", "packages/policy"].map(
        (folder) => JSON.parse(read(`${folder}/package.json`)).engines.node,
    );
    expect(versions).toEqual(versions.map(() => `>=${read(".nvmrc").trim()}`));
    expect(read(".github/workflows/ci.yml")).toContain(`node: [${read(".nvmrc").trim()}, `);
});

test("editors have the style of the formatter", () => {
    const { indentStyle, indentWidth, lineWidth } = JSON.parse(read(".biome.json")).formatter;
    const [, all = ""] = /^\[\*\]\n((?:.+\n)+)/m.exec(read(".editorconfig")) ?? [];
    const settings = Object.fromEntries(
        all
            .trim()
            .split("\n")
            .map((line) => line.split(" = ")),
    );
    expect(settings).toMatchObject({
        indent_style: indentStyle,
        indent_size: `${indentWidth}`,
        max_line_length: `${lineWidth}`,
    });
});

describe("what is not pinned by a sum is found:", () => {
    const sum = `--hash=sha256:${"0".repeat(64)}`;

    test.each([
        ["a Python package without a sum", "uv==0.13.9"],
        ["a Python package without a version", `uv>=0.13 ${sum}`],
        ["a Python package by an address", `uv @ https://example.com/uv.whl ${sum}`],
        ["a Python package with another sum", "uv==0.13.9 --hash=md5:0123"],
    ])("%s", (_, text) => {
        expect(unpinnedPython(`yaml==1.0.0 \\\n    ${sum} \\\n    ${sum}\n${text}\n`)).toEqual([text]);
    });

    const description = read("local/toolchain/actionlint/go.mod");
    const sums = read("local/toolchain/actionlint/go.sum");
    test.each(["github.com/rhysd/actionlint v1.7.12", "github.com/rhysd/actionlint v1.7.12/go.mod"])(
        "the Go module %s",
        (module) => {
            expect(unpinnedGo(description, sums.replace(`${module} h1:`, "other v0.0.0 h1:"))).toEqual([module]);
        },
    );

    test("a package of npm", () => {
        const lock: Lock = JSON.parse(read("package-lock.json"));
        const { integrity, ...other } = lock.packages["node_modules/yaml"] ?? {};
        expect(integrity).toBeDefined();
        const packages = { ...lock.packages, "node_modules/yaml": other };
        expect(unpinnedNpm({ packages })).toEqual(["node_modules/yaml"]);
    });
});
