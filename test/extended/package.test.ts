import { spawnSync } from "node:child_process";
import {
    cpSync,
    existsSync,
    mkdtempSync,
    readdirSync,
    readFileSync,
    rmSync,
    statSync,
    symlinkSync,
    writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "../../local/toolchain/process";

const root = join(__dirname, "..", "..");
const npmrc = "fund=false\naudit=false\nprefer-offline=true\nloglevel=error\n";
const read = (file: string) => JSON.parse(readFileSync(file, "utf8"));

/** The exit code and output of a command in a folder. */
function runIn(cwd: string, command: string, ...args: string[]) {
    const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: "utf8" });
    return { code: status, stdout, stderr };
}

/** A package as packed by npm, with its paths. */
interface Packed {
    tarball: string;
    paths: string[];
}

const packages = mkdtempSync(join(tmpdir(), "slipway-packed-"));
/** An installed starter, whose packages another program has as well. */
const starter = join(packages, "starter");
const installed = (command: string) => join(starter, "node_modules", ".bin", command);
const slipway = installed("slipway");
let all: Record<"slipway" | "slipway-local", Packed>;
beforeAll(async () => {
    const made = await run("npm", ["pack", "--json", "--pack-destination", packages, ".", "./local"], { cwd: root });
    const listed: { name: string; filename: string; files: { path: string }[] }[] = JSON.parse(made);
    const rows = listed.map(({ name, filename, files }) => {
        return [name, { tarball: join(packages, filename), paths: files.map(({ path }) => path) }];
    });
    all = Object.fromEntries(rows);
});
afterAll(() => rmSync(packages, { recursive: true, force: true }));

/**
 * The packages of a production install of slipway, in addition to `@pulumi/pulumi` and `@pulumi/gcp` with their
 * dependencies.
 */
const production = ["commander", "fastest-levenshtein", "ignore", "yaml"];

/** The maximum size of these packages and slipway, in bytes: the sum of the sizes of their files. */
const maxProduction = 8e6;

interface Lock {
    packages: Record<string, { version?: string; dependencies?: Record<string, string> }>;
}

/** The sum of the sizes of all files in a folder, in bytes. */
const sizeOf = (folder: string) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);

/** All dependencies of a package, including indirect ones. */
function tree({ packages }: Lock, name: string, found = new Set<string>()): Set<string> {
    for (const dependency of Object.keys(packages[`node_modules/${name}`]?.dependencies ?? {})) {
        if (!found.has(dependency)) {
            tree({ packages }, dependency, found.add(dependency));
        }
    }
    return found;
}

test("slipway contains no files of the local Google Cloud, and slipway-local none that only this repository needs", () => {
    const folders = (paths: string[]) => [...new Set(paths.map((path) => path.split("/").slice(0, 2).join("/")))];
    expect(folders(all.slipway.paths).sort()).toEqual([
        "LICENSE",
        "README.md",
        "dist/lib",
        "docs/equivalents",
        "lib/composer",
        "lib/dataflow",
        "lib/gke",
        "package.json",
    ]);
    const local = all["slipway-local"].paths;
    expect(folders(local).sort()).toEqual([
        "LICENSE",
        "README.md",
        "dist/lib",
        "dist/local",
        "dist/starters",
        "package.json",
    ]);
    expect(local).toEqual(
        expect.arrayContaining([
            "dist/local/commands/main.js",
            "dist/starters/platform/Pulumi.dev.yaml",
            "dist/starters/platform/gitignore",
            "dist/local/runtime/emulator/protos/pubsub.proto",
            "dist/local/runtime/kubernetes/crds/cloud.google.com_backendconfigs.yaml",
        ]),
    );
    expect(local.filter((path) => path.includes("showcase"))).toEqual([]);
    const ofTools = (file: string) =>
        local.filter((path) => path.endsWith(`/${file}`)).map((path) => path.split("/")[3]);
    const tools = [
        "buildkit",
        "crds",
        "etcd",
        "kubernetes",
        "kwok",
        "metrics-server",
        "pulumi",
        "pulumi-resource-docker-build",
        "pulumi-resource-kubernetes",
    ];
    expect(ofTools("tool.json").sort()).toEqual(tools);
    expect(ofTools("go.sum").sort()).toEqual(tools);
});

