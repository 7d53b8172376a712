import { allow, type BigQueryDataset, CloudRunService, VertexEndpoint, VertexModel } from "slipway";
import { type Addressed, accessOf, urlOf } from "../../../lib/vertex/endpoint/url";
import { refused, registered } from "../registered";
import { image } from "../serving";

const whole = "projects/acme-ml/locations/europe-west4/endpoints/iris-1a2b3c";

test.each([
    ["an ID", () => VertexEndpoint.existing("iris-1a2b3c"), "acme-dev", "europe-west1"],
    [
        "an ID and a project",
        () => VertexEndpoint.existing("iris-1a2b3c", { project: "acme-ml" }),
        "acme-ml",
        "europe-west1",
    ],
    ["a full name", () => VertexEndpoint.existing(whole), "acme-ml", "europe-west4"],
])(
    "a service asks an existing endpoint by %s: only a role on it is registered",
    async (_, existing, project, location) => {
        const all = await registered(() => new CloudRunService("ask", { image, uses: { IRIS: existing().predictor } }));
        const { "AiEndpointIamMember ask-iris-1a2b3c-user": grant, ...others } = all;
        expect(grant).toEqual({
            project,
            location,
            endpoint: "iris-1a2b3c",
            role: "roles/aiplatform.user",
            member: "serviceAccount:ask-run@acme-dev.iam.gserviceaccount.com",
        });
        expect(Object.keys(others)).toEqual(["Account ask-run", "Service ask"]);
        expect(others["Service ask"]).toMatchObject({
            template: {
                containers: [
                    {
                        envs: [
                            { name: "IRIS", value: `projects/${project}/locations/${location}/endpoints/iris-1a2b3c` },
                        ],
                    },
                ],
            },
        });
    },
);

test.each([
    [
        { dedicatedEndpointEnabled: true, dedicatedEndpointDns: "1.europe-west4-1.prediction.vertexai.goog" },
        "1.europe-west4-1.prediction.vertexai.goog",
    ],
    [{}, "europe-west4-aiplatform.googleapis.com"],
    [{ privateServiceConnectConfig: { enablePrivateServiceConnect: true } }, ""],
    [{ network: "projects/123/global/networks/apps" }, ""],
] as [Addressed, string][])(
    "the URL of an existing endpoint is at its own address, the shared one, or none if it is private: %j",
    (found, host) => {
        const url = urlOf(whole, found.dedicatedEndpointDns, accessOf(found), "europe-west4");
        expect(url).toBe(host && `https://${host}/v1/${whole}:predict`);
    },
);

test("a role on an existing endpoint needs the decision whether it is kept, as its policy accepts no conditions", async () => {
    const grant = (args: object) =>
        registered(() => allow(VertexEndpoint.existing("iris").predictor, "group:ml@acme.com", args), {
            environment: true,
        });
    await expect(grant({})).rejects.toThrow("keep");
    expect(Object.keys(await grant({ keep: false }))).toContain("AiEndpointIamMember iris-user-group-ml-acme-com");
});

const deployed = async (model: () => ReturnType<typeof VertexModel.existing>) => {
    const all = await registered(() => new VertexEndpoint("iris", { models: { latest: { model: model() } } }));
    return (all["Deployments iris"] as { models: { latest: { model: string } } }).models.latest.model;
};

test.each([
    [
        "its default version",
        () => VertexModel.existing("iris"),
        "projects/acme-dev/locations/europe-west1/models/iris@default",
    ],
    [
        "a version",
        () => VertexModel.existing("iris", { version: "3" }),
        "projects/acme-dev/locations/europe-west1/models/iris@3",
    ],
    [
        "an alias in another project",
        () => VertexModel.existing("123456", { project: "acme-ml", version: "champion" }),
        "projects/acme-ml/locations/europe-west1/models/123456@champion",
    ],
    [
        "a full name",
        () => VertexModel.existing("projects/acme-ml/locations/europe-west1/models/iris", { version: "3" }),
        "projects/acme-ml/locations/europe-west1/models/iris@3",
    ],
])("an endpoint deploys an existing model by %s", async (_, model, expected) => {
    expect(await deployed(model)).toBe(expected);
});

const refusals: [string, () => unknown, string][] = [
    [
        "an invalid endpoint",
        () => VertexEndpoint.existing("Iris"),
        'VertexEndpoint "Iris": name: must be the ID or the full name of an endpoint',
    ],
    [
        "an invalid model",
        () => VertexModel.existing("iris@3"),
        'VertexModel "iris@3": name: must be the ID or the full name of a model',
    ],
    [
        "an invalid version",
        () => VertexModel.existing("iris", { version: "Champion!" }),
        "version: must be the ID of a version, such as 3, or an alias, such as champion",
    ],
    [
        "a model in another region",
        () =>
            new VertexEndpoint("iris", {
                models: { latest: { model: VertexModel.existing("iris", { region: "us-central1" }) } },
            }),
        "models.latest.model: [place/other-region]",
    ],
];

test.each(refusals)("%s is refused", async (_, program, message) => {
    expect(await refused(program)).toContain(message);
});

test("request logs and accounts are those of the stack, not of an existing endpoint", () => {
    // @ts-expect-error: an existing endpoint is not configured.
    expect(() => VertexEndpoint.existing("iris", { requestLogs: { dataset: {} as BigQueryDataset } })).toThrow(
        "requestLogs",
    );
});
