import type { dynamic } from "@pulumi/pulumi";
import type { AdminApi, AdminError } from "../../internal/adminApi/adminApi";
import { createOnce } from "../../internal/adminApi/awaitedJob";
import { canonicalJson } from "../../internal/arguments/json";
import { hashOf } from "../../internal/arguments/names";
import { waitClock } from "../../internal/engine/waitingClock";
import type { ModelInputs, ModelOutputs } from "./modelInputs";
import { locationOf, type VertexApis, vertexApis } from "./vertexApi";

/** A {@link https://cloud.google.com/vertex-ai/docs/reference/rest/v1/projects.locations.models version of a model} in the API. */
interface Version {
    versionId: string;
    versionAliases?: string[];
    displayName: string;
    description?: string;
    labels?: Record<string, string>;
    deployedModels?: object[];
}

/**
 * The alias that recognizes a version by its content. Labels cannot: the API returns the labels of the model with the labels of the version.
 * An alias is unique in a model, and a version can be looked up by it.
 */
const aliasPrefix = "slipway-";

const isContentAlias = (alias: string) => alias.startsWith(aliasPrefix);

/** The alias of the version with a content. */
export function contentAlias({ content, files }: Pick<ModelInputs, "content" | "files">): string {
    return aliasPrefix + hashOf(canonicalJson({ content, files }), 16);
}

const modelPath = ({ project, location, modelId }: ModelInputs) =>
    `projects/${project}/locations/${location}/models/${modelId}`;

const settings = ["displayName", "description", "labels", "content", "files", "aliases", "keep"] as const;
const identity = ["project", "location", "modelId", "encryptionKey"] as const;

/**
 * The provider of a model: uploads a version of each content once, gives it the aliases, and deletes versions that are no longer kept.
 * A content that was uploaded before gets its version again.
 */
export function modelProvider(apis: VertexApis = vertexApis): dynamic.ResourceProvider<ModelInputs, ModelOutputs> {
    const deploy = async (inputs: ModelInputs, before?: ModelOutputs): Promise<ModelOutputs> => {
        const api = apis(inputs.location);
        const versionId = await findOrUpload(api, inputs);
        await setAliases(api, inputs, versionId, before);
        await setModel(api, inputs);
        await cleanUp(api, inputs, versionId);
        return { ...inputs, versionId };
    };
    return {
        async diff(_id, olds, news) {
            const replaces = identity.filter((key) => olds[key] !== news[key]);
            const isSamePath = modelPath(olds) === modelPath(news);
            if (replaces.length > 0 && isSamePath) {
                await refuseIfDeployed(apis(olds.location), olds);
            }
            const isChanged = settings.some((key) => canonicalJson(olds[key]) !== canonicalJson(news[key]));
            return {
                changes: replaces.length > 0 || isChanged || olds.versionId === "",
                replaces,
                // Endpoints serve the previous model until they serve the new one.
                deleteBeforeReplace: isSamePath,
            };
        },
        async create(inputs) {
            return { id: modelPath(inputs), outs: await deploy(inputs) };
        },
        async update(_id, olds, news) {
            return { outs: await deploy(news, olds) };
        },
        async read(id, props = {} as ModelOutputs) {
            const api = apis(locationOf(id));
            const model = await api.find<Version>(id);
            if (model === undefined) {
                return { id: "" };
            }
            const version = props.versionId ? await api.find<Version>(`${id}@${props.versionId}`) : undefined;
            return { id, props: { ...props, ...readState(props, model, version) } };
        },
        async delete(id) {
            await deleteModel(apis(locationOf(id)), id);
        },
    };
}

/** Refuses another key for a model with the same ID: the model would be deleted first, which the API refuses while it is deployed. */
async function refuseIfDeployed(api: AdminApi, inputs: ModelInputs): Promise<void> {
    const path = modelPath(inputs);
    for (const { versionId } of await versionsOf(api, path)) {
        if (isDeployed(await api.find<Version>(`${path}@${versionId}`))) {
            throw new Error(
                `the encryption key of the model ${path} cannot be changed, because an endpoint serves version ${versionId}. Set another modelId as well.`,
            );
        }
    }
}

/** The state in the form of the inputs. Labels that others set are ignored. */
function readState(props: ModelOutputs, model: Version, version: Version | undefined): Partial<ModelOutputs> {
    const { labels = {} } = model;
    return {
        displayName: model.displayName,
        description: model.description ?? "",
        labels: Object.fromEntries(Object.keys(props.labels ?? {}).flatMap((key) => pairs(key, labels[key]))),
        aliases: (props.aliases ?? []).filter((alias) => version?.versionAliases?.includes(alias)),
        versionId: version?.versionId ?? "",
    };
}

const pairs = (key: string, value: string | undefined): [string, string][] =>
    value === undefined ? [] : [[key, value]];

async function findOrUpload(api: AdminApi, inputs: ModelInputs): Promise<string> {
    const path = modelPath(inputs);
    const alias = contentAlias(inputs);
    const find = async () => (await api.find<Version>(`${path}@${alias}`))?.versionId;
    return createOnce(
        async () => (await find()) ?? ((await waitForOperations(api, path)) ? find() : undefined),
        async () => upload(api, inputs, alias),
    );
}

/**
 * Waits for the running operations of a model, such as the upload of a deployment that was stopped, and returns whether there were any.
 * Without permission to list them, a version may be uploaded twice.
 */
