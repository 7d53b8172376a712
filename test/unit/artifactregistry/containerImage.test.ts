import { Provider } from "@pulumi/docker/provider";
import * as pulumi from "@pulumi/pulumi";
import {
    CloudRunJob,
    CloudRunService,
    CloudRunWorkerPool,
    ContainerImage,
    type ContainerImageArgs,
    ContainerRegistry,
    DataflowJob,
    PubSubTopic,
    StorageBucket,
    VertexModel,
    VertexTrainingJob,
    VirtualMachine,
} from "slipway";
import { inChild } from "../child";
import { problemsIn, refused, registered, registeredOptions, registeredOutputs } from "../registered";

const digest = `sha256:${"0a".repeat(32)}`;
const url = "europe-west1-docker.pkg.dev/acme-dev/app";
/** The lookup results of the mocks, by name. */
const found = (name: string) => `sha256:${Buffer.from(name).toString("hex").padStart(64, "0").slice(-64)}`;
const provider = {
    disableDockerDaemonCheck: "true",
    registryAuth: JSON.stringify([{ address: "europe-west1-docker.pkg.dev" }]),
};

const images: [string, (registry: ContainerRegistry) => ContainerImageArgs, { reference: string; digest: string }][] = [
    [
        "a tag",
        (registry) => ({ registry, tag: "1.4.0" }),
        { reference: `${url}/predict@${found(`${url}/predict:1.4.0`)}`, digest: found(`${url}/predict:1.4.0`) },
    ],
    [
        "a tag that is an output, of an image in a folder",
        (registry) => ({ registry, image: "team/range", tag: pulumi.output("v1_2") }),
        { reference: `${url}/team/range@${found(`${url}/team/range:v1_2`)}`, digest: found(`${url}/team/range:v1_2`) },
    ],
    [
        "a tag in a registry that exists already",
        () => ({ registry: ContainerRegistry.existing("app"), tag: "1.4.0" }),
        { reference: `${url}/predict@${found(`${url}/predict:1.4.0`)}`, digest: found(`${url}/predict:1.4.0`) },
    ],
    ["a digest", (registry) => ({ registry, digest }), { reference: `${url}/predict@${digest}`, digest }],
    [
        "a digest that is an output, of another image",
        (registry) => ({ registry, image: "range", digest: pulumi.output(digest) }),
        { reference: `${url}/range@${digest}`, digest },
    ],
    [
        "a reference to another registry",
        () => ({ reference: `ghcr.io/acme/predict@${digest}` }),
        { reference: `ghcr.io/acme/predict@${digest}`, digest },
    ],
    [
        "a reference with a tag and a digest",
        () => ({ reference: pulumi.output(`registry.acme.com:5000/a/b:1.2@${digest}`) }),
        { reference: `registry.acme.com:5000/a/b@${digest}`, digest },
    ],
];

test.each(images)("%s results in the registry, the image and the digest", async (_, args, outputs) => {
    const made = await registeredOutputs(() => new ContainerImage("predict", args(new ContainerRegistry("app"))));
    expect(made["ContainerImage predict"]).toEqual(outputs);
});

test("a tag is looked up with the machine's Docker credentials, without Docker itself or a token", async () => {
    const program = () => new ContainerImage("predict", { registry: new ContainerRegistry("app"), tag: "1.4.0" });
    const { "Repository app": _, ...made } = await registered(program);
    expect(made).toEqual({ "Provider predict": provider });
    expect((await registeredOptions(program))["Provider predict"]).toMatchObject({ parent: "ContainerImage predict" });
});

test("a tag is looked up by the program's provider", async () => {
    const made = await registered(() => {
        const docker = new Provider("own", { disableDockerDaemonCheck: true });
        const registry = new ContainerRegistry("app");
        new ContainerImage("predict", { registry, tag: "1.4.0" }, { providers: [docker] });
    });
    expect(Object.keys(made)).toEqual(["Provider own", "Repository app"]);
});

test.each([
    ["a digest", (registry: ContainerRegistry) => ({ registry, digest })],
    ["a reference", () => ({ reference: `ghcr.io/acme/predict@${digest}` })],
] as const)("%s is not looked up", async (_, args) => {
    const made = await registered(() => new ContainerImage("predict", args(new ContainerRegistry("app"))));
    expect(Object.keys(made)).toEqual(["Repository app"]);
});

