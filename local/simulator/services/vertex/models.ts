import { modelLimits, modelNames } from "slipway/facts";
import type { Cloud } from "../../cloud/cloud";
import { GoogleError } from "../../cloud/errors";
import type { Entry } from "../../cloud/store";
import type { Inputs } from "../../rules/rules";
import { requireAgent, verifyKey } from "./agents";
import { filesIn, verifyFolder, verifyImage, verifyPrebuilt } from "./artifacts";
import { copyModel, type ModelCopies, removeCopies } from "./copies";
import { fullName, invalid, locationOf, notFound, precondition, projectOf, publicName } from "./names";
import { simulatedJobOf } from "./trainingJob";

/** A version of a model. */
export interface ModelVersion {
    versionId: string;
    versionAliases: string[];
    versionDescription?: string;
    labels: Record<string, string>;
    versionCreateTime: string;
    versionUpdateTime: string;
    /** The immutable fields of its upload, such as `containerSpec`. */
    content: Inputs;
    copies: ModelCopies;
}

/** A model, with all its versions, in the store. */
export type ModelEntry = Entry & {
    state: {
        displayName: string;
        description?: string;
        labels: Record<string, string>;
        encryptionSpec?: Inputs;
        createTime: string;
        updateTime: string;
        /** The number of versions that were ever uploaded. */
        uploaded: number;
        versions: ModelVersion[];
    };
};

const { modelId, versionAlias } = modelNames.rows;
const defaultAlias = "default";

/** The path of a model without the version of its name. */
export const withoutVersion = (path: string) => path.replace(/@[^/]*$/, "");

export function findModel(cloud: Cloud, path: string): ModelEntry | undefined {
    return cloud.store.read(fullName(withoutVersion(path))) as ModelEntry | undefined;
}

export function requireModel(cloud: Cloud, path: string): ModelEntry {
    const found = findModel(cloud, path);
    if (!found) {
        throw notFound("Model", path, cloud);
    }
    return found;
}

/** A version by its ID or an alias; without either the default one. */
export function requireVersion(cloud: Cloud, path: string): [ModelEntry, ModelVersion] {
    const model = requireModel(cloud, path);
    const [, name = defaultAlias] = /@([^/]*)$/.exec(path) ?? [];
    const wanted = name === "-" ? defaultAlias : name;
    const version = model.state.versions.find(
        (each) => each.versionId === wanted || each.versionAliases.includes(wanted),
    );
    if (!version) {
        throw notFound("Model version", path, cloud);
    }
    return [model, version];
}

/** All models of a location. */
export function modelsIn(cloud: Cloud, path: string): ModelEntry[] {
    return cloud.store.list(fullName(`${path}/models`)) as ModelEntry[];
}

/** The deployments of a version, in all locations of the project. */
export function deploymentsOf(cloud: Cloud, path: string, versionId: string): Inputs[] {
    const project = projectOf(path);
    const endpoints = cloud.store.list(fullName(`projects/${project}/locations`), "endpoints");
    return endpoints.flatMap(({ id, state }) =>
        ((state.deployedModels ?? []) as Inputs[])
            .filter(
                ({ model, modelVersionId }) =>
                    withoutVersion(String(model)).split("/").at(-1) === withoutVersion(path).split("/").at(-1) &&
                    locationOf(String(model)) === locationOf(path) &&
                    (modelVersionId ?? /@(\d+)$/.exec(String(model))?.[1]) === versionId,
            )
            .map((deployed) => ({ endpoint: publicName(id, cloud), deployedModelId: deployed.id })),
    );
}

function verifyAliases(aliases: string[]): void {
    for (const alias of aliases) {
        if (!versionAlias.pattern.test(alias)) {
            throw invalid(`Invalid version alias "${alias}": it must match [a-z][a-zA-Z0-9-]{0,126}[a-z0-9].`);
        }
    }
}

function verifyLabels(labels: Record<string, string> = {}): void {
    for (const [key, value] of Object.entries(labels)) {
        if (!/^[a-z][a-z0-9_-]{0,62}$/.test(key) || !/^[a-z0-9_-]{0,63}$/.test(value)) {
            throw invalid(`Invalid label "${key}": "${value}".`);
        }
    }
}

function verifyDisplayName(name: unknown): void {
    const { max } = modelLimits.rows.displayName;
    if (typeof name !== "string" || name.length === 0 || name.length > max) {
        throw invalid(`The display name is required and can have up to ${max} characters.`);
    }
}

