import type { Cloud } from "../../../simulator";
import { authorizeMethod } from "../../../simulator/apis";
import { fullName, projectWithNumber, verifyRegion, vertexApi } from "../../../simulator/services/vertex/names";
import type { RestApi } from "../../emulator/http";
import { type ApiDefinition, type FaultSettings, methodsRest } from "../../emulator/methods/api";
import type { Method } from "../../emulator/methods/call";
import { batchPredictionMethods } from "./batchPredictions";
import { endpointMethods } from "./endpoints";
import { jobMethods } from "./jobs";
import { modelMethods } from "./models";
import { monitoringMethods } from "./monitoring";
import { operationFormat, operationMethods } from "./operations";
import { pipelineMethods } from "./pipelines";
import { scheduleMethods } from "./schedules";

/** All supported methods of v1. */
export const methods: Method[] = [
    ...operationMethods,
    ...modelMethods,
    ...endpointMethods("v1"),
    ...jobMethods,
    ...monitoringMethods,
    ...pipelineMethods,
    ...scheduleMethods,
    ...batchPredictionMethods,
];

/** All supported methods of v1beta1, for features in preview. */
export const betaMethods: Method[] = [
    ...operationMethods.map((method) => ({ ...method, path: method.path.replace("v1/", "v1beta1/") })),
    ...endpointMethods("v1beta1"),
];

const definition: ApiDefinition = {
    methods: [...methods, ...betaMethods],
    operations: operationFormat,
    names: (names, cloud) => ({ ...names, projectsId: projectWithNumber(names.projectsId, cloud) }),
    project: ({ projectsId }) => String(projectsId),
    authorize: ({ cloud, names }, { id, path }) => {
        const project = String(names.projectsId);
        cloud.projects.requireApi(project, ...vertexApi);
        verifyRegion(names.locationsId);
        // A version has the policy of its model.
        const resource = path
            .replace(/^v1(beta1)?\//, "")
            .replace(/:\w+$/, "")
            .replace(/\/operations(\/.*)?$/, "")
            .replaceAll(/\{(\w+)\}/g, (_, name) => String(names[name]).replace(/@.*$/, ""))
            // What is created or listed belongs to its location.
            .replace(/^((?:[^/]+\/[^/]+\/)*[^/]+\/[^/]+)\/[^/]+$/, (path, owner) =>
                path.split("/").length % 2 === 1 ? owner : path,
            );
        authorizeMethod(id, fullName(resource), project, cloud);
    },
};

/** The API of Vertex AI, for programs that call it directly. The host of a region is not verified: all share the local one. */
export const vertexRest = (cloud: Cloud, troubles?: FaultSettings): RestApi => methodsRest(cloud, definition, troubles);
