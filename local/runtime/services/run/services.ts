import { type Cloud, type Entry, type Inputs, lastPart } from "../../../simulator";
import { findRevision } from "../../../simulator/services/run/revision";
import { templateOf } from "../../../simulator/services/run/template";
import type { ActivityLog } from "../../emulator/activity";
import { firstStatus } from "../../emulator/code/firstStatus";
import { CodeInstances, type RunnableCode } from "../../emulator/code/instances";
import type { Processes } from "../../emulator/code/processes";
import { Autoscaler, type Lease, NoInstanceError, type Scale } from "../../emulator/containers/autoscaler";
import type { Containers } from "../../emulator/containers/containers";
import { ContainersError, type RunningContainers } from "../../emulator/containers/launch";
import type { Handling } from "../../emulator/handling";
import { isFunction, type Router, urlsOf } from "../../emulator/routes";
import type { Terminal } from "../../emulator/terminal";
import { newTrace, spanOf, traceHeaders, traceOf } from "../../emulator/trace";
import type { Reading, Recorder } from "../monitoring/recorder";
import { recordRunRequest, runResource } from "../monitoring/requests";
import { secondsOf } from "../pubsub/message";
import { type Session, sessionCookie, sessionOf } from "./affinity";
import { chooseRevision, reachableRevisions, shareOf } from "./chooseRevision";
import { type Choose, Front } from "./front";
import type { FunctionCodes } from "./functionCodes";
import { type InvokerCheck, notFound, type OwnAnswer, rateExceeded, unavailable } from "./invoker";
import type { SourceCodes } from "./sourceCodes";

/** A path that no code receives requests of: https://docs.cloud.google.com/run/docs/known-issues */
const reservedPath = "/_ah/start";

/** The addresses of a service, or of one of its tags. */
interface Address {
    /** For requests from outside, which the ingress setting can refuse. */
    outside: Front;
    /** For requests of Google's services and from the network of the service. */
    inside: Front;
}

interface Service {
    addresses: Map<string, Address>;
    revisions: Map<string, Autoscaler<RunningContainers>>;
    /** The instances of code. */
    code?: CodeInstances;
    /** Revisions of which an instance has started. */
    started: Set<string>;
    /** Revisions that did not start, and whose requests others receive. */
    broken: Set<string>;
}

/** Starts the code of functions, and of services without Docker. */
export interface ServiceRunner {
    codes: FunctionCodes;
    sources: SourceCodes;
    processes: Processes;
    /** Starts the processes. */
    containers: Containers;
}

/** A service that answers. */
export interface RunningService {
    name: string;
    /** The address for people: from its network, if others are refused. */
    url: string;
    isPublic: boolean;
    /** The type of the events that a function receives. */
    events?: string;
    /** The topic of these events. */
    topic?: string;
}

/** What services are run with. */
export interface ServicesOptions {
    cloud: Cloud;
    /** Starts containers; undefined without Docker. */
    containers?: Containers;
    /** Starts processes; undefined if code does not run. */
    code?: ServiceRunner;
    check: InvokerCheck;
    router: Router;
    terminal: Terminal;
    recorder: Recorder;
    activity: ActivityLog;
    handling: Handling;
    /** The time in milliseconds after which instances without requests are stopped. */
    idle: number;
}

/** Cloud Run services, whose instances run in containers or as processes. */
export class RunningServices {
    private readonly services = new Map<string, Service>();

    constructor(private readonly options: ServicesOptions) {
        options.recorder.read(() => this.instances());
    }

    /** The addresses of the services by their names, and by names such as `web (candidate)` for tags. */
    get addresses(): Record<string, string> {
        return this.addressesFor("outside");
    }

    /** The same, as Google's services and the network of a service call them. */
    get insideAddresses(): Record<string, string> {
        return this.addressesFor("inside");
    }

    /** Names that several projects have begin with the project: `acme-dev/web`. */
    private addressesFor(side: keyof Address): Record<string, string> {
        const all = [...this.services].flatMap(([name, { addresses }]) =>
            [...addresses].map(([tag, address]) => ({
                name,
                title: label(lastPart(name), tag),
                url: address[side].url,
            })),
        );
        const isShared = (title: string) => all.filter((each) => each.title === title).length > 1;
        return Object.fromEntries(
            all.map(({ name, title, url }) => [isShared(title) ? `${projectIn(name)}/${title}` : title, url]),
        );
    }

