import * as pulumi from "@pulumi/pulumi";
import { ContainerImage } from "slipway/artifactregistry";
import { StorageBucket } from "slipway/storage";
import { VertexModel, type VertexModelArgs } from "slipway/vertex";
import { modelArtifacts } from "../../../lib/vertex/model/artifacts";
import { availabilityProblem } from "../../../lib/vertex/model/containers";
import { folderOf } from "../folders";
import { outcomeOf, refused, registered, registeredOptions, registeredOutputs } from "../registered";

const sklearn = { framework: "scikit-learn", version: "1.6" } as const;
const pytorch = { framework: "pytorch", version: "2.4" } as const;
const image = `europe-west1-docker.pkg.dev/acme-dev/app/serve@sha256:${"0".repeat(64)}`;
const artifacts = "gs://acme-dev-models/iris";
const model = (args: Partial<VertexModelArgs> = {}) =>
    new VertexModel("iris", { source: artifacts, container: sklearn, ...args });

let warn: jest.SpyInstance;
beforeEach(() => {
    warn = jest.spyOn(pulumi.log, "warn").mockResolvedValue();
    // All prebuilt containers but the oldest are available.
    jest.spyOn(Date, "now").mockReturnValue(Date.parse("2026-11-22"));
});
afterEach(() => jest.restoreAllMocks());

const bare = {
    __provider: 'exports.handler = () => require("slipway/model/admin").model;',
    project: "acme-dev",
    location: "europe-west1",
    modelId: "iris",
    displayName: "iris",
    description: "",
    labels: { environment: "dev" },
    encryptionKey: "",
    content: {
        artifactUri: artifacts,
        containerSpec: { imageUri: "europe-docker.pkg.dev/vertex-ai/prediction/sklearn-cpu.1-6:latest" },
    },
    files: "",
    aliases: ["default"],
    keep: 5,
};

test("a model of a prebuilt container has the image of its region, the alias default and five versions", async () => {
    expect(await registered(() => model())).toEqual({ "Model iris": bare, "Provider iris": {} });
});

test("a model waits for the service agent's role, and is protected in production", async () => {
    const [agent, api] = ["IAMMember aiplatform-agent-aiplatform-service-agent", "Service aiplatform"];
    const after = [agent, api, "Service storage"];
    const shared = { parent: "VertexModel iris", provider: "DynamicProvider iris", protect: true, after };
    const { "Model iris": options } = await registeredOptions(() => model(), { kind: "production" });
    expect(options).toEqual({
        ...shared,
        provider: expect.any(String),
        after: expect.arrayContaining(["Service storage"]),
    });
    const granted = await registered(() => model(), { environment: true });
    const grants = Object.entries(granted).filter(([key]) => key.startsWith("IAMMember"));
    expect(grants).toEqual([
        [
            expect.stringContaining("aiplatform-agent"),
            {
                project: "acme-dev",
                role: "roles/aiplatform.serviceAgent",
                member: "serviceAccount:service-123@gcp-sa-aiplatform.iam.gserviceaccount.com",
            },
        ],
    ]);
});

test("files of a folder are uploaded under a hash of their contents, and their address is that of the version", async () => {
    const program = (text: string) => () => model({ source: folderOf({ "model.joblib": text, "data/a.txt": "a" }) });
    const made = await registered(program("A"));
    const names = Object.keys(made);
    const [, folder] = /BucketObject iris-([0-9a-f]{16})-model\.joblib/.exec(names.join("\n")) ?? [];
    const object = (path: string, content: string) =>
        expect.objectContaining({ name: `${folder}/${path}`, content: { secret: content } });
    expect(made).toEqual({
        "Bucket iris-artifacts": expect.objectContaining({
            name: "acme-dev-iris-model",
            location: "europe-west1",
            forceDestroy: true,
            publicAccessPrevention: "enforced",
        }),
        [`BucketObject iris-${folder}-data/a.txt`]: object("data/a.txt", "a"),
        [`BucketObject iris-${folder}-model.joblib`]: object("model.joblib", "A"),
        "Provider iris": {},
        "Model iris": {
            ...bare,
            content: { ...bare.content, artifactUri: `gs://acme-dev-iris-model/${folder}` },
        },
    });
    expect(Object.keys(await registered(program("A")))).toEqual(names);
    expect(Object.keys(await registered(program("B")))).not.toEqual(names);
});

test("uploaded files are encrypted with the key of the model", async () => {
    const key = "projects/acme-dev/locations/europe-west1/keyRings/data/cryptoKeys/models";
    const program = (args: object) => () => model({ source: folderOf({ "model.joblib": "A" }), ...args });
    const bucket = async (args: object) => (await registered(program(args)))["Bucket iris-artifacts"];
    expect(await bucket({ encryptionKey: key })).toMatchObject({ encryption: { defaultKmsKeyName: key } });
    expect(await bucket({})).not.toHaveProperty("encryption");
});

