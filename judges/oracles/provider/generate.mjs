/**
 * Writes the recorded calls of the engine to Pulumi's provider, and its answers, from a clone of pulumi/pulumi-gcp.
 *
 *     node generate.mjs <clone> <file>.json.gz
 */
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const [clone, file] = process.argv.slice(2);
if (!clone || !file) {
    throw new Error("usage: node generate.mjs <clone of pulumi/pulumi-gcp> <file>.json.gz");
}
const git = (...args) => execFileSync("git", ["-C", clone, ...args], { maxBuffer: 1 << 30 }).toString();

const folder = "provider/testdata/recorded/TestProviderUpgrade/";
const methods = ["Check", "Create", "Delete", "Diff", "Invoke", "Read", "Update"];

/** Pulumi's markers of files and archives. */
const [signature, asset] = ["4dabf18193072939515e22adb298388d", "c44067f5952c0a294b673a41bacd8c17"];

/** The files of a scenario's program, as texts in place of their paths. */
function withFiles(value, program) {
    if (typeof value !== "object" || value === null) {
        return value;
    }
    if (typeof value.path === "string" && value[signature]) {
        const { path, ...others } = value;
        const file = `provider/test-programs/${program}/${path.split("/").at(-1)}`;
        const name = (path) => path.slice(file.length + 1);
        const files = () => git("ls-tree", "-r", "--name-only", "HEAD", `${file}/`).trim().split("\n");
        const text = (path) => git("show", `HEAD:${path}`);
        return value[signature] === asset
            ? { ...others, text: text(file) }
            : {
                  ...others,
                  assets: Object.fromEntries(
                      files().map((path) => [name(path), { [signature]: asset, text: text(path) }]),
                  ),
              };
    }
    return Array.isArray(value)
        ? value.map((item) => withFiles(item, program))
        : Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withFiles(item, program)]));
}

/** A call of the `gcp` provider about a resource or a function; undefined for others. */
function callOf({ method, request, response, errors }) {
    const [service, name] = method.split("/").slice(1);
    const type = request.type ?? request.tok ?? request.urn?.split("::")[2].split("$").at(-1) ?? "";
    return service === "pulumirpc.ResourceProvider" && methods.includes(name) && type.startsWith("gcp:")
        ? { method: name, type, request, response, ...(errors && { errors }) }
        : undefined;
}

const scenarios = {};
for (const path of git("ls-tree", "-r", "--name-only", "HEAD", folder).trim().split("\n").sort()) {
    const [name, version, recorded] = path.slice(folder.length).split("/");
    if (recorded !== "grpc.json") {
        continue;
    }
    const lines = git("show", `HEAD:${path}`)
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line));
    const configured = lines.find(({ method, request }) => {
        return method.endsWith("ResourceProvider/Configure") && request.variables?.["gcp:config:project"];
    });
    const { version: _, ...settings } = configured.request.args;
    scenarios[`${name}/${version}`] = { settings, calls: withFiles(lines.map(callOf).filter(Boolean), name) };
}

const commit = git("log", "-1", "--format=%H").trim();
const source = `https://github.com/pulumi/pulumi-gcp/tree/${commit}/${folder}`;
writeFileSync(file, gzipSync(JSON.stringify({ source, license: "Apache-2.0", scenarios }), { level: 9 }));
