import { GoogleError } from "../cloud/errors";
import { policyTypes } from "../rules/policy";
import { type Inputs, lastPart, type Service, type TypeRules } from "../rules/rules";
import { applicationNotFound, appPath, findApp, fullName } from "./appengine/names";
import { tunnelPath } from "./compute/machines/zonal";
import { serviceNotFound, servicePath } from "./run/names";
import { proxyApi, proxyName, proxyPath } from "./run/webProxy";

/** The application's ID, or the path that contains it. */
const appOf = (value: unknown) => lastPart(value).replace(/^appengine-/, "");

const path = ({ project, appId }: Inputs) => `projects/${project}/iap_web/appengine-${appOf(appId)}`;

/** The policy for access through Identity-Aware Proxy, a separate policy of the application. */
const ofApplications: Record<string, TypeRules> = policyTypes({
    token: "gcp:iap/webTypeAppEngingIam",
    property: "appId",
    api: proxyApi,
    id: path,
    importIds: ({ project, appId }) => [`${project}/${appOf(appId)}`],
    name: ({ appId }) => fullName(appPath(appOf(appId))),
    methods: { get: "iap.getIamPolicy", set: "iap.setIamPolicy" },
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

/** The policy for access to a Cloud Run service through Identity-Aware Proxy. */
const ofServices: Record<string, TypeRules> = policyTypes({
    token: "gcp:iap/webCloudRunServiceIam",
    property: "cloudRunServiceName",
    api: proxyApi,
    id: serviceProxy,
    name: (inputs) => proxyName(serviceProxy(inputs)),
    methods: { get: "iap.webServices.getIamPolicy", set: "iap.webServices.setIamPolicy" },
    describe: (inputs) => `iap webcloudrunservice ${JSON.stringify(serviceProxy(inputs))}`,
    missing: (inputs) => serviceNotFound(servicePath(inputs, lastPart(inputs.cloudRunServiceName))),
});

/** The policies for access to backend services through Identity-Aware Proxy, global and in a region. */
const ofBackends = (token: string, property: string) => {
    const place = ({ project, region }: Inputs) => `projects/${project}/${region ? `regions/${region}` : "global"}`;
    const web = ({ project, region, ...inputs }: Inputs) =>
        `projects/${project}/iap_web/compute${region ? `-${region}` : ""}/services/${lastPart(inputs[property])}`;
    const backend = (inputs: Inputs) => `${place(inputs)}/backendServices/${lastPart(inputs[property])}`;
    return policyTypes({
        token,
        property,
        asGiven: true,
        api: proxyApi,
        id: web,
        name: (inputs) => `//compute.googleapis.com/${backend(inputs)}`,
        methods: { get: "iap.getIamPolicyOfBackend", set: "iap.setIamPolicyOfBackend" },
        describe: (inputs) => `iap ${property.toLowerCase()} ${JSON.stringify(web(inputs))}`,
        missing: (inputs) => new GoogleError(404, `The resource '${backend(inputs)}' was not found`),
    });
};

/** The policy of the tunnels to an instance. */
const ofTunnels: Record<string, TypeRules> = policyTypes({
    token: "gcp:iap/tunnelInstanceIAM",
    property: "instance",
    asGiven: true,
    api: proxyApi,
    id: tunnelPath,
    name: (inputs) => `//iap.googleapis.com/${tunnelPath(inputs)}`,
    methods: { get: "iap.tunnelInstances.getIamPolicy", set: "iap.tunnelInstances.setIamPolicy" },
    describe: (inputs) => `iap tunnelinstance ${JSON.stringify(tunnelPath(inputs))}`,
    missing: (inputs) => new GoogleError(404, `The resource '${tunnelPath(inputs)}' was not found`),
});

const service: Service = {
    titles: Object.fromEntries([proxyApi]),
    types: {
        ...ofApplications,
        ...ofServices,
        ...ofTunnels,
        ...ofBackends("gcp:iap/webBackendServiceIam", "webBackendService"),
        ...ofBackends("gcp:iap/webRegionBackendServiceIam", "webRegionBackendService"),
    },
};

export default service;
