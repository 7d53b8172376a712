import type { Inputs } from "../../../../local/simulator/rules/rules";
import { storeJob } from "../../../../local/simulator/services/vertex/trainingJob";
import { agentOf, artifactUri, location, sklearn, upload, vertexWorld } from "../vertexWorld";
import { textAsset, World } from "../world";
import { Emulator, eventually } from "./served";

/** The Vertex AI API of a local cloud. */
async function served(world: World) {
    const { url } = await Emulator.of(world);
    const call = async (method: string, path: string, body?: Inputs): Promise<[number, Inputs]> => {
        const answer = await fetch(`${url}/v1/${path}`, { method, body: body && JSON.stringify(body) });
        return [answer.status, await answer.json()];
    };
    /** Polls an operation until it is done, and returns its response. */
    const done = async ([status, { name }]: [number, Inputs]): Promise<Inputs> => {
        expect(status).toBe(200);
        let operation: Inputs = {};
        await eventually(async () => {
            [, operation] = await call("GET", name);
            expect(operation.done).toBe(true);
        });
        return operation.response;
    };
    const refused = async (method: string, path: string, body?: Inputs): Promise<[number, string, string]> => {
        const [status, { error }] = await call(method, path, body);
        return [status, error.status, error.message];
    };
    return { call, done, refused };
}

const models = `${location}/models`;
const iris = `${models}/iris`;

test("versions of a model share its name, and one of them is the default", async () => {
    const world = vertexWorld();
    const { call, done } = await served(world);
    const named = `projects/${world.number}/locations/europe-west1/models/iris`;
    const begun = await call("POST", `${models}:upload`, upload({ versionAliases: ["first"] }, { modelId: "iris" }));
    expect(begun[1].name).toMatch(new RegExp(`^${named}/operations/\\d{19}$`));
    expect(await done(begun)).toEqual({
        "@type": "type.googleapis.com/google.cloud.aiplatform.v1.UploadModelResponse",
        model: named,
        modelVersionId: "1",
    });
    await done(await call("POST", `${models}:upload`, upload({ versionAliases: ["second"] }, { parentModel: iris })));
    expect((await call("GET", iris))[1]).toMatchObject({
        name: named,
        versionId: "1",
        versionAliases: ["first", "default"],
        artifactUri,
        containerSpec: { imageUri: sklearn },
    });
    expect((await call("GET", `${iris}@second`))[1]).toMatchObject({ name: named, versionId: "2" });
    expect(
        (await call("POST", `${iris}@2:mergeVersionAliases`, { versionAliases: ["default", "-second"] }))[1],
    ).toMatchObject({
        versionAliases: ["default"],
    });
    const [, { models: versions }] = await call("GET", `${iris}:listVersions`);
    expect(versions.map(({ name, versionAliases }: Inputs) => [name, versionAliases])).toEqual([
        [`${named}@1`, ["first"]],
        [`${named}@2`, ["default"]],
    ]);
    expect((await call("GET", models))[1].models).toMatchObject([{ name: named, versionId: "2" }]);
});

test("labels of the model and of the version are returned together", async () => {
    const { call, done } = await served(vertexWorld());
    await done(await call("POST", `${models}:upload`, upload({}, { modelId: "iris" })));
    await call("PATCH", `${iris}?updateMask=labels,description`, {
        labels: { team: "flowers" },
        description: "Species",
    });
    const [, patched] = await call("PATCH", `${iris}@1?updateMask=labels`, { labels: { data: "1936" } });
    expect(patched).toMatchObject({ description: "Species", labels: { team: "flowers", data: "1936" } });
});