    /** The services that answer, without their tags. */
    get answering(): RunningService[] {
        const { cloud, check, code } = this.options;
        const outside = this.addressesFor("outside");
        const inside = this.addressesFor("inside");
        return [...this.services].flatMap(([name, { addresses }]) => {
            const entry = cloud.store.read(name);
            const title = Object.keys(outside).find((each) => outside[each] === addresses.get("")?.outside.url);
            if (!entry || title === undefined) {
                return [];
            }
            const received = isFunction(entry) ? code?.codes.eventsOf(entry) : undefined;
            return {
                name: title,
                url: (isOpen(entry.state) ? outside : inside)[title] as string,
                isPublic: check.isPublic(entry),
                ...received,
            };
        });
    }

    /** Returns the address for the URL of a service, as Google's services call it. */
    inside(url: string): string | undefined {
        const [found, local] = this.find(url, "inside") ?? [];
        return found && local && local + url.slice(found.length);
    }

    /** Returns the address of a service or of one of its tags, as Google's services and load balancers call it. */
    insideOf(name: string, tag: string): string | undefined {
        return this.services.get(name)?.addresses.get(tag)?.inside.url;
    }

    /** Replaces the URLs of services by their addresses on this machine. */
    localize(value: string, isInside: boolean): string {
        const [found, local] = this.find(value, isInside ? "inside" : "outside") ?? [];
        return found && local ? this.localize(value.replaceAll(found, local), isInside) : value;
    }

    /** Compares what runs with what is deployed. */
    async look(entries: Entry[]): Promise<void> {
        const { router, containers } = this.options;
        const deployed = entries.filter(
            (entry) => router.isRun(entry) && (isFunction(entry) || containers || this.hasCode(entry)),
        );
        for (const entry of deployed) {
            await this.update(entry);
        }
        const names = deployed.map(({ name }) => name);
        for (const [name, service] of this.services) {
            if (!names.includes(name)) {
                this.services.delete(name);
                await this.end(service);
            }
        }
    }

    async close(): Promise<void> {
        await Promise.all([...this.services.values()].map((service) => this.end(service)));
    }

    private async end({ addresses, revisions, code }: Service): Promise<void> {
        const fronts = [...addresses.values()].flatMap(({ outside, inside }) => [outside, inside]);
        await Promise.all(fronts.map((front) => front.close()));
        await Promise.all([code?.close(), ...[...revisions.values()].map((autoscaler) => autoscaler.close())]);
    }

    private async update(entry: Entry): Promise<void> {
        const service = this.services.get(entry.name) ?? {
            addresses: new Map(),
            revisions: new Map(),
            started: new Set(),
            broken: new Set(),
        };
        this.services.set(entry.name, service);
        const state: Inputs = entry.state;
        const tags: string[] = ["", ...(state.trafficStatuses ?? []).map(({ tag }: Inputs) => tag).filter(Boolean)];
        for (const tag of tags) {
            if (!service.addresses.has(tag)) {
                await this.open(entry, service, tag);
            }
        }
        for (const [tag, { outside, inside }] of service.addresses) {
            if (!tags.includes(tag)) {
                service.addresses.delete(tag);
                await Promise.all([outside.close(), inside.close()]);
            }
        }
        if (this.isCode(entry)) {
            const revision = lastPart(state.latestReadyRevision);
            const scale = this.scale(entry, revision);
            const code = this.codeOf(entry, service, revision);
            if (code) {
                this.instancesOf(service).update(code, scale);
            }
            return;
        }
        const reachable = reachableRevisions(state);
        for (const [revision, autoscaler] of service.revisions) {
            const scale = this.scale(entry, revision);
            autoscaler.update(reachable.includes(revision) ? scale : { ...scale, min: 0 });
        }
        for (const revision of reachable.filter((each) => !service.broken.has(each))) {
            if (this.scale(entry, revision).min > 0) {
                this.autoscaler(entry, service, revision);
            }
        }
    }

    private async open({ name, state }: Entry, service: Service, tag: string): Promise<void> {
        const title = label(lastPart(name), tag);
        const failed = ({ status, reason }: OwnAnswer) => this.options.terminal.log(`${title}: ${status}: ${reason}`);
        const front = (isInside: boolean) =>
            Front.open(`${name} ${tag} ${isInside}`, this.choose(name, service, tag, isInside), failed);
        const [outside, inside] = await Promise.all([front(false), front(true)]);
        service.addresses.set(tag, { outside, inside });
        this.options.terminal.log(
            isOpen(state) ? `${title}: ${outside.url}` : `${title}: ${inside.url}, from its network only`,
        );
    }

