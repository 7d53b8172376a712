import * as check from "../../internal/check";

/** The legacy services of App Engine, by their names in app.yaml, and as the API has them. */
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

/** A legacy service of App Engine. */
export type BundledService = keyof typeof bundled;

/** Checks which legacy services a service may call. */
export const bundledServices: check.Check = check.literalOr(
    "all",
    check.list(check.oneOf(...Object.keys(bundled)), "must be a list, or all"),
);

/** As the API takes them. */
export function bundledOf(given: BundledService[] | "all") {
    return given === "all"
        ? { appEngineApis: true }
        : given.length > 0
          ? { appEngineBundledServices: given.map((each) => bundled[each]) }
          : {};
}

/** There are libraries for them in four languages alone ("Access legacy bundled services"). */
export function bundledProblem(given: BundledService[] | "all" | undefined, language: string): check.Problem[] {
    const isUseless = given !== undefined && given.length > 0 && !["python", "java", "go", "php"].includes(language);
    const reason = `are there for Python, Java, Go and PHP alone (got ${JSON.stringify(given)}). Leave them out.`;
    return isUseless ? [{ path: "bundledServices", reason }] : [];
}

/** What App Engine may send to a service beside requests, by its name in app.yaml. */
export type InboundService = "mail" | "mail_bounce";

export const inboundServices: check.Check = check.list(check.oneOf("mail", "mail_bounce"));

/** As the API takes them. */
export function inboundOf(given: InboundService[], warmup: boolean): string[] {
    const all = [...given, ...(warmup ? ["warmup"] : [])];
    return all.map((each) => `INBOUND_SERVICE_${each.toUpperCase()}`);
}
