import { clientCertificateFor } from "../../../machine/certificates";
import type { Cloud, Entry, Inputs } from "../../../simulator";
import { instanceName } from "../../../simulator/services/sql/names";
import { serverCa, withServerCa } from "../../../simulator/services/sql/serverCa";
import { type Answer, HttpError, type Request, type RestApi } from "../../emulator/http";
import type { Serving } from "../../emulator/serving";
import type { Tokens } from "../../emulator/tokens";
import { iamLogin, type SqlProxies } from "./proxies";
import { exportTo, importFrom, SqlOperations } from "./transfers";

const version = String.raw`^\/(?:sql\/v1beta4|sql\/v1|v1)\/projects\/([^/]+)`;
const address = new RegExp(
    String.raw`${version}\/instances\/([^/:]+)(\/connectSettings|:generateEphemeralCert|\/restart|\/export|\/import)$`,
);
const operationAddress = new RegExp(String.raw`${version}\/operations\/([^/]+)$`);

/** "Cloud SQL Auth Proxy": lifetime of a client certificate. */
const life = 3_600_000;

/** The methods of the Cloud SQL Admin API that the Auth Proxy and connectors use, and those that act on a server. */
export function sqlRest({ cloud, tokens, access }: Serving, fronts: SqlProxies): RestApi {
    const operations = new SqlOperations();
    return (request) => {
        const path = decodeURIComponent(request.path);
        const [, , id] = operationAddress.exec(path) ?? [];
        if (request.method === "GET" && id !== undefined) {
            return answered(async () => operation(operations, id));
        }
        const [, project = "", name = "", method] = address.exec(path) ?? [];
        if (request.method === "GET" && method === "/connectSettings") {
            return answered(async () => connectSettings(cloud, fronts, instance(cloud, project, name)));
        }
        if (request.method !== "POST" || method === undefined || method === "/connectSettings") {
            return undefined;
        }
        if (method === ":generateEphemeralCert") {
            return answered(() => ephemeralCert({ cloud, tokens }, fronts, instance(cloud, project, name), request));
        }
        return answered(async () => {
            const { state } = instance(cloud, project, name);
            const verb = method.slice(1);
            access.require(request.account, `cloudsql.instances.${verb}`, instanceName(project, name));
            const server = await fronts.serverOf(state);
            if (server === undefined) {
                throw new HttpError(501, "notImplemented", `${name} has no server here that can ${verb}.`);
            }
            const { exportContext, importContext } = verb === "restart" ? {} : body(request);
            return operations.start(verb.toUpperCase(), state, async () => {
                if (verb === "restart") {
                    await server.restart();
                } else if (verb === "export") {
                    await exportTo(await server.running(), exportContext ?? {}, state, cloud);
                } else {
                    await importFrom(await server.running(), importContext ?? {}, state, cloud);
                }
            });
        });
    };
}

function operation(operations: SqlOperations, id: string): object {
    const found = operations.get(id);
    if (!found) {
        throw new HttpError(404, "operationDoesNotExist", "The Cloud SQL operation does not exist.");
    }
    return found;
}

async function answered(body: () => Promise<object>): Promise<Answer> {
    return { status: 200, body: await body() };
}

function instance(cloud: Cloud, project: string, name: string): Entry {
    const found = cloud.store.read(instanceName(project, name));
    if (!found) {
        throw new HttpError(404, "instanceDoesNotExist", "The Cloud SQL instance does not exist.");
    }
    return found;
}

async function connectSettings(cloud: Cloud, fronts: SqlProxies, { state }: Entry): Promise<object> {
    const { region, databaseVersion, ipAddresses, settings, dnsName, dnsNames, serverCaCerts }: Inputs = state;
    const front = fronts.addressOf(state);
    const { pscConfigs = [], serverCaMode } = settings.ipConfiguration ?? {};
    return {
        kind: "sql#connectSettings",
        region,
        databaseVersion,
        backendType: "SECOND_GEN",
        serverCaMode,
        serverCaCert: {
            kind: "sql#sslCert",
            ...((await withServerCa(state, { cloud }))?.serverCaCerts ?? serverCaCerts)[0],
        },
        // Clients do not connect to the outgoing address of an instance.
        ipAddresses: ipAddresses
            .filter(({ type }: Inputs) => type !== "OUTGOING")
            .map(({ type, ipAddress }: Inputs) => ({ type, ipAddress: front ?? ipAddress })),
        pscEnabled: pscConfigs.length > 0,
        // All types of connections lead to one address on this machine.
        ...(front ? { dnsName: pscConfigs.length > 0 ? front : "" } : { dnsName, dnsNames }),
    };
}

async function ephemeralCert(
    { cloud, tokens }: Pick<Serving, "cloud" | "tokens">,
    fronts: SqlProxies,
    { state }: Entry,
    request: Request,
): Promise<object> {
    const { project, name }: Inputs = state;
    const { public_key, access_token } = body(request);
    const ca = await serverCa(cloud, project, name);
    const commonName = access_token ? iamLogin : "Cloud SQL client";
    const cert = await clientCertificateFor(ca, commonName, String(public_key), life).catch(() => {
        throw new HttpError(
            400,
            "invalid",
            "Invalid request: Provided public key was in an invalid or unsupported format.",
        );
    });
    const account = access_token && accountOf(tokens, String(access_token));
    if (account) {
        fronts.recordLogin(cert, account);
    }
    const expirationTime = new Date(Date.now() + life).toISOString();
    return { ephemeralCert: { kind: "sql#sslCert", cert, commonName, instance: name, expirationTime } };
}

/** The account that signs in; undefined for a developer's own token. */
function accountOf(tokens: Tokens, token: string): string | undefined {
    try {
        return tokens.accountOf(token);
    } catch (error) {
        throw new HttpError(401, "authError", (error as Error).message);
    }
}

function body({ body }: Request): Inputs {
    try {
        return JSON.parse(body.toString());
    } catch {
        throw new HttpError(400, "parseError", "Invalid JSON payload received.");
    }
}