test("a container of one's own has its image, routes, variables and memory", async () => {
    const own = {
        image,
        port: 7080,
        predictRoute: "/predictions/iris",
        health: "/ping",
        command: ["torchserve"],
        args: ["--foreground"],
        env: { WORKERS: "2" },
        sharedMemory: "2Gi",
        deploymentTimeout: "30 minutes",
    } as const;
    const made = await registered(() => new VertexModel("iris", { container: own as never }));
    const containerSpec = {
        imageUri: image,
        ports: [{ containerPort: 7080 }],
        predictRoute: "/predictions/iris",
        healthRoute: "/ping",
        command: ["torchserve"],
        args: ["--foreground"],
        env: [{ name: "WORKERS", value: "2" }],
        sharedMemorySizeMb: "2048",
        deploymentTimeout: "1800s",
    };
    expect(made).toEqual({ "Model iris": { ...bare, content: { containerSpec } }, "Provider iris": {} });
    const options = { ...own, health: { path: "/ping" } };
    expect(await registered(() => new VertexModel("iris", { container: options as never }))).toEqual(made);
});

test("an image of the program is used by its digest", async () => {
    const made = await registered(
        () => new VertexModel("iris", { container: { image: new ContainerImage("serve", { reference: image }) } }),
    );
    expect(made["Model iris"]).toMatchObject({ content: { containerSpec: { imageUri: image } } });
});

test("all other arguments are passed on", async () => {
    const key = "projects/acme-dev/locations/us-central1/keyRings/data/cryptoKeys/models";
    const args = {
        modelId: "irises",
        displayName: "Irises",
        description: "Species",
        region: "us-central1",
        aliases: ["champion"],
        keep: 2,
        labels: { team: "flowers" },
        encryptionKey: key,
        explanation: { parameters: { sampledShapleyAttribution: { pathCount: 10 } } },
        schemata: { instance: "gs://acme-dev-models/instance.yaml" },
        container: { framework: "pytorch", version: "2.4", device: "gpu" },
        transform: { model: { displayName: "Iris flowers" } },
    } as const;
    const { "Model iris": made } = await registered(() => model(args as never));
    expect(made).toEqual({
        ...bare,
        location: "us-central1",
        modelId: "irises",
        displayName: "Iris flowers",
        description: "Species",
        labels: { environment: "dev", team: "flowers" },
        encryptionKey: key,
        content: {
            artifactUri: artifacts,
            containerSpec: { imageUri: "us-docker.pkg.dev/vertex-ai/prediction/pytorch-gpu.2-4:latest" },
            explanationSpec: args.explanation,
            predictSchemata: { instanceSchemaUri: args.schemata.instance },
        },
        aliases: ["champion"],
        keep: 2,
    });
});

test("the outputs are the names of the model and of the version", async () => {
    expect(await registeredOutputs(() => model())).toEqual({
        "VertexModel iris": { name: expect.any(String), version: expect.stringContaining("@") },
    });
});

test("a prebuilt container without patches is accepted with a warning", async () => {
    await registered(() => model());
    expect(warn.mock.calls.map(([text]) => text)).toEqual([
        'VertexModel "iris": container.version: the prebuilt container of scikit-learn 1.6 gets no patches since 2026-10-14, and is not available from 2027-10-14 on.',
    ]);
});

const files = (...names: string[]) => folderOf(Object.fromEntries(names.map((name) => [name, "x"])));

