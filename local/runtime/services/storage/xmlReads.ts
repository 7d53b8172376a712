import { type Cloud, GoogleError } from "../../../simulator";
import { bucketName } from "../../../simulator/services/storage";
import { type Answer, HttpError, type Request, type RestApi } from "../../emulator/http";

/** Codes of errors: https://cloud.google.com/storage/docs/xml-api/reference-status */
const codes: Record<number, string> = {
    401: "AuthenticationRequired",
    403: "AccessDenied",
    404: "NoSuchKey",
    412: "PreconditionFailed",
    416: "InvalidRange",
};

/**
 * Reads of objects by the XML API, as Google's client in Go does by default: `GET /bucket/object`.
 * https://cloud.google.com/storage/docs/xml-api/get-object-download
 */
export const xmlReads =
    (cloud: Cloud, json: (request: Request) => Answer | undefined): RestApi =>
    (request) => {
        const [, bucket = "", object = ""] = /^\/([^/]+)\/(.+)$/.exec(request.path) ?? [];
        const isRead = request.method === "GET" || request.method === "HEAD";
        if (!isRead || object === "" || !cloud.store.read(bucketName(bucket))) {
            return undefined;
        }
        const query = new URLSearchParams(request.query);
        for (const kind of ["Generation", "Metageneration"]) {
            const wanted = request.headers[`x-goog-if-${kind.toLowerCase()}-match`];
            if (wanted !== undefined) {
                query.set(`if${kind}Match`, String(wanted));
            }
        }
        const path = `/download/storage/v1/b/${bucket}/o/${encodeURIComponent(decodeURIComponent(object))}`;
        try {
            return json({ ...request, method: "GET", path, query });
        } catch (error) {
            if (!(error instanceof HttpError || error instanceof GoogleError)) {
                throw error;
            }
            return failed(error.code, error instanceof GoogleError ? error.text : error.message);
        }
    };

function failed(status: number, message: string): Answer {
    const text = message.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
    const error = `<Error><Code>${codes[status] ?? "InvalidArgument"}</Code><Message>${text}</Message></Error>`;
    return {
        status,
        headers: { "content-type": "application/xml; charset=UTF-8" },
        body: Buffer.from(`<?xml version='1.0' encoding='UTF-8'?>${error}`),
    };
}
