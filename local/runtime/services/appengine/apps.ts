import { randomBytes } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { type Cloud, type Entry, type Inputs, isAllowedOn, lastPart, ownerEmail } from "../../../simulator";
import { appPath, findApp, fullName } from "../../../simulator/services/appengine/names";
import { findService, servicesOf } from "../../../simulator/services/appengine/services";
import {
    findVersion,
    isFlexible,
    serviceHost,
    servingStatus,
    versionsOf,
} from "../../../simulator/services/appengine/versions";
import { principalOf } from "../../emulator/access";
import type { ActivityLog } from "../../emulator/activity";
import type { Lease } from "../../emulator/containers/autoscaler";
import { ContainersError, type RunningContainers } from "../../emulator/containers/launch";
import type { Handling } from "../../emulator/handling";
import type { Router } from "../../emulator/routes";
import type { Terminal } from "../../emulator/terminal";
import type { Tokens } from "../../emulator/tokens";
import { newTrace, spanOf, traceHeaders, traceOf } from "../../emulator/trace";
import { type IdentityAwareProxy, withoutProxyHeaders } from "../compute/loadBalancing/identityProxy";
import type { Recorder } from "../monitoring/recorder";
import { recordAppEngineRequest } from "../monitoring/requests";
import { type Choose, Front, type Requested, type Upstream } from "../run/front";
import { notFound, type OwnAnswer, tokenHeader } from "../run/invoker";
import type { RunningService } from "../run/services";
import { answerOf } from "./handlers";
import { chosenVersion, type Target, targetOf } from "./routing";
import type { VersionsFiles } from "./versionFiles";
import type { VersionInstances } from "./versionInstances";

type Headers = Record<string, string | string[]>;

/** The addresses of a service, or of one of its versions. */
interface Address {
    service: Entry;
    target: Target;
    /** For all clients. */
    clients: Front;
    /** For Cloud Scheduler, which counts as an administrator; clients do not know it. */
    cron: Front;
}

/** What applications are run with. */
export interface AppsOptions {
    cloud: Cloud;
    router: Router;
    terminal: Terminal;
    tokens: Tokens;
    proxy: IdentityAwareProxy;
    recorder: Recorder;
    activity: ActivityLog;
    handling: Handling;
    files: VersionsFiles;
    instances: VersionInstances;
}

/**
 * How long a request can take, in milliseconds: https://cloud.google.com/appengine/docs/standard/how-instances-are-managed, and
 * https://cloud.google.com/appengine/docs/flexible/how-requests-are-handled
 */
const timeouts = { automatic: 10 * 60_000, others: 24 * 3_600_000, flexible: 60 * 60_000 };

/** https://cloud.google.com/appengine/docs/standard/quotas#requests */
const maxRequestBytes = 32 * 1024 ** 2;

/** The services of App Engine: versions in the standard environment run as processes, images of the flexible one with Docker. */
export class RunningApps {
    /** By the full name of the service, or of the version. */
    private readonly addresses = new Map<string, Address>();

    constructor(private readonly options: AppsOptions) {
        const { router } = options;
        router.running.push({
            url: (url, isCron) => this.find(url, isCron),
            service: (name, version) => this.addresses.get(addressName(name, version))?.clients.url,
            localized: (text) => this.localized(text),
        });
    }

    /** The addresses of services by their IDs, and of their versions by names such as `web (v2)`. */
    get all(): Record<string, string> {
        const all = [...this.addresses.values()];
        const isShared = (each: Address) => all.some((other) => other !== each && labelOf(other) === labelOf(each));
        return Object.fromEntries(
            all.map((each) => [
                isShared(each) ? `${each.service.project}/${labelOf(each)}` : labelOf(each),
                each.clients.url,
            ]),
        );
    }

    /** The services that answer. */
    get answering(): RunningService[] {
        const { all } = this;
        return [...this.addresses.values()].flatMap(({ service, target, clients }) => {
            const name = Object.keys(all).find((each) => all[each] === clients.url);
            return target.version === undefined && name !== undefined
                ? { name, url: clients.url, isPublic: !isProtected(findApp(this.options.cloud, service.project)) }
                : [];
        });
    }