test("slipway contains the licenses of the packages that its files contain", () => {
    const folder = "dist/lib/internal/bundled/";
    const packed = all.slipway.paths.filter((path) => path.startsWith(folder));
    const expected = ["fflate", "googleAuth", "valibot"].flatMap((name) => [`${name}.js`, `${name}.licenses.txt`]);
    expect(packed.sort()).toEqual(expected.map((name) => `${folder}${name}`));
});

test("both packages have the same version and dependencies, and slipway-local requires that version of slipway", () => {
    const [slipway, local] = [read(join(root, "package.json")), read(join(root, "local", "package.json"))];
    expect(local.version).toBe(slipway.version);
    expect(local.peerDependencies).toEqual({ ...slipway.peerDependencies, slipway: slipway.version });
});

test.each(readdirSync(join(root, "examples")))(
    "the starter %s has slipway-local as a development dependency",
    (name) => {
        const { dependencies, devDependencies } = read(join(root, "examples", name, "package.json"));
        expect([dependencies["slipway-local"], devDependencies["slipway-local"]]).toEqual([
            undefined,
            dependencies.slipway,
        ]);
    },
);

describe("a starter, copied and installed", () => {
    const folder = starter;

    test("contains the modules of slipway that its components need in production", async () => {
        cpSync(join(root, "examples", "model-function"), folder, { recursive: true });
        writeFileSync(join(folder, ".npmrc"), npmrc);
        const { packages } = read(join(root, "package-lock.json")) as Lock;
        const description = read(join(folder, "package.json"));
        // npm does not override direct dependencies of the starter.
        const pinned = production
            .filter((name) => !(name in description.devDependencies))
            .map((name) => [name, packages[`node_modules/${name}`]?.version]);
        description.dependencies.slipway = `file:${all.slipway.tarball}`;
        description.devDependencies["slipway-local"] = `file:${all["slipway-local"].tarball}`;
        // Pins the versions of this repository, so that newly published packages do not change the list.
        description.overrides = Object.fromEntries(pinned);
        writeFileSync(join(folder, "package.json"), JSON.stringify(description));
        await run("npm", ["install", "--omit=dev"], { cwd: folder });
        const lock: Lock = read(join(folder, "node_modules", ".package-lock.json"));
        const peers = ["@pulumi/pulumi", "@pulumi/gcp"].flatMap((name) => [...tree(lock, name)]);
        const own = [...tree(lock, "slipway")].filter((name) => !peers.includes(name));
        expect(own.sort()).toEqual(production);
        const sizes = ["slipway", ...own].map((name) => sizeOf(join(folder, "node_modules", name)));
        expect(sizes.reduce((sum, size) => sum + size)).toBeLessThanOrEqual(maxProduction);
        for (const name of [
            "slipway-local",
            "@typescript",
            "@bufbuild/cel",
            "@peculiar/x509",
            "@bomb.sh/tab",
            "@pulumi/docker",
        ]) {
            expect([name, existsSync(join(folder, "node_modules", name))]).toEqual([name, false]);
        }
    });

    test("says how to install the local Google Cloud", () => {
        const { version } = read(join(root, "package.json"));
        const missing = `slipway: the local Google Cloud is the package slipway-local, which is not installed: run 'npm install --save-dev slipway-local@${version}'.\n`;
        expect(runIn(folder, "npx", "slipway", "local", "up", "-s", "dev")).toEqual({
            code: 1,
            stdout: "",
            stderr: expect.stringMatching(new RegExp(`${missing.replaceAll(/[.()]/g, "\\$&")}$`)),
        });
        const help = runIn(folder, slipway, "--help");
        expect(help).toMatchObject({ code: 0, stdout: expect.stringContaining("gke-token") });
    });

    test("is deployed with its development dependencies, which contain no other provider", async () => {
        await run("npm", ["install"], { cwd: folder });
        expect(readdirSync(join(folder, "node_modules", "@pulumi"))).toEqual(["gcp", "pulumi"]);
        const up = ["slipway", "local", "up", "-s", "dev", "--yes", "--skip-preview"];
        expect(await run("npx", up, { cwd: folder })).toContain("url");
        expect(await run(slipway, ["local", "ls"], { cwd: folder })).toMatch(/ locations\/\S+\/functions\/predict$/m);
        await run(slipway, ["local", "destroy", "-s", "dev", "--yes", "--skip-preview"], { cwd: folder });
    });

    test("copies another starter and installs it, with slipway from the same files", async () => {
        const copy = join(packages, "prices");
        const env = { ...process.env, npm_config_prefer_offline: "true", npm_config_loglevel: "error" };
        await run(slipway, ["local", "new", "platform", copy], { cwd: folder, env });
        expect(read(join(copy, "package.json")).dependencies.slipway).toBe(`file:${all.slipway.tarball}`);
        const preview = await run("npx", ["slipway", "local", "preview", "-s", "dev"], { cwd: copy });
        expect(preview).toContain("prices-dev");
    });
});

