import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Answer, RestApi } from "./http";
import { answerForSecretsKey, isForSecretsKey, secretsKeyVariables } from "./secretsKey";

/** What answers, while a command of pulumi runs, what a program asks of Google Cloud itself. */
export interface Beside {
    /** What tells the command where that is. */
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
 * Answers on a port of its own, to whoever has the token of this command.
 *
 * @param folder of the cloud
 * @param faults what is to go wrong on purpose, as `SLIPWAY_LOCAL_FAULTS` has it
 * @param end ends the command as by SIGKILL
 */
export async function beside(folder: string, faults: string | undefined, end: () => void): Promise<Beside> {
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
        apis ??= [unauthenticated, appEngine(folder, faults, end)];
        void respond(apis, request, response);
    });
    await new Promise<void>((resolve, reject) => server.once("error", reject).listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    return {
        environment: {
            GOOGLE_APP_ENGINE_CUSTOM_ENDPOINT: `http://127.0.0.1:${port}/v1/`,
            // Whose credentials a user has is of no use here, and of no concern to what runs here.
            GOOGLE_OAUTH_ACCESS_TOKEN: token,
            ...secretsKeyVariables(`http://127.0.0.1:${port}`, token),
        },
        close: () => {
            server.close();
            server.closeAllConnections();
        },
    };
}

/** Loaded when it is needed: most programs ask for nothing themselves. */
function appEngine(folder: string, faults: string | undefined, end: () => void): RestApi {
    const { Cloud }: typeof import("../cloud/cloud") = require("../cloud/cloud");
    const { clock }: typeof import("../provider/clock") = require("../provider/clock");
    const { Faults }: typeof import("../provider/faults") = require("../provider/faults");
    const { planOf }: typeof import("../provider/plan") = require("../provider/plan");
    const { appEngineRest }: typeof import("./appengine/api") = require("./appengine/api");
    const planned = new Faults(faults ? planOf(faults) : {}, end);
    return appEngineRest(new Cloud(folder), { faults: planned, clock: clock(planned.speed) });
}
