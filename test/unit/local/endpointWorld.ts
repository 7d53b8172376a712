import type { Inputs } from "../../../local/rules/rules";
import { fullName } from "../../../local/services/vertex/names";
import { World } from "./world";

export const location = "projects/acme-dev/locations/europe-west1";
export const endpointId = `${location}/endpoints/iris`;
export const model = (version: number) => `${location}/models/iris@${version}`;

/** A project with a model of three versions. */
export function withModel(): World {
    const world = new World();
    world.enable("aiplatform", "iam", "bigquery", "compute");
    world.make("Network", { name: "apps", autoCreateSubnetworks: false });
    const versions = ["1", "2", "3"].map((versionId) => ({ versionId, versionAliases: [] }));
    const id = `${location}/models/iris`;
    world.cloud.store.write({ name: fullName(id), project: "acme-dev", id, state: { versions } });
    return world;
}

/** The same with an endpoint. */
export function withEndpoint(more: Inputs = { dedicatedEndpointEnabled: true }): World {
    const world = withModel();
    world.make("AiEndpoint", { name: "iris", location: "europe-west1", displayName: "iris", ...more });
    return world;
}
