import { AdminApi, type VertexVersion, vertexAi } from "../../internal/adminApi/adminApi";

/** Returns the API of Vertex AI in a region. */
export type VertexApis = (location: string, version?: VertexVersion) => AdminApi;

export const vertexApis: VertexApis = (location, version) =>
    new AdminApi(undefined, undefined, vertexAi(location, version));

/** The region of a resource's name, such as `projects/acme-dev/locations/europe-west1/models/iris`. */
export function locationOf(name: string): string {
    const [, location] = /\/locations\/([^/]+)/.exec(name) ?? [];
    if (location === undefined) {
        throw new Error(`${name} is not the name of a resource in a region.`);
    }
    return location;
}
