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
        value.unsupported("is not started, because all requests go to the entrypoint. Set it to auto.");
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
        api_endpoint:
            "is for Endpoints in the first generation, which no longer exists. Serve the API with the application.",
    },
};

/** Converts handlers in their order. */
export function handlers(value: Value): PlacedHandler[] {
    return value.list().map((item) => {
        const { position, ...handler } = item.read<Handler & { position: string }>(keys);
        return { handler: handler as Handler, isLast: position === "tail" };
    });
}
