import { isSecretName } from "../../internal/secretName";
import { as, handledElsewhere, text } from "./readers";
import type { Keys, Value } from "./value";

const secretHint =
    "stands in clear in the file, and can be read by all who see the version. Keep it in a Secret and take uses: { NAME: thatSecret.accessor }.";

/** Converts environment variables; those with secret names are unsupported. */
export function variables(value: Value): Record<string, string> {
    const all = value.entries().flatMap(([name, item]): [string, string][] => {
        if (isSecretName(name)) {
            item.unsupported(secretHint.replace("NAME", name));
            return [];
        }
        return [[name, item.anyText() ?? ""]];
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
                : "has no argument here. Set it by transform.version of a flexible service, if it still does something.",
        );
    }
}

/** The keys of files for both environments and of included files. */
export const shared: Required<Omit<Keys, "required">> = {
    converters: {
        runtime: as("runtime", text),
        entrypoint: as("entrypoint", text),
        env_variables: as("environment", variables),
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
            "cannot be set by Google's provider, and the build would go without them. Say the same by the files of the build, such as package.json or requirements.txt.",
        service_account:
            "is not taken, as each service has an account of its own without roles that it does not need. Give it what it needs by uses.",
        skip_files: "is not read, as files are left out by .gcloudignore. Write its patterns there, one a line.",
        nobuild_files: "is not read, as files are left out by .gcloudignore. Write its patterns there, one a line.",
        libraries: "is of Python 2.7. Name the libraries in requirements.txt.",
        builtins: "is of the first generation. Leave it out, and what the application does with it.",
        backends:
            "is of the first generation, where services were backends. Give each a file, and name it in services.",
        api_config: "is of Endpoints in the first generation, which is gone. Serve the API by the application.",
        endpoints_api_service:
            "has no argument here. Check requests by the application, or by an API Gateway before it.",
        main: "cannot be set by Google's provider. Put the package main into the folder itself.",
        runtime_channel: "has no argument here. Leave it out.",
        zones: "cannot be set by Google's provider, and App Engine chooses the zones of the region. Leave it out.",
        auto_id_policy: "is of the datastore in the first generation. Leave it out.",
        standard_websocket: "has no argument here. Take the flexible environment for WebSockets.",
    },
};

/** The messages for keys of the other environment. */
export function otherEnvironment(environment: string, keys: Record<string, string>): Record<string, string> {
    return Object.fromEntries(
        Object.entries(keys).map(([key, hint]) => [key, `is of the ${environment} environment. ${hint}`]),
    );
}
