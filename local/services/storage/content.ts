import { createHash } from "node:crypto";
import type { FunctionRules } from "../../rules/rules";
import { findBucket, objectName } from "./names";

/** Download errors are plain text, which the provider's client library returns unchanged. */
const refused = (code: number, body: string) =>
    new Error(`Error downloading storage bucket object: googleapi: got HTTP response code ${code} with body: ${body}`);

/** The data source that downloads an object; the provider sets only the content. */
export const getBucketObjectContent: FunctionRules = ({ bucket, name }, { cloud }) => {
    if (!findBucket(cloud, bucket)) {
        throw refused(404, "The specified bucket does not exist.");
    }
    const object = cloud.store.read(objectName(bucket, name));
    if (!object) {
        throw refused(404, `No such object: ${bucket}/${name}`);
    }
    const content = object.content === undefined ? Buffer.alloc(0) : cloud.store.content(object.content);
    const sha512 = createHash("sha512").update(content).digest();
    return {
        id: `${bucket}-${name}`,
        bucket,
        name,
        content: content.toString(),
        contentBase64: content.toString("base64"),
        contentHexsha512: sha512.toString("hex"),
        contentBase64sha512: sha512.toString("base64"),
    };
};
