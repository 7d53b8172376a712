import type { Handler } from "../standard/handlers";
import { as, flag, number, record, span, text } from "./readers";
import type { Keys, Value } from "./value";

/** A handler, and whether an included file places it after the handlers of the including file. */
export interface PlacedHandler {
    handler: Handler;
    isLast: boolean;
}

const secure = (value: Value) => {
    const raw = value.text();
    // The name of this value in the first generation.
    return raw === "default" ? "optional" : raw;
};

/** All requests go to the process of the entrypoint, whatever the script is. Some files have a sentence instead of a name. */
function script(value: Value): "auto" {
    if (!value.is("auto") && !/\s/.test(value.text() ?? " ")) {
        value.unsupported("is not started, as all requests go to what the entrypoint starts. Write auto.");
    }
    return "auto";
}

const keys: Keys = {
    converters: {
        url: as("url", text),
        script: as("script", script),
        static_dir: as("staticDir", text),
        static_files: as("staticFiles", text),
        upload: as("upload", text),
        login: as("login", text),
        auth_fail_action: as("authFailAction", text),
        secure: as("secure", secure),
        redirect_http_response_code: as("redirectHttpResponseCode", number),
        expiration: as("expiration", span),
        http_headers: as("httpHeaders", record),
        mime_type: as("mimeType", text),
        require_matching_file: as("requireMatchingFile", flag),
        application_readable: as("applicationReadable", flag),
        position: as("position", text),
    },
    required: ["url"],
    unsupported: {
        api_endpoint: "is of Endpoints in the first generation, which is gone. Serve the API by the application.",
    },
};

/** Converts handlers in their order. */
export function handlers(value: Value): PlacedHandler[] {
    return value.list().map((item) => {
        const { position, ...handler } = item.read<Handler & { position: string }>(keys);
        return { handler: handler as Handler, isLast: position === "tail" };
    });
}
