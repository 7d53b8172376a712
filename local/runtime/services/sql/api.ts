import { clientCertificateFor } from "../../../machine/certificates";
import type { Cloud, Entry, Inputs } from "../../../simulator";
import { instanceName } from "../../../simulator/services/sql/names";
import { serverCa, withServerCa } from "../../../simulator/services/sql/serverCa";
import { type Answer, HttpError, type Request, type RestApi } from "../../emulator/http";
import type { Serving } from "../../emulator/serving";
import type { Tokens } from "../../emulator/tokens";
import { iamLogin, type SqlProxies } from "./proxies";

const address =
    /^\/(?:sql\/v1beta4|v1)\/projects\/([^/]+)\/instances\/([^/:]+)(\/connectSettings|:generateEphemeralCert)$/;

/** "Cloud SQL Auth Proxy": lifetime of a client certificate. */
const life = 3_600_000;

/** The methods of the Cloud SQL Admin API that the Auth Proxy and connectors use. */
export function sqlRest({ cloud, tokens }: Serving, fronts: SqlProxies): RestApi {
    return (request) => {
        const [, project = "", name = "", method] = address.exec(decodeURIComponent(request.path)) ?? [];
        return request.method === "GET" && method === "/connectSettings"
            ? answered(async () => connectSettings(cloud, fronts, instance(cloud, project, name)))
            : request.method === "POST" && method === ":generateEphemeralCert"
              ? answered(async () => ephemeralCert({ cloud, tokens }, fronts, instance(cloud, project, name), request))
              : undefined;
    };
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
