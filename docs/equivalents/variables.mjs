/**
 * Writes which variables the modules of Terraform have that the tables of `docs/guides/from-terraform.md` are about, from clones: all
 * variables, and the attributes that the tables name.
 *
 *     node docs/equivalents/variables.mjs <clone>...
 */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

const folder = import.meta.dirname;

/**
 * The names of a module's variables, and of the attributes of objects in them: `scaling`, `scaling.min`.
 */
function namesIn(text) {
    const found = [];
    // Descriptions can have examples, of which the braces are no part of the variable.
    const code = text.replaceAll(/<<-?(\w+)\n[\s\S]*?^\s*\1$/gm, '""');
    for (const [, name, body] of code.matchAll(/^variable "(\w+)" \{\n([\s\S]*?)^\}/gm)) {
        const [, type = ""] = /^ {2}type\s*= ([\s\S]*?)(?=^ {2}\w+\s*(?:=|\{)|(?![\s\S]))/m.exec(body) ?? [];
        found.push(name);
        const path = [];
        let last = name;
        for (const [token, attribute] of type.replaceAll(/#.*|"[^"]*"/g, "").matchAll(/(\w+)\s*=(?!=)|[{}]/g)) {
            if (token === "{") {
                path.push(last);
            } else if (token === "}") {
                path.pop();
            } else {
                last = attribute;
                found.push([...path, attribute].join("."));
            }
        }
    }
    return [...new Set(found)];
}

const clones = process.argv.slice(2);
const modules = {};
for (const name of ["fabric", "google"]) {
    const { source, sections } = parse(readFileSync(join(folder, `${name}.yaml`), "utf8"), { merge: true });
    for (const section of sections) {
        const address = `${source}${section.source}`;
        const [, repository, commit, path = ""] = /([^/]+)\/tree\/(\w{40})\/?(.*)$/.exec(address);
        const clone = clones.find((each) => each.includes(repository));
        if (clone === undefined) {
            throw new Error(`no clone of ${repository} is given`);
        }
        const git = (...args) => execFileSync("git", ["-C", clone, ...args]).toString();
        const prefix = path ? `${path}/` : "";
        const files = git("ls-tree", "--name-only", commit, ...(path ? [prefix] : []))
            .split("\n")
            .filter((file) => /^variables[\w-]*\.tf$/.test(file.slice(prefix.length)));
        const names = files.flatMap((file) => namesIn(git("show", `${commit}:${file}`)));
        const rows = Object.keys({ ...section.arguments, ...section.without });
        const unknown = rows.filter((row) => !names.includes(row));
        if (unknown.length > 0) {
            throw new Error(`${section.from} of ${name}.yaml: the module has no ${unknown.join(", ")}`);
        }
        modules[address] = names.filter((each) => !each.includes(".") || rows.includes(each)).sort();
    }
}
writeFileSync(join(folder, "variables.json"), `${JSON.stringify(modules, undefined, 4)}\n`);