test("a missing tag is refused with the registry's message and a solution", async () => {
    const output = await inChild(`
        const { ContainerImage, ContainerRegistry } = require("./lib");
        const { registered } = require("./test/unit/registered.ts");
        process.on("unhandledRejection", ({ message }) => {
            console.log(JSON.stringify(message));
            process.exit();
        });
        registered(() => new ContainerImage("predict", { registry: new ContainerRegistry("app"), tag: "0.0.0" }));
    `);
    expect(output).toBe(
        `ContainerImage "predict": tag: cannot be looked up (got "0.0.0"). Got error when attempting to fetch image version ${url}/predict:0.0.0 from registry: got bad response from registry: 404 Not Found. Push the image, and sign in to the registry as 'gcloud auth configure-docker europe-west1-docker.pkg.dev' does. [artifactregistry/tag-lookup-failed]`,
    );
});

test("the whole message of a registry without further details is part of the error", async () => {
    const output = await inChild(`
        const { ContainerImage, ContainerRegistry } = require("./lib");
        const { registered } = require("./test/unit/registered.ts");
        process.on("unhandledRejection", ({ message }) => {
            console.log(JSON.stringify(message));
            process.exit();
        });
        const call = (token) => {
            if (token.startsWith("docker:")) {
                throw Object.assign(new Error(), { details: "connection refused" });
            }
        };
        registered(() => new ContainerImage("predict", { registry: new ContainerRegistry("app"), tag: "1" }), { call });
    `);
    expect(output).toContain('(got "1"). connection refused. Push the image,');
});

describe.each([
    ["@pulumi/docker", "tag", { tag: "1.4.0" }, { source: "test/unit/container" }],
    ["@pulumi/docker-build", "source", { source: "test/unit/container" }, { tag: "1.4.0" }],
])("a program without %s", (name, argument, args, others) => {
    /** The error of an image, if the package fails to load with this error; what is registered. */
    async function attempt(image: object, message: string, code: string) {
        require(`${name}/provider`);
        // Node has the package in its cache.
        const cached = require("node:module")._cache[require.resolve(`${name}/provider`)];
        const { exports } = cached;
        const get = () => {
            throw Object.assign(new Error(message), { code });
        };
        Object.defineProperty(cached, "exports", { configurable: true, get });
        let thrown: unknown;
        const program = () => {
            try {
                new ContainerImage("predict", { registry: ContainerRegistry.existing("app"), ...image } as never);
            } catch (error) {
                thrown = error;
            }
        };
        const made = await registered(program);
        Object.defineProperty(cached, "exports", { configurable: true, writable: true, value: exports });
        return { thrown, made };
    }
    async function failure(message: string, code: string): Promise<unknown> {
        const { thrown, made } = await attempt(args, message, code);
        expect(made).toEqual({});
        return thrown;
    }
    const notInstalled = [`Cannot find module '${name}/provider'`, "MODULE_NOT_FOUND"] as const;

    test(`can have images that do not need it, unlike ${argument}`, async () => {
        const { thrown, made } = await attempt(others, ...notInstalled);
        expect(thrown).toBeUndefined();
        expect(made).not.toEqual({});
    });

    test(`is told how to install it for ${argument}`, async () => {
        const { peerDependencies } = require("../../../package.json");
        const error = await failure(...notInstalled);
        expect(pulumi.RunError.isInstance(error)).toBe(true);
        expect((error as Error).message).toBe(
            `ContainerImage "predict": ${argument} needs the package ${name}, which is not installed: run 'npm install ${name}@${peerDependencies[name]}'.`,
        );
    });

    test.each([
        ["Cannot find module 'semver/index'", "MODULE_NOT_FOUND"],
        [`Cannot find module '${name}/provider'`, "EACCES"],
    ])("is told about another error: %s, %s", async (message, code) => {
        expect(await failure(message, code)).toMatchObject({ message, code });
    });
});