    private choose(name: string, service: Service, tag: string, isInside: boolean): Choose {
        const { cloud, check, activity, handling } = this.options;
        return async ({ headers, method = "GET", url = "/" }, ended) => {
            const entry = cloud.store.read(name);
            const trace = traceOf(headers) ?? newTrace();
            const refused = (answer: OwnAnswer) => ({
                ...answer,
                done: (status: number, ms: number) =>
                    entry && activity.addRequest(lastPart(name), entry.project, { method, url }, status, ms, trace),
            });
            if (!entry || (!isInside && !isOpen(entry.state))) {
                const why = entry ? "the ingress setting of the service refuses this request" : "no such service";
                return refused(notFound(why));
            }
            const [path = "/"] = url.split("?");
            const isPublic = check.isPublic(entry);
            const refusal = isPublic ? undefined : check.refuse(entry, headers, path, this.ownUrls(service));
            if (refusal) {
                return refused(refusal);
            }
            try {
                const session = sessionOf(headers.cookie);
                const { revision, lease, share } = await this.lease(entry, service, tag, ended, session);
                const template = this.template(entry, revision);
                const { id } = lease.instance;
                const isNew = template.sessionAffinity === true && id !== session?.instance;
                const added = traceHeaders(trace);
                const span = spanOf({ ...added, ...headers });
                const handled = handling.began(template.serviceAccount, { component: lastPart(name), trace, span });
                const request = { method, url: `${urlsOf(entry.state)[0] ?? ""}${url}`, trace };
                return {
                    done: this.recording(entry, revision, request),
                    added,
                    port: lease.instance.port,
                    isHttp2: isHttp2(template),
                    timeout: this.isInspected(entry) ? day : 1000 * (secondsOf(template.timeout) ?? 300),
                    isVerified: !isPublic,
                    ...(isNew && { cookie: sessionCookie({ share, instance: id }) }),
                    release: () => {
                        handled();
                        lease.release();
                    },
                };
            } catch (error) {
                const [first = "", ...others] = (error as Error).message.split("\n");
                const message = this.isCode(entry) ? first : [first, ...others].join("\n");
                return refused(error instanceof NoInstanceError ? rateExceeded(message) : unavailable(message));
            }
        };
    }

    /** Records the requests to a revision: only those that reach a container, so not those without permission or without an instance. */
    private recording(entry: Entry, revision: string, request: { method: string; url: string; trace: string }) {
        return (status: number, ms: number) =>
            recordRunRequest(this.options.recorder, entry, revision, status, ms, request);
    }

    /** The number of instances of each revision. */
    private instances(): Reading[] {
        return [...this.services].flatMap(([name, { revisions }]) => {
            const entry = this.options.cloud.store.read(name);
            return [...revisions].flatMap(([revision, autoscaler]) => {
                const { active, idle } = autoscaler.counts;
                return entry
                    ? Object.entries({ active, idle }).map(([state, value]) => ({
                          project: entry.project,
                          metric: "run.googleapis.com/container/instance_count" as const,
                          resource: runResource(entry, revision),
                          labels: { state },
                          value,
                      }))
                    : [];
            });
        });
    }

    /**
     * An instance of the revision of a request. Cloud Run gives no traffic to a revision that does not start, but here this is only known
     * after the deployment: then others receive its requests. Session affinity comes before the weights:
     * https://cloud.google.com/run/docs/configuring/session-affinity#session_affinity_and_traffic_splitting
     */
    private async lease(
        entry: Entry,
        service: Service,
        tag: string,
        ended: AbortSignal,
        session: Session | undefined,
    ): Promise<{ revision: string; lease: Lease<RunningContainers>; share: number }> {
        const { cloud, terminal } = this.options;
        if (this.isCode(entry)) {
            const revision = lastPart(String(entry.state.latestReadyRevision));
            const code = this.codeOf(entry, service, revision);
            if (!code) {
                throw new ContainersError("The function was deleted.");
            }
            return { revision, lease: await this.instancesOf(service).lease(code, ended), share: 0 };
        }
        const { broken } = service;
        const own = session && chooseRevision(entry.state, tag, broken, session.share);
        const kept = own !== undefined && this.template(entry, own).sessionAffinity ? session : undefined;
        const share = kept?.share ?? Math.random();
        const revision = chooseRevision(entry.state, tag, broken, share) ?? previousRevision(cloud, entry, tag, broken);
        if (revision === undefined) {
            throw new ContainersError("No revision is ready.");
        }
        try {
            const isPreferred = kept && (({ id }: RunningContainers) => id === kept.instance);
            const lease = await this.autoscaler(entry, service, revision).acquire(ended, isPreferred);
            return { revision, lease, share };
        } catch (error) {
            const others = new Set([...broken, revision]);
            const next =
                error instanceof ContainersError && !service.started.has(revision)
                    ? (chooseRevision(entry.state, tag, others) ?? previousRevision(cloud, entry, tag, others))
                    : undefined;
            if (next === undefined) {
                throw error;
            }
            if (!broken.has(revision)) {
                broken.add(revision);
                terminal.log(`${lastPart(entry.name)}: '${next}' receives the requests of '${revision}'`);
            }
            return this.lease(entry, service, tag, ended, session);
        }
    }

