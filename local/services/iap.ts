import { GoogleError } from "../cloud/errors";
import { policyTypes } from "../rules/policy";
import { type Inputs, lastPart, type Service, type TypeRules } from "../rules/rules";
import { applicationNotFound, appPath, findApp, fullName } from "./appengine/names";
import { serviceName, serviceNotFound, servicePath } from "./run/names";
import { proxyApi, proxyName, proxyPath } from "./run/webProxy";

/** The application's ID, or the path that contains it. */
const appOf = (value: unknown) => lastPart(value).replace(/^appengine-/, "");

const path = ({ project, appId }: Inputs) => `projects/${project}/iap_web/appengine-${appOf(appId)}`;

/** The policy for access through Identity-Aware Proxy, a separate policy of the application. */
const ofApplications: Record<string, TypeRules> = policyTypes({
    token: "gcp:iap/webTypeAppEngingIam",
    property: "appId",
    otherProperties: ["project"],
    api: proxyApi,
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

const serviceProxy = ({ project, location, cloudRunServiceName }: Inputs) =>
    proxyPath(project, location, cloudRunServiceName);

/** The policy for access to a Cloud Run service through Identity-Aware Proxy, which the service must have enabled. */
const ofServices: Record<string, TypeRules> = policyTypes({
    token: "gcp:iap/webCloudRunServiceIam",
    property: "cloudRunServiceName",
    otherProperties: ["project", "location"],
    api: proxyApi,
    id: serviceProxy,
    name: (inputs) => proxyName(serviceProxy(inputs)),
    describe: (inputs) => `iap webcloudrunservice ${JSON.stringify(serviceProxy(inputs))}`,
    missing: (inputs, { cloud }) => {
        const name = lastPart(inputs.cloudRunServiceName);
        const service = servicePath(inputs, name);
        return cloud.store.read(serviceName(service))
            ? new GoogleError(400, `Identity-Aware Proxy is not enabled for the Cloud Run service '${name}'.`)
            : serviceNotFound(service);
    },
});

const service: Service = {
    titles: Object.fromEntries([proxyApi]),
    types: {
        ...Object.fromEntries(
            Object.entries(ofApplications).map(([token, rules]) => [
                token,
                { ...rules, normalize: { ...rules.normalize, appId: appOf } },
            ]),
        ),
        ...ofServices,
    },
};

export default service;