test("a version in use, the default one and the last one cannot be deleted, and neither can the model", async () => {
    const world = vertexWorld();
    const { call, done, refused } = await served(world);
    await done(await call("POST", `${models}:upload`, upload({}, { modelId: "iris" })));
    expect((await refused("DELETE", `${iris}@1:deleteVersion`))[2]).toMatch(/^The only version of a model/);
    await done(await call("POST", `${models}:upload`, upload({}, { parentModel: iris })));
    expect((await refused("DELETE", `${iris}@1:deleteVersion`))[2]).toMatch(/^The default version of a model/);
    const name = `//aiplatform.googleapis.com/${location}/endpoints/web`;
    const deployedModels = [{ id: "7", model: `projects/${world.number}/locations/europe-west1/models/iris@2` }];
    world.cloud.store.write({ name, project: "acme-dev", id: `${location}/endpoints/web`, state: { deployedModels } });
    const inUse = [
        400,
        "FAILED_PRECONDITION",
        expect.stringMatching(
            /^The Model is deployed or being deployed at the following Endpoint\(s\): .*\/web\. Please/,
        ),
    ];
    expect(await refused("DELETE", `${iris}@2:deleteVersion`)).toEqual(inUse);
    expect(await refused("DELETE", iris)).toEqual(inUse);
    expect((await call("GET", `${iris}@2`))[1].deployedModels).toEqual([
        { endpoint: `projects/${world.number}/locations/europe-west1/endpoints/web`, deployedModelId: "7" },
    ]);
    world.cloud.store.remove(name);
    await done(await call("DELETE", `${iris}@2:deleteVersion`));
    await done(await call("DELETE", iris));
    expect((await refused("GET", iris)).slice(0, 2)).toEqual([404, "NOT_FOUND"]);
});

/** A world without the agent's role, or with other files or another bucket. */
const worlds = {
    usual: vertexWorld,
    "without the agent": () => {
        const world = new World();
        world.enable("aiplatform", "storage");
        world.make("Bucket", { name: "acme-models", location: "EUROPE-WEST1" });
        return world;
    },
    "without its role": () => {
        const world = new World();
        world.enable("aiplatform", "storage");
        world.make("Bucket", { name: "acme-models", location: "EUROPE-WEST1" });
        world.make("ServiceIdentity", { service: "aiplatform.googleapis.com" });
        return world;
    },
    "with a multi-region": () => {
        const world = vertexWorld();
        world.make("Bucket", { name: "acme-models-eu", location: "EU" });
        world.make("BucketObject", { bucket: "acme-models-eu", name: "model.joblib", source: textAsset("a model") });
        return world;
    },
};

test.each<[string, keyof typeof worlds, Inputs, RegExp]>([
    ["without the service agent", "without the agent", upload(), /^Service agents are being provisioned/],
    [
        "whose files the agent cannot read",
        "without its role",
        upload(),
        /^Service account `service-\d+@gcp-sa-aiplatform\S+` does not have `\[storage\.objects\.get\]` IAM permission\(s\) to the directory "gs:\/\/acme-models\/iris"\./,
    ],
    [
        "of files in another location",
        "with a multi-region",
        upload({ artifactUri: "gs://acme-models-eu" }),
        /^The Cloud Storage bucket of `gs:\/\/acme-models-eu` is in location `eu`\. It must be in the same regional location as the service location `europe-west1`\.$/,
    ],
    [
        "without the file that the container loads",
        "usual",
        upload({ containerSpec: { imageUri: sklearn.replace("sklearn-cpu.1-6", "pytorch-cpu.2-4") } }),
        /^Model directory gs:\/\/acme-models\/iris is expected to contain exactly one of: \[model\.mar\]\.$/,
    ],
    [
        "of a container that is no longer available",
        "usual",
        upload({ containerSpec: { imageUri: sklearn.replace("1-6", "1-2") } }),
        /no longer available/,
    ],
    [
        "of an empty folder",
        "usual",
        upload({ artifactUri: "gs://acme-models/none", containerSpec: { imageUri: "eu.gcr.io/other/serve" } }),
        /does not contain any files/,
    ],
    ["of a missing bucket", "usual", upload({ artifactUri: "gs://acme-nothing/a" }), /its bucket does not exist/],
    [
        "of an image elsewhere",
        "usual",
        upload({ containerSpec: { imageUri: "docker.io/acme/serve" } }),
        /must be in Artifact Registry/,
    ],
    [
        "of an image in no repository",
        "usual",
        upload({ containerSpec: { imageUri: "europe-docker.pkg.dev/acme-dev/app/serve:1" } }),
        /does not exist/,
    ],
    [
        "with two kinds of a probe",
        "usual",
        upload({
            containerSpec: { imageUri: sklearn, healthProbe: { exec: { command: ["true"] }, grpc: { port: 1 } } },
        }),
        /^container_spec\.healthProbe must have exactly one of exec, http_get, grpc and tcp_socket\.$/,
    ],
    ["without an image", "usual", upload({ containerSpec: {} }), /image_uri must be set/],
    ["without a name", "usual", upload({ displayName: "" }), /display name/],
    ["with an invalid ID", "usual", upload({}, { modelId: "1iris" }), /Invalid model ID/],
    ["with an alias that is a number", "usual", upload({ versionAliases: ["2"] }), /Invalid version alias/],
    ["of a missing model", "usual", upload({}, { parentModel: iris }), /does not exist/],
    [
        "with a key in another region",
        "usual",
        upload({ encryptionSpec: { kmsKeyName: "projects/acme-dev/locations/us-east1/keyRings/a/cryptoKeys/b" } }),
        /must be in the location of the resource/,
    ],
    ["with an unknown field", "usual", upload({}, { aliases: [] }), /Unknown name "aliases"/],
])("an upload %s is refused", async (_, world, body, words) => {
    const { refused } = await served(worlds[world]());
    const [status, , message] = await refused("POST", `${models}:upload`, body);
    expect([status >= 400 && status < 500, message]).toEqual([true, expect.stringMatching(words)]);
});