test.each<[string, () => unknown, RegExp | string]>([
    ["a file with another name", () => model({ source: files("iris.sav") }), "source: [vertex/artifacts-file-name]"],
    [
        "as many files as are shown with other names",
        () => model({ source: files("a", "b", "c", "d", "e") }),
        "source: [vertex/artifacts-file-name]",
    ],
    [
        "more files than are shown with other names",
        () => model({ source: files("a", "b", "c", "d", "e", "f") }),
        "source: [vertex/artifacts-file-name]",
    ],
    ["two models", () => model({ source: files("model.joblib", "model.pkl") }), "source: [vertex/artifacts-file-name]"],
    [
        "a model in a folder below",
        () => model({ source: files("a/model.pkl") }),
        "source: [vertex/artifacts-file-name]",
    ],
    [
        "a model of another framework",
        () => model({ source: files("model.mar") }),
        "source: [vertex/artifacts-file-name]",
    ],
    ["no files for a prebuilt container", () => model({ source: undefined }), "source: [vertex/artifacts-missing]"],
    [
        "no files for a prebuilt container that loads one file",
        () => model({ source: undefined, container: pytorch }),
        "source: [vertex/artifacts-missing]",
    ],
    [
        "another file than the one that a prebuilt container loads",
        () => model({ source: files("model.pkl"), container: pytorch }),
        "source: [vertex/artifacts-file-name]",
    ],
    [
        "a missing folder",
        () => model({ source: "./nothing" }),
        /^VertexModel "iris": source: is not a folder: .*nothing does not exist/,
    ],
    [
        "an address in a folder that is no bucket",
        () => model({ source: "gs://Acme" }),
        'source: must be a folder of a bucket: gs://acme-dev-models/iris (got "gs://Acme").',
    ],
    [
        "a version that is no longer available",
        () => model({ container: { framework: "xgboost", version: "1.7" } as never }),
        "container.version: [vertex/container-ended]",
    ],
    [
        "an unknown version",
        () => model({ container: { framework: "tensorflow", version: "2.99" } as never }),
        'container.version: must be one of 2.15, 2.14 (got "2.99"). If Google Cloud added it since, update slipway or set allowUnlisted: true.',
    ],
    [
        "an unknown framework",
        () => model({ container: { framework: "keras", version: "2" } as never }),
        'container.framework: must be one of scikit-learn, xgboost, tensorflow, pytorch (got "keras").',
    ],
    [
        "a device without an image",
        () => model({ container: { framework: "xgboost", version: "2.1", device: "gpu" } as never }),
        'container.device: must be one of cpu (got "gpu").',
    ],
    [
        "two containers",
        () => model({ container: { framework: "xgboost", version: "2.1", image } as never }),
        /container: must have exactly one of framework, image/,
    ],
    [
        "an image of Docker Hub",
        () => model({ container: { image: `docker.io/acme/serve@sha256:${"0".repeat(64)}` } as never }),
        /container\.image: is in a registry from which Vertex AI does not copy images \(got .*\)\. Push it to Artifact Registry\./,
    ],
    [
        "an image by tag",
        () => model({ container: { image: "europe-docker.pkg.dev/acme-dev/app/serve:1" } as never }),
        /names an image by a tag/,
    ],
    [
        "a secret in a plain variable",
        () => model({ container: { image, env: { API_KEY: "x" } } as never }),
        "container.env.API_KEY: [iam/secret-in-env]",
    ],
    [
        "a variable of Vertex AI",
        () => model({ container: { image, env: { AIP_MODE: "x" } } as never }),
        /without Vertex AI's prefix AIP_/,
    ],
    [
        "a port out of range",
        () => model({ container: { image, port: 0 } as never }),
        /container\.port: must be a whole number from 1 to 65535/,
    ],
    [
        "a timeout above two hours",
        () => model({ container: { image, deploymentTimeout: "3 hours" } as never }),
        /container\.deploymentTimeout: must be from 1 second to 2 hours/,
    ],
    [
        "an ID in upper case",
        () => model({ modelId: "Iris" }),
        /modelId: must have up to 63 lower-case letters, digits, _ and -/,
    ],
    [
        "an alias that is a number",
        () => model({ aliases: ["3"] }),
        /aliases\.0: must have 2 to 128 letters, digits and hyphens/,
    ],
    ["an alias of slipway", () => model({ aliases: ["slipway-a"] }), /aliases\.0: must not start with slipway-/],
    [
        "a region without Vertex AI",
        () => model({ region: "northamerica-south1" }),
        /region: must be a region of Vertex AI such as europe-west1/,
    ],
    [
        "an explanation that is a list",
        () => model({ explanation: { parameters: [] } } as never),
        /explanation\.parameters: must be an object in the format of the API/,
    ],
    [
        "an explanation that is a text",
        () => model({ explanation: { parameters: "shapley" } } as never),
        /explanation\.parameters: must be an object in the format of the API/,
    ],
    [
        "no metadata of an explanation",
        () => model({ explanation: { parameters: {}, metadata: null } } as never),
        /explanation\.metadata: must be an object in the format of the API/,
    ],
    ["no version to keep", () => model({ keep: 0 }), /keep: must be a whole number from 1 to 1000 versions/],
    [
        "a key in another region",
        () => model({ encryptionKey: "projects/acme-dev/locations/us-east1/keyRings/data/cryptoKeys/m" }),
        "encryptionKey: [place/other-region]",
    ],
    ["a long name", () => model({ displayName: "x".repeat(129) }), /displayName: must have 1 to 128 characters/],
    ["an unknown option", () => model({ versions: 3 } as never), 'unknown option "versions"'],
])("%s is refused", async (_, program, words) => {
    expect(await refused(program)).toMatch(words);
});

