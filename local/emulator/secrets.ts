import type { Cloud } from "../cloud/cloud";
import { findVersion, numbered, secretPath } from "../services/secretmanager/names";
import { crc32c } from "../services/storage/checksum";
import { RpcError, restAnswer } from "./errors";
import type { RestApi } from "./http";

/** What a version of a secret holds. */
interface Access {
    /** With the project's number. */
    name: string;
    data: Buffer;
    /** "Data integrity": the checksum CRC-32C. */
    checksum: number;
}

/** Reads a version by its number, its alias or as `latest`: "Access a secret version". */
export function accessVersion(cloud: Cloud, asked: string): Access {
    const [, secret, version] = /^(projects\/[^/]+\/secrets\/[^/]+)\/versions\/([^/]+)$/.exec(asked) ?? [];
    if (!secret || !version) {
        throw new RpcError("INVALID_ARGUMENT", `The provided name [${asked}] is not that of a secret version.`);
    }
    const path = secretPath(cloud, secret, "");
    const project = path.split("/")[1] as string;
    if (!cloud.projects.find(project) || !cloud.store.read(`//secretmanager.googleapis.com/${path}`)) {
        throw new RpcError("NOT_FOUND", `Secret [${secret}] not found or has no versions.`);
    }
    const found = findVersion(cloud, path, version);
    if (!found) {
        throw new RpcError("NOT_FOUND", `Secret Version [${numbered(cloud, path)}/versions/${version}] not found.`);
    }
    const { name, enabled, destroyTime } = found.state;
    if (!enabled || found.content === undefined) {
        const state = destroyTime || found.content === undefined ? "DESTROYED" : "DISABLED";
        throw new RpcError("FAILED_PRECONDITION", `Secret Version [${name}] is in ${state} state.`);
    }
    const data = cloud.store.content(found.content);
    return { name: String(name), data, checksum: Buffer.from(crc32c(data), "base64").readUInt32BE() };
}

const address = /^\/v1\/(projects\/[^/]+\/secrets\/[^/]+\/versions\/[^/:]+):access$/;

/** The form of REST of what is answered of Secret Manager. */
export function secretsRest(cloud: Cloud): RestApi {
    return ({ method, path }) => {
        const [, asked] = method === "GET" ? (address.exec(decodeURIComponent(path)) ?? []) : [];
        return asked
            ? restAnswer(() => {
                  const { name, data, checksum } = accessVersion(cloud, asked);
                  return { name, payload: { data: data.toString("base64"), dataCrc32c: String(checksum) } };
              })
            : undefined;
    };
}
