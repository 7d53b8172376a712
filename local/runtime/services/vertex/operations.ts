import { digits, GoogleError } from "../../../simulator";
import { fullName, publicName } from "../../../simulator/services/vertex/names";
import { endAbandonedDeployments } from "../../../simulator/services/vertex/pendingDeployments";
import type { Call, Method } from "../../emulator/methods/call";
import type { OperationFormat } from "../../emulator/methods/operations";
import { patiently } from "./patience";

const methodPackage = "google.cloud.aiplatform.v1";

/** The collections whose resources have operations of their own; other operations belong to their location. */
const owners = ["models", "endpoints"] as const;

const locationOf = (path: string) => path.split("/").slice(0, 4).join("/");

/** `projects/p/locations/l/models/m@2` and its parts have operations at `projects/p/locations/l/models/m`. */
function ownerOf(target: string): string {
    const parts = target.split("/").slice(0, 6);
    return owners.some((owner) => owner === parts[4])
        ? parts.join("/").replace(/@[^/]*$/, "")
        : parts.slice(0, 4).join("/");
}

/** Long-running operations: https://cloud.google.com/vertex-ai/docs/general/long-running-operations */
export const operationFormat: OperationFormat = {
    methodPackage,
    // Outside of the resource, which can be deleted.
    folder: (target) => `${locationOf(target)}/operations`,
    fullName,
    publicName: (path, target, cloud) => publicName(`${ownerOf(target)}/operations/${path.split("/").at(-1)}`, cloud),
    metadata: ({ metadataType, startTime }, endTime = startTime) => ({
        "@type": `type.googleapis.com/${metadataType}`,
        genericMetadata: { createTime: startTime, updateTime: endTime },
    }),
    conflict: (target, _, operation) =>
        new GoogleError(
            400,
            `There are other operations running on the resource "${target}". Operation(s) are: ${operation}.`,
            { reason: "failedPrecondition" },
        ),
    notFound: (path) => new GoogleError(404, `Operation \`${path}\` does not exist.`),
    newId: () => digits(`${Date.now()} ${Math.random()}`, 19),
};

async function getOperation({ cloud, operations, names }: Call): Promise<object> {
    const path = `projects/${names.projectsId}/locations/${names.locationsId}/operations/${names.operationsId}`;
    endAbandonedDeployments(cloud);
    await patiently(cloud, () => cloud.store.read(fullName(path))?.state.pending === undefined);
    return operations.get(path);
}

const location = "v1/projects/{projectsId}/locations/{locationsId}";
const singular = { models: "{modelsId}", endpoints: "{endpointsId}" };

export const operationMethods: Method[] = [
    {
        id: "aiplatform.projects.locations.operations.get",
        verb: "GET",
        path: `${location}/operations/{operationsId}`,
        answer: getOperation,
    },
    ...owners.map(
        (owner): Method => ({
            id: `aiplatform.projects.locations.${owner}.operations.get`,
            verb: "GET",
            path: `${location}/${owner}/${singular[owner]}/operations/{operationsId}`,
            answer: getOperation,
        }),
    ),
];
