import { existsSync, readFileSync } from "node:fs";
import { type AuthClient, GoogleAuth, gaxios, Impersonated, OAuth2Client } from "../bundled/googleAuth";
import { waitClock } from "../engine/waitingClock";

/** An error of the API, with its HTTP status. */
export class AdminError extends Error {
    constructor(
        readonly status: number,
        message: string,
    ) {
        super(message);
    }
}

/** The options of a call. */
export interface Call {
    query?: Record<string, string>;
    body?: object;
    /**
     * Whether transient errors are retried.
     * @default true
     */
    retry?: boolean;
    /**
     * How long to wait for the operation of a change, in milliseconds.
     * @default 20 minutes
     */
    timeout?: number;
}

interface Operation<Answer> {
    name: string;
    done?: boolean;
    error?: { code: number; message: string };
    response?: Answer;
}

/** The default timeout of a change, equal to the Google provider's timeout for a version. */
const changeTimeout = 20 * 60_000;

/** Another operation on the same resource, such as a deployment of a flexible version, which takes minutes. */
const busyMessage = /operation is already in progress/i;

/** The address of an API, and the variable that replaces it, as for the Google provider. */
interface Endpoint {
    variable: string;
    url: string;
    /** The version of the API, which replaces the version of the variable. */
    version?: string;
}

const appEngine: Endpoint = {
    variable: "GOOGLE_APP_ENGINE_CUSTOM_ENDPOINT",
    url: "https://appengine.googleapis.com/v1/",
};

export const cloudFunctions: Endpoint = {
    variable: "GOOGLE_CLOUDFUNCTIONS2_CUSTOM_ENDPOINT",
    url: "https://cloudfunctions.googleapis.com/v2/",
};

export const cloudRun: Endpoint = {
    variable: "GOOGLE_CLOUD_RUN_V2_CUSTOM_ENDPOINT",
    url: "https://run.googleapis.com/v2/",
};

export const dataflow: Endpoint = {
    variable: "GOOGLE_DATAFLOW_CUSTOM_ENDPOINT",
    url: "https://dataflow.googleapis.com/v1b3/",
};

export const logging: Endpoint = {
    variable: "GOOGLE_LOGGING_CUSTOM_ENDPOINT",
    url: "https://logging.googleapis.com/v2/",
};

export const resourceManager: Endpoint = {
    variable: "GOOGLE_RESOURCE_MANAGER_CUSTOM_ENDPOINT",
    url: "https://cloudresourcemanager.googleapis.com/v1/",
};

/** The API of Vertex AI, which every region has for itself. */
export const vertexAi = (location: string, version: VertexVersion = "v1"): Endpoint => ({
    variable: "GOOGLE_VERTEX_AI_CUSTOM_ENDPOINT",
    url: `https://${location}-aiplatform.googleapis.com/${version}/`,
    version,
});

/** A version of the API of Vertex AI: `v1beta1` has features in preview. */
export type VertexVersion = "v1" | "v1beta1";

/** The calls of an admin API that the Google provider does not make. */
export class AdminApi {
    private client?: Promise<AuthClient>;

    /**
     * @param fetchImplementation replaces the default one, which supports proxies
     */
    constructor(
        private readonly environment: NodeJS.ProcessEnv = process.env,
        private readonly fetchImplementation?: typeof fetch,
        private readonly endpoint = appEngine,
    ) {}

    get<Answer>(path: string, query?: Call["query"]): Promise<Answer> {
        return this.call("GET", path, { query });
    }

    /** Calls a method that changes nothing, such as one that reads an effective policy. */
    post<Answer>(path: string, call: Call): Promise<Answer> {
        return this.call("POST", path, call);
    }

    /** Updates a resource where the API answers with the resource itself, without an operation. */
    patch<Answer>(path: string, call: Call): Promise<Answer> {
        return this.call("PATCH", path, call);
    }

    /** The same for an API whose updates have this method. */
    put<Answer>(path: string, call: Call): Promise<Answer> {
        return this.call("PUT", path, call);
    }

    /** Returns a resource; undefined if it does not exist. */
    async find<Answer>(path: string, call: Call = {}): Promise<Answer | undefined> {
        try {
            return await this.call<Answer>("GET", path, call);
        } catch (error) {
            if ((error as AdminError).status === 404) {
                return undefined;
            }
            throw error;
        }
    }

    /** Returns all items of a list, which the pages have under this name. */
    async list<Item>(path: string, items: string, filter: Call["query"] = {}): Promise<Item[]> {
        const all: Item[] = [];
        let pageToken: string | undefined;
        do {
            const query = { ...filter, pageSize: "100", ...(pageToken && { pageToken }) };
            const page = await this.get<Record<string, unknown>>(path, query);
            all.push(...((page[items] ?? []) as Item[]));
            pageToken = page.nextPageToken as string | undefined;
        } while (pageToken);
        return all;
    }

    /** Changes a resource, waits for the operation, and returns its response. */
    async change<Answer = unknown>(
        method: "POST" | "PATCH" | "DELETE",
        path: string,
        call: Call = {},
    ): Promise<Answer | undefined> {
        const operation = await this.call<Operation<Answer>>(method, path, call);
        return this.finished(operation, `${method} ${path}`, call.timeout);
    }

    /** Waits for a running operation, and returns its response. */
    async wait<Answer = unknown>(name: string, timeout?: number): Promise<Answer | undefined> {
        return this.finished(await this.get<Operation<Answer>>(name), name, timeout);
    }

