/**
 * Replaces the compiled modules of `lib/internal/bundled` by files that contain the packages they export: users do not install these
 * packages, most of whose files a program does not use. The licenses of what a file contains are beside it.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { build } from "esbuild";

/** The first line of a bundled file, by which `setup.mjs` distinguishes it from the compiler's output. */
const banner = "// The packages of this file, and their licenses, are in the text file beside it.";

/** The folder of the package that a file belongs to. */
const packageOf = (file) => /^(.*node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+)[\\/]/.exec(file)?.[1];

/** The name, version and license of a package, with its notice if it has one. Some have the license in their README. */
function licenseOf(folder) {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const files = readdirSync(folder).filter((each) => /^(licen[cs]e|notice)/i.test(each));
    const texts = files.map((file) => readFileSync(join(folder, file), "utf8"));
    if (!files.some((file) => /^licen[cs]e/i.test(file))) {
        texts.push(/^#* *License\n([\s\S]*)/m.exec(readFileSync(join(folder, "README.md"), "utf8"))?.[1]);
    }
    if (texts.includes(undefined)) {
        throw new Error(`${name} ${version} (${license}) has no text of its license, which a bundle must contain.`);
    }
    return `${name} ${version} (${license})\n\n${texts.map((text) => text.replace(/^[-\s]+/, "").trim()).join("\n\n")}\n`;
}

const [, , sources, output] = process.argv;
for (const file of readdirSync(sources)) {
    const outfile = resolve(output, file.replace(/\.ts$/, ".js"));
    const { metafile } = await build({
        entryPoints: [join(sources, file)],
        outfile,
        bundle: true,
        platform: "node",
        format: "cjs",
        target: "node20",
        minifyWhitespace: true,
        minifySyntax: true,
        legalComments: "none",
        banner: { js: banner },
        // The first is for versions of Node without streams of the web, the second colors messages for debugging if it is installed.
        external: ["web-streams-polyfill", "supports-color"],
        metafile: true,
        logLevel: "warning",
    });
    const folders = new Set(Object.keys(metafile.inputs).map(packageOf));
    folders.delete(undefined);
    const licenses = [...folders].sort().map(licenseOf);
    writeFileSync(outfile.replace(/\.js$/, ".licenses.txt"), licenses.join(`\n${"-".repeat(80)}\n\n`));
}
