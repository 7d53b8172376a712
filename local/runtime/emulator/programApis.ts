import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { CommandCloud } from "../../simulator";
import type { Answer, RestApi } from "./http";
import type { FaultSettings } from "./methods/api";
import { answerForSecretsKey, isForSecretsKey, secretsKeyVariables } from "./secretsKey";

/** Google APIs for a program, during a Pulumi command. */
export interface ProgramApis {
    /** Environment variables with the addresses of the APIs. */
    environment: NodeJS.ProcessEnv;
    close(): void;
}

const missing = {
    code: 401,
    message:
        "Request is missing required authentication credential. Expected OAuth 2 access token, login cookie or other valid authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.",
    status: "UNAUTHENTICATED",
};

/**
 * Serves the APIs on a free port, with a token for this command.
 *
 * @param faults the value of `SLIPWAY_LOCAL_FAULTS`
 * @param end kills the command with SIGKILL
 */
export async function serveProgramApis(
    command: CommandCloud,
    faults: string | undefined,
    end: () => void,
): Promise<ProgramApis> {
    const token = randomBytes(24).toString("base64url");
    const unauthenticated: RestApi = ({ headers }): Answer | undefined =>
        headers.authorization === `Bearer ${token}` ? undefined : { status: 401, body: { error: missing } };
    let apis: RestApi[] | undefined;
    const server = createServer((request, response) => {
        if (isForSecretsKey(request)) {
            void answerForSecretsKey(request, response, token);
            return;
        }
        const { respond }: typeof import("./respond") = require("./respond");
        apis ??= [unauthenticated, ...googleApis(command, faults, end)];
        void respond(apis, request, response);
    });
    await new Promise<void>((resolve, reject) => server.once("error", reject).listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    return {
        environment: {
            GOOGLE_APP_ENGINE_CUSTOM_ENDPOINT: `http://127.0.0.1:${port}/v1/`,
            GOOGLE_CLOUDFUNCTIONS2_CUSTOM_ENDPOINT: `http://127.0.0.1:${port}/v2/`,
            GOOGLE_CLOUD_RUN_V2_CUSTOM_ENDPOINT: `http://127.0.0.1:${port}/v2/`,
            GOOGLE_DATAFLOW_CUSTOM_ENDPOINT: `http://127.0.0.1:${port}/v1b3/`,
            GOOGLE_LOGGING_CUSTOM_ENDPOINT: `http://127.0.0.1:${port}/v2/`,
            GOOGLE_RESOURCE_MANAGER_CUSTOM_ENDPOINT: `http://127.0.0.1:${port}/v1/`,
            GOOGLE_VERTEX_AI_CUSTOM_ENDPOINT: `http://127.0.0.1:${port}/v1/`,
            // Prevents the use of the user's own credentials.
            GOOGLE_OAUTH_ACCESS_TOKEN: token,
            ...secretsKeyVariables(`http://127.0.0.1:${port}`, token),
        },
        close: () => {
            server.close();
            server.closeAllConnections();
        },
    };
}

/** Loaded on demand: most programs do not call APIs. */
function googleApis(command: CommandCloud, faults: string | undefined, end: () => void): RestApi[] {
    const { openCloud }: typeof import("../../simulator") = require("../../simulator");
    const { appEngineRest }: typeof import("../services/appengine/api") = require("../services/appengine/api");
    const { cloudRunRest }: typeof import("../services/run/api") = require("../services/run/api");
    const { dataflowRest }: typeof import("../services/dataflow/api") = require("../services/dataflow/api");
    const { loggingRest }: typeof import("../services/logging/api") = require("../services/logging/api");
    const {
        resourceManagerRest,
    }: typeof import("../services/resourcemanager/api") = require("../services/resourcemanager/api");
    const { serverlessRest }: typeof import("./serverless") = require("./serverless");
    const { vertexRest }: typeof import("../services/vertex/api") = require("../services/vertex/api");
    const cloud = openCloud(command);
    const troubles = faultSettings(faults, end);
    return [
        appEngineRest(cloud, troubles),
        cloudRunRest(cloud),
        dataflowRest(cloud, troubles),
        loggingRest(cloud),
        resourceManagerRest(cloud),
        serverlessRest(cloud),
        vertexRest(cloud, troubles),
    ];
}

function faultSettings(faults: string | undefined, end: () => void): FaultSettings {
    const { clock, Faults, parseFaultPlan }: typeof import("../../simulator") = require("../../simulator");
    const planned = new Faults(faults ? parseFaultPlan(faults) : {}, end);
    return { faults: planned, clock: clock(planned.speed) };
}