    private autoscaler(entry: Entry, service: Service, revision: string): Autoscaler<RunningContainers> {
        const known = service.revisions.get(revision);
        if (known) {
            return known;
        }
        const { containers } = this.options;
        const created = this.create(entry, service, revision, this.template(entry, revision), containers as Containers);
        service.revisions.set(revision, created);
        return created;
    }

    private create(
        entry: Entry,
        service: Service,
        revision: string,
        template: Inputs,
        containers: Containers,
    ): Autoscaler<RunningContainers> {
        const { idle, terminal, recorder, handling } = this.options;
        const name = lastPart(entry.name);
        const launch = () => ({
            title: name,
            name: revision,
            project: entry.project,
            region: regionOf(entry),
            template,
            variables: { K_SERVICE: name, K_REVISION: revision, K_CONFIGURATION: name },
            log: (line: string) => recorder.logLine(entry.project, runResource(entry, revision), line, handling),
            kind: "service" as const,
        });
        const start = async () => {
            try {
                const running = await containers.start(launch());
                const isGreeted = this.isCode(entry) && !isFunction(entry) && !isHttp2(template);
                // A debugger can stop the answer.
                if (isGreeted && !this.isInspected(entry)) {
                    await firstStatus(running, reservedPath).catch(async (error) => {
                        await running.stop();
                        throw error;
                    });
                }
                service.started.add(revision);
                return running;
            } catch (error) {
                const { message } = error as Error;
                const lines = message.split("\n");
                // The last lines of a function are those before this one in the terminal, and traces are long.
                const shown = this.isCode(entry) ? lines.filter((line) => !line.startsWith("  ")) : lines;
                const why = shown.join("\n");
                terminal.log(`${name}: Revision '${revision}' is not ready and cannot serve traffic. ${why}`);
                throw error;
            }
        };
        return new Autoscaler(this.scale(entry, revision), idle, start);
    }

    private instancesOf(service: Service): CodeInstances {
        service.code ??= new CodeInstances((line) => this.options.terminal.log(line));
        return service.code;
    }

    /** Whether processes run in the place of containers. */
    private isCode(entry: Entry): boolean {
        return isFunction(entry) || this.options.containers === undefined;
    }

    /** Whether a service runs as a process; says what is missing, if not. */
    private hasCode(entry: Entry): boolean {
        const { code, terminal } = this.options;
        const title = lastPart(entry.id);
        try {
            const found = code?.sources.of(entry);
            if (found && reachableRevisions(entry.state).length > 1) {
                terminal.logOnce(`${title}: its newest code answers all requests, whatever the traffic is`);
            }
            if (found) {
                terminal.logOnce(
                    `${title}: runs as a process, as Google's buildpacks start ${found.source}, and not by its Dockerfile`,
                );
            }
            return found !== undefined;
        } catch (error) {
            terminal.logOnce(
                `${title}: needs Docker, as ${(error as Error).message}: install Docker, or run the code yourself, and add --route ${title}=http://127.0.0.1:<port>`,
            );
            return false;
        }
    }

    /** The code of a function or a source, which runs in the place of its image; undefined if the function was deleted. */
    private codeOf(entry: Entry, service: Service, revision: string): RunnableCode | undefined {
        const { processes, containers, codes, sources } = this.options.code as ServiceRunner;
        const code = isFunction(entry) ? codes.of(entry) : sources.of(entry);
        const template = this.template(entry, revision);
        return (
            code && {
                title: code.title,
                key: JSON.stringify([code.id, template]),
                isEdited: code.isEdited ?? false,
                create: () => {
                    const [container] = template.containers;
                    const coded = { ...template, containers: [{ ...container, image: processes.imageOf(code) }] };
                    return this.create(entry, service, revision, coded, containers);
                },
                answers: (autoscaler) => {
                    service.revisions.clear();
                    service.revisions.set(revision, autoscaler);
                },
            }
        );
    }

