import { isSecretName } from "../../formats/secretName";
import { as, handledElsewhere, text } from "./readers";
import type { Keys, Value } from "./value";

const secretHint =
    "is plain text in the file, and everyone who can view the version can read it. Store it in a Secret and set uses: { NAME: thatSecret.accessor }.";

/** Converts environment variables; those with secret names are unsupported. */
export function variables(value: Value): Record<string, string> {
    const all = value.entries().flatMap(([name, item]): [string, string][] => {
        const value = item.anyText() ?? "";
        if (isSecretName(name, value)) {
            item.unsupported(secretHint.replace("NAME", name));
            return [];
        }
        return [[name, value]];
    });
    return Object.fromEntries(all);
}

const socketHint =
    "is what uses: { DATABASE: database.client } does, which also grants access to the service account and sets the URL. Use it instead.";

/** Beta settings have no equivalent. */
function betaSettings(value: Value): undefined {
    for (const [name, item] of value.entries()) {
        item.unsupported(
            name === "cloud_sql_instances"
                ? socketHint
                : "has no equivalent argument. Set it with transform.version of a flexible service, if it still has an effect.",
        );
    }
}

/** The keys of files for both environments and of included files. */
export const shared: Required<Omit<Keys, "required">> = {
    converters: {
        runtime: as("runtime", text),
        entrypoint: as("entrypoint", text),
        env_variables: as("env", variables),
        beta_settings: betaSettings,
        vm_settings: betaSettings,
        service: handledElsewhere,
        module: handledElsewhere,
        env: handledElsewhere,
        vm: handledElsewhere,
        includes: handledElsewhere,
    },
    ignored: [
        "application",
        "project",
        "version",
        "api_version",
        "threadsafe",
        "derived_file_type",
        "admin_console",
        "code_lock",
        "source_language",
    ],
    unsupported: {
        build_env_variables:
            "cannot be set by Google's provider, and the build would ignore them. Use the files of the build instead, such as package.json or requirements.txt.",
        service_account:
            "is not used, because each service has its own account with only the roles that it needs. Grant access with uses.",
        skip_files: "is not used, because .gcloudignore excludes files. Add its patterns there, one per line.",
        nobuild_files: "is not used, because .gcloudignore excludes files. Add its patterns there, one per line.",
        libraries: "is for Python 2.7. List the libraries in requirements.txt.",
        builtins: "is for the first generation. Remove it, and its use in the application.",
        backends:
            "is for the first generation, where services were backends. Create a file for each, and add it to services.",
        api_config:
            "is for Endpoints in the first generation, which no longer exists. Serve the API with the application.",
        endpoints_api_service:
            "has no equivalent argument. Check requests in the application, or with an API Gateway in front of it.",
        main: "cannot be set by Google's provider. Move the package main to the folder itself.",
        runtime_channel: "has no equivalent argument. Remove it.",
        zones: "cannot be set by Google's provider, and App Engine chooses the zones of the region. Remove it.",
        auto_id_policy: "is for Datastore in the first generation. Remove it.",
        standard_websocket: "has no equivalent argument. Use the flexible environment for WebSockets.",
    },
};

/** The messages for keys of the other environment. */
export function otherEnvironment(environment: string, keys: Record<string, string>): Record<string, string> {
    return Object.fromEntries(
        Object.entries(keys).map(([key, hint]) => [key, `is for the ${environment} environment. ${hint}`]),
    );
}
