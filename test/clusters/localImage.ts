import { join } from "node:path";
import { install } from "../../local/toolchain";
import { run } from "../../local/toolchain/process";

const main = join(__dirname, "..", "..", "dist", "local", "commands", "main.js");

/** An image of tar archives, one for each layer. */
interface LocalImage {
    /** Such as `europe-west1-docker.pkg.dev/acme-dev/apps/app:1`. */
    name: string;
    layers: string[];
    entrypoint: string;
}

/** Pushes an image to the registry of the local Google Cloud in a folder; returns its name with that of the registry. */
export async function pushLocalImage(cwd: string, { name, layers, entrypoint }: LocalImage): Promise<string> {
    const crane = join(await install("crane", () => undefined), "crane");
    const address = (await run(process.execPath, [main, "local", "registry"], { cwd })).trim();
    const full = `${address}/${name}`;
    const platform = `linux/${process.arch === "arm64" ? "arm64" : "amd64"}`;
    const added = layers.flatMap((layer) => ["--new_layer", layer]);
    await run(crane, ["append", "--insecure", ...added, "--new_tag", full]);
    const settings = ["--set-platform", platform, "--entrypoint", entrypoint];
    await run(crane, ["mutate", "--insecure", ...settings, "--tag", full, full]);
    return full;
}

/** The digest of an image in a registry. */
export async function digestOf(full: string): Promise<string> {
    return (await run(join(await install("crane", () => undefined), "crane"), ["digest", "--insecure", full])).trim();
}

/** Compiles `cloudRun/app.go` to `/app`; returns the archive of the layer. */
export const appLayer = (folder: string): Promise<string> => goLayer(folder, join(__dirname, "cloudRun", "app.go"));

/** Compiles a program of one file to `/app`; returns the archive of the layer. */
export async function goLayer(folder: string, source: string): Promise<string> {
    const env = { ...process.env, CGO_ENABLED: "0" };
    await run("go", ["build", "-ldflags=-s -w", "-o", join(folder, "app"), source], { env });
    const layer = join(folder, "layer.tar");
    await run("tar", ["-C", folder, "-cf", layer, "app"]);
    return layer;
}
