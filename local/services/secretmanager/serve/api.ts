import { isAllowedOn } from "../../../cloud/access";
import type { Cloud } from "../../../cloud/cloud";
import { RpcError, restAnswer } from "../../../emulator/errors";
import type { RestApi } from "../../../emulator/http";
import type { Tokens } from "../../../emulator/tokens";
import { crc32c } from "../../storage/checksum";
import { findVersion, regionalPath, secretName, secretPath, withProjectNumber } from "../names";

/** The payload of a secret version. */
interface Access {
    /** With the project number. */
    name: string;
    data: Buffer;
    /** "Data integrity": the checksum CRC-32C. */
    checksum: number;
}

/** Here all regions share one endpoint, which also answers for secrets without a region. */
const pathOf = (cloud: Cloud, secret: string) => regionalPath(cloud, secret) ?? secretPath(cloud, secret, "");

/** Reads a version by number, alias or `latest`: "Access a secret version". */
export function accessVersion(cloud: Cloud, requested: string): Access {
    const [, secret, version] =
        /^(projects\/[^/]+\/(?:locations\/[^/]+\/)?secrets\/[^/]+)\/versions\/([^/]+)$/.exec(requested) ?? [];
    if (!secret || !version) {
        throw new RpcError("INVALID_ARGUMENT", `The provided name [${requested}] is not that of a secret version.`);
    }
    const path = pathOf(cloud, secret);
    const project = path.split("/")[1] as string;
    if (!cloud.projects.find(project) || !cloud.store.read(`//secretmanager.googleapis.com/${path}`)) {
        throw new RpcError("NOT_FOUND", `Secret [${secret}] not found or has no versions.`);
    }
    const found = findVersion(cloud, path, version);
    if (!found) {
        throw new RpcError(
            "NOT_FOUND",
            `Secret Version [${withProjectNumber(cloud, path)}/versions/${version}] not found.`,
        );
    }
    const { name, enabled, destroyTime } = found.state;
    if (!enabled || found.content === undefined) {
        const state = destroyTime || found.content === undefined ? "DESTROYED" : "DISABLED";
        throw new RpcError("FAILED_PRECONDITION", `Secret Version [${name}] is in ${state} state.`);
    }
    const data = cloud.store.content(found.content);
    return { name: String(name), data, checksum: Buffer.from(crc32c(data), "base64").readUInt32BE() };
}

const address = /^\/v1\/(projects\/[^/]+\/(?:locations\/[^/]+\/)?secrets\/[^/]+\/versions\/[^/:]+):access$/;

/** Throws if the service account of a token may not read a version. Other callers are not authenticated. */
export function authorizeAccess(cloud: Cloud, tokens: Tokens, authorization: string, requested: string): void {
    const [, token = ""] = /^bearer (.+)$/i.exec(authorization) ?? [];
    let account: string | undefined;
    try {
        account = tokens.accountOf(token);
    } catch {
        throw new RpcError("UNAUTHENTICATED", "Request had invalid authentication credentials.");
    }
    const path = pathOf(cloud, requested.replace(/\/versions\/.*$/, ""));
    const permission = "secretmanager.versions.access";
    if (account !== undefined && !isAllowedOn(cloud, account, permission, secretName(path))) {
        throw new RpcError(
            "PERMISSION_DENIED",
            `Permission '${permission}' denied for resource '${requested}' (or it may not exist).`,
        );
    }
}

/** The REST interface of Secret Manager. */
export function secretsRest(cloud: Cloud, tokens: Tokens): RestApi {
    return ({ method, path, headers }) => {
        const [, requested] = method === "GET" ? (address.exec(decodeURIComponent(path)) ?? []) : [];
        return requested
            ? restAnswer(() => {
                  authorizeAccess(cloud, tokens, headers.authorization ?? "", requested);
                  const { name, data, checksum } = accessVersion(cloud, requested);
                  return { name, payload: { data: data.toString("base64"), dataCrc32c: String(checksum) } };
              })
            : undefined;
    };
}
