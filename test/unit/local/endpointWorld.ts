import type { Inputs } from "../../../local/simulator/rules/rules";
import { fullName } from "../../../local/simulator/services/vertex/names";
import { World } from "./world";

export const location = "projects/acme-dev/locations/europe-west1";
export const endpointId = `${location}/endpoints/iris`;
export const model = (version: number) => `${location}/models/iris@${version}`;

/** The images of the versions: one of their own, and prebuilt containers. */
export const images = [
    "europe-west1-docker.pkg.dev/other/models/iris:1",
    "europe-docker.pkg.dev/vertex-ai/prediction/tf2-cpu.2-15:latest",
    "europe-docker.pkg.dev/vertex-ai/prediction/pytorch-cpu.2-4:latest",
];

/** A project with a model of three versions. */
export function withModel(container: Inputs = {}): World {
    const world = new World();
    world.enable("aiplatform", "iam", "bigquery", "compute");
    world.make("Network", { name: "apps", autoCreateSubnetworks: false });
    const versions = images.map((imageUri, index) => ({
        versionId: String(index + 1),
        versionAliases: [],
        content: { containerSpec: { imageUri, ...container } },
        copies: { image: imageUri },
    }));
    const id = `${location}/models/iris`;
    world.cloud.store.write({ name: fullName(id), project: "acme-dev", id, state: { versions } });
    return world;
}

/** The same with an endpoint. */
export function withEndpoint(more: Inputs = { dedicatedEndpointEnabled: true }, container: Inputs = {}): World {
    const world = withModel(container);
    world.make("AiEndpoint", { name: "iris", location: "europe-west1", displayName: "iris", ...more });
    return world;
}
