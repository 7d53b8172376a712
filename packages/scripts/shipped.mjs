/**
 * What the packages of this repository consist of when they are installed in production, in the versions of the lock file: what they depend on,
 * the packages that `bundle.mjs` puts into `dist`, the signs of pictures, and the Go modules of the tools that `slipway-local` builds on the machines of its users.
 * `node packages/scripts/shipped.mjs sbom [package]` prints the software bill of materials of a package in the format CycloneDX.
 * `node packages/scripts/shipped.mjs audit` asks the registry for known vulnerabilities, and fails if there are any.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const read = (...path) => JSON.parse(readFileSync(join(root, ...path), "utf8"));

/** The folders of the packages, in this repository. */
const folders = {
    slipway: ".",
    "slipway-local": "local",
    "create-slipway": "packages/create",
    "slipway-policy": "packages/policy",
};

/** The packages whose licenses are beside the bundled files, with their versions. */
function bundled() {
    const folder = join(root, "dist", "lib", "internal", "bundled");
    const texts = existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith(".licenses.txt")) : [];
    if (texts.length === 0) {
        throw new Error("The packages are not bundled yet: run 'npm run setup'.");
    }
    const names = texts.flatMap((file) =>
        readFileSync(join(folder, file), "utf8")
            .split(`\n${"-".repeat(80)}\n\n`)
            .map((text) => text.slice(0, text.indexOf(" ("))),
    );
    return Object.fromEntries(names.map((name) => name.split(" ")));
}

/** What the files of each package contain of others, with their versions. */
const containedIn = {
    slipway: bundled,
    "slipway-local": () => Object.fromEntries([read("local", "commands", "pictures", "lucide.json").source.split(" ")]),
};

/** A lock file of only what is installed with a package, and of what it contains. */
function pruned({ packages, ...lock }, description, contained) {
    const { peerDependencies = {}, peerDependenciesMeta: optional = {} } = description;
    // Each package has its own bill, and versions of slipway only fit each other.
    const isOther = (name) => name in folders || optional[name]?.optional;
    const peers = Object.entries(peerDependencies).filter(([name]) => !isOther(name));
    const { name, version, license, dependencies, optionalDependencies } = description;
    const top = { name, version, license, optionalDependencies };
    top.dependencies = { ...contained, ...dependencies, ...Object.fromEntries(peers) };
    const kept = { "": top };

    /** The place of a package that one at another place imports. */
    const placeOf = (imported, from) => {
        const place = `${from === "" ? "" : `${from}/`}node_modules/${imported}`;
        if (place in packages || from === "") {
            return place in packages ? place : undefined;
        }
        return placeOf(imported, from.replace(/(^|\/)node_modules\/(@[^/]+\/)?[^/]+$/, ""));
    };
    const keep = (place, wanted) => {
        for (const each of wanted) {
            const found = placeOf(each, place);
            if (found && !(found in kept)) {
                const { dev, peer, devOptional, ...entry } = packages[found];
                kept[found] = entry;
                const isOptional = (dependency) => entry.peerDependenciesMeta?.[dependency]?.optional;
                const required = Object.keys({ ...entry.dependencies, ...entry.optionalDependencies });
                keep(found, [
                    ...required,
                    ...Object.keys(entry.peerDependencies ?? {}).filter((one) => !isOptional(one)),
                ]);
            }
        }
    };
    keep("", [...Object.keys({ ...dependencies, ...optionalDependencies }), ...peers.map(([peer]) => peer)]);
    for (const [each, version] of Object.entries(contained)) {
        const place = `node_modules/${each}`;
        if (!(place in kept)) {
            if (packages[place]?.version !== version) {
                throw new Error(`The bundle contains ${each} ${version}, which is not installed: run 'npm run setup'.`);
            }
            // Their own dependencies are only those that the bundle contains.
            const { dev, dependencies = {}, ...entry } = packages[place];
            entry.dependencies = Object.fromEntries(Object.entries(dependencies).filter(([one]) => one in contained));
            kept[place] = entry;
        }
    }
    return { ...lock, name, packages: kept };
}

