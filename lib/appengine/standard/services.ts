import * as check from "../../internal/arguments/check";

/** The legacy bundled services: their names in app.yaml, and in the API. */
const bundled = {
    app_identity_service: "BUNDLED_SERVICE_TYPE_APP_IDENTITY_SERVICE",
    blobstore: "BUNDLED_SERVICE_TYPE_BLOBSTORE",
    capability_service: "BUNDLED_SERVICE_TYPE_CAPABILITY_SERVICE",
    datastore_v3: "BUNDLED_SERVICE_TYPE_DATASTORE_V3",
    images: "BUNDLED_SERVICE_TYPE_IMAGES",
    mail: "BUNDLED_SERVICE_TYPE_MAIL",
    memcache: "BUNDLED_SERVICE_TYPE_MEMCACHE",
    modules: "BUNDLED_SERVICE_TYPE_MODULES",
    search: "BUNDLED_SERVICE_TYPE_SEARCH",
    taskqueue: "BUNDLED_SERVICE_TYPE_TASKQUEUES",
    urlfetch: "BUNDLED_SERVICE_TYPE_URLFETCH",
    user: "BUNDLED_SERVICE_TYPE_USERS",
} as const;

/** A {@link https://cloud.google.com/appengine/docs/standard/python3/services/access legacy bundled service} of App Engine. */
export type BundledService = keyof typeof bundled;

/** Checks a list of bundled services. */
export const bundledServices = check.literalOr(
    "all",
    check.list(check.oneOf(...(Object.keys(bundled) as BundledService[])), "must be a list, or all"),
);

/** The arguments of the version resource. */
export function bundledServiceArgs(services: BundledService[] | "all") {
    return services === "all"
        ? { appEngineApis: true }
        : services.length > 0
          ? { appEngineBundledServices: services.map((each) => bundled[each]) }
          : {};
}

/**
 * Checks the language: {@link https://cloud.google.com/appengine/docs/standard/python3/services/access bundled services}
 * exist only for Python, Java, Go and PHP.
 */
export function bundledProblem(services: BundledService[] | "all" | undefined, language: string): check.Problem[] {
    const isUnavailable =
        services !== undefined && services.length > 0 && !["python", "java", "go", "php"].includes(language);
    const reason = `are only available for Python, Java, Go and PHP (got ${JSON.stringify(services)}). Remove them.`;
    return isUnavailable ? [check.problem("bundledServices", "appengine/bundled-services-of-runtime", reason)] : [];
}

/** An inbound service, by its name in app.yaml. */
export type InboundService = "mail" | "mail_bounce";

export const inboundServices = check.list(check.oneOf("mail", "mail_bounce"));

/** The names of inbound services in the API. */
export function inboundServiceNames(services: InboundService[], warmup: boolean): string[] {
    const all = [...services, ...(warmup ? ["warmup"] : [])];
    return all.map((each) => `INBOUND_SERVICE_${each.toUpperCase()}`);
}
