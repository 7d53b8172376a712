import { join } from "node:path";
import { run } from "../toolchain/process";

const root = join(__dirname, "..");

/** A package as npm packs it, with the paths that are in it. */
export interface Packed {
    tarball: string;
    paths: string[];
}

/** Packs slipway and slipway-local into a folder. */
export async function packed(folder: string): Promise<Record<"slipway" | "slipway-local", Packed>> {
    const made = await run("npm", ["pack", "--json", "--pack-destination", folder, ".", "./local"], { cwd: root });
    const all: { name: string; filename: string; files: { path: string }[] }[] = JSON.parse(made);
    const rows = all.map(({ name, filename, files }) => {
        return [name, { tarball: join(folder, filename), paths: files.map(({ path }) => path) }];
    });
    return Object.fromEntries(rows);
}
