import { chmodSync, mkdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { Provider } from "@pulumi/docker-build/provider";
import * as pulumi from "@pulumi/pulumi";
import { ContainerImage, type ContainerImageArgs, ContainerRegistry, PubSubTopic } from "slipway";
import { rejectSecretArgs } from "../../../lib/artifactregistry/build/argValues";
import { contextHashes } from "../../../lib/artifactregistry/build/context";
import { expired } from "../../../local/simulator/services/artifactregistry/cleanup";
import { inChild } from "../child";
import { folderOf } from "../folders";
import { registered, registeredOptions, registeredOutputs, rejection } from "../registered";

const url = "europe-west1-docker.pkg.dev/acme-dev/app";
const files = {
    Dockerfile:
        "ARG BASE=python:3.13-slim\nFROM $BASE AS base\nCOPY . /app\nFROM base AS serve\nCMD python /app/main.py\n",
    "main.py": "print(1)\n",
    "notes/plan.md": "soon\n",
};

/** The resources of a build, except its registry. */
async function built(source: string, build?: object, more: object = {}, stack = {}) {
    const program = () => {
        const registry = new ContainerRegistry("app");
        new ContainerImage("predict", { registry, source, build, ...more } as ContainerImageArgs);
    };
    const { "Repository app": _, ...made } = await registered(program, stack);
    return made;
}

/** The ID of the build. */
const idOf = (made: Record<string, object>) =>
    (made["Image predict"] as { labels: Record<string, string> }).labels["slipway.build"] as string;

const id = expect.stringMatching(/^[0-9a-f]{12}-[0-9a-f]{6}$/);
const image = (folder: string, name = "predict") => ({
    context: { location: relative(process.cwd(), folder) },
    dockerfile: { location: relative(process.cwd(), join(folder, "Dockerfile")) },
    platforms: ["linux/amd64"],
    push: false,
    buildOnPreview: false,
    network: "default",
    labels: { "slipway.build": id },
    exports: [{ registry: { names: [`${url}/${name}`], pushByDigest: true } }],
});
const kept = "europe-west1-docker.pkg.dev/acme-dev/app-cache/predict:cache";
const cached = (ref = kept, mode = "max") => ({
    cacheFrom: [{ registry: { ref } }],
    cacheTo: [{ registry: { ref, mode, imageManifest: true, ociMediaTypes: true, ignoreError: true } }],
});
const cache = {
    "Repository app-cache": {
        repositoryId: "app-cache",
        location: "europe-west1",
        format: "DOCKER",
        description: "Layers that builds of images for app have kept",
        cleanupPolicies: [
            { id: "delete-old", action: "DELETE", condition: { tagState: "ANY", olderThan: "2592000s" } },
        ],
        vulnerabilityScanningConfig: { enablementConfig: "DISABLED" },
    },
};

test("a folder is built for linux/amd64 and pushed without a tag but with a unique label, and its layer cache is in the registry", async () => {
    const folder = folderOf(files);
    expect(await built(folder)).toEqual({ ...cache, "Image predict": { ...image(folder), ...cached() } });
});

test("all arguments are passed to the build", async () => {
    const folder = folderOf({ ...files, "docker/app": files.Dockerfile });
    const build = {
        dockerfile: "docker/app",
        target: "serve",
        args: { BASE: "python:3.12", BUILD: pulumi.output("7") },
        platforms: ["linux/amd64", "linux/arm64"],
        secrets: { index: "a", netrc: pulumi.output("b") },
        cache: { ref: pulumi.output("ghcr.io/acme/cache:main"), mode: "min" },
        builder: "fast",
    };
    expect(await built(folder, build, { image: "team/range" })).toEqual({
        "Image predict": {
            ...image(folder, "team/range"),
            ...cached("ghcr.io/acme/cache:main", "min"),
            dockerfile: { location: relative(process.cwd(), join(folder, "docker/app")) },
            target: "serve",
            buildArgs: { BASE: "python:3.12", BUILD: "7" },
            platforms: ["linux/amd64", "linux/arm64"],
            secrets: { secret: { index: "a", netrc: "b" } },
            builder: { name: "fast" },
        },
    });
});

test("a Dockerfile with an absolute path can be outside of the context", async () => {
    const context = folderOf(files);
    const dockerfile = join(folderOf({ app: files.Dockerfile }), "app");
    expect(await built(context, { dockerfile, cache: false })).toEqual({
        "Image predict": { ...image(context), dockerfile: { location: relative(process.cwd(), dockerfile) } },
    });
});

test("an image is built by the program's provider", async () => {
    const program = () => {
        const builds = new Provider("own");
        const registry = new ContainerRegistry("app");
        new ContainerImage("predict", { registry, source: folderOf(files) }, { providers: [builds] });
    };
    expect((await registeredOptions(program))["Image predict"]).toMatchObject({ provider: "Provider own" });
    expect(await registered(program, { environment: true })).not.toHaveProperty(["Provider builds"]);
});

test("builds for several platforms have no layer cache by default, and others can disable it", async () => {
    const context = folderOf(files);
    const several = await built(context, { platforms: ["linux/amd64", "linux/arm64"] });
    expect(several).toEqual({ "Image predict": { ...image(context), platforms: ["linux/amd64", "linux/arm64"] } });
    expect(await built(context, { cache: false })).toEqual({ "Image predict": image(context) });
    for (const cached of [{ platforms: ["linux/amd64", "linux/arm64"], cache: {} }, { platforms: ["linux/arm64"] }]) {
        expect(Object.keys(await built(context, { ...cached }))).toEqual(["Image predict", "Repository app-cache"]);
    }
});

test("two images of a registry share a repository for their layer cache", async () => {
    const folder = folderOf(files);
    const made = await registered(() => {
        const registry = new ContainerRegistry("app", {
            name: `a${"b".repeat(60)}`,
            transform: { cache: { labels: { of: "builds" } } },
        });
        new ContainerImage("predict", { registry, source: folder });
        new ContainerImage("range", { registry, source: folder });
    });
    expect(Object.keys(made)).toEqual(["Image predict", "Image range", "Repository app", "Repository app-cache"]);
    const { repositoryId, labels } = made["Repository app-cache"] as { repositoryId: string; labels: object };
    expect([repositoryId.length, labels]).toEqual([63, { of: "builds" }]);
});

test("the layer cache has the labels and the key of its registry", async () => {
    const folder = folderOf(files);
    const labels = { team: "sales" };
    const encryptionKey = "projects/acme-keys/locations/europe-west1/keyRings/data/cryptoKeys/images";
    const made = await registered(() => {
        const registry = new ContainerRegistry("app", { labels, encryptionKey });
        new ContainerImage("predict", { registry, source: folder });
    });
    expect(made["Repository app-cache"]).toMatchObject({ labels, kmsKeyName: encryptionKey });
});

test("the image is a child that is retained in its registry, and build settings do not replace it", async () => {
    const folder = folderOf(files);
    const program = () => new ContainerImage("predict", { registry: new ContainerRegistry("app"), source: folder });
    const { "Image predict": options } = await registeredOptions(program);
    expect(options).toEqual({
        parent: "ContainerImage predict",
        provider: "Provider builds",
        retainOnDelete: true,
        ignoreChanges: [
            "builder",
            "buildOnPreview",
            "cacheFrom",
            "cacheTo",
            "exec",
            "secrets",
            "tags",
            "exports",
            "labels",
            "push",
        ],
        replacementTrigger: expect.stringMatching(/^[0-9a-f]{64}$/),
        after: ["Repository app", "Repository app-cache"],
    });
    expect((await registered(program, { environment: true }))["Provider builds"]).toEqual({ host: "" });
    expect((await registeredOptions(program, { environment: true }))["Provider builds"]?.parent).toBe(
        "Environment dev",
    );
});

test("the reference consists of the registry, the image and the digest", async () => {
    const folder = folderOf(files);
    const program = () => {
        new ContainerImage("predict", { registry: new ContainerRegistry("app"), source: folder });
    };
    const digest = `sha256:${"0d".repeat(32)}`;
    expect((await registeredOutputs(program))["ContainerImage predict"]).toEqual({
        reference: `${url}/predict@${digest}`,
        digest,
    });
    const { reference } = (await registeredOutputs(program, { preview: true }))["ContainerImage predict"] as {
        reference: string;
    };
    expect(reference).toBe("(unknown)");
});

/** Changes of a folder and its build arguments that rebuild the image. */
async function trigger(folder: string, build: object = {}, more: object = {}): Promise<unknown> {
    const options = await registeredOptions(() => {
        const registry = new ContainerRegistry("app");
        new ContainerImage("predict", {
            registry,
            source: folder,
            build,
            ...more,
        } as ContainerImageArgs);
    });
    return options["Image predict"]?.replacementTrigger;
}

const changes: [string, boolean, (folder: string) => unknown][] = [
    ["nothing", false, () => {}],
    ["a rewritten file", false, (folder) => writeFileSync(join(folder, "main.py"), "print(1)\n")],
    ["the date of a file", false, (folder) => utimesSync(join(folder, "main.py"), 1, 1)],
    ["an empty folder", false, (folder) => void mkdirSync(join(folder, "logs"))],
    ["a file in .dockerignore", false, (folder) => writeFileSync(join(folder, "notes/plan.md"), "now\n")],
    ["a file", true, (folder) => writeFileSync(join(folder, "main.py"), "print(2)\n")],
    ["the first character of a file", true, (folder) => writeFileSync(join(folder, "main.py"), "Print(1)\n")],
    [
        "the name of a file",
        true,
        (folder) => {
            rmSync(join(folder, "main.py"));
            writeFileSync(join(folder, "serve.py"), "print(1)\n");
        },
    ],
    ["an additional file", true, (folder) => writeFileSync(join(folder, "more.py"), "")],
    ["the mode of a file", true, (folder) => chmodSync(join(folder, "main.py"), 0o755)],
    ["a link", true, (folder) => symlinkSync("main.py", join(folder, "link.py"))],
    ["a link to a folder", true, (folder) => symlinkSync("notes", join(folder, "link"))],
    ["a link to nothing", true, (folder) => symlinkSync("nowhere", join(folder, "link"))],
    ["the Dockerfile", true, (folder) => writeFileSync(join(folder, "Dockerfile"), `${files.Dockerfile}USER 10001\n`)],
    ["the .dockerignore", true, (folder) => writeFileSync(join(folder, ".dockerignore"), "")],
    ["an argument", true, () => ({ build: { args: { BASE: "python:3.12" } } })],
    ["the stage", true, () => ({ build: { target: "base" } })],
    ["a platform", true, () => ({ build: { platforms: ["linux/arm64"] } })],
    ["the name of the image", true, () => ({ more: { image: "range" } })],
    ["an additional secret", true, () => ({ build: { secrets: { index: "a" } } })],
    ["what a transform adds", true, () => ({ more: { transform: { image: { labels: { team: "forecast" } } } } })],
    ["the builder", false, () => ({ build: { builder: "fast" } })],
    ["the cache", false, () => ({ build: { cache: false } })],
];

test.each(changes)("%s rebuilds the image: %s", async (_, isAnother, change) => {
    const folder = folderOf({ ...files, ".dockerignore": "notes\n" });
    chmodSync(join(folder, "main.py"), 0o644);
    const before = await trigger(folder);
    const { build, more } = (change(folder) ?? {}) as { build?: object; more?: object };
    expect((await trigger(folder, build, more)) !== before).toBe(isAnother);
});

test("changed secrets and the order of arguments do not rebuild the image", async () => {
    const folder = folderOf(files);
    const [one, other] = [
        { secrets: { index: "a" }, args: { A: "1", B: "2" } },
        { args: { B: "2", A: "1" }, secrets: { index: "b" } },
    ];
    expect(await trigger(folder, one)).toBe(await trigger(folder, other));
});

test("the ID of a build has the same prefix for the same content, in any folder and with any file permissions", async () => {
    const [one, other] = [folderOf(files), folderOf(files)];
    chmodSync(join(other, "main.py"), 0o666);
    const ids = [idOf(await built(one)), idOf(await built(other))];
    expect(ids[0]?.slice(0, 12)).toBe(ids[1]?.slice(0, 12));
    expect(ids[0]).not.toBe(ids[1]);
    writeFileSync(join(other, "main.py"), "print(2)\n");
    expect(idOf(await built(other)).slice(0, 12)).not.toBe(ids[0]?.slice(0, 12));
});

test.each([
    ["its owner", 0o100],
    ["its group", 0o010],
    ["others", 0o001],
])("a file that %s can run has another hash than one that nobody can", (_, mode) => {
    const folder = folderOf(files);
    const portable = () => contextHashes({ folder, dockerfile: join(folder, "Dockerfile") }).portable;
    const before = portable();
    chmodSync(join(folder, "main.py"), 0o600 | mode);
    expect(portable()).not.toBe(before);
});

test("a transform is applied last, and its labels, tags and exports are added", async () => {
    const folder = folderOf(files);
    const some = { addHosts: ["index:10.0.0.1"], labels: { team: "forecast" }, exports: [{ raw: "type=oci" }] };
    const build = { cache: false };
    expect((await built(folder, build, { transform: { image: some } }))["Image predict"]).toEqual({
        ...image(folder),
        ...some,
        labels: { team: "forecast", "slipway.build": id },
        exports: [...image(folder).exports, { raw: "type=oci" }],
    });
    const tags = { tags: [`${url}/predict:1.4.0`] };
    const { exports: _, ...unexported } = image(folder);
    expect((await built(folder, build, { transform: { image: tags } }))["Image predict"]).toEqual({
        ...unexported,
        ...tags,
        push: true,
    });
});

test("a secret in the arguments is refused once it is known", async () => {
    const output = await inChild(`
        const pulumi = require("@pulumi/pulumi");
        const { ContainerImage, ContainerRegistry } = require("./lib");
        const { registered } = require("./test/unit/registered.ts");
        process.on("unhandledRejection", ({ message }) => {
            console.log(JSON.stringify(message));
            process.exit();
        });
        const source = ${JSON.stringify(folderOf(files))};
        const build = { args: { INDEX: pulumi.secret("canary") } };
        registered(() => new ContainerImage("predict", { registry: new ContainerRegistry("app"), source, build }));
    `);
    expect(output).toContain(
        'ContainerImage "predict": build.args.INDEX: is a secret, and everyone who can pull the image can read its arguments. Use secrets: { INDEX: … } and RUN --mount=type=secret,id=INDEX. [artifactregistry/build-arg-secret]',
    );
    expect(output).not.toContain("canary");
});

test("an argument's output is passed on unless it is a secret", async () => {
    const args = { LEVEL: "1", BUILD: pulumi.output("7"), INDEX: pulumi.secret("canary") };
    const passed = rejectSecretArgs('ContainerImage "predict"', args);
    expect(passed.LEVEL).toBe("1");
    expect(await new Promise((resolve) => pulumi.output(passed.BUILD).apply(resolve))).toBe("7");
    expect((await rejection(passed.INDEX)).message).toBe(
        'ContainerImage "predict": build.args.INDEX: is a secret, and everyone who can pull the image can read its arguments. Use secrets: { INDEX: … } and RUN --mount=type=secret,id=INDEX. [artifactregistry/build-arg-secret]',
    );
});

describe("if one environment promotes another", () => {
    const environments = {
        dev: "acme-dev",
        staging: { project: "acme-staging", number: "222222222222", promotes: "dev" },
        prod: { project: "acme-prod", number: "333333333333", promotes: "staging" },
    };
    const digest = `sha256:${"0d".repeat(32)}`;
    const stack = (name: "dev" | "staging" | "prod", call = {}) => ({
        name,
        config: { "gcp:project": `acme-${name}`, "slipway:environments": JSON.stringify(environments) },
        ...call,
    });
    const program = (folder: string) => () => {
        const registry = new ContainerRegistry("app");
        const base = new ContainerImage("base", { registry, source: folder });
        const image = new ContainerImage("predict", {
            registry,
            source: folder,
            build: { args: { BASE: base.reference } },
        });
        image.ranBy(new PubSubTopic("consumer").topic);
    };
    /** The name and content of the record of what ran. */
    const note = async (folder: string, of: object) => {
        const made = await registered(program(folder), of);
        const { name, content } = made["BucketObject predict-release"] as { name: string; content: { secret: string } };
        return { name, digest: JSON.parse(content.secret).digest, made: Object.keys(made) };
    };
    /** Cloud Storage with the records of one environment. */
    const notes = (bucket: string, asked: string[] = []) => ({
        call: (token: string, inputs: Record<string, unknown>) => {
            if (!token.startsWith("gcp:storage/getBucketObjectContent")) {
                return undefined;
            }
            asked.push(`${inputs.bucket}/${inputs.name}`);
            if (inputs.bucket !== bucket) {
                const details = `Error downloading: googleapi: got HTTP response code 404 with body: No such object: ${inputs.name}`;
                throw Object.assign(new Error(details), { details });
            }
            return { content: JSON.stringify({ digest }) };
        },
    });

    test("promoted images are recorded by the inputs of their build", async () => {
        const { name, digest: noted, made } = await note(folderOf(files), stack("dev"));
        expect(name).toMatch(/^predict\/[0-9a-f]{64}\.json$/);
        expect(noted).toBe(digest);
        expect(made).toEqual(expect.arrayContaining(["Image base", "Image predict", "Repository app-cache"]));
    });

    test("following environments build nothing, and use the image with the same inputs, also from their own registry", async () => {
        const folder = folderOf(files);
        const first = await note(folder, stack("dev"));
        const asked: string[] = [];
        const second = await note(folder, stack("staging", notes("acme-dev-slipway-releases", asked)));
        const third = await note(folder, stack("prod", notes("acme-staging-slipway-releases")));
        expect([second.name, third.name]).toEqual([first.name, first.name]);
        expect([second.digest, third.digest]).toEqual([digest, digest]);
        const made = ["BucketObject predict-release", "Repository app", "Topic consumer"];
        expect([second.made, third.made]).toEqual([made, made]);
        expect(asked.slice(-2)).toEqual([
            `acme-staging-slipway-releases/${first.name}`,
            `acme-dev-slipway-releases/${first.name}`,
        ]);
        const outputs = await registeredOutputs(program(folder), stack("prod", notes("acme-staging-slipway-releases")));
        expect(outputs["ContainerImage predict"]).toEqual({
            reference: `europe-west1-docker.pkg.dev/acme-prod/app/predict@${digest}`,
            digest,
        });
    });

    test("an image that ran here before can be restored, although it ran nowhere else", async () => {
        const asked: string[] = [];
        const { digest: taken } = await note(
            folderOf(files),
            stack("staging", notes("acme-staging-slipway-releases", asked)),
        );
        expect([taken, asked.length]).toEqual([digest, 2]);
    });
});

test("an ignore file beside the Dockerfile takes precedence over the context's", async () => {
    const folder = folderOf({ ...files, ".dockerignore": "main.py\n", "Dockerfile.dockerignore": "notes\n" });
    const before = await trigger(folder);
    writeFileSync(join(folder, "notes/plan.md"), "now\n");
    expect(await trigger(folder)).toBe(before);
    writeFileSync(join(folder, "main.py"), "print(2)\n");
    expect(await trigger(folder)).not.toBe(before);
});

test("a mutable base image causes a warning in the environment that builds", async () => {
    const output = await inChild(`
        const pulumi = require("@pulumi/pulumi");
        const { ContainerImage, ContainerRegistry } = require("./lib");
        const { registered } = require("./test/unit/registered.ts");
        pulumi.log.warn = async (text) => console.log(JSON.stringify(text));
        const source = ${JSON.stringify(folderOf({ Dockerfile: "FROM python\n" }))};
        registered(() => new ContainerImage("predict", { registry: new ContainerRegistry("app"), source }));
    `);
    expect(output).toBe(
        'ContainerImage "predict": source: starts from python, which can later refer to another image. Specify a version in FROM, preferably with its digest: @sha256:….',
    );
});

test("of the images that are built, the registry keeps the last ten, and those of the last 30 days", async () => {
    const made = (await registered(() => {
        const registry = new ContainerRegistry("app");
        new ContainerImage("predict", { registry, source: folderOf(files) });
    })) as Record<string, { tags?: string[] }>;
    const versions = Array.from({ length: 40 }, (_, day) => ({
        image: "predict",
        version: `sha256:${day}`,
        tags: made["Image predict"]?.tags ?? [],
        uploaded: day * 86_400_000,
        parts: [],
    }));
    const left = (day: number) => {
        const gone = expired(versions, made["Repository app"] as object, day * 86_400_000);
        return versions.flatMap(({ version }, index) => (gone.includes(versions[index] as never) ? [] : version));
    };
    expect(left(39)).toEqual(versions.slice(10).map(({ version }) => version));
    expect(left(1000)).toEqual(versions.slice(30).map(({ version }) => version));
});
