import type { Cloud } from "../../../simulator";
import {
    findVersion,
    regionalPath,
    secretName,
    secretPath,
    withProjectNumber,
} from "../../../simulator/services/secretmanager/names";
import { crc32c } from "../../../simulator/services/storage/checksum";
import { RpcError, restAnswer } from "../../emulator/errors";
import type { RestApi } from "../../emulator/http";
import type { Serving } from "../../emulator/serving";

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

/** Throws if the service account of a token or of the process that calls may not read a version. */
export function authorizeAccess(
    { cloud, tokens, access }: Pick<Serving, "access" | "cloud" | "tokens">,
    { authorization = "", account: known }: { authorization?: string; account?: string | undefined },
    requested: string,
): void {
    const [, token = ""] = /^bearer (.+)$/i.exec(authorization) ?? [];
    let account: string | undefined;
    try {
        account = tokens.accountOf(token) ?? known;
    } catch {
        throw new RpcError("UNAUTHENTICATED", "Request had invalid authentication credentials.");
    }
    const path = pathOf(cloud, requested.replace(/\/versions\/.*$/, ""));
    const permission = "secretmanager.versions.access";
    if (account !== undefined && !access.allows(account, permission, secretName(path))) {
        throw new RpcError(
            "PERMISSION_DENIED",
            `Permission '${permission}' denied for resource '${requested}' (or it may not exist).`,
        );
    }
}

/** The REST interface of Secret Manager. */
export function secretsRest(serving: Serving): RestApi {
    const { cloud } = serving;
    return ({ method, path, headers, account }) => {
        const [, requested] = method === "GET" ? (address.exec(decodeURIComponent(path)) ?? []) : [];
        return requested
            ? restAnswer(() => {
                  authorizeAccess(serving, { ...headers, account }, requested);
                  const { name, data, checksum } = accessVersion(cloud, requested);
                  return { name, payload: { data: data.toString("base64"), dataCrc32c: String(checksum) } };
              })
            : undefined;
    };
}