test("a starter is installed and deployed by the commands of its README, with the packages that docs/install.md packs", async () => {
    expect(readFileSync(join(root, "docs", "install.md"), "utf8")).toContain(
        "npm pack --pack-destination .. . ./local",
    );
    const folder = join(packages, "models");
    cpSync(join(root, "examples", "model-function"), folder, { recursive: true });
    writeFileSync(join(folder, ".npmrc"), npmrc);
    const [, commands = ""] = /```sh\n([\s\S]*?)```/.exec(readFileSync(join(folder, "README.md"), "utf8")) ?? [];
    const [install = "", up = ""] = commands.split("\n").map((line) => line.replace(/ +#.*/, ""));
    await run("sh", ["-c", install], { cwd: folder });
    const { dependencies, devDependencies } = read(join(folder, "package.json"));
    const { version } = read(join(root, "package.json"));
    expect([dependencies.slipway, devDependencies["slipway-local"]]).toEqual([
        `file:../slipway-${version}.tgz`,
        `file:../slipway-local-${version}.tgz`,
    ]);
    expect(dependencies["slipway-local"]).toBeUndefined();
    expect(await run("sh", ["-c", `${up} --yes --skip-preview`], { cwd: folder })).toContain("url");
    await run("npx", ["slipway", "local", "destroy", "-s", "dev", "--yes", "--skip-preview"], { cwd: folder });

    // Pulumi's own compiler would accept every argument.
    await run("npm", ["uninstall", "typescript"], { cwd: folder });
    const { code, stdout } = runIn(folder, "npx", "slipway", "local", "preview", "-s", "dev", "--non-interactive");
    expect(code).not.toBe(0);
    expect(stdout).toContain("slipway: the program has no TypeScript: 5.0 or newer is needed.");
});

const files = {
    ".npmrc": npmrc,
    "package.json": '{ "name": "empty", "version": "1.0.0", "private": true }\n',
    "Pulumi.yaml": "name: empty\nruntime: nodejs\n",
    "Pulumi.dev.yaml": "config:\n  gcp:project: acme-empty\n  gcp:region: europe-west1\n  slipway:kind: development\n",
    "index.ts": [
        'import { PubSubTopic } from "slipway";',
        'import { StorageBucket } from "slipway/storage";',
        'export const topic = new PubSubTopic("sales").topic.id;',
        'export const bucket = new StorageBucket("models").bucket.url;',
        "",
    ].join("\n"),
    "deployed.ts": [
        'import { type Deployed, LocalCloud, type Resource } from "slipway-local";',
        "export async function deployed(): Promise<Deployed & { topics: Resource[] }> {",
        '    await using cloud = new LocalCloud(".");',
        '    const changes = await cloud.stack("dev", { "gcp:project": "acme-tested" }).up();',
        '    return { ...changes, topics: cloud.resources("Topic") };',
        "}",
        "void deployed().then((found) => process.stdout.write(JSON.stringify(found)));",
        "",
    ].join("\n"),
};

/** Compiler options of Pulumi's templates; the older ones do not support `exports`. */
const settings = {
    node10: { module: "commonjs", moduleResolution: "node10" },
    node16: { module: "node16", moduleResolution: "node16" },
};

describe("the packed packages in an empty Pulumi program", () => {
    const folder = mkdtempSync(join(tmpdir(), "slipway-package-"));
    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    beforeAll(() => {
        for (const [path, text] of Object.entries(files)) {
            writeFileSync(join(folder, path), text);
        }
        symlinkSync(join(starter, "node_modules"), join(folder, "node_modules"));
    });

    test.each(Object.entries(settings))("are resolved by TypeScript with %s", async (_, compilerOptions) => {
        const libraries = { target: "es2022", lib: ["es2022", "esnext.disposable"], types: ["node"] };
        const options = { ...compilerOptions, ...libraries, strict: true, skipLibCheck: true, outDir: "compiled" };
        const settings = { compilerOptions: options, files: ["index.ts", "deployed.ts"] };
        writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(settings));
        expect(await run(installed("tsc"), ["-p", "."], { cwd: folder })).toBe("");
    });

    test("deploy it with their command", async () => {
        const up = ["local", "up", "-s", "dev", "--yes", "--skip-preview"];
        expect(await run(slipway, up, { cwd: folder })).toContain("acme-empty-models");
        expect(await run(slipway, ["local", "ls"], { cwd: folder })).toMatch(/^ {4}Topic +topics\/sales$/m);
    });

    test("deploy it to a temporary cloud in its tests, and leave nothing behind", async () => {
        const temporary = mkdtempSync(join(folder, "temporary-"));
        const env = { ...process.env, TMPDIR: temporary };
        const found = await run(process.execPath, [join("compiled", "deployed.js")], { cwd: folder, env });
        const { outputs, created, topics } = JSON.parse(found);
        expect(outputs.topic).toBe("projects/acme-tested/topics/sales");
        expect(created).toEqual(expect.arrayContaining(["Bucket models", "Topic sales"]));
        expect(topics.map(({ id }: { id: string }) => id)).toEqual([outputs.topic]);
        expect(readdirSync(temporary).filter((name) => name.startsWith("slipway-"))).toEqual([]);
        expect(await run(slipway, ["local", "ls"], { cwd: folder })).not.toContain("acme-tested");
    });

    const images = [
        ["tag", 'tag: "1.4.0"', "@pulumi/docker", "^5.2.0"],
        ["source", 'source: "."', "@pulumi/docker-build", "^0.0.22"],
    ] as const;
    test.each(images)("report the missing package for an image with %s", (argument, given, name, range) => {
        const program = [
            'const { ContainerImage, ContainerRegistry } = require("slipway");',
            'const registry = new ContainerRegistry("app");',
            `new ContainerImage("predict", { registry, ${given} });`,
            "",
        ].join("\n");
        writeFileSync(join(folder, "index.ts"), program);
        writeFileSync(join(folder, "Dockerfile"), "FROM scratch\nCOPY package.json /\n");
        writeFileSync(join(folder, ".dockerignore"), ".slipway\n");
        const { code, stdout } = runIn(folder, slipway, "local", "preview", "-s", "dev", "--non-interactive");
        expect(code).not.toBe(0);
        expect(stdout).toContain(
            `ContainerImage "predict": ${argument} needs the package ${name}, which is not installed: run 'npm install ${name}@${range}'.`,
        );
    });

    test("report that they must have the same version", () => {
        const file = join(folder, "node_modules", "slipway-local", "package.json");
        const { version } = read(file);
        writeFileSync(file, readFileSync(file, "utf8").replace(`"version": "${version}"`, '"version": "0.0.1"'));
        expect(runIn(folder, slipway, "local", "ls")).toMatchObject({
            code: 1,
            stderr: expect.stringContaining(
                `slipway-local, which is 0.0.1 and slipway is ${version}: run 'npm install --save-dev slipway-local@${version}'.`,
            ),
        });
    });
});
