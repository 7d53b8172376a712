import { type Cloud, GoogleError, type Inputs, projectName } from "../../../simulator";
import { authorizeMethod } from "../../../simulator/apis";
import { dataflowApi } from "../../../simulator/services/dataflow/names";
import type { RestApi } from "../../emulator/http";
import { type ApiDefinition, type FaultSettings, methodsRest } from "../../emulator/methods/api";
import type { OperationFormat } from "../../emulator/methods/operations";
import { methods } from "./methods";

/** The methods that are used here start no long-running operations. */
const operations: OperationFormat = {
    methodPackage: "google.dataflow.v1beta3",
    folder: (target) => `${target}/operations`,
    fullName: (path) => `//dataflow.googleapis.com/${path}`,
    metadata: () => ({}),
    conflict: (target) => new GoogleError(409, `${target} is being changed.`),
    notFound: (path) => new GoogleError(404, `${path} not found.`),
};

const definition: ApiDefinition = {
    methods,
    operations,
    project: ({ projectId }) => String(projectId),
    authorize: ({ cloud, names, body }, { id }) => {
        const project = String(names.projectId);
        cloud.projects.requireApi(project, ...dataflowApi);
        for (const method of authorized(id, body)) {
            authorizeMethod(method, projectName(project), project, cloud);
        }
    },
};

/** What a call does, by the methods that the documentation of permissions lists. */
function authorized(id: string, body: Inputs): string[] {
    if (id.endsWith(".jobs.update")) {
        return [body.requestedState ? "dataflow.jobs.cancel" : "dataflow.jobs.updateContents"];
    }
    const isUpdate = (body.launchParameter ?? body).update === true;
    return [id, ...(isUpdate ? ["dataflow.jobs.updateContents"] : [])];
}

/** The API of Dataflow, for programs that call it directly. */
export const dataflowRest = (cloud: Cloud, troubles?: FaultSettings): RestApi =>
    methodsRest(cloud, definition, troubles);
