import { type Cloud, type Entry, type Inputs, isAllowedOn } from "../../../../simulator";
import { bucketName, objectName } from "../../../../simulator/services/storage";
import type { OwnAnswer } from "../../run/invoker";
import { mediaAnswer } from "../../storage/resources";

/** An error of Cloud Storage's XML API. */
function xmlError(status: number, code: string, message: string, details = ""): OwnAnswer {
    const body = `<?xml version='1.0' encoding='UTF-8'?><Error><Code>${code}</Code><Message>${message}</Message>${details}</Error>`;
    const headers = { "content-type": "application/xml; charset=UTF-8" };
    return { status, headers, body, reason: `Cloud Storage: ${message}` };
}

/**
 * The answer of a backend bucket: an object, the index page of its folder, or the error page.
 * https://cloud.google.com/storage/docs/static-website
 */
export function answerOfBucket(
    cloud: Cloud,
    backend: Entry,
    { method, path, range }: { method: string; path: string; range?: string },
): OwnAnswer {
    const bucket = String(backend.state.bucketName);
    const entry = cloud.store.read(bucketName(bucket));
    if (!entry) {
        return xmlError(404, "NoSuchBucket", "The specified bucket does not exist.");
    }
    if (!/^(GET|HEAD)$/.test(method)) {
        return xmlError(405, "MethodNotAllowed", "The specified method is not allowed against this resource.");
    }
    const name = decoded(path.slice(1));
    const { mainPageSuffix, notFoundPage }: Inputs = website(entry.state);
    // https://cloud.google.com/cdn/docs/configure-private-bucket-access
    const agent = `service-${cloud.projects.number(backend.project)}@https-lb.iam.gserviceaccount.com`;
    const may = (permission: string) =>
        ["allUsers", agent].some((who) => isAllowedOn(cloud, who, permission, bucketName(bucket)));
    if (!may("storage.objects.get")) {
        return xmlError(
            403,
            "AccessDenied",
            "Access denied.",
            `<Details>${agent} does not have storage.objects.get access to the Google Cloud Storage object.</Details>`,
        );
    }
    const read = (object: string) => (object ? cloud.store.read(objectName(bucket, object)) : undefined);
    const own = read(name);
    if (own) {
        return media(cloud, own, 200, range);
    }
    const folder = name === "" || name.endsWith("/") ? name : `${name}/`;
    const index = mainPageSuffix ? read(folder + mainPageSuffix) : undefined;
    if (index) {
        return folder === name
            ? media(cloud, index, 200, range)
            : { status: 301, headers: { location: `${path}/` }, body: "", reason: "" };
    }
    const missing = notFoundPage ? read(notFoundPage) : undefined;
    return missing
        ? media(cloud, missing, 404)
        : may("storage.objects.list")
          ? xmlError(
                404,
                "NoSuchKey",
                "The specified key does not exist.",
                `<Details>No such object: ${bucket}/${name}</Details>`,
            )
          : xmlError(403, "AccessDenied", "Access denied.");
}

/** The provider has one website in a list. */
const website = ({ website: value }: Inputs): Inputs => [value ?? {}].flat()[0] ?? {};

/** Names that are not encoded correctly are taken as they are. */
function decoded(name: string): string {
    try {
        return decodeURIComponent(name);
    } catch {
        return name;
    }
}

function media(cloud: Cloud, object: Entry, status: number, range?: string): OwnAnswer {
    const content = object.content === undefined ? Buffer.alloc(0) : cloud.store.content(object.content);
    return { ...mediaAnswer(object, content, range, status), reason: "" };
}
