import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";

/** The path of an import in the repository; undefined for packages. */
function resolved(root, file, name) {
    const own = /^slipway(-local)?(?:\/(.*))?$/.exec(name);
    const target = own
        ? join(own[1] ? "local" : "lib", own[2] ?? "")
        : name.startsWith(".")
          ? join(dirname(file), name)
          : undefined;
    const candidates = target === undefined ? [] : [target, `${target}.ts`, `${target}.js`, join(target, "index.ts")];
    return candidates.find((each) => existsSync(join(root, each)) && statSync(join(root, each)).isFile());
}

/** The names of the package with their files. */
function lazy(root) {
    const text = readFileSync(join(root, "lib", "lazy.ts"), "utf8");
    return new Map(
        [...text.matchAll(/^ {4}(\w+): \(\) => require\("\.\/(.*)"\)/gm)].map(([, name, path]) => [name, path]),
    );
}

/** The files of the repository that a file imports, without those of which it only needs types. Of the package, those of its names. */
function importsOf(root, file) {
    const text = readFileSync(join(root, file), "utf8").replaceAll(/^(import|export) type [^;]*;/gm, "");
    const files = lazy(root);
    const named = [...text.matchAll(/import \{([^}]*)\} from "slipway"/g)].flatMap(([, names]) =>
        names.split(",").map((name) => name.trim().split(" as ")[0] ?? ""),
    );
    const values = named.filter((name) => name !== "" && !name.startsWith("type "));
    const own = values.map((name) => join("lib", files.has(name) ? `${files.get(name)}.ts` : "index.ts"));
    const others = text.replaceAll(/import \{[^}]*\} from "slipway"/g, "");
    const names = [...others.matchAll(/(?:from|require\(|import\(?)\s*"([^"]+)"/g)];
    return [...own, ...names.flatMap(([, name]) => resolved(root, file, name) ?? []), ...compiledBy(root, text)];
}

/** The files of the folders that a test compiles itself: `compileTo(join(slipway, "program"), join(root, "lib", "program"))`. */
function compiledBy(root, text) {
    const folders = [...text.matchAll(/compileTo\(.*join\(root, (.*)\)\);/g)].map(([, path]) =>
        join(...JSON.parse(`[${path}]`)),
    );
    return folders.flatMap((folder) =>
        readdirSync(join(root, folder), { recursive: true })
            .filter((file) => file.endsWith(".ts"))
            .map((file) => join(folder, file)),
    );
}

const imports = new Map();

/** All files that a file loads. */
function loadedBy(root, file, loaded = new Set()) {
    if (!loaded.has(file)) {
        loaded.add(file);
        if (!imports.has(file)) {
            imports.set(file, importsOf(root, file));
        }
        for (const each of imports.get(file)) {
            loadedBy(root, each, loaded);
        }
    }
    return loaded;
}

/** The files of the library and of the local Google Cloud, with what each loads. */
export function sourcesOf(root) {
    const all = ["lib", "local"].flatMap((folder) =>
        readdirSync(join(root, folder), { recursive: true }).map((each) => join(folder, each)),
    );
    const files = all.filter((each) => each.endsWith(".ts") && !/\b(node_modules|dist)\b/.test(each));
    return files.map((file) => ({ file, loads: loadedBy(root, file) }));
}

/** The test files of levels with what each loads, by path. */
export function testsOf(root, ...levels) {
    const folders = levels.map((level) => join("test", level));
    const all = folders.flatMap((folder) =>
        readdirSync(join(root, folder), { recursive: true }).map((each) => join(folder, each)),
    );
    const files = all.filter((file) => file.endsWith(".test.ts"));
    return files.map((file) => ({ file, loads: loadedBy(root, file), text: readFileSync(join(root, file), "utf8") }));
}

/** The components with what each loads. */
export function componentsOf(root) {
    const all = [...lazy(root)].filter(([name]) => /^[A-Z]/.test(name));
    return all.map(([name, path]) => ({ name, folder: path.split("/")[0], loads: loadedBy(root, `lib/${path}.ts`) }));
}

/** The components that run the code of a file. Dynamic providers load `admin` by its name, for components of its field. */
function usersOf(components, file) {
    const [, field, part] = file.split("/");
    const isUser = part === "admin" ? ({ folder }) => folder === field : ({ loads }) => loads.has(file);
    return components.filter(isUser).map(({ name }) => name);
}

const plain = (text) => text.toLowerCase().replaceAll(/[^a-z0-9]/g, "");
const common = ["index", "arguments", "definition", "resolveargs"];

/** How far a test is from a file by their names: 0 has the name of the file, 1 that of its folder, 2 that of a component. */
function distance(test, file, users) {
    const [path, name] = [plain(test), plain(basename(test, ".test.ts"))];
    const own = plain(basename(file, ".ts"));
    const folders = relative("lib", dirname(file)).split("/").filter(Boolean).map(plain);
    if (!common.includes(own) && name.includes(own)) {
        return 0;
    }
    if (folders.some((folder) => path.includes(folder))) {
        return 1;
    }
    return users.length < 10 && users.some((user) => name.startsWith(plain(user))) ? 2 : 3;
}

/** Sorts tests by their distance from a mutated file, then by their size. */
export function nearestFirst(components, file, tests) {
    const users = usersOf(components, file);
    const all = tests.map((test) => ({ ...test, at: distance(test.file, file, users) }));
    return all.sort((one, other) => one.at - other.at || one.text.length - other.text.length);
}

/** Tests or sources that load a file. */
export const loading = (file, all) => all.filter(({ loads }) => loads.has(file));

/** Tests that deploy what uses a file: they name one of its components, or its field in the library. */
export function deploying(components, file, tests) {
    const users = usersOf(components, file).map((user) => new RegExp(String.raw`\b${user}\b`));
    const field = `lib/${file.split("/")[1]}/`;
    return tests.filter(({ text }) => users.some((user) => user.test(text)) || text.includes(field));
}
