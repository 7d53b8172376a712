import { rmSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { ContainerImage, type ContainerImageArgs, ContainerRegistry } from "slipway";
import { contextHashes, ignoreFilter, relativePath } from "../../../lib/artifactregistry/build/context";
import { hasStage, mutableImages, parseDockerfile } from "../../../lib/artifactregistry/build/dockerfile";
import { folderOf } from "../folders";
import { problemsIn, refused, told } from "../registered";

const files = {
    Dockerfile: "FROM python:3.13-slim AS base\nCOPY . /app\nFROM base AS serve\n",
    "main.py": "print(1)\n",
    "notes/plan.md": "soon\n",
};

const listed: [string, string[], string[], string[]][] = [
    ["a name at the top alone", ["notes"], ["notes", "notes/plan.md"], ["app/notes", "notes2"]],
    ["a slash at both ends", ["/notes/"], ["notes/plan.md"], ["app/notes/plan.md"]],
    ["a star within a folder", ["*.md", "app/*.pyc"], ["a.md", "app/a.pyc"], ["app/a.md", "app/b/a.pyc", "a.mdx"]],
    ["two stars anywhere", ["**/*.pyc", "data/**"], ["a.pyc", "a/b/c.pyc", "data/x/y"], ["a.py", "data"]],
    ["two stars amid folders", ["a/**/z"], ["a/z", "a/b/c/z"], ["b/z", "a/zz"]],
    ["a question mark and a class", ["log?", "part[0-9].bin"], ["log1", "part7.bin"], ["log", "log/1x", "partx.bin"]],
    ["special characters of regular expressions", ["a+(b).txt", "c.d"], ["a+(b).txt", "c.d"], ["aab.txt", "cxd"]],
    ["a negated pattern", ["*", "!app", "app/tests"], ["x", "app/tests/a"], ["app", "app/main.py"]],
    ["a negated pattern in an ignored folder", ["app", "!app/main.py"], ["app/x"], ["app/main.py"]],
    [
        "comments, empty lines and spaces",
        ["# notes", "", "  plan.md  ", "! keep"],
        ["plan.md"],
        ["# notes", "notes", "keep"],
    ],
    ["dots", ["./notes", "app/../plan.md"], ["notes/a", "plan.md"], ["app/plan.md"]],
    ["a bracket without its end", ["a[b"], ["a[b"], ["ab", "a"]],
    ["a backslash", ["\\!odd", "a\\*b"], ["!odd", "a*b"], ["axb", "odd"]],
];

test.each(listed)("a .dockerignore with %s", (_, lines, left, taken) => {
    const isIgnored = ignoreFilter(`\uFEFF${lines.join("\r\n")}\n`);
    expect([left.filter((path) => !isIgnored(path)), taken.filter(isIgnored)]).toEqual([[], []]);
});

test("the hash of a folder does not depend on the order in which the system lists its files", () => {
    const folder = folderOf(files);
    const hashes = () => contextHashes({ folder, dockerfile: join(folder, "Dockerfile") });
    const before = hashes();
    const fs = require("node:fs");
    const { readdirSync } = fs;
    const list = jest.spyOn(fs, "readdirSync").mockImplementation((...args) => readdirSync(...args).reverse());
    expect(hashes()).toEqual(before);
    expect(list).toHaveBeenCalledTimes(2);
    list.mockRestore();
});

test.each([
    [".", process.cwd()],
    ["app/docker", join(process.cwd(), "app", "docker")],
    ["../app", join(process.cwd(), "..", "app")],
])("%s is a path that is equal on all machines", (expected, path) => {
    expect(relativePath(path)).toBe(expected);
});

const braced = (text: string) => `$\{${text}}`;
const read = (...lines: string[]) => parseDockerfile(lines.join("\n"));

test("the stages of a Dockerfile are parsed, with continued lines, and without comments and similar text", () => {
    const found = read(
        "# syntax=docker/dockerfile:1",
        "ARG BASE=python:3.13 TAG='a b'",
        "ARG LATER",
        "from --platform=$BUILDPLATFORM \\",
        "  # a comment amid",
        "  $BASE as Builder",
        "ARG INSIDE=1",
        "RUN <<EOF cat - <<-'END'",
        "FROM no",
        "EOF",
        "FROM neither",
        "\tEND",
        "# FROM comment",
        "COPY <<EMPTY /empty",
        "EMPTY",
        "RUN echo \\",
        "FROM argument",
        "FROM scratch",
    );
    expect(found).toEqual({
        args: { BASE: "python:3.13", TAG: "a b", LATER: undefined },
        stages: [{ image: "$BASE", name: "builder" }, { image: "scratch" }],
    });
    expect(["builder", "BUILDER", "0", "1"].map((target) => hasStage(found, target))).toEqual([true, true, true, true]);
    expect(["scratch", "2", ""].map((target) => hasStage(found, target))).toEqual([false, false, false]);
    expect(read("# escape=`", "FROM a:1 `", "AS b", "RUN c:\\", "FROM d:1").stages).toEqual([
        { image: "a:1", name: "b" },
        { image: "d:1" },
    ]);
    expect(read("FROM a:1 \\", "AS b").stages).toEqual([{ image: "a:1", name: "b" }]);
    expect(read("FROM a:1\\", " AS b").stages).toEqual([{ image: "a:1", name: "b" }]);
    // Docker reports instructions without arguments, and a heredoc without an end.
    expect(read("ARG ", "ARG A=1", "FROM ", "RUN <<EOF", "FROM b:1 AS c \\")).toEqual({
        args: { A: "1" },
        stages: [{ image: "" }, { image: "b:1", name: "c" }],
    });
    expect(read("ARG A=1 \\")).toEqual({ args: { A: "1" }, stages: [] });
    expect(read("# FROM a:1")).toEqual({ args: {}, stages: [] });
    // A directive after the first instruction is a comment.
    expect(read("FROM a:1 \\", "AS b", "# escape=`").stages).toEqual([{ image: "a:1", name: "b" }]);
});

test.each([
    [["FROM python"], {}, ["python"]],
    [["FROM python:latest", "FROM python:latest"], {}, ["python:latest"]],
    [["FROM localhost:5000/python"], {}, ["localhost:5000/python"]],
    [["FROM python:3.13", "FROM ghcr.io/a/b@sha256:0a", "FROM scratch"], {}, []],
    [["FROM python:3 AS Base", "FROM base", "FROM other"], {}, ["other"]],
    [["ARG TAG=latest", "FROM python:$TAG"], {}, ["python:latest"]],
    [["ARG TAG=latest", "FROM python:$TAG"], { TAG: "3.13" }, []],
    [["ARG TAG", `ARG IMAGE=python:${braced("TAG:-latest")}`, `FROM ${braced("IMAGE")}`], {}, ["python:latest"]],
    [["ARG TAG=3", `FROM python${braced("TAG:+:$TAG")}`], {}, []],
    [["ARG TAG", `FROM python${braced("TAG:+:3")}`], {}, ["python"]],
    [["ARG TAG", `FROM python${braced("TAG")}`], {}, ["python"]],
    [["ARG BASE", "FROM $BASE"], {}, []],
    [["FROM "], {}, []],
    [["FROM \\"], {}, []],
    [["ARG DIGEST", "FROM python@$DIGEST"], {}, []],
])("in %j with %j these base images are mutable: %j", (lines, args, moving) => {
    expect(mutableImages(read(...lines), args)).toEqual(moving);
});

test.each([
    [10, "f00, f01, f02, f03, f04, f05, f06, f07, f08, f09"],
    [11, "f00, f01, f02, f03, f04, f05, f06, f07, f08, f09 and 1 more"],
    [12, "f00, f01, f02, f03, f04, f05, f06, f07, f08, f09 and 2 more"],
])("the error of a folder with %d files and no Dockerfile lists them", async (count, listed) => {
    const names = Array.from({ length: count }, (_, index) => [`f${String(index).padStart(2, "0")}`, ""]);
    const source = folderOf(Object.fromEntries(names));
    const text = await told(
        () => new ContainerImage("app", { registry: ContainerRegistry.existing("images"), source } as never),
    );
    expect(text).toContain(`does not exist. The folder has ${listed}. Create one,`);
});

test.each([
    ["FROM a:1\n", "Name one with FROM … AS …."],
    ["FROM a:1 AS serve\n", 'It has serve; did you mean "serve"?'],
    [files.Dockerfile, 'It has base, serve; did you mean "serve"?'],
])("the error of an unknown stage of %j names the stages", async (Dockerfile, hint) => {
    const args = { source: folderOf({ Dockerfile }), build: { target: "sevre" } };
    const program = () => new ContainerImage("app", { registry: ContainerRegistry.existing("images"), ...args });
    expect(await told(program)).toContain(`(got "sevre"). ${hint} [`);
});

const empty = () => {
    const folder = folderOf({ a: "" });
    rmSync(join(folder, "a"));
    return folder;
};
const of = (folder: string, build: object) => ({ source: folder, build });

const bad: [string, () => [given: object, words: string]][] = [
    [
        "a missing folder",
        () => [
            { source: "./nowhere" },
            `source: is not a folder: ${join(process.cwd(), "nowhere")} does not exist (got "./nowhere"). The path is relative to ${process.cwd()}.`,
        ],
    ],
    [
        "a file",
        () => [
            { source: "package.json" },
            `source: is not a folder: ${join(process.cwd(), "package.json")} is a file (got "package.json"). Specify the folder that contains the file.`,
        ],
    ],
    [
        "an empty folder",
        () => {
            const folder = empty();
            return [{ source: folder }, `source: has no files: ${folder} is empty (got "${folder}").`];
        },
    ],
    [
        "no Dockerfile",
        () => {
            const folder = folderOf({ "main.py": "", "a.txt": "" });
            return [{ source: folder }, "source: [artifactregistry/dockerfile-missing]"];
        },
    ],
    [
        "the files of the local Google Cloud",
        () => [
            { source: folderOf({ Dockerfile: "FROM scratch\n", ".slipway/cloud/contents": "canary" }) },
            "source: [artifactregistry/context-with-secrets]",
        ],
    ],
    [
        "a context with the files of the local Google Cloud",
        () => [
            of(folderOf({ Dockerfile: "FROM scratch\n", ".slipway/cloud/contents": "canary" }), {}),
            "source: [artifactregistry/context-with-secrets]",
        ],
    ],
    [
        "a stage of a Dockerfile that does not exist",
        () => [
            of(folderOf(files), { dockerfile: "docker/app", target: "serve" }),
            "build.dockerfile: [artifactregistry/dockerfile-missing]",
        ],
    ],
    [
        "a stage of a folder in place of a Dockerfile",
        () => [
            of(folderOf(files), { dockerfile: "notes", target: "serve" }),
            "build.dockerfile: [artifactregistry/dockerfile-missing]",
        ],
    ],
    [
        "a Dockerfile elsewhere",
        () => {
            const folder = folderOf(files);
            return [
                of(folder, { dockerfile: "docker/app" }),
                "build.dockerfile: [artifactregistry/dockerfile-missing]",
            ];
        },
    ],
    [
        "a Dockerfile without a stage",
        () => {
            const folder = folderOf({ Dockerfile: "ARG A\n" });
            return [{ source: folder }, "source: [artifactregistry/dockerfile-without-stage]"];
        },
    ],
    [
        "an unknown stage",
        () => {
            const folder = folderOf(files);
            return [of(folder, { target: "sevre" }), "build.target: [artifactregistry/build-target-unknown]"];
        },
    ],
    [
        "a stage in a Dockerfile without named stages",
        () => {
            const folder = folderOf({ Dockerfile: "FROM a:1\n" });
            return [of(folder, { target: "serve" }), "build.target: [artifactregistry/build-target-unknown]"];
        },
    ],
    [
        "a secret as an argument",
        () => [
            of(folderOf(files), { args: { INDEX_TOKEN: "canary" } }),
            "build.args.INDEX_TOKEN: [artifactregistry/build-arg-named-as-secret]",
        ],
    ],
    [
        "an output as an argument",
        () => [
            of(folderOf(files), { args: { api_key: pulumi.output("canary") } }),
            "build.args.api_key: [artifactregistry/build-arg-named-as-secret]",
        ],
    ],
    [
        "an argument that is not a string",
        () => [of(folderOf(files), { args: { A: 1 } }), "build.args.A: must be a string (got 1)."],
    ],
    [
        "an argument with a hyphen",
        () => [
            of(folderOf(files), { args: { "a-b": "1" } }),
            'build.args.a-b: must be a name of letters, digits and _ (got "a-b").',
        ],
    ],
    [
        "a secret that is not a string",
        () => [of(folderOf(files), { secrets: { a: ["canary"] } }), "build.secrets.a: must be a string."],
    ],
    [
        "secrets that are a string",
        () => [of(folderOf(files), { secrets: "canary" }), "build.secrets: must be an object."],
    ],
    [
        "a secret's name with a slash",
        () => [
            of(folderOf(files), { secrets: { "a/b": "canary" } }),
            'build.secrets.a/b: must be a name of letters, digits, ., _ and - (got "a/b").',
        ],
    ],
    [
        "an unknown platform",
        () => [
            of(folderOf(files), { platforms: ["amd64"] }),
            'build.platforms.0: must be one of linux/amd64, linux/arm64, linux/386, linux/arm, linux/ppc64le, linux/riscv64, linux/s390x (got "amd64").',
        ],
    ],
    [
        "no platform",
        () => [of(folderOf(files), { platforms: [] }), "build.platforms: must have at least one (got [])."],
    ],
    [
        "a platform twice",
        () => [
            of(folderOf(files), { platforms: ["linux/amd64", "linux/amd64"] }),
            'build.platforms: must not have duplicates (got ["linux/amd64", "linux/amd64"]).',
        ],
    ],
    [
        "a cache without a tag",
        () => [
            of(folderOf(files), { cache: { ref: "ghcr.io/acme/cache" } }),
            'build.cache.ref: must be a registry, a name and a tag that can move, such as europe-west1-docker.pkg.dev/acme-dev/cache/predict:main (got "ghcr.io/acme/cache").',
        ],
    ],
    [
        "a cache of another mode",
        () => [
            of(folderOf(files), { cache: { mode: "all" } }),
            'build.cache.mode: must be one of min, max (got "all").',
        ],
    ],
    [
        "a builder with a space",
        () => [
            of(folderOf(files), { builder: "my builder" }),
            "build.builder: must be a builder's name, as 'docker buildx ls' shows it (got \"my builder\").",
        ],
    ],
    [
        "an unknown option",
        () => [
            of(folderOf(files), { platform: "linux/amd64" }),
            'build.platform: unknown option "platform"; did you mean "platforms"?',
        ],
    ],
    ["a build and a tag", () => [{ source: ".", tag: "1" }, "must have exactly one of source, tag, digest, reference"]],
    [
        "a transform of an unknown child",
        () => [
            { source: folderOf(files), transform: { repository: {} } },
            'transform.repository: unknown option "repository"; the only option is image.',
        ],
    ],
];

test.each(bad)("a build of %s is refused", async (_, given) => {
    const [args, words] = given();
    const message = await told(
        () => {
            const registry = new ContainerRegistry("app");
            new ContainerImage("predict", { registry, ...args } as ContainerImageArgs);
        },
        {},
        ["Repository app"],
    );
    expect(problemsIn({ message })).toContain(`ContainerImage "predict": ${words}`);
    expect(message).not.toContain("canary");
});

test("a cache in a registry that exists already needs the name of its image", async () => {
    const program = () => {
        const registry = ContainerRegistry.existing("app");
        new ContainerImage("predict", { registry, source: folderOf(files), build: { cache: {} } });
    };
    expect(await refused(program)).toBe(
        'ContainerImage "predict": build.cache.ref: [artifactregistry/cache-ref-missing]',
    );
});
