import { storageLimits } from "slipway/facts";
import type { Cloud } from "../../cloud/cloud";
import { GoogleError } from "../../cloud/errors";
import type { Context, Inputs, TypeRules } from "../../rules/rules";
import { bucketName, bucketNotFound, findBucket, folderName, invalid, plainName, projectOf } from "./names";

const id = ({ bucket, name }: Inputs) => `${plainName(bucket)}/${name}`;

/** https://cloud.google.com/storage/docs/managed-folders. The texts are approximate. */
function verify({ bucket, name }: Inputs, { cloud }: Context): void {
    const found = findBucket(cloud, bucket);
    if (!found) {
        throw bucketNotFound();
    }
    if (!found.state.uniformBucketLevelAccess) {
        throw new GoogleError(
            412,
            "Managed folders can only be created in buckets that have uniform bucket-level access enabled.",
            { reason: "conditionNotMet" },
        );
    }
    if (
        Buffer.byteLength(name) > storageLimits.rows.managedFolderName.max ||
        /[\r\n]|^\/|\/\/|^\.{1,2}\/$/.test(name)
    ) {
        throw invalid(`Invalid managed folder name: '${name}'`);
    }
}

/** Objects and managed folders with names below that of a folder. */
function isEmpty({ bucket, name }: Inputs, cloud: Cloud): boolean {
    const within = bucketName(bucket);
    const objects = cloud.store.list(`${within}/objects`).map((entry) => entry.name.slice(`${within}/objects/`.length));
    const folders = cloud.store.list(`${within}/managedFolders`).map(({ state }) => String(state.name));
    const names = [...objects, ...folders];
    return !names.some((each) => each !== name && each.startsWith(name));
}

export const managedFolder: TypeRules = {
    noun: "ManagedFolder",
    generatedNoun: "StorageManagedFolder",
    cost: "free",
    id,
    name: ({ bucket, name }) => folderName(bucket, name),
    project: ({ bucket }, { cloud }) => projectOf(cloud, bucket),
    alreadyExists: ({ name }) =>
        new GoogleError(409, `The managed folder '${name}' already exists.`, { reason: "conflict" }),
    verify,
    state: (inputs, { cloud }, old) => {
        const now = cloud.now().toISOString();
        return {
            ...inputs,
            createTime: old?.createTime ?? now,
            updateTime: old?.updateTime ?? now,
            metageneration: "1",
            selfLink: `https://www.googleapis.com/storage/v1/b/${plainName(inputs.bucket)}/managedFolders/${encodeURIComponent(inputs.name)}`,
        };
    },
    remove: (inputs, { cloud }) => {
        if (!inputs.forceDestroy && !isEmpty(inputs, cloud)) {
            throw new GoogleError(409, "The managed folder you tried to delete is not empty.", { reason: "conflict" });
        }
    },
    calls: { collection: "storage.managedFolders", update: [] },
};