const uploadable = [
    "containerSpec",
    "artifactUri",
    "explanationSpec",
    "predictSchemata",
    "metadata",
    "metadataSchemaUri",
];

/** Throws for a request to upload a version that the API refuses. */
export function verifyUpload(cloud: Cloud, parent: string, { model = {}, modelId: id, parentModel }: Inputs): void {
    const [project, location] = [projectOf(parent), locationOf(parent)];
    verifyDisplayName(model.displayName);
    if (id !== undefined && !modelId.pattern.test(id)) {
        throw invalid(`Invalid model ID "${id}": it must match [a-z_][a-z0-9_-]{0,62}.`);
    }
    verifyAliases(model.versionAliases ?? []);
    verifyLabels(model.labels);
    const image = model.containerSpec?.imageUri;
    if (!image) {
        throw invalid("container_spec.image_uri must be set.");
    }
    verifyProbes(model.containerSpec);
    if (parentModel !== undefined) {
        requireModel(cloud, parentModel);
    } else if (id !== undefined && findModel(cloud, `${parent}/models/${id}`)) {
        throw new GoogleError(409, `Model ${publicName(`${parent}/models/${id}`, cloud)} already exists.`);
    }
    const agent = requireAgent(cloud, project);
    const reader = { cloud, project, location, agent };
    if (model.encryptionSpec?.kmsKeyName) {
        verifyKey(cloud, model.encryptionSpec.kmsKeyName, reader);
    }
    verifyImage(image, reader);
    if (model.artifactUri) {
        verifyFolder(model.artifactUri, reader);
        verifyTrained(cloud, model.artifactUri);
    }
    verifyPrebuilt(image, model.artifactUri, reader);
    if (model.artifactUri && filesIn(cloud, model.artifactUri).length === 0) {
        throw precondition(`Model directory ${model.artifactUri} does not contain any files.`);
    }
}

/** Throws for the results of a job that was only simulated. */
function verifyTrained(cloud: Cloud, folder: string): void {
    const job = filesIn(cloud, folder).length === 0 ? simulatedJobOf(cloud, folder) : undefined;
    if (job !== undefined) {
        throw precondition(
            `Model directory ${folder} is empty, because the local Google Cloud only simulated ${job}. Start 'slipway local serve' with Docker, which runs training jobs, and train again: delete the local Google Cloud with 'slipway local reset', or change the code or runOn.`,
        );
    }
}

const probes = ["startupProbe", "healthProbe", "livenessProbe"];
const kindsOfProbe = ["exec", "httpGet", "grpc", "tcpSocket"];

/** A probe has one of its kinds: https://cloud.google.com/vertex-ai/docs/reference/rest/v1/ModelContainerSpec#probe */
function verifyProbes(spec: Inputs): void {
    for (const name of probes.filter((each) => spec[each] !== undefined)) {
        const kinds = kindsOfProbe.filter((kind) => spec[name][kind] !== undefined);
        if (kinds.length !== 1 || spec[name].exec?.command?.length === 0) {
            throw invalid(`container_spec.${name} must have exactly one of exec, http_get, grpc and tcp_socket.`);
        }
    }
}

/** Stores an uploaded version, and returns its ID. */
export function storeUpload(cloud: Cloud, path: string, model: Inputs): string {
    const now = cloud.now().toISOString();
    const found = findModel(cloud, path);
    const { displayName, description, labels = {}, encryptionSpec } = model;
    const before = found?.state ?? {
        displayName,
        description,
        labels: {},
        encryptionSpec,
        createTime: now,
        updateTime: now,
        uploaded: 0,
        versions: [],
    };
    const versionId = String(before.uploaded + 1);
    const asked: string[] = model.versionAliases ?? [];
    // "A default version alias will be created for the first version of the model."
    const versionAliases = before.versions.length === 0 ? [...new Set([...asked, defaultAlias])] : asked;
    const version: ModelVersion = {
        versionId,
        versionAliases,
        versionDescription: model.versionDescription,
        labels,
        versionCreateTime: now,
        versionUpdateTime: now,
        content: Object.fromEntries(
            uploadable.filter((key) => model[key] !== undefined).map((key) => [key, model[key]]),
        ),
        copies: copyModel(cloud, path, versionId, model),
    };
    const versions = [...before.versions.map((each) => withoutAliases(each, versionAliases)), version];
    cloud.store.write({
        ...(found ?? { name: fullName(path), project: projectOf(path), id: path }),
        state: { ...before, uploaded: before.uploaded + 1, updateTime: now, versions },
    });
    return versionId;
}

