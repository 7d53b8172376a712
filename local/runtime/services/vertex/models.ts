import { type Cloud, digits, type Inputs } from "../../../simulator";
import {
    deploymentsOf,
    type ModelEntry,
    type ModelVersion,
    mergeAliases,
    modelsIn,
    patchModel,
    removeModel,
    removeVersion,
    requireModel,
    requireVersion,
    storeUpload,
    verifyModelRemoval,
    verifyUpload,
    verifyVersionRemoval,
    withoutVersion,
} from "../../../simulator/services/vertex/models";
import { invalid, locationPath, pathOf, publicName } from "../../../simulator/services/vertex/names";
import { type Call, type Method, maskOf, page } from "../../emulator/methods/call";

const path = (names: Inputs) => `${locationPath(names)}/models/${names.modelsId}`;
const google = "google.cloud.aiplatform.v1";

/** A model as the API returns it, with the fields of one of its versions. */
function resource(cloud: Cloud, model: ModelEntry, version: ModelVersion, isListed = false): Inputs {
    const { displayName, description, encryptionSpec, createTime, updateTime, labels, versions } = model.state;
    const { content, copies: _, labels: own, ...rest } = version;
    const deployedModels = deploymentsOf(cloud, model.id, version.versionId);
    return {
        ...content,
        ...rest,
        name: publicName(model.id, cloud) + (isListed ? `@${version.versionId}` : ""),
        displayName,
        description,
        encryptionSpec,
        createTime,
        updateTime,
        // "Both the model labels and the version labels are merged when a model is returned."
        labels: { ...labels, ...own },
        predictSchemata: content.predictSchemata ?? {},
        supportedDeploymentResourcesTypes: ["DEDICATED_RESOURCES", "SHARED_RESOURCES"],
        supportedInputStorageFormats: ["jsonl", "bigquery", "csv", "tf-record", "tf-record-gzip", "file-list"],
        supportedOutputStorageFormats: ["jsonl", "bigquery"],
        ...(deployedModels.length > 0 && { deployedModels }),
        etag: digits(`${updateTime} ${version.versionUpdateTime} ${versions.length}`, 16),
    };
}

function get({ cloud, names }: Call): object {
    return resource(cloud, ...requireVersion(cloud, path(names)));
}

function list({ cloud, names, query }: Call): object {
    const { items, ...more } = page(query, modelsIn(cloud, locationPath(names)));
    return { models: items.map((model) => resource(cloud, ...requireVersion(cloud, model.id))), ...more };
}

function listVersions({ cloud, names, query }: Call): object {
    const model = requireModel(cloud, path(names));
    const { items, ...more } = page(query, model.state.versions);
    return { models: items.map((version) => resource(cloud, model, version, true)), ...more };
}

function upload({ cloud, names, body, operate }: Call): object {
    const parent = locationPath(names);
    const parentModel = body.parentModel && withoutVersion(pathOf(body.parentModel, cloud));
    verifyUpload(cloud, parent, { ...body, parentModel });
    const id = body.modelId ?? digits(`${parent} ${Date.now()} ${Math.random()}`, 19);
    const target = parentModel ?? `${parent}/models/${id}`;
    const type = `${google.replace("google.", "")}.UploadModelResponse`;
    const metadataType = `${google}.UploadModelOperationMetadata`;
    return operate({ method: "ModelService.UploadModel", target, type, metadataType }, () => {
        const modelVersionId = storeUpload(cloud, target, body.model);
        return { model: publicName(target, cloud), modelVersionId };
    });
}

function patch({ cloud, names, query, body }: Call): object {
    patchModel(cloud, path(names), maskOf(query, ["displayName", "description", "labels", "versionDescription"]), body);
    return resource(cloud, ...requireVersion(cloud, path(names)));
}

function mergeVersionAliases({ cloud, names, body }: Call): object {
    if (!/@\d+$/.test(names.modelsId)) {
        throw invalid("The name must contain a version ID.");
    }
    mergeAliases(cloud, path(names), body.versionAliases ?? []);
    return resource(cloud, ...requireVersion(cloud, path(names)));
}

const deletion = { type: "protobuf.Empty", metadataType: `${google}.DeleteOperationMetadata` };

function deleteModel({ cloud, names, operate }: Call): object {
    const target = path(names);
    verifyModelRemoval(cloud, target);
    return operate({ method: "ModelService.DeleteModel", target, ...deletion }, () => {
        removeModel(cloud, target);
        return {};
    });
}

function deleteVersion({ cloud, names, operate }: Call): object {
    const target = path(names);
    verifyVersionRemoval(cloud, target);
    return operate({ method: "ModelService.DeleteModelVersion", target, ...deletion }, () => {
        removeVersion(cloud, target);
        return {};
    });
}

const id = (method: string) => `aiplatform.projects.locations.models.${method}`;
const models = "v1/projects/{projectsId}/locations/{locationsId}/models";
const model = `${models}/{modelsId}`;
const pages = ["pageSize", "pageToken"];

export const modelMethods: Method[] = [
    {
        id: id("upload"),
        verb: "POST",
        path: `${models}:upload`,
        fields: ["model", "modelId", "parentModel"],
        creates: "modelId",
        answer: upload,
    },
    { id: id("list"), verb: "GET", path: models, query: pages, answer: list },
    { id: id("listVersions"), verb: "GET", path: `${model}:listVersions`, query: pages, answer: listVersions },
    {
        id: id("mergeVersionAliases"),
        verb: "POST",
        path: `${model}:mergeVersionAliases`,
        fields: ["versionAliases"],
        answer: mergeVersionAliases,
    },
    { id: id("deleteVersion"), verb: "DELETE", path: `${model}:deleteVersion`, answer: deleteVersion },
    { id: id("get"), verb: "GET", path: model, answer: get },
    {
        id: id("patch"),
        verb: "PATCH",
        path: model,
        query: ["updateMask"],
        fields: ["name", "displayName", "description", "labels", "versionDescription"],
        answer: patch,
    },
    { id: id("delete"), verb: "DELETE", path: model, answer: deleteModel },
    {
        id: id("operations.list"),
        verb: "GET",
        path: `${model}/operations`,
        answer: ({ operations, names }) => ({ operations: operations.about(path(names)) }),
    },
];
