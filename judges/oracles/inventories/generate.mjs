/**
 * Writes the inventories that Cloud Foundation Fabric expects of the examples in its READMEs, with what the examples set, from a clone.
 *
 *     node generate.mjs <clone> <file>.json.gz
 */
import { execFileSync } from "node:child_process";
import { readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { parse } from "yaml";
import { Reader } from "./hcl.mjs";

const commit = "11c1d248826f06cbec3fff54fc7094da405a5322";
const repository = "https://github.com/GoogleCloudPlatform/cloud-foundation-fabric";

const [clone, file] = process.argv.slice(2);
if (!clone || !file) {
    throw new Error("usage: node generate.mjs <clone of cloud-foundation-fabric> <file>.json.gz");
}
const git = (...args) => execFileSync("git", ["-C", clone, ...args], { maxBuffer: 1 << 28 }).toString();
const show = (path) => git("show", `${commit}:${path}`);
const list = (folder) => git("ls-tree", "--name-only", commit, `${folder}/`).trim().split("\n").filter(Boolean);

/** Inventories that no README refers to, with the examples that they describe. */
const unreferenced = {
    "artifact-registry/iam.yaml": "IAM",
    "gcs/cmek.yaml": "External keys",
    "gcs/notification.yaml": "GCS notifications",
    "gcs/tags.yaml": "Tag Bindings",
    "gke-cluster-standard/dataplane-v2.yaml": "Enable Dataplane V2",
    "net-cloudnat/subnets.yaml": "Subnetwork configuration",
    "project/autokey.yaml": "KMS Autokeys",
    "project/kms.yaml": "Tag Bindings",
    "project/vpc-sc-2.yaml": "VPC Service Controls (2)",
};

/** The values of the variables that examples use: the defaults in the tests. */
const variables = Object.fromEntries(
    new Reader(show("tests/examples/variables.tf"), {})
        .body()
        .variable.map(({ $labels: [name], default: value }) => [name, value]),
);

/** The code blocks of a README under their headings, as Fabric's tests read them. */
function blocksOf(readme) {
    let heading = "";
    return [...readme.matchAll(/^#+ +(.*)$|^```(\w+)\n([\s\S]*?)^```/gm)].flatMap(([, title, language, code = ""]) => {
        heading = title?.trim() ?? heading;
        const [, kind, settings = ""] = /^ *# *(tftest\S*)(.*)$/m.exec(code) ?? [];
        const named = Object.fromEntries([...settings.matchAll(/(\w+)=(\S+)/g)].map(([, key, value]) => [key, value]));
        return kind ? [{ heading, language, code, kind, named }] : [];
    });
}

/** The examples of a module that have an inventory. */
function examplesOf(module) {
    const blocks = blocksOf(show(`modules/${module}/README.md`));
    const counts = {};
    return blocks
        .filter(({ kind, language }) => kind === "tftest" && language === "hcl")
        .flatMap(({ heading, code, named }) => {
            counts[heading] = (counts[heading] ?? 0) + 1;
            const title = counts[heading] > 1 ? `${heading} (${counts[heading]})` : heading;
            const [other] =
                Object.entries(unreferenced).find(
                    (row) => row.join() === `${row[0]},${title}` && row[0].startsWith(`${module}/`),
                ) ?? [];
            const inventory = named.inventory ?? other?.split("/")[1];
            if (inventory === undefined) {
                return [];
            }
            const ids = named.files?.split(",") ?? [];
            const files = blocks
                .filter(
                    (block) =>
                        block.kind === "tftest-file" && block.heading === heading && ids.includes(block.named.id),
                )
                .map(({ code, named }) => [named.path, fileOf(named.path, code)]);
            const sets = {
                ...new Reader(code, variables).body(),
                ...(files.length > 0 && { files: Object.fromEntries(files) }),
            };
            return [
                {
                    module,
                    title,
                    inventory,
                    ...(!named.inventory && { unreferenced: true }),
                    ...(named.fixtures && { fixtures: named.fixtures }),
                    sets,
                    ...inventoryOf(module, inventory),
                },
            ];
        });
}

const fileOf = (path, code) => (path.endsWith(".yaml") ? parse(code) : code.replace(/^# tftest.*\n/m, ""));

function inventoryOf(module, file) {
    const {
        values = {},
        counts = {},
        outputs = {},
    } = parse(show(`tests/modules/${module.replaceAll("-", "_")}/examples/${file}`)) ?? {};
    return { values, counts, outputs };
}

const peers = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "peers");
const modules = readdirSync(peers)
    .filter((name) => name.endsWith(".ts"))
    .map((name) => name.replace(".ts", ""))
    .filter((module) => list(`modules/${module}`).length > 0);
const examples = modules.flatMap(examplesOf);

const all = modules.flatMap((module) =>
    list(`tests/modules/${module.replaceAll("-", "_")}/examples`).map((path) => `${module}/${path.split("/").at(-1)}`),
);
const used = new Set(examples.map(({ module, inventory }) => `${module}/${inventory}`));
const unused = all.filter((name) => name.endsWith(".yaml") && !used.has(name));
if (unused.length > 0) {
    throw new Error(`no example has these inventories: ${unused.join(", ")}`);
}
const source = `${repository}/tree/${commit}`;
writeFileSync(file, gzipSync(JSON.stringify({ source, license: "Apache-2.0", variables, examples }), { level: 9 }));
process.stdout.write(`${examples.length} examples, ${used.size} inventories\n`);
