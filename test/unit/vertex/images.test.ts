import { join } from "node:path";
import { StorageBucket, VertexModel, VertexPipeline, VertexTrainingJob } from "slipway";
import { ContainerImage, ContainerRegistry, type ImageSource } from "slipway/artifactregistry";
import { registered } from "../registered";

const stack = { environment: true };
const digest = `sha256:${"0a".repeat(32)}`;
const imageIn = (project: string) => `europe-docker.pkg.dev/${project}/app/team/train@${digest}`;

const consumers: [string, string, (image: ImageSource) => unknown][] = [
    ["VertexModel", "container.image", (image) => new VertexModel("irises", { container: { image } })],
    ["VertexTrainingJob", "image", (image) => new VertexTrainingJob("irises", jobOf(image))],
    [
        "VertexTrainingJob",
        "pools.evaluators.image",
        (image) =>
            new VertexTrainingJob("irises", {
                ...jobOf(imageIn("acme-dev")),
                pools: { evaluators: { image, replicas: 1 } },
            }),
    ],
];
/** The role of the service agent. */
const reading = expect.objectContaining({
    project: "acme-shared",
    location: "europe",
    repository: "app",
    role: "roles/artifactregistry.reader",
    member: expect.stringContaining("gcp-sa-aiplatform.iam.gserviceaccount.com"),
});
const jobOf = (image: ImageSource) => ({ image, output: new StorageBucket("results") });

describe.each(consumers)("%s: %s", (component, path, consume) => {
    test("is refused in the registry of another project, which the service agent cannot read", async () => {
        await expect(registered(() => consume(imageIn("acme-shared")), stack)).rejects.toThrow(
            `${component} "irises": ${path}: is in the registry of acme-shared, which Vertex AI's service agent of acme-dev cannot read without a role (got "${imageIn("acme-shared")}"). Use a ContainerImage with registry: ContainerRegistry.existing("app", { project: "acme-shared", region: "europe" }), which grants it; with reference, if it can read the image already. [vertex/image-of-other-project]`,
        );
    });

    test.each(["acme-dev", "vertex-ai", "deeplearning-platform-release"])(
        "is read in the project %s",
        async (project) => {
            await registered(() => consume(imageIn(project)), stack);
        },
    );

    test("is read once the agent has a role on a registry that exists already", async () => {
        const all = await registered(
            () => {
                const registry = ContainerRegistry.existing("app", { project: "acme-shared", region: "europe" });
                consume(new ContainerImage("train", { registry, digest }));
            },
            { ...stack, call: () => undefined },
        );
        expect(Object.values(all)).toContainEqual(reading);
    });
});

test("the images of a pipeline are read once the agent has a role on their registry", async () => {
    const all = await registered(
        () => {
            const registry = ContainerRegistry.existing("app", { project: "acme-shared", region: "europe" });
            new VertexPipeline("irises", {
                source: join(__dirname, "..", "..", "pipelines", "forecast.yaml"),
                images: { steps: new ContainerImage("steps", { registry, digest }) },
                parameters: { source: "sales" },
                pipelineRoot: new StorageBucket("runs"),
            });
        },
        { ...stack, call: () => undefined },
    );
    expect(Object.values(all)).toContainEqual(reading);
});