    /** Compares what runs with what is deployed. */
    async look(): Promise<void> {
        const { cloud, router, instances } = this.options;
        const apps = cloud.projects.all().filter((project) => findApp(cloud, project));
        const services = apps.flatMap((project) => servicesOf(cloud, project)).filter((each) => router.isRun(each));
        const versions = services.flatMap(({ project, state }) =>
            versionsOf(cloud, project, String(state.id)).filter((version) => !instances.refusalOf(version)),
        );
        const names = new Set<string>();
        for (const service of services) {
            const own = versions.filter(({ name }) => name.startsWith(`${service.name}/`));
            const ids = own.map(({ name }) => lastPart(name));
            for (const version of own.length > 0 ? [undefined, ...ids] : []) {
                names.add(addressName(service.name, version));
                await this.open(service, version);
            }
        }
        for (const [name, address] of this.addresses) {
            if (!names.has(name)) {
                this.addresses.delete(name);
                await closeAddress(address);
            }
        }
        instances.update(versions);
    }

    async close(): Promise<void> {
        await Promise.all([...this.addresses.values()].map(closeAddress));
        await this.options.instances.close();
    }

    private async open(service: Entry, version: string | undefined): Promise<void> {
        const name = addressName(service.name, version);
        if (this.addresses.has(name)) {
            return;
        }
        const { terminal } = this.options;
        const id = lastPart(service.id);
        const target: Target = { service: id, ...(version && { version }) };
        const failed = ({ status, reason }: OwnAnswer) =>
            reason === "" ? undefined : terminal.log(`${id}: ${status}: ${reason}`);
        const isKnown = (host: string) =>
            this.options.cloud.store.read(fullName(`${appPath(service.project)}/domainMappings/${host}`)) !== undefined;
        const front = (isCron: boolean) =>
            Front.open(`${name} ${isCron}`, this.choose(service.project, target, isCron), failed, isKnown);
        const [clients, cron] = await Promise.all([front(false), front(true)]);
        this.addresses.set(name, { service, target, clients, cron });
        if (version === undefined) {
            terminal.log(`${id}: ${clients.url}`);
        }
    }

    private choose(project: string, own: Target, isCron: boolean): Choose {
        const { cloud, activity, handling } = this.options;
        return async (incoming, ended) => {
            const app = findApp(cloud, project);
            if (app?.state.servingStatus !== "SERVING") {
                return notFound(app ? "the application is disabled" : "there is no application");
            }
            const host = hostOf(incoming.headers);
            const path = pathOf(incoming.url);
            if (path === undefined) {
                return badRequest("the path is not encoded correctly");
            }
            const admitted = isCron || !isProtected(app) ? { headers: {} } : this.admitted(app, incoming, host, path);
            if ("status" in admitted) {
                return admitted;
            }
            const passed = isProtected(app) ? withoutProxyHeaders(incoming.headers as Headers) : incoming.headers;
            const trace = traceOf(incoming.headers) ?? newTrace();
            const added = traceHeaders(trace);
            const headers = { ...added, ...this.headersFor(incoming, passed, isCron), ...admitted.headers };
            const target = targetOf(cloud, project, host, path, own);
            const service = findService(cloud, project, target.service);
            if (!service) {
                return notFound(`there is no service '${target.service}'`);
            }
            const route = this.options.router.routeOf(service);
            if (route !== undefined) {
                const { origin, port } = new URL(route);
                const sent = { path: incoming.url ?? "/", headers };
                const timeout = timeouts.others;
                return { origin, port: Number(port), sent, ...{ isHttp2: false, isVerified: false, timeout, release } };
            }
            const chosen = target.version
                ? { version: target.version }
                : chosenVersion(service.state.split as Inputs, incoming.headers.cookie, clientOf(incoming));
            const version =
                chosen && findVersion(cloud, { project, service: target.service, versionId: chosen.version });
            if (!version) {
                return notFound(`there is no version '${chosen?.version ?? ""}' of '${target.service}'`);
            }
            const began = performance.now();
            const routed = { host, path, isCron, cookie: chosen.cookie, headers };
            const span = spanOf({ ...added, ...incoming.headers });
            const handled = handling.began(version.state.serviceAccount, { component: target.service, trace, span });
            const answer = await this.answer(incoming, version, routed, ended);
            const done = (status: number) => {
                handled();
                const ms = performance.now() - began;
                recordAppEngineRequest(cloud, this.options.recorder, version.state, status, ms);
                const { method = "GET", url = "/" } = incoming;
                activity.addRequest(target.service, project, { method, url }, status, ms, trace);
            };
            return { ...answer, done };
        };
    }