test("a folder of a bucket of the program has the hash of its files", async () => {
    const program = (folder: string) => () => {
        const bucket = new StorageBucket("models", { upload: { source: files("model.pkl"), prefix: "iris/" } });
        return model({ source: { bucket, folder } });
    };
    const { "Model iris": own } = await registered(program("iris"));
    expect(own).toEqual({
        ...bare,
        content: { ...bare.content, artifactUri: "gs://acme-dev-models/iris" },
        files: expect.stringMatching(/^[0-9a-f]{16}$/),
    });
    // Others put files there, which the program does not know.
    const { "Model iris": other } = await registered(program("roses"));
    expect(other).toMatchObject({ content: { artifactUri: "gs://acme-dev-models/roses" }, files: "" });
});

test("a folder of a bucket that exists elsewhere is read by the service agent, and its files are unknown", async () => {
    const folder = "iris";
    const program = () => model({ source: { bucket: StorageBucket.existing("acme-models"), folder } });
    const call = () => ({ name: "acme-models", location: "EUROPE-WEST1" });
    expect((await registered(program, { call }))["Model iris"]).toMatchObject({
        content: { artifactUri: "gs://acme-models/iris" },
        files: "",
    });
    const { "Model iris": options } = await registeredOptions(program, { call, environment: true });
    expect(options?.after).toContainEqual(expect.stringMatching(/aiplatform-agent-acme-models-object-viewer/));
    const own = () => model({ source: { bucket: new StorageBucket("models"), folder } });
    const { "Model iris": others } = await registeredOptions(own, { environment: true });
    expect(others?.after).not.toContainEqual(expect.stringMatching(/object-viewer/));
});

/** The address of the folder `iris` of a bucket, or its error. */
const addressIn = (bucket: () => StorageBucket, container: object = sklearn) =>
    outcomeOf(() => {
        const args = { source: { bucket: bucket(), folder: "iris" }, container, region: "europe-west1" };
        return modelArtifacts({ component: "iris", args } as never)?.uri;
    });

test("a bucket in another region than the model is refused when it is known", async () => {
    expect(await addressIn(() => new StorageBucket("models", { location: "US" }))).toMatchObject({
        message: expect.stringContaining(
            'VertexModel "iris": source: is in a bucket in US, and must be in the region of the model, europe-west1 (got "acme-dev-models"). Set the bucket\'s location, or the model\'s region. [vertex/artifacts-in-other-region]',
        ),
    });
});

test("files that the program uploads to a bucket are those that the container loads, unless it is one's own", async () => {
    const bucket = () => new StorageBucket("models", { upload: { source: files("iris.sav"), prefix: "iris/" } });
    expect(await addressIn(bucket)).toMatchObject({
        message: expect.stringContaining(
            'VertexModel "iris": source: must have exactly one of model.joblib, model.pkl in the folder itself, which the container loads (got iris.sav). Rename the file. [vertex/artifacts-file-name]',
        ),
    });
    expect(await addressIn(bucket, pytorch)).toMatchObject({
        message: expect.stringContaining("must have exactly one of model.mar in the folder itself"),
    });
    const own = await registered(() => model({ source: { bucket: bucket(), folder: "iris" }, container: { image } }));
    expect(own["Model iris"]).toMatchObject({ content: { artifactUri: "gs://acme-dev-models/iris" } });
    const local = await registered(() => model({ source: files("iris.sav"), container: { image } }));
    expect(local).toHaveProperty(["Bucket iris-artifacts"]);
});

test.each([
    ["iris-2", "iris-2"],
    ["2-iris", "m2-iris"],
    ["Iris.2", "iris-2"],
])("the ID of the model of the component %s is %s", async (name, modelId) => {
    const made = await registered(() => new VertexModel(name, { source: artifacts, container: sklearn }));
    expect(made[`Model ${name}`]).toMatchObject({ modelId, displayName: name });
});

test.each([
    ["2027-01-13", "scikit-learn", "1.5", undefined],
    [
        "2027-01-16",
        "scikit-learn",
        "1.5",
        'is not available since 2027-01-14 (got "1.5"). Use 1.6, and save the model with it.',
    ],
    [
        "2027-01-16",
        "xgboost",
        "2.1",
        'is not available since 2027-01-14 (got "2.1"). Use a container of your own, and save the model with it.',
    ],
])("on %s a prebuilt container is refused after its last day: %s %s", (day, framework, version, reason) => {
    const clock = { now: () => Date.parse(day) };
    const reasonOf = (container: object) => availabilityProblem(container, clock)?.reason;
    expect([reasonOf({ framework, version }), reasonOf({ image })]).toEqual([reason, undefined]);
});