/** A license that a package only names as a file, with its text. */
function licenseOf(name) {
    const folder = join(root, "node_modules", name);
    const file = readdirSync(folder).find((each) => /^licen[cs]e/i.test(each));
    if (file === undefined) {
        throw new Error(`The package ${name} has no license: choose another one.`);
    }
    const content = readFileSync(join(folder, file), "utf8");
    return { license: { name: content.split("\n")[0], text: { content } } };
}

/** Runs npm in a folder that has only the lock file of what a package consists of. */
function npm(name, ...args) {
    const contained = containedIn[name]?.() ?? {};
    const lock = pruned(read("package-lock.json"), read(folders[name], "package.json"), contained);
    const folder = mkdtempSync(join(tmpdir(), "slipway-shipped-"));
    try {
        writeFileSync(join(folder, "package.json"), JSON.stringify(lock.packages[""]));
        writeFileSync(join(folder, "package-lock.json"), JSON.stringify(lock));
        const shell = process.platform === "win32";
        const options = { cwd: folder, encoding: "utf8", maxBuffer: 1e9, shell };
        return { contained, ...spawnSync("npm", [...args, "--package-lock-only", "--loglevel=warn"], options) };
    } finally {
        rmSync(folder, { recursive: true });
    }
}

/** The Go modules of the tools that `slipway-local` builds, each version once. */
function goModules() {
    const { files } = read(folders["slipway-local"], "package.json");
    const modules = new Map();
    for (const tool of readdirSync(join(root, "local", "toolchain"))) {
        const file = join(root, "local", "toolchain", tool, "go.mod");
        if (files.includes(`!dist/local/toolchain/${tool}`) || !existsSync(file)) {
            continue;
        }
        const lines = readFileSync(file, "utf8").matchAll(/^[ \t]*(?:require |replace )?(\S+)(?: => (\S+))? (v\S+)/gm);
        const versions = new Map();
        for (const [, path, replaced, version] of lines) {
            // A replacement holds wherever it stands.
            if (replaced || !versions.has(path)) {
                versions.set(path, `${replaced ?? path}@${version}`);
            }
        }
        for (const each of versions.values()) {
            modules.set(each, [...(modules.get(each) ?? []), tool]);
        }
    }
    return [...modules].sort().map(([module, tools]) => {
        const purl = `pkg:golang/${module.replaceAll("+", "%2B")}`;
        const [path, version] = module.split("@");
        const properties = tools.map((value) => ({ name: "slipway:tool", value }));
        return { "bom-ref": purl, type: "library", name: path, version, purl, scope: "required", properties };
    });
}

function sbom(name) {
    const { contained, status, stdout, stderr } = npm(name, "sbom", "--sbom-format=cyclonedx", "--sbom-type=library");
    if (status !== 0) {
        throw new Error(`'npm sbom' failed: ${stderr}`);
    }
    const made = JSON.parse(stdout);
    // npm names it after the folder.
    made.metadata.component.name = name;
    for (const component of made.components) {
        if (!component.licenses?.length) {
            component.licenses = [licenseOf(component.name)];
        }
        if (contained[component.name] === component.version) {
            component.properties.push({ name: "cdx:npm:package:bundled", value: "true" });
        }
    }
    if (name === "slipway-local") {
        made.components.push(...goModules());
    }
    return `${JSON.stringify(made, undefined, 4)}\n`;
}

/** The report of npm about each package. */
function audit() {
    return Object.keys(folders)
        .map((name) => {
            const { status, stdout, stderr } = npm(name, "audit");
            if (!/vulnerabilit/.test(stdout)) {
                throw new Error(
                    `The registry does not say which vulnerabilities are known: set npm_config_registry to one that does.\n${stderr}`,
                );
            }
            process.exitCode ||= status;
            return `${name}: ${stdout}`;
        })
        .join("\n");
}

const [, , command, name = "slipway"] = process.argv;
const commands = { sbom, audit };
try {
    if (!(command in commands)) {
        throw new Error(`Unknown command '${command}': the commands are ${Object.keys(commands).join(", ")}.`);
    }
    if (!(name in folders)) {
        throw new Error(`Unknown package '${name}': the packages are ${Object.keys(folders).join(", ")}.`);
    }
    process.stdout.write(commands[command](name));
} catch (error) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
}
