import type { Cloud } from "../../../cloud/cloud";
import type { Entry } from "../../../cloud/store";
import { Autoscaler, type Lease, NoInstanceError, type Scale } from "../../../emulator/containers/autoscaler";
import type { Containers } from "../../../emulator/containers/containers";
import { ContainersError, type RunningContainers } from "../../../emulator/containers/launch";
import { type Router, urlsOf } from "../../../emulator/routes";
import type { Terminal } from "../../../emulator/terminal";
import { type Inputs, lastPart } from "../../../rules/rules";
import type { Reading, Recorder } from "../../monitoring/serve/recorder";
import { recordRunRequest, runResource } from "../../monitoring/serve/requests";
import { secondsOf } from "../../pubsub/serve/message";
import { findRevision } from "../revision";
import { templateOf } from "../template";
import { type Session, sessionCookie, sessionOf } from "./affinity";
import { chooseRevision, reachableRevisions, shareOf } from "./chooseRevision";
import { type Choose, Front } from "./front";
import { type InvokerCheck, notFound, type OwnAnswer, rateExceeded, unavailable } from "./invoker";

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
    /** Revisions of which an instance has started. */
    started: Set<string>;
    /** Revisions that did not start, and whose requests others receive. */
    broken: Set<string>;
}

/** What services are run with. */
export interface ServicesOptions {
    cloud: Cloud;
    containers: Containers;
    check: InvokerCheck;
    router: Router;
    terminal: Terminal;
    recorder: Recorder;
    /** The time in milliseconds after which instances without requests are stopped. */
    idle: number;
}

/** Cloud Run services, whose instances run in containers. */
export class RunningServices {
    private readonly services = new Map<string, Service>();

    constructor(private readonly options: ServicesOptions) {
        options.recorder.read(() => this.instances());
    }

    /** The addresses of the services by their names, and by names such as `web (candidate)` for tags. */
    get addresses(): Record<string, string> {
        const all = [...this.services].flatMap(([name, { addresses }]) =>
            [...addresses].map(([tag, { outside }]) => [label(lastPart(name), tag), outside.url]),
        );
        return Object.fromEntries(all);
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
        const deployed = entries.filter((entry) => this.options.router.isRun(entry));
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

    private async end({ addresses, revisions }: Service): Promise<void> {
        const fronts = [...addresses.values()].flatMap(({ outside, inside }) => [outside, inside]);
        await Promise.all(fronts.map((front) => front.close()));
        await Promise.all([...revisions.values()].map((autoscaler) => autoscaler.close()));
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
        const { cloud, check } = this.options;
        return async ({ headers, url = "/" }, ended) => {
            const entry = cloud.store.read(name);
            if (!entry || (!isInside && !isOpen(entry.state))) {
                return notFound(entry ? "the ingress setting of the service refuses this request" : "no such service");
            }
            const [path = "/"] = url.split("?");
            const isPublic = check.isPublic(entry);
            const refusal = isPublic ? undefined : check.refuse(entry, headers, path, this.ownUrls(service));
            if (refusal) {
                return refusal;
            }
            try {
                const session = sessionOf(headers.cookie);
                const { revision, lease, share } = await this.lease(entry, service, tag, ended, session);
                const template = this.template(entry, revision);
                const { id } = lease.instance;
                const isNew = template.sessionAffinity === true && id !== session?.instance;
                const ingress = template.containers.find(({ ports }: Inputs) => ports !== undefined);
                return {
                    done: this.recording(entry, revision),
                    port: lease.instance.port,
                    isHttp2: ingress?.ports.name === "h2c",
                    timeout: 1000 * (secondsOf(template.timeout) ?? 300),
                    isVerified: !isPublic,
                    ...(isNew && { cookie: sessionCookie({ share, instance: id }) }),
                    release: lease.release,
                };
            } catch (error) {
                const { message } = error as Error;
                return error instanceof NoInstanceError ? rateExceeded(message) : unavailable(message);
            }
        };
    }

    /** Records the requests to a revision: only those that reach a container, so not those without permission or without an instance. */
    private recording(entry: Entry, revision: string): (status: number, ms: number) => void {
        return (status, ms) => recordRunRequest(this.options.recorder, entry, revision, status, ms);
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
        const { containers, idle, terminal } = this.options;
        const name = lastPart(entry.name);
        const launch = () => ({
            title: name,
            name: revision,
            project: entry.project,
            region: regionOf(entry),
            template: this.template(entry, revision),
            variables: { K_SERVICE: name, K_REVISION: revision, K_CONFIGURATION: name },
            log: (line: string) => this.options.recorder.logLine(entry.project, runResource(entry, revision), line),
            kind: "service" as const,
        });
        const start = async () => {
            try {
                const running = await containers.start(launch());
                service.started.add(revision);
                return running;
            } catch (error) {
                const { message } = error as Error;
                terminal.log(`${name}: Revision '${revision}' is not ready and cannot serve traffic. ${message}`);
                throw error;
            }
        };
        const created = new Autoscaler(this.scale(entry, revision), idle, start);
        service.revisions.set(revision, created);
        return created;
    }

    private template(entry: Entry, revision: string): Inputs {
        const { cloud } = this.options;
        const template = (findRevision(cloud, entry.id, revision)?.state ?? entry.state).template as Inputs;
        return templateOf(template, cloud.projects.defaultAccount(entry.project));
    }

    /** Sidecars have fixed ports, so there is only one instance of them in the network of this machine. */
    private scale(entry: Entry, revision: string): Scale {
        const template = this.template(entry, revision);
        const scale = scaleOf(entry.state, template, shareOf(entry.state, revision));
        if (scale.max <= 1 || this.options.containers.hasOwnNetwork(template)) {
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

const label = (name: string, tag: string) => (tag === "" ? name : `${name} (${tag})`);