    private async finished<Answer>(
        begun: Operation<Answer>,
        what: string,
        timeout = changeTimeout,
    ): Promise<Answer | undefined> {
        let operation = begun;
        const clock = waitClock();
        const end = clock.now() + timeout;
        for (let wait = 250; !operation.done; wait = Math.min(wait * 1.5, 5000)) {
            if (clock.now() > end) {
                throw new AdminError(504, `${what} is not done after ${timeout / 60_000} minutes.`);
            }
            await clock.sleep(wait);
            operation = await this.get<Operation<Answer>>(operation.name);
        }
        if (operation.error) {
            throw new AdminError(operation.error.code, `${what}: ${operation.error.message}`);
        }
        return operation.response;
    }

    private async call<Answer>(method: string, path: string, { query, body, retry = true }: Call): Promise<Answer> {
        this.client ??= signIn(this.environment);
        const client = await this.client;
        const { variable, url, version } = this.endpoint;
        const root = this.environment[variable]?.replace(/\/v\w+\/$/, version ? `/${version}/` : "$&") ?? url;
        const clock = waitClock();
        const since = clock.now();
        try {
            const { data } = await client.request<Answer>({
                url: root + path,
                method: method as "GET",
                params: query,
                data: body,
                fetchImplementation: this.fetchImplementation,
                retry,
                retryConfig: retry
                    ? {
                          retryDelay: 500,
                          maxRetryDelay: 15_000,
                          shouldRetry: (error) => isTransient(error, clock.now() - since),
                          retryBackoff: async (_, ms) => void (await clock.sleep(ms)),
                      }
                    : undefined,
            });
            return data;
        } catch (error) {
            throw adminError(error, `${method} ${path}`);
        }
    }
}

/** The maximum time for retries, except retries for busy resources. */
const maxRetryTime = 180_000;

/** Whether a call that failed with this error can succeed later, and may have had an effect: no answer, or an error of the server. */
export function isUncertain(error: unknown): boolean {
    return error instanceof AdminError
        ? error.status >= 500 || error.status === 429
        : error instanceof gaxios.GaxiosError;
}

/** Whether a call is retried, this long after it was first made. */
function isTransient(error: gaxios.GaxiosError, ms: number): boolean {
    const { currentRetryAttempt = 0 } = error.config.retryConfig as gaxios.RetryConfig;
    const { status } = error.response ?? {};
    const isBusy = busyMessage.test(messageOf(error));
    const isRetryable =
        status === undefined ? currentRetryAttempt < 5 && !isUntrusted(error) : status === 429 || status >= 500;
    return ms <= (isBusy ? changeTimeout : maxRetryTime) && (isRetryable || isBusy);
}

function messageOf(error: gaxios.GaxiosError): string {
    const { data } = error.response ?? {};
    return (data as { error?: { message?: string } } | undefined)?.error?.message ?? error.message;
}

function adminError(error: unknown, what: string): Error {
    const failure = error as gaxios.GaxiosError;
    if (isUntrusted(failure)) {
        failure.message +=
            ". If a proxy inspects connections, set NODE_EXTRA_CA_CERTS to the file of its certificate authority.";
    }
    return failure.response ? new AdminError(failure.response.status, `${what}: ${messageOf(failure)}`) : failure;
}

/** Node's codes of certificates that no known authority has signed: https://nodejs.org/api/tls.html */
const untrusted = [
    "DEPTH_ZERO_SELF_SIGNED_CERT",
    "SELF_SIGNED_CERT_IN_CHAIN",
    "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
    "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
];

const isUntrusted = ({ code }: gaxios.GaxiosError) => untrusted.includes(String(code));

const scopes = ["https://www.googleapis.com/auth/cloud-platform"];

/**
 * Signs in with the environment variables of the
 * {@link https://www.pulumi.com/registry/packages/gcp/installation-configuration/ Google provider}: an access token,
 * credentials or the path of their file, otherwise Application Default Credentials; and impersonates a service account if one
 * is named.
 */
async function signIn(environment: NodeJS.ProcessEnv = process.env): Promise<AuthClient> {
    const base = await ownClient(environment);
    const targetPrincipal = environment.GOOGLE_IMPERSONATE_SERVICE_ACCOUNT;
    return targetPrincipal === undefined
        ? base
        : new Impersonated({
              sourceClient: base,
              targetPrincipal,
              delegates: environment.GOOGLE_IMPERSONATE_SERVICE_ACCOUNT_DELEGATES?.split(","),
              targetScopes: scopes,
              lifetime: 3600,
          });
}

async function ownClient(environment: NodeJS.ProcessEnv): Promise<AuthClient> {
    const { GOOGLE_OAUTH_ACCESS_TOKEN: token } = environment;
    if (token !== undefined) {
        const client = new OAuth2Client();
        client.setCredentials({ access_token: token });
        return client;
    }
    const configured = ["GOOGLE_CREDENTIALS", "GOOGLE_CLOUD_KEYFILE_JSON", "GCLOUD_KEYFILE_JSON"]
        .map((name) => environment[name])
        .find((value) => value !== undefined);
    const text = configured !== undefined && existsSync(configured) ? readFileSync(configured, "utf8") : configured;
    // Without a project, the library would look one up, for which some credentials lack the permission.
    const auth = new GoogleAuth({
        scopes,
        projectId: "-",
        ...(text !== undefined && { credentials: JSON.parse(text) }),
    });
    return auth.getClient();
}
