import type { Cloud, Entry, Inputs } from "../../../simulator";
import { versionPath } from "../../../simulator/services/appengine/names";
import { isFlexible, serverStateOf, serviceHost } from "../../../simulator/services/appengine/versions";

type Found = Entry & { state: Inputs };

/** Properties with the same name and format in the state and in the API. */
function same(state: Inputs, properties: string[]): Inputs {
    return Object.fromEntries(
        properties.filter((property) => state[property] !== undefined).map((property) => [property, state[property]]),
    );
}

export function applicationResource({ state }: Found): object {
    const { enabled, oauth2ClientId, oauth2ClientSecretSha256 } = state.iap;
    return {
        ...same(state, ["name", "authDomain", "locationId", "codeBucket", "servingStatus", "defaultHostname"]),
        ...same(state, ["defaultBucket", "gcrDomain", "databaseType", "featureSettings"]),
        id: state.appId,
        serviceAccount: `${state.appId}@appspot.gserviceaccount.com`,
        ...(state.sslPolicy && { sslPolicy: state.sslPolicy }),
        ...(state.urlDispatchRules.length > 0 && { dispatchRules: state.urlDispatchRules }),
        ...((enabled || oauth2ClientId) && { iap: { enabled, oauth2ClientId, oauth2ClientSecretSha256 } }),
    };
}

export const serviceResource = (state: Inputs): object =>
    same(state, ["name", "id", "split", "networkSettings", "labels"]);

/** Properties of versions in all views, and only in the full view. */
const always = [
    "name",
    "automaticScaling",
    "basicScaling",
    "manualScaling",
    "inboundServices",
    "instanceClass",
    "resources",
    "runtime",
    "runtimeChannel",
    "flexibleRuntimeSettings",
    "threadsafe",
    "appEngineApis",
    "appEngineBundledServices",
    "betaSettings",
    "serviceAccount",
    "runtimeApiVersion",
    "runtimeMainExecutablePath",
    "defaultExpiration",
    "readinessCheck",
    "livenessCheck",
    "endpointsApiService",
    "vpcAccessConnector",
];
const inFull = ["handlers", "libraries", "apiConfig", "envVariables", "nobuildFilesRegex"];

/** @param view `BASIC` or `FULL` */
export function versionResource(version: Found, cloud: Cloud, view: string): object {
    const { state } = version;
    const { service, versionId, project, network, deployment } = state;
    const { createTime, servingStatus } = serverStateOf(cloud, state);
    return {
        ...same(state, always),
        name: versionPath(state),
        id: versionId,
        env: isFlexible(version) ? "flexible" : "standard",
        ...(isFlexible(version) && { vm: true }),
        ...(network && { network: networkOf(network) }),
        // An empty entrypoint means the default of the runtime.
        ...(state.entrypoint?.shell && { entrypoint: state.entrypoint }),
        servingStatus,
        createdBy: "local@slipway.dev",
        createTime,
        versionUrl: `https://${serviceHost(cloud, project, service, versionId)}`,
        ...(view === "FULL" && { ...same(state, inFull), ...(deployment && { deployment: deploymentOf(deployment) }) }),
    };
}

function networkOf({ subnetwork, ...network }: Inputs): object {
    return { ...network, ...(subnetwork && { subnetworkName: subnetwork }) };
}

function deploymentOf({ files = [], ...deployment }: Inputs): object {
    const manifest = files.map(({ name, sha1Sum, sourceUrl }: Inputs) => [name, { sourceUrl, sha1Sum }]);
    return { ...deployment, ...(files.length > 0 && { files: Object.fromEntries(manifest) }) };
}

export const firewallResource = ({ state }: Found): object =>
    same(state, ["priority", "action", "sourceRange", "description"]);
