import { setTimeout as sleep } from "node:timers/promises";
import { type AuthClient, gaxios } from "google-auth-library";
import { signIn } from "./credentials";

/** An error of the API, with its HTTP status. */
export class AdminError extends Error {
    constructor(
        readonly status: number,
        message: string,
    ) {
        super(message);
    }
}

/** What a call sends. */
export interface Call {
    query?: Record<string, string>;
    body?: object;
    /**
     * Whether it is tried again when it may come to be answered.
     * @default true
     */
    isPatient?: boolean;
}

interface Operation {
    name: string;
    done?: boolean;
    error?: { code: number; message: string };
}

/** As long as a change may take: the provider waits so long for a version ("Timeouts"). */
const patience = 20 * 60_000;

/** Another change of the same, as of a flexible version that is made for minutes. */
const busy = /operation is already in progress/i;

/** What Google has not heard of everywhere: an API that was enabled a moment ago, and the agent that came with it. */
const unheard = /has not been used in project|unable to retrieve p4sa/i;

/** The calls of the App Engine Admin API that no resource of the provider makes. */
export class AdminApi {
    private client?: Promise<AuthClient>;

    /** @param fetchImplementation how requests are made; by what knows of proxies when left out */
    constructor(
        private readonly environment: NodeJS.ProcessEnv = process.env,
        private readonly fetchImplementation?: typeof fetch,
    ) {}

    get<Answer>(path: string, query?: Call["query"]): Promise<Answer> {
        return this.call("GET", path, { query });
    }

    /** What is there; nothing where it is not. */
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

    /** All of a list, whose pages have it under this name. */
    async list<Item>(path: string, items: string): Promise<Item[]> {
        const all: Item[] = [];
        let pageToken = "";
        do {
            const query = { pageSize: "100", ...(pageToken && { pageToken }) };
            const page = await this.get<Record<string, unknown>>(path, query);
            all.push(...((page[items] ?? []) as Item[]));
            pageToken = (page.nextPageToken ?? "") as string;
        } while (pageToken);
        return all;
    }

    /** Changes something, and waits until it is done. */
    async change(method: "POST" | "PATCH" | "DELETE", path: string, call: Call = {}): Promise<void> {
        let operation = await this.call<Operation>(method, path, call);
        const end = Date.now() + patience;
        for (let wait = 250; !operation.done; wait = Math.min(wait * 1.5, 5000)) {
            if (Date.now() > end) {
                throw new AdminError(504, `${method} ${path} is not done after ${patience / 60_000} minutes.`);
            }
            await sleep(wait);
            operation = await this.get<Operation>(operation.name);
        }
        if (operation.error) {
            throw new AdminError(operation.error.code, `${method} ${path}: ${operation.error.message}`);
        }
    }

    private async call<Answer>(method: string, path: string, { query, body, isPatient = true }: Call): Promise<Answer> {
        this.client ??= signIn(this.environment);
        const client = await this.client;
        const root = this.environment.GOOGLE_APP_ENGINE_CUSTOM_ENDPOINT ?? "https://appengine.googleapis.com/v1/";
        try {
            const { data } = await client.request<Answer>({
                url: root + path,
                method: method as "GET",
                params: query,
                data: body,
                fetchImplementation: this.fetchImplementation,
                retry: isPatient,
                retryConfig: isPatient ? { retryDelay: 500, maxRetryDelay: 15_000, shouldRetry: isPassing } : undefined,
            });
            return data;
        } catch (error) {
            throw adminError(error, `${method} ${path}`);
        }
    }
}

/** For how long what is new or out of order is asked again. */
const longestRetry = 180_000;

function isPassing(error: gaxios.GaxiosError): boolean {
    const { timeOfFirstRequest = 0, currentRetryAttempt = 0 } = error.config.retryConfig ?? {};
    const { status } = error.response ?? {};
    const message = messageOf(error);
    const isOver = Date.now() - timeOfFirstRequest > (busy.test(message) ? patience : longestRetry);
    const mayPass = status === undefined ? currentRetryAttempt < 5 : status === 429 || status >= 500;
    return !isOver && (mayPass || busy.test(message) || unheard.test(message));
}

function messageOf(error: gaxios.GaxiosError): string {
    const { data } = error.response ?? {};
    return (data as { error?: { message?: string } } | undefined)?.error?.message ?? error.message;
}

function adminError(error: unknown, what: string): Error {
    return error instanceof gaxios.GaxiosError && error.response
        ? new AdminError(error.response.status, `${what}: ${messageOf(error)}`)
        : (error as Error);
}