    private template(entry: Entry, revision: string): Inputs {
        const { cloud } = this.options;
        const template = (findRevision(cloud, entry.id, revision)?.state ?? entry.state).template as Inputs;
        return templateOf(template, cloud.projects.defaultAccount(entry.project));
    }

    private isInspected({ id }: Entry): boolean {
        return this.options.code?.processes.debuggers.has(lastPart(id)) ?? false;
    }

    /** Sidecars have fixed ports, so there is only one instance of them in the network of this machine. */
    private scale(entry: Entry, revision: string): Scale {
        const template = this.template(entry, revision);
        const scale = scaleOf(entry.state, template, shareOf(entry.state, revision));
        if (this.isInspected(entry)) {
            return { ...scale, min: 1, max: 1 };
        }
        if (scale.max <= 1 || this.isCode(entry) || this.options.containers?.hasOwnNetwork(template)) {
            return scale;
        }
        this.options.terminal.logOnce(
            `${lastPart(entry.name)}: has one instance here, as its containers share the network of this machine`,
        );
        return { ...scale, min: Math.min(scale.min, 1), max: 1 };
    }

    /** Local addresses are accepted as audiences, as clients are configured with them. */
    private ownUrls({ addresses }: Service): string[] {
        return [...addresses.values()].flatMap(({ outside, inside }) => [outside.url, inside.url]);
    }

    /** The URL of a running service that a text contains, and its address on this machine. */
    private find(text: string, side: keyof Address): [url: string, address: string] | undefined {
        if (!text.includes("https://")) {
            return undefined;
        }
        for (const [name, { addresses }] of this.services) {
            const state: Inputs = this.options.cloud.store.read(name)?.state ?? {};
            for (const url of urlsOf(state)) {
                const tagged = (state.trafficStatuses ?? []).find(({ uri }: Inputs) => uri === url);
                const address = addresses.get(tagged?.tag ?? "");
                if (text.includes(url) && address) {
                    return [url, address[side].url];
                }
            }
        }
        return undefined;
    }
}

const day = 24 * 3_600_000;

/** Whether the container that receives requests has HTTP/2 only. */
const isHttp2 = ({ containers }: Inputs): boolean =>
    containers.find(({ ports }: Inputs) => ports !== undefined)?.ports.name === "h2c";

/** The latest revision before those that do not start, which had the traffic; tags have only their own. */
function previousRevision(cloud: Cloud, entry: Entry, tag: string, except: Set<string>): string | undefined {
    const revisions = tag === "" ? cloud.store.list(`${entry.name}/revisions`) : [];
    const byTime = revisions.sort((one, other) => (createdAt(one) < createdAt(other) ? -1 : 1));
    const last = byTime.map(({ name }) => except.has(lastPart(name))).lastIndexOf(true);
    const before = byTime.slice(0, Math.max(last, 0));
    const previous = before.filter(({ name, state }) => !state.failure && !except.has(lastPart(name))).at(-1);
    return previous && lastPart(previous.name);
}

const createdAt = ({ state }: Entry) => String(state.createTime);

/**
 * The limits of a revision, and its share of those of the service.
 * https://cloud.google.com/run/docs/configuring/min-instances
 * https://cloud.google.com/run/docs/configuring/max-instances
 */
export function scaleOf(state: Inputs, template: Inputs, share: number): Scale {
    const {
        scalingMode,
        manualInstanceCount = 0,
        minInstanceCount = 0,
        maxInstanceCount,
    }: Inputs = state.scaling ?? {};
    const part = (instances: number) => Math.ceil((instances * share) / 100);
    const concurrency: number = template.maxInstanceRequestConcurrency;
    if (scalingMode === "MANUAL") {
        return { min: part(manualInstanceCount), max: part(manualInstanceCount), concurrency };
    }
    const max = Math.min(template.scaling.maxInstanceCount || 100, maxInstanceCount || Number.POSITIVE_INFINITY);
    const min = Math.min(max, Math.max(template.scaling.minInstanceCount ?? 0, part(minInstanceCount)));
    return { min, max, concurrency };
}

/** The region of a service, a job or a worker pool. */
export const regionOf = ({ id }: Entry): string => id.split("/")[3] ?? "";

/** Whether requests from outside reach a service: https://cloud.google.com/run/docs/securing/ingress */
const isOpen = ({ ingress, defaultUriDisabled }: Inputs) =>
    ingress === "INGRESS_TRAFFIC_ALL" && defaultUriDisabled !== true;

const projectIn = (name: string) => name.split("/projects/")[1]?.split("/")[0];

const label = (name: string, tag: string) => (tag === "" ? name : `${name} (${tag})`);
