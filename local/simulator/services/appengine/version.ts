import { appEngineLimits } from "slipway/facts";
import type { Cloud } from "../../cloud/cloud";
import { GoogleError } from "../../cloud/errors";
import type { ActsAs, Context, Inputs, TypeRules } from "../../rules/rules";
import { findConnector } from "../vpcaccess";
import { defaultAccount } from "./application";
import { api, appRegion, invalid, verifyVersionId, versionPath } from "./names";
import { removeService, verifyService, verifyServiceRemoval } from "./services";
import {
    afterDeployment,
    findVersion,
    removeVersion,
    requireVersion,
    servingStatus,
    verifyVersionRemoval,
} from "./versions";

const maxVariableBytes = appEngineLimits.rows.variables.max;

/** Default handlers, which send all requests to the application. */
export const defaultHandlers = [
    {
        urlRegex: ".*",
        authFailAction: "AUTH_FAIL_ACTION_REDIRECT",
        login: "LOGIN_OPTIONAL",
        script: { scriptPath: "auto" },
        securityLevel: "SECURE_OPTIONAL",
    },
];

/** Checks of the API for versions of both environments. */
export function verifyVersion(inputs: Inputs, cloud: Cloud): void {
    const { project, serviceAccount, envVariables = {}, handlers = [] } = inputs;
    verifyService(inputs, cloud, !findVersion(cloud, inputs));
    verifyVersionId(inputs);
    const account = serviceAccount ?? defaultAccount(project);
    if (!cloud.iam.hasAccount(account) || cloud.iam.isDisabled(account)) {
        throw new GoogleError(
            403,
            `You do not have permission to act as '${account}', or the service account does not exist.`,
        );
    }
    verifyVariables(envVariables);
    for (const { urlRegex, script, staticFiles } of handlers) {
        if (!urlRegex || !(script || staticFiles) || (script && staticFiles)) {
            throw invalid("Each handler must have a url_regex, and either a script or static_files.");
        }
    }
    verifyConnector(inputs, cloud);
}

function verifyVariables(variables: Record<string, string>): void {
    for (const name of Object.keys(variables)) {
        if (!/^[A-Za-z_]\w*$/.test(name)) {
            throw invalid(`Invalid environment variable name '${name}'.`);
        }
    }
    const bytes = Object.entries(variables).reduce((sum, pair) => sum + Buffer.byteLength(pair.join("")), 0);
    if (bytes > maxVariableBytes) {
        throw invalid(`The environment variables must not be larger than ${maxVariableBytes} bytes (got ${bytes}).`);
    }
}

/** "Connecting to a VPC network": the connector must be in the application's region. */
function verifyConnector({ project, vpcAccessConnector }: Inputs, cloud: Cloud): void {
    if (!vpcAccessConnector) {
        return;
    }
    const { name, egressSetting } = vpcAccessConnector;
    if (!/^projects\/[^/]+\/locations\/[^/]+\/connectors\/[^/]+$/.test(name)) {
        throw invalid(
            `Invalid VPC Access connector name '${name}': it must be of the form 'projects/<project>/locations/<region>/connectors/<connector>'.`,
        );
    }
    if (egressSetting !== undefined && !["ALL_TRAFFIC", "PRIVATE_IP_RANGES"].includes(egressSetting)) {
        throw invalid(
            `Invalid value at 'version.vpc_access_connector.egress_setting' (type.googleapis.com/google.appengine.v1.VpcAccessConnector.EgressSetting), "${egressSetting}"`,
        );
    }
    const region = appRegion(cloud, project);
    const found = findConnector(cloud, name, { project, region });
    if (found?.state.state !== "READY") {
        throw new GoogleError(404, `VPC Access connector '${name}' not found.`);
    }
    if (found.state.region !== region) {
        throw invalid(`VPC Access connector '${name}' must be in the region of the application, ${region}.`);
    }
}

const versionNoun = (environment: "Standard" | "Flexible") => `${environment}AppVersion`;

/** The account of a version: https://cloud.google.com/appengine/docs/standard/roles, https://stackoverflow.com/questions/64236468 */
const actsAs: ActsAs = {
    accounts: ({ serviceAccount, project }) => [serviceAccount ?? `${project}@appspot.gserviceaccount.com`],
    refusal: (account) =>
        new GoogleError(403, `You do not have permission to act as '${account}'`, {
            details: [
                {
                    "@type": "type.googleapis.com/google.rpc.ResourceInfo",
                    description: "You do not have permission to act as this service account.",
                    resourceName: account,
                    resourceType: "serviceAccount",
                },
            ],
        }),
};

/** Common rules of both version types. */
export function versionRules(
    environment: "Standard" | "Flexible",
): Pick<
    TypeRules,
    | "noun"
    | "generatedNoun"
    | "deleteErrorPrefix"
    | "api"
    | "actsAs"
    | "id"
    | "afterStore"
    | "read"
    | "isRetained"
    | "verifyRemoval"
    | "remove"
> {
    return {
        noun: versionNoun(environment),
        generatedNoun: `AppEngine${versionNoun(environment)}`,
        deleteErrorPrefix: ({ deleteServiceOnDestroy }) =>
            `Error when reading or editing ${deleteServiceOnDestroy ? "Service" : "AppVersion"}`,
        api,
        actsAs,
        id: versionPath,
        afterStore: (state, { cloud }) => afterDeployment(state, cloud),
        read: (state, { cloud }) => {
            const found = findVersion(cloud, state)?.state;
            return found?.servingStatus ? { ...found, servingStatus: servingStatus(cloud, state) } : found;
        },
        isRetained: ({ noopOnDestroy }) => noopOnDestroy === true,
        verifyRemoval: (state, context) => refuseRemoval(state, context),
        remove: (state, { cloud }) => {
            state.deleteServiceOnDestroy
                ? removeService(state.project, state.service, cloud)
                : removeVersion(state, cloud);
        },
    };
}

function refuseRemoval(state: Inputs, { cloud }: Context): void {
    if (state.deleteServiceOnDestroy) {
        verifyServiceRemoval(state.project, state.service, cloud);
    } else {
        requireVersion(cloud, state);
        verifyVersionRemoval(state, cloud);
    }
}
