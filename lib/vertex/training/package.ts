import { existsSync, readFileSync } from "node:fs";
import { basename, join, posix } from "node:path";
import { BucketObject } from "@pulumi/gcp/storage/bucketObject";
import * as pulumi from "@pulumi/pulumi";
import * as check from "../../internal/arguments/check";
import { hashOf } from "../../internal/arguments/names";
import type { Child } from "../../internal/engine/children";
import { type Archive, storeArchive } from "../../internal/sources/archive";
import type { SourceFile } from "../../internal/sources/listing";
import type { AnyBucket } from "../../storage";

/** Whether a folder describes its package itself, whose modules may be anywhere. */
const hasPackaging = (source: string): boolean =>
    ["setup.py", "pyproject.toml"].some((file) => existsSync(join(source, file)));

/** The lines of requirements without comments. */
function requirementsIn(text: string): string[] {
    const lines = text.split(/\r?\n/).map((line) => line.replace(/(^|\s)#.*$/, "").trim());
    return lines.filter((line) => line !== "");
}

/** Reports options of pip, URLs and paths, which the metadata of a package cannot have. */
function requirementProblems(text: string): check.Problem[] {
    return requirementsIn(text)
        .filter((line) => /^(-|[a-z][a-z+]*:\/\/|\.{0,2}\/)/i.test(line))
        .map((line) =>
            check.problem(
                "source",
                "vertex/requirements-unsupported",
                `must have only names and versions of packages in its requirements.txt (got "${line}"). Add a pyproject.toml for others, or build an image.`,
            ),
        );
}

/** A local package must exist; objects are read by Vertex AI. */
export function packageProblems(path: string, one: unknown): check.Problem[] {
    if (typeof one !== "string") {
        return [];
    }
    if (!/\.(tar\.gz|whl)$/.test(one)) {
        return [check.problem(path, "vertex/package-format", `must end with .tar.gz or .whl (got "${one}").`)];
    }
    return one.startsWith("gs://") || existsSync(one)
        ? []
        : [
              check.problem(
                  path,
                  "vertex/package-missing",
                  `does not exist (got "${one}"). The path is relative to ${process.cwd()}.`,
              ),
          ];
}

/** Reports a module that the folder does not have, and requirements that a package cannot have. */
export function sourceProblems(source: string, module: string): check.Problem[] {
    if (hasPackaging(source)) {
        return [];
    }
    const path = module.replaceAll(".", "/");
    const isThere = [`${path}.py`, `${path}/__main__.py`].some((file) => existsSync(join(source, file)));
    const requirements = join(source, "requirements.txt");
    return [
        ...(isThere
            ? []
            : [
                  check.problem(
                      "module",
                      "vertex/module-not-in-folder",
                      `is not in the folder: ${source} has no ${path}.py (got "${module}").`,
                  ),
              ]),
        ...(existsSync(requirements) ? requirementProblems(readFileSync(requirements, "utf8")) : []),
    ];
}

const isIdentifier = (name: string) => /^[A-Za-z_]\w*$/.test(name);

/** The setup script of a folder without one: all its folders with Python's names are packages, with all their files. */
function setupScript(files: readonly SourceFile[]): string {
    const requirements = files.find(({ path }) => path === "requirements.txt");
    const folders = new Set(files.map(({ path }) => posix.dirname(path)).filter((folder) => folder !== "."));
    const packages = [...folders].filter((folder) => folder.split("/").every(isIdentifier)).sort();
    const modules = files.map(({ path }) => /^(\w+)\.py$/.exec(path)?.[1]).filter((name) => name !== undefined);
    const settings = {
        name: "training",
        version: "1.0.0",
        packages: packages.map((folder) => folder.replaceAll("/", ".")),
        package_data: { "": ["*"] },
        py_modules: modules,
        install_requires: requirements ? requirementsIn(readFileSync(requirements.file, "utf8")) : [],
    };
    // JSON of strings, lists and objects is Python as well.
    return `from setuptools import setup\n\nsetup(**${JSON.stringify(settings, undefined, 4)})\n`;
}

/** The folder in the archive, as in all source distributions. */
const root = "training-1.0.0";

/**
 * Packs a folder as a source distribution, which `pip` installs. Equal contents give equal bytes on every machine.
 */
export function packSource(source: string, files: readonly SourceFile[]): Archive {
    const own = files.map(({ path, file }) => [path, readFileSync(file)] as const);
    const script = hasPackaging(source) ? [] : [["setup.py", Buffer.from(setupScript(files))] as const];
    const entries = [...own, ...script].sort(([one], [other]) => (one < other ? -1 : 1));
    const blocks = entries.flatMap(([path, content]) => [
        ...headersOf(`${root}/${path}`, content.length),
        padded(content),
    ]);
    const tar = Buffer.concat([...blocks, Buffer.alloc(2 * blockSize)]);
    const { gzipSync }: typeof import("../../internal/bundled/fflate") = require("../../internal/bundled/fflate");
    return storeArchive(gzipSync(tar, { level: 9, mtime: 0 }), "tar.gz");
}

const blockSize = 512;

/** Content in whole blocks. */
function padded(content: Uint8Array): Buffer {
    return Buffer.concat([content, Buffer.alloc((blockSize - (content.length % blockSize)) % blockSize)]);
}

/** The {@link https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html headers} of a file: long names have one of their own. */
function headersOf(path: string, size: number): Buffer[] {
    const bytes = Buffer.byteLength(path);
    if (bytes <= 100) {
        return [header(path, size, "0")];
    }
    const base = bytes + " path=\n".length;
    // The length includes its own digits, of which there can be one more with them.
    const length = base + String(base + String(base).length).length;
    const attributes = Buffer.from(`${length} path=${path}\n`);
    return [header("PaxHeader", attributes.length, "x"), padded(attributes), header("long", size, "0")];
}

function header(name: string, size: number, type: "0" | "x"): Buffer {
    const block = Buffer.alloc(blockSize);
    const octal = (value: number, digits: number) => `${value.toString(8).padStart(digits, "0")}\0`;
    block.write(name, 0);
    block.write(octal(0o644, 7), 100);
    block.write(octal(0, 7), 108);
    block.write(octal(0, 7), 116);
    block.write(octal(size, 11), 124);
    block.write(octal(0, 11), 136);
    block.write(" ".repeat(8), 148);
    block.write(type, 156);
    block.write("ustar\0", 257);
    block.write("00", 263);
    const sum = block.reduce((all, byte) => all + byte, 0);
    block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
    return block;
}

/** The packages of a job, and where they are uploaded. */
export interface Packages {
    packages?: pulumi.Input<string>[];
    output: AnyBucket;
    name: string;
}

/** Whether a package is a file of this machine. */
const isLocal = (one: unknown): one is string => typeof one === "string" && !one.startsWith("gs://");

/** Uploads packages to the bucket of the results, under names with their hash: a running job keeps its own. */
export function uploadPackages(
    component: string,
    { packages = [], output, name: job }: Packages,
    archive: Archive | undefined,
    child: Child,
): BucketObject[] {
    const own = archive && { part: "source", file: archive.file, hash: archive.hash, name: "training-1.0.0.tar.gz" };
    const given = packages.filter(isLocal).map((file) => {
        const name = basename(file);
        return { part: name, file, hash: hashOf(readFileSync(file)), name };
    });
    return [...(own ? [own] : []), ...given].map(({ part, file, hash, name }) => {
        const args = {
            bucket: output.bucket.name,
            name: `${job}/packages/${hash}/${name}`,
            source: new pulumi.asset.FileAsset(file),
        };
        return new BucketObject(...child("package", `${component}-${part}`, args));
    });
}

/** The addresses of all packages, in their order. */
export function packageAddresses({ packages, output }: Packages, uploaded: readonly BucketObject[]) {
    const remaining = [...uploaded];
    const addressOf = ({ name }: BucketObject) => pulumi.interpolate`gs://${output.bucket.name}/${name}`;
    return packages === undefined
        ? remaining.map(addressOf)
        : packages.map((one) => (isLocal(one) ? addressOf(remaining.shift() as BucketObject) : one));
}