test("a tag in a registry that is created in the same deployment is looked up afterwards", async () => {
    const made = await registeredOutputs(
        () => new ContainerImage("predict", { registry: new ContainerRegistry("app"), tag: "1.4.0" }),
        { preview: true },
    );
    expect(made["ContainerImage predict"]).toEqual({ reference: "(unknown)", digest: "(unknown)" });
});

describe("in an environment that promotes another one", () => {
    const stack = {
        config: {
            "slipway:environments": JSON.stringify({
                dev: "acme-dev",
                prod: { project: "acme-prod", number: 333333333333, promotes: "dev" },
            }),
        },
    };

    test("an image is recorded after its consumer is created", async () => {
        const program = () => {
            const image = new ContainerImage("predict", { reference: `ghcr.io/acme/predict@${digest}` });
            image.ranBy(new PubSubTopic("consumer").topic);
        };
        const made = await registered(program, stack);
        expect(made["BucketObject predict-release"]).toMatchObject({
            bucket: "acme-dev-slipway-releases",
            name: `predict/${"0a".repeat(32)}.json`,
        });
        const options = (await registeredOptions(program, stack))["BucketObject predict-release"];
        expect(options).toMatchObject({ parent: "ContainerImage predict", retainOnDelete: true });
        expect(options?.after).toContain("Topic consumer");
    });

    const runs: [component: string, child: string, run: (image: ContainerImage) => unknown][] = [
        ["a service", "Service web", (image) => new CloudRunService("web", { image })],
        ["a job", "Job nightly", (image) => new CloudRunJob("nightly", { image })],
        ["a worker pool", "WorkerPool worker", (image) => new CloudRunWorkerPool("worker", { image })],
        ["a machine", "Instance train", (image) => new VirtualMachine("train", { container: { image } })],
        ["a Dataflow job", "DataflowRun score", (image) => new DataflowJob("score", { image, type: "streaming" })],
        ["a model", "Model iris", (image) => new VertexModel("iris", { container: { image } })],
        [
            "a training job",
            "TrainingJob train",
            (image) => new VertexTrainingJob("train", { image, output: new StorageBucket("models") }),
        ],
    ];

    test.each(runs)("%s records its image after its own creation", async (_, child, run) => {
        const program = () => run(new ContainerImage("predict", { reference: `ghcr.io/acme/predict@${digest}` }));
        const options = (await registeredOptions(program, stack))["BucketObject predict-release"];
        expect(options?.after).toContain(child);
    });

    test("an image without ranBy is not recorded", async () => {
        const made = await registered(
            () => new ContainerImage("predict", { reference: `ghcr.io/a/b@${digest}` }),
            stack,
        );
        expect(made).toEqual({});
    });
});

test("ranBy can be called for several resources, until the program is awaited", async () => {
    const errors: unknown[] = [];
    const environments = JSON.stringify({ dev: "acme-dev", prod: { project: "acme-prod", promotes: "dev" } });
    const program = async () => {
        const image = new ContainerImage("predict", { reference: `ghcr.io/acme/predict@${digest}` });
        image.ranBy(new PubSubTopic("one").topic);
        image.ranBy(new PubSubTopic("two").topic, new PubSubTopic("three").topic);
        await new Promise(setImmediate);
        try {
            image.ranBy(new PubSubTopic("four").topic);
        } catch (error) {
            errors.push(problemsIn(error as Error));
        }
    };
    const made = await registeredOptions(program, { config: { "slipway:environments": environments } });
    expect(made["BucketObject predict-release"]?.after).toEqual(
        expect.arrayContaining(["Topic one", "Topic three", "Topic two"]),
    );
    expect(made["BucketObject predict-release"]?.after).not.toContain("Topic four");
    expect(errors).toEqual(['ContainerImage "predict": [artifactregistry/ran-by-too-late]']);
});