    private async answer(
        incoming: Requested,
        version: Entry & { state: Inputs },
        { host, path, isCron, cookie, headers: passed }: Routed,
        ended: AbortSignal,
    ): Promise<Upstream | OwnAnswer> {
        const { cloud, files, instances } = this.options;
        const { state } = version;
        const { versionId } = state;
        const flexible = isFlexible(version);
        const refusal = instances.refusalOf(version);
        if (refusal) {
            return serverError(503, refusal);
        }
        if (servingStatus(cloud, state) !== "SERVING") {
            return serverError(503, `the version '${versionId}' is stopped`);
        }
        if (incoming.headers.upgrade !== undefined && !flexible) {
            // https://cloud.google.com/appengine/docs/standard/how-requests-are-handled
            return badRequest("the standard environment does not support WebSockets");
        }
        if (Number(incoming.headers["content-length"] ?? 0) > maxRequestBytes) {
            return { ...badRequest("a request has at most 32 MB"), status: 413, body: "Request Entity Too Large" };
        }
        try {
            const signedIn = isCron ? "admin" : this.signedIn(version.project, incoming.headers);
            const { method = "GET", url = "/", headers } = incoming;
            const request = { method, host, path, url, headers, ...(signedIn && { signedIn }) };
            const own = flexible ? undefined : answerOf(state.handlers, files.of(version), request);
            if (own) {
                return cookie ? { ...own, headers: { ...own.headers, "set-cookie": cookie } } : own;
            }
            const lease: Lease<RunningContainers> = await instances.lease(version, ended);
            return {
                port: lease.instance.port,
                sent: { path: url, headers: passed },
                isHttp2: false,
                isVerified: false,
                timeout: flexible
                    ? timeouts.flexible
                    : instances.hasLongTimeout(state)
                      ? timeouts.others
                      : timeouts.automatic,
                ...(cookie && { cookie }),
                release: lease.release,
            };
        } catch (error) {
            const [reason = ""] = (error as Error).message.split("\n");
            return serverError(error instanceof ContainersError ? 503 : 500, reason);
        }
    }

    /** The headers of Identity-Aware Proxy for a request, or its answer: https://cloud.google.com/iap/docs/app-engine-quickstart */
    private admitted(app: Entry, incoming: Requested, host: string, path: string): OwnAnswer | { headers: Headers } {
        const { headers, method = "GET", url = "/" } = incoming;
        const token = headers["x-serverless-authorization"];
        const request = {
            ...{ method, host, path, scheme: "https" as const, query: url.split(/\?(.*)/s)[1] ?? "" },
            headers: { ...headers, ...(token && { "proxy-authorization": String(token) }) },
        };
        const own = [...this.addresses.values()].filter(({ service }) => service.project === app.project);
        return this.options.proxy.check(
            app,
            request,
            own.map(({ clients }) => clients.url),
        );
    }

    /**
     * Who is signed in, by an identity token in the place of a Google Account. Administrators have a basic role, or are App Engine's.
     * https://cloud.google.com/appengine/docs/standard/roles
     */
    private signedIn(project: string, headers: IncomingHttpHeaders): "user" | "admin" | undefined {
        const { cloud, tokens } = this.options;
        const [, token] = /^bearer (.+)$/i.exec(String(headers[tokenHeader(headers)] ?? "")) ?? [];
        const email = token && tokens.verify(token, (audience) => this.isOwn(project, audience));
        if (!email) {
            return undefined;
        }
        const name = fullName(appPath(project));
        const isAdmin =
            email === ownerEmail || isAllowedOn(cloud, principalOf(email), "appengine.applications.get", name);
        return isAdmin ? "admin" : "user";
    }

    /** Whether an audience is an address of the application, or one of its URLs. */
    private isOwn(project: string, audience: string): boolean {
        return [...this.addresses.values()].some(
            (each) =>
                each.service.project === project &&
                [each.clients.url, `https://${this.hostOf(each)}`].some(
                    (url) => audience === url || audience.startsWith(`${url}/`),
                ),
        );
    }

    private hostOf({ service, target }: Address): string {
        return serviceHost(this.options.cloud, service.project, target.service, target.version);
    }