async function waitForOperations(api: AdminApi, path: string): Promise<boolean> {
    const listed = await api
        .find<{ operations?: { name: string; done?: boolean }[] }>(`${path}/operations`)
        .catch(() => undefined);
    const running = (listed?.operations ?? []).filter(({ done }) => !done);
    for (const { name } of running) {
        // One that fails has uploaded nothing.
        await api.wait(name).catch(() => undefined);
    }
    return running.length > 0;
}

async function upload(api: AdminApi, inputs: ModelInputs, alias: string): Promise<string> {
    const { project, location, modelId, displayName, description, encryptionKey, content, aliases } = inputs;
    const path = modelPath(inputs);
    const versions = await versionsOf(api, path);
    if (versions.length > 0 && !versions.some(isOwn)) {
        throw new Error(
            `the model ${path} exists, and none of its versions was uploaded by slipway. Choose another modelId, or delete the model.`,
        );
    }
    const model = {
        displayName,
        description,
        ...content,
        versionAliases: [alias, ...aliases],
        ...(encryptionKey && { encryptionSpec: { kmsKeyName: encryptionKey } }),
    };
    const response = await api.change("POST", `projects/${project}/locations/${location}/models:upload`, {
        body: { model, ...(versions.length > 0 ? { parentModel: path } : { modelId }) },
        retry: false,
    });
    return (response as { modelVersionId: string }).modelVersionId;
}

const isOwn = ({ versionAliases = [] }: Version) => versionAliases.some(isContentAlias);

/** All versions, newest first; none without the model. */
async function versionsOf(api: AdminApi, path: string): Promise<Version[]> {
    if ((await api.find(path)) === undefined) {
        return [];
    }
    const versions = await api.list<Version>(`${path}:listVersions`, "models");
    return versions.sort((one, other) => Number(other.versionId) - Number(one.versionId));
}

/** Gives a version its aliases, which other versions lose, and takes those that the program no longer names. */
async function setAliases(api: AdminApi, inputs: ModelInputs, versionId: string, before?: ModelOutputs): Promise<void> {
    const path = `${modelPath(inputs)}@${versionId}`;
    const { versionAliases = [] } = await api.get<Version>(path);
    const missing = inputs.aliases.filter((alias) => !versionAliases.includes(alias));
    // A model must always have a default version.
    const removed = (before?.aliases ?? []).filter((alias) => !inputs.aliases.includes(alias) && alias !== "default");
    // Another version, of an earlier content, has lost or keeps them.
    const taken = removed.filter((alias) => versionAliases.includes(alias)).map((alias) => `-${alias}`);
    if (missing.length + taken.length > 0) {
        await api.post(`${path}:mergeVersionAliases`, { body: { versionAliases: [...missing, ...taken] } });
    }
}

/** Sets the name, the description and the labels of the model. */
async function setModel(api: AdminApi, inputs: ModelInputs): Promise<void> {
    const path = modelPath(inputs);
    const model = await api.get<Version>(path);
    const now = { displayName: model.displayName, description: model.description ?? "", labels: model.labels ?? {} };
    const mask = (["displayName", "description", "labels"] as const).filter(
        (key) => canonicalJson(now[key]) !== canonicalJson(inputs[key]),
    );
    if (mask.length > 0) {
        const body = Object.fromEntries(mask.map((key) => [key, inputs[key]]));
        await api.patch(path, { query: { updateMask: mask.join(",") }, body });
    }
}

/**
 * Deletes versions of the program that are no longer kept, except those that are deployed or have an alias. A version that another
 * deployment has just started to use stays until the next change.
 */
async function cleanUp(api: AdminApi, inputs: ModelInputs, versionId: string): Promise<void> {
    const path = modelPath(inputs);
    const own = (await versionsOf(api, path)).filter(isOwn);
    const others = own.filter((version) => version.versionId !== versionId).slice(inputs.keep - 1);
    for (const version of others.filter((each) => each.versionAliases?.every(isContentAlias))) {
        const name = `${path}@${version.versionId}`;
        if (!isDeployed(await api.find<Version>(name))) {
            await deleteVersion(api, name);
        }
    }
}

const isDeployed = (version: Version | undefined) => (version?.deployedModels?.length ?? 0) > 0;

/** The API answers some deletions with an error after the version is deleted: https://github.com/googleapis/python-aiplatform/issues/2675 */
async function deleteVersion(api: AdminApi, name: string): Promise<void> {
    try {
        await api.change("DELETE", `${name}:deleteVersion`);
    } catch (error) {
        if ((error as AdminError).status !== 400 && (await api.find(name)) !== undefined) {
            throw error;
        }
    }
}

/** In milliseconds. */
const release = { wait: 10_000, total: 300_000 };

/**
 * Deletes a model with all its versions. For minutes after the last version was undeployed, the API refuses that nevertheless:
 * https://github.com/googleapis/python-aiplatform/issues/2807
 */
async function deleteModel(api: AdminApi, path: string): Promise<void> {
    const clock = waitClock();
    const end = clock.now() + release.total;
    for (;;) {
        const versions = await versionsOf(api, path);
        if (versions.length === 0) {
            return;
        }
        try {
            await api.change("DELETE", path);
            return;
        } catch (error) {
            const isReleased = !versions.some(isDeployed);
            if ((error as AdminError).status !== 400 || !isReleased || clock.now() > end) {
                throw error;
            }
            await clock.sleep(release.wait);
        }
    }
}
