import type { Cloud } from "../../cloud/cloud";
import { keyName } from "../../cloud/encryption";
import { GoogleError } from "../../cloud/errors";
import type { Properties } from "../../cloud/store";
import { lastPart, type TypeRules } from "../../rules/rules";
import { api, keyPath, notFound } from "./names";

const versionsOf = (cloud: Cloud, key: string) => cloud.store.list(`${keyName(key)}/cryptoKeyVersions`);

/** Adds a version to a key, or reserves the number of a version that a program creates, and returns its path. */
export function addVersion(cloud: Cloud, key: string, state: Properties = stateOf(cloud, key)): string {
    let number = Math.max(0, ...versionsOf(cloud, key).map(({ id }) => Number(lastPart(id))));
    for (;;) {
        number += 1;
        const id = `${key}/cryptoKeyVersions/${number}`;
        const project = key.split("/")[1] as string;
        if (cloud.store.create({ name: keyName(id), project, id, state: { ...state, name: id } })) {
            return id;
        }
    }
}

function stateOf(cloud: Cloud, key: string): Properties {
    const template = cloud.store.read(keyName(key))?.state.versionTemplate as Properties | undefined;
    return { ...template, state: "ENABLED", generateTime: new Date().toISOString() };
}

/** Versions are destroyed after a period in which they can be restored. */
export function destroyVersions(cloud: Cloud, key: string): void {
    for (const { name } of versionsOf(cloud, key)) {
        destroy(cloud, name);
    }
}

function destroy(cloud: Cloud, name: string): void {
    const entry = cloud.store.read(name);
    if (entry) {
        cloud.store.write({ ...entry, state: { ...entry.state, state: "DESTROY_SCHEDULED" } });
    }
}

export const cryptoKeyVersion: TypeRules = {
    noun: "CryptoKeyVersion",
    generatedNoun: "KMSCryptoKeyVersion",
    sendsOnlyChanges: true,
    cost: "unknown",
    api,
    project: ({ cryptoKey }) => keyPath(cryptoKey).split("/")[1] as string,
    id: ({ name }) => name,
    name: ({ name }) => keyName(name),
    verify: ({ cryptoKey, state }, { cloud }, old) => {
        if (!cloud.store.read(keyName(keyPath(cryptoKey)))) {
            throw notFound("CryptoKey", cryptoKey);
        }
        if (state && state !== old?.state && !["ENABLED", "DISABLED"].includes(state)) {
            throw new GoogleError(400, `CryptoKeyVersion.state cannot be set to ${state}.`);
        }
    },
    state: ({ cryptoKey, state }, { cloud }, old) => {
        const created = stateOf(cloud, keyPath(cryptoKey));
        return {
            name: old?.name ?? addVersion(cloud, keyPath(cryptoKey)),
            algorithm: old?.algorithm ?? created.algorithm,
            protectionLevel: old?.protectionLevel ?? created.protectionLevel,
            generateTime: old?.generateTime ?? created.generateTime,
            attestations: [],
            state: state ?? old?.state ?? "ENABLED",
        };
    },
    remove: ({ name }, { cloud }) => {
        destroy(cloud, keyName(name));
        return "stays";
    },
    calls: {
        collection: "cloudkms.projects.locations.keyRings.cryptoKeys.cryptoKeyVersions",
        delete: ["cloudkms.projects.locations.keyRings.cryptoKeys.cryptoKeyVersions.destroy"],
    },
};
