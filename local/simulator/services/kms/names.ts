import { nameFormats } from "slipway/facts";
import { GoogleError, inLog } from "../../cloud/errors";
import { isRegion } from "../../cloud/regions";

export const api = "cloudkms.googleapis.com";

export const kmsApi: [string, string] = [api, "Cloud Key Management Service (KMS) API"];

/** "Cloud KMS locations" that are not regions. */
const multiRegions = ["global", "us", "europe", "asia", "eur3", "eur4", "eur5", "eur6", "eur7", "eur8"];

export const isLocation = (place: string): boolean =>
    isRegion(place) || multiRegions.includes(place) || /^(nam|asia)\d+$/.test(place);

/** The path of a key ring, which can be given as `project/location/ring`. */
export function ringPath(ring: string): string {
    const [project, location, name, ...rest] = ring.split("/");
    return name !== undefined && rest.length === 0
        ? `projects/${project}/locations/${location}/keyRings/${name}`
        : ring;
}

/** The path of a key, which can be given as `project/location/ring/key`. */
export function keyPath(key: string): string {
    const parts = key.split("/");
    return parts.length === 4 ? `${ringPath(parts.slice(0, 3).join("/"))}/cryptoKeys/${parts[3]}` : key;
}

export const alreadyExists = (kind: string, path: string) => new GoogleError(409, `${kind} ${path} already exists.`);

export const notFound = (kind: string, path: string, reason?: string) =>
    new GoogleError(404, `${kind} ${path} not found.`, { reason }).recordedIn(
        inLog("kms/v1beta1/kmsimportjob/basickmsimportjob"),
    );

/** "Resource IDs" of Cloud KMS. */
export function verifyId(kind: string, id: string): void {
    if (!nameFormats.rows.kmsKey.pattern.test(id)) {
        throw new GoogleError(400, `${kind} ID '${id}' must match the pattern [a-zA-Z0-9_-]{1,63}.`);
    }
}
