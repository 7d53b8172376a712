import { GoogleError } from "../cloud/errors";
import { policyTypes } from "../rules/policy";
import { type Inputs, lastPart, type Service, type TypeRules } from "../rules/rules";
import { applicationNotFound, appPath, findApp, fullName } from "./appengine/names";

const api: [string, string] = ["iap.googleapis.com", "Cloud Identity-Aware Proxy API"];

/** The application's ID, or the path that contains it. */
const appOf = (value: unknown) => lastPart(value).replace(/^appengine-/, "");

const path = ({ project, appId }: Inputs) => `projects/${project}/iap_web/appengine-${appOf(appId)}`;

/** The policy for access through Identity-Aware Proxy, a separate policy of the application. */
const types: Record<string, TypeRules> = policyTypes({
    token: "gcp:iap/webTypeAppEngingIam",
    property: "appId",
    otherProperties: ["project"],
    api,
    id: path,
    name: ({ appId }) => fullName(appPath(appOf(appId))),
    describe: (inputs) => `iap webtypeappengine ${JSON.stringify(path(inputs))}`,
    missing: ({ appId }) => applicationNotFound(appOf(appId)),
    // With the proxy disabled, members have no effect: the application would be public.
    verify: (_, { appId }, { cloud }) => {
        const app = appOf(appId);
        if (findApp(cloud, app)?.state.iap?.enabled !== true) {
            throw new GoogleError(400, `Identity-Aware Proxy is not enabled for the App Engine application '${app}'.`);
        }
    },
});

const service: Service = {
    titles: Object.fromEntries([api]),
    types: Object.fromEntries(
        Object.entries(types).map(([token, rules]) => [
            token,
            { ...rules, normalize: { ...rules.normalize, appId: appOf } },
        ]),
    ),
};

export default service;