    /**
     * The headers for the code: those that only App Engine sets are removed.
     * https://cloud.google.com/appengine/docs/standard/reference/request-headers
     */
    private headersFor(incoming: Requested, sent: IncomingHttpHeaders, isCron: boolean): Headers {
        const { headers } = incoming;
        const isTask = isCron && headers["x-appengine-queuename"] !== undefined;
        const passed = Object.entries(sent).filter(
            ([name, value]) =>
                value !== undefined && !name.startsWith(":") && (!removed.test(name) || (isTask && ofTasks.test(name))),
        );
        const client = incoming.socket?.remoteAddress ?? "127.0.0.1";
        const before = headers["x-forwarded-for"];
        return {
            ...(Object.fromEntries(passed) as Record<string, string>),
            host: String(headers.host ?? headers[":authority"] ?? ""),
            "x-forwarded-for": before ? `${before},${client}` : client,
            "x-forwarded-proto": String(headers["x-forwarded-proto"] ?? "https"),
            "x-cloud-trace-context": String(headers["x-cloud-trace-context"] ?? `${randomBytes(16).toString("hex")}/1`),
            "x-appengine-country": "ZZ",
            "x-appengine-user-ip": isCron ? cronAddress : clientOf(incoming),
            ...(isCron && !isTask && { "x-appengine-cron": "true" }),
        };
    }

    /** The address of a URL on this machine. */
    private find(url: string, isCron: boolean): string | undefined {
        const { origin, host, pathname, search } = new URL(url);
        const found = [...this.addresses.values()].find((each) => this.hostOf(each) === host);
        const address = found && (isCron ? found.cron : found.clients).url;
        return address === undefined
            ? undefined
            : url.startsWith(origin)
              ? `${address}${pathname}${search}`
              : undefined;
    }

    /** Replaces the URLs of services by their addresses on this machine. */
    private localized(text: string): string {
        return text.includes("https://")
            ? [...this.addresses.values()].reduce(
                  (all, each) => all.replaceAll(`https://${this.hostOf(each)}`, each.clients.url),
                  text,
              )
            : text;
    }
}

/** A request that was routed to a version. */
interface Routed {
    host: string;
    path: string;
    isCron: boolean;
    /** A cookie that the answer sets. */
    cookie?: string;
    /** The headers for the code. */
    headers: Headers;
}

/** Whether Identity-Aware Proxy is before an application. */
const isProtected = (app: Entry | undefined): boolean => (app?.state.iap as Inputs | undefined)?.enabled === true;

const release = () => undefined;

const addressName = (service: string, version = "") => (version === "" ? service : `${service}/versions/${version}`);

const labelOf = ({ target: { service, version } }: Address) => (version ? `${service} (${version})` : service);

const closeAddress = ({ clients, cron }: Address) => Promise.all([clients.close(), cron.close()]);

/** The address of cron requests: https://cloud.google.com/appengine/docs/standard/scheduling-jobs-with-cron-yaml */
const cronAddress = "0.1.0.2";

/** Of Cloud Tasks: https://cloud.google.com/tasks/docs/creating-appengine-handlers#reading_app_engine_task_request_headers */
const ofTasks = /^x-appengine-(queuename|task\w+)$/;

const removed =
    /^(x-appengine-.*|x-google-.*|x-serverless-authorization|accept-encoding|connection|keep-alive|proxy-authorization|te|trailer|transfer-encoding|upgrade|http2-settings)$/;

const hostOf = (headers: IncomingHttpHeaders) =>
    String(headers.host ?? headers[":authority"] ?? "")
        .replace(/:\d+$/, "")
        .toLowerCase();

/** The path of a request without its query, decoded; undefined if it cannot be. */
function pathOf(url = "/"): string | undefined {
    try {
        return decodeURIComponent(url.split("?")[0] as string);
    } catch {
        return undefined;
    }
}

/** The address of the client, which a load balancer passes on. */
const clientOf = ({ headers, socket }: Requested): string =>
    String(headers["x-forwarded-for"] ?? "")
        .split(",")[0]
        ?.trim() ||
    (socket?.remoteAddress ?? "127.0.0.1");

const badRequest = (reason: string): OwnAnswer => ({ status: 400, body: "Bad Request", reason });

/** The page of App Engine for errors of its own: https://cloud.google.com/appengine/docs/standard/troubleshooting */
const serverError = (status: 500 | 503, reason: string): OwnAnswer => ({
    status,
    body: `<html><head>
<meta http-equiv="content-type" content="text/html;charset=utf-8">
<title>${status} Server Error</title>
</head>
<body text=#000000 bgcolor=#ffffff>
<h1>Error: Server Error</h1>
<h2>The server encountered an error and could not complete your request.<p>Please try again in 30 seconds.</h2>
<h2></h2>
</body></html>
`,
    reason,
});
