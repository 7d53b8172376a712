import { GoogleError } from "../cloud/errors";
import { policyTypes } from "../rules/policy";
import { type Inputs, lastPart, type Service, type TypeRules } from "../rules/rules";
import { appPath, findApp, fullName, notThere } from "./appengine/names";

const api: [string, string] = ["iap.googleapis.com", "Cloud Identity-Aware Proxy API"];

/** The application is given by its id, or by the path that is made of it. */
const appOf = (given: unknown) => lastPart(given).replace(/^appengine-/, "");

const path = ({ project, appId }: Inputs) => `projects/${project}/iap_web/appengine-${appOf(appId)}`;

/** Who comes through the proxy to an application is in a policy that belongs to the application. */
const types: Record<string, TypeRules> = policyTypes({
    token: "gcp:iap/webTypeAppEngingIam",
    property: "appId",
    beside: ["project"],
    api,
    id: path,
    name: ({ appId }) => fullName(appPath(appOf(appId))),
    described: (inputs) => `iap webtypeappengine ${JSON.stringify(path(inputs))}`,
    missing: ({ appId }) => notThere(appOf(appId)),
    // Members of a proxy that is off protect nothing: the application would be open.
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
            { ...rules, compared: { ...rules.compared, appId: appOf } },
        ]),
    ),
};

export default service;