test("an upload of the results of a job that was simulated says how the job runs", async () => {
    const world = vertexWorld();
    const baseOutputDirectory = { outputUriPrefix: "gs://acme-models/train/1a2b3c4d" };
    const place = { project: "acme-dev", location: "europe-west1" };
    storeJob(world.cloud, "customJobs", place, { jobSpec: { workerPoolSpecs: [], baseOutputDirectory } }, false);
    const { refused } = await served(world);
    const body = upload({ artifactUri: `${baseOutputDirectory.outputUriPrefix}/model` });
    const [status, , message] = await refused("POST", `${models}:upload`, body);
    expect([status, message]).toEqual([400, expect.stringContaining("Start 'slipway local serve' with Docker")]);
});

test("the agent that the first upload creates can read the files of the next", async () => {
    const world = worlds["without the agent"]();
    world.make("BucketObject", { bucket: "acme-models", name: "iris/model.joblib", source: textAsset("a model") });
    const { call } = await served(world);
    expect((await call("POST", `${models}:upload`, upload()))[0]).toBe(400);
    expect(world.cloud.iam.hasAccount(agentOf(world))).toBe(true);
    expect((await call("POST", `${models}:upload`, upload()))[0]).toBe(200);
});

test("methods need their permissions, the API and a region", async () => {
    const world = vertexWorld();
    world.make("Account", { accountId: "viewer" });
    const member = "serviceAccount:viewer@acme-dev.iam.gserviceaccount.com";
    world.make("ProjectIAMMember", { project: "acme-dev", role: "roles/aiplatform.viewer", member });
    const viewer = await served(world.as({ as: "viewer@acme-dev.iam.gserviceaccount.com" }));
    expect(await viewer.refused("POST", `${models}:upload`, upload())).toEqual([
        403,
        "PERMISSION_DENIED",
        `Permission 'aiplatform.models.upload' denied on resource '//aiplatform.googleapis.com/${location}' (or it may not exist).`,
    ]);
    expect((await viewer.call("GET", models))[0]).toBe(200);
    const other = await served(new World());
    expect((await other.refused("GET", models))[2]).toMatch(/^Vertex AI API has not been used in project acme-dev/);
    expect((await viewer.refused("GET", models.replace("europe-west1", "mars-east1")))[0]).toBe(404);
});