const bad: [string, (registry: ContainerRegistry) => object, string][] = [
    [
        "latest",
        (registry) => ({ registry, tag: "latest" }),
        'tag: can later refer to another image (got "latest"). Specify the tag of a version, or the digest. Guide: "From gcr.io, latest and a JSON key".',
    ],
    [
        "no tag",
        (registry) => ({ registry }),
        'must have exactly one of source, tag, digest, reference (got { registry: a ContainerRegistry, image: "predict" }).',
    ],
    [
        "a tag and a digest",
        (registry) => ({ registry, image: "range", tag: "1", digest }),
        "must have exactly one of source, tag, digest, reference",
    ],
    [
        "a tag with a space",
        (registry) => ({ registry, tag: "1 4" }),
        'tag: must be a tag: up to 128 letters, digits, ., _ and -, starting with a letter, a digit or _ (got "1 4").',
    ],
    [
        "a tag of 129 characters",
        (registry) => ({ registry, tag: "x".repeat(129) }),
        `tag: must be a tag: up to 128 letters, digits, ., _ and -, starting with a letter, a digit or _ (got "${"x".repeat(78)}…).`,
    ],
    [
        "a digest of 63 digits",
        (registry) => ({ registry, digest: digest.slice(0, -1) }),
        `digest: must be sha256: and 64 hexadecimal digits (got "${digest.slice(0, -1)}").`,
    ],
    [
        "a digest in capitals",
        (registry) => ({ registry, digest: digest.toUpperCase() }),
        `digest: must be sha256: and 64 hexadecimal digits (got "${digest.toUpperCase()}").`,
    ],
    [
        "an image in capitals",
        (registry) => ({ registry, image: "Predict", tag: "1" }),
        'image: must be a name such as predict or team/predict: lower-case letters, digits, and single . _ or - between them (got "Predict").',
    ],
    [
        "an image with its tag",
        (registry) => ({ registry, image: "predict:1", tag: "1" }),
        'image: must be a name such as predict or team/predict: lower-case letters, digits, and single . _ or - between them (got "predict:1").',
    ],
    ["a registry by name", () => ({ registry: "app", tag: "1" }), 'registry: must be a ContainerRegistry (got "app").'],
    ["a tag without an image", () => ({ tag: "1" }), "registry: is missing."],
    [
        "a reference and a registry",
        (registry) => ({ registry, reference: `ghcr.io/a/b@${digest}` }),
        'registry: unknown option "registry"; the options are crossProject, reference.',
    ],
    [
        "a reference by latest",
        () => ({ reference: "ghcr.io/acme/predict:latest" }),
        'reference: names an image by a tag, which can later refer to another image (got "ghcr.io/acme/predict:latest"). Append its digest: @sha256:…. Guide: "From gcr.io, latest and a JSON key".',
    ],
    [
        "a reference by a tag",
        () => ({ reference: "ghcr.io/acme/predict:1.4.0" }),
        'reference: names an image by a tag, which can later refer to another image (got "ghcr.io/acme/predict:1.4.0"). Append its digest: @sha256:…. Guide: "From gcr.io, latest and a JSON key".',
    ],
    [
        "a reference without tag and digest",
        () => ({ reference: "ghcr.io/acme/predict" }),
        'reference: has neither a tag nor a digest, and can later refer to another image (got "ghcr.io/acme/predict"). Append its digest: @sha256:…. Guide: "From gcr.io, latest and a JSON key".',
    ],
    [
        "a reference with half a digest",
        () => ({ reference: "ghcr.io/acme/predict@sha256:0a0a" }),
        'reference: must end with @sha256: and 64 hexadecimal digits (got "ghcr.io/acme/predict@sha256:0a0a").',
    ],
    [
        "a reference without a registry",
        () => ({ reference: `predict@${digest}` }),
        `reference: must be a registry, an image and a digest such as ghcr.io/acme/predict@sha256:… (got "predict@${digest.slice(0, 70)}…).`,
    ],
    [
        "a URL",
        () => ({ reference: "https://ghcr.io/acme/predict" }),
        'reference: must be a registry, an image and a digest such as ghcr.io/acme/predict@sha256:… (got "https://ghcr.io/acme/predict").',
    ],
];

test.each(bad)("an image with %s is refused", async (_, args, words) => {
    const program = () => {
        const registry = new ContainerRegistry("app");
        new ContainerImage("predict", args(registry) as ContainerImageArgs);
    };
    expect(await refused(program, {}, ["Repository app"])).toContain(`ContainerImage "predict": ${words}`);
});
