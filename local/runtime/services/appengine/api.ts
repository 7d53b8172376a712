import { type Cloud, GoogleError } from "../../../simulator";
import { authorizeMethod } from "../../../simulator/apis";
import { appEngineApi, appPath, fullName } from "../../../simulator/services/appengine/names";
import type { RestApi } from "../../emulator/http";
import { type ApiDefinition, type FaultSettings, methodsRest } from "../../emulator/methods/api";
import type { Method } from "../../emulator/methods/call";
import type { OperationFormat } from "../../emulator/methods/operations";
import { applicationMethods } from "./applications";
import { serviceMethods } from "./services";

/** All supported methods. */
export const methods: Method[] = [...applicationMethods, ...serviceMethods];

const methodPackage = "google.appengine.v1";

const operations: OperationFormat = {
    methodPackage,
    folder: (target) => `${appPath(target.split("/")[1] as string)}/operations`,
    fullName,
    metadata: ({ method, target, startTime }, endTime) => ({
        "@type": `type.googleapis.com/${methodPackage}.OperationMetadataV1`,
        method: `${methodPackage}.${method}`,
        insertTime: startTime,
        user: "local@slipway.dev",
        target,
        endTime,
    }),
    conflict: (target, busy, operation) =>
        new GoogleError(
            409,
            `Cannot operate on ${target} because an operation is already in progress for ${busy} by ${operation.split("/").at(-1)}.`,
            { reason: "aborted" },
        ),
    notFound: (path) => new GoogleError(404, `Operation '${path}' not found.`),
};

const definition: ApiDefinition = {
    methods,
    operations,
    project: ({ appsId }, { id }) => String(appsId ?? id),
    authorize: ({ cloud, names, body }, method) => {
        const project = definition.project(names, body);
        cloud.projects.requireApi(project, ...appEngineApi);
        authorizeMethod(method.id, fullName(appPath(project)), project, cloud);
    },
};

/** The App Engine Admin API, for programs that call it directly. */
export const appEngineRest = (cloud: Cloud, troubles?: FaultSettings): RestApi =>
    methodsRest(cloud, definition, troubles);