const withoutAliases = (version: ModelVersion, taken: string[]): ModelVersion => ({
    ...version,
    versionAliases: version.versionAliases.filter((alias) => !taken.includes(alias)),
});

function replaceVersion(cloud: Cloud, model: ModelEntry, changed: ModelVersion[]): void {
    cloud.store.write({
        ...model,
        state: { ...model.state, updateTime: cloud.now().toISOString(), versions: changed },
    });
}

/**
 * Adds aliases to a version, from which other versions lose them, and removes those with a hyphen before them. "There must be exactly
 * one default version alias for a model."
 */
export function mergeAliases(cloud: Cloud, path: string, aliases: string[]): void {
    const [model, version] = requireVersion(cloud, path);
    const [removed, added] = [
        aliases.filter((each) => each.startsWith("-")),
        aliases.filter((each) => !each.startsWith("-")),
    ];
    const gone = removed.map((alias) => alias.slice(1));
    verifyAliases([...added, ...gone]);
    if (gone.includes(defaultAlias)) {
        throw invalid("The default version alias cannot be removed. Assign it to another version instead.");
    }
    const versions = model.state.versions.map((each) => {
        const left = withoutAliases(each, each.versionId === version.versionId ? gone : added);
        return each.versionId === version.versionId
            ? { ...left, versionAliases: [...new Set([...left.versionAliases, ...added])] }
            : left;
    });
    replaceVersion(cloud, model, versions);
}

/** Changes fields of a model, or of a version if the path names one. */
export function patchModel(cloud: Cloud, path: string, paths: string[], body: Inputs): void {
    const isOfVersion = /@(?!-$)[^/]+$/.test(path);
    const [model, version] = requireVersion(cloud, path);
    const allowed = isOfVersion ? ["versionDescription", "labels"] : ["displayName", "description", "labels"];
    const other = paths.find((field) => !allowed.includes(field));
    if (other !== undefined) {
        throw precondition(`The field ${other} cannot be updated for a ${isOfVersion ? "model version" : "model"}.`);
    }
    const changes = Object.fromEntries(paths.map((field) => [field, body[field]]));
    verifyLabels(changes.labels);
    if (paths.includes("displayName")) {
        verifyDisplayName(changes.displayName);
    }
    if (isOfVersion) {
        const versionUpdateTime = cloud.now().toISOString();
        const changed = { ...version, ...changes, versionUpdateTime };
        replaceVersion(
            cloud,
            model,
            model.state.versions.map((each) => (each === version ? changed : each)),
        );
    } else {
        cloud.store.write({ ...model, state: { ...model.state, ...changes, updateTime: cloud.now().toISOString() } });
    }
}

/** "A model cannot be deleted if any Endpoint resource has a DeployedModel based on the model." */
export function verifyModelRemoval(cloud: Cloud, path: string): void {
    for (const { versionId } of requireModel(cloud, path).state.versions) {
        requireUndeployed(cloud, path, versionId);
    }
}

function requireUndeployed(cloud: Cloud, path: string, versionId: string): void {
    const endpoints = [...new Set(deploymentsOf(cloud, path, versionId).map(({ endpoint }) => endpoint))];
    if (endpoints.length > 0) {
        throw precondition(
            `The Model is deployed or being deployed at the following Endpoint(s): ${endpoints.join(", ")}. Please undeploy the model before retry.`,
        ).recordedIn("https://github.com/GoogleCloudPlatform/vertex-ai-samples/pull/788");
    }
}

export function removeModel(cloud: Cloud, path: string): void {
    const { versions } = requireModel(cloud, path).state;
    cloud.store.remove(fullName(path));
    removeCopies(
        cloud,
        path,
        versions.map(({ versionId }) => versionId),
    );
}

/**
 * "Model version can only be deleted if there are no DeployedModels created from it. Deleting the only version in the Model is not
 * allowed." The default version must be another one first.
 */
export function verifyVersionRemoval(cloud: Cloud, path: string): void {
    const [model, version] = requireVersion(cloud, path);
    requireUndeployed(cloud, path, version.versionId);
    if (model.state.versions.length === 1) {
        throw precondition("The only version of a model cannot be deleted. Delete the model instead.");
    }
    if (version.versionAliases.includes(defaultAlias)) {
        throw precondition("The default version of a model cannot be deleted. Set another version as default first.");
    }
}

export function removeVersion(cloud: Cloud, path: string): void {
    const [model, version] = requireVersion(cloud, path);
    replaceVersion(
        cloud,
        model,
        model.state.versions.filter((each) => each !== version),
    );
    removeCopies(cloud, model.id, [version.versionId]);
}
