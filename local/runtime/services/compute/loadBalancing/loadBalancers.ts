import { type Cloud, type Entry, type Inputs, lastPart } from "../../../../simulator";
import { fullName, pathOf } from "../../../../simulator/services/compute/names";
import type { Router } from "../../../emulator/routes";
import type { Terminal } from "../../../emulator/terminal";
import type { Tokens } from "../../../emulator/tokens";
import type { Recorder } from "../../monitoring/recorder";
import { RoutedRequests } from "../../monitoring/requests";
import { type Choose, Front } from "../../run/front";
import { InvokerCheck, type OwnAnswer } from "../../run/invoker";
import type { GroupBackends } from "./groupBackends";
import { IdentityAwareProxy } from "./identityProxy";
import { withoutPort } from "./matching";
import { type Listener, RequestHandler } from "./requestHandler";
import { SecurityPolicies } from "./securityPolicy";
import { hostsOf } from "./urlMap";

/** The interval for detecting changes by deployments, in milliseconds. */
const interval = 1000;

/** What load balancers are run with. */
export interface LoadBalancersOptions {
    cloud: Cloud;
    router: Router;
    tokens: Tokens;
    terminal: Terminal;
    /** Groups of instances; undefined if they do not run. */
    groups?: GroupBackends;
    recorder: Recorder;
}

interface Opened {
    front: Front;
    title: string;
    /** The address of its forwarding rule. */
    ip: string;
}

/** Application load balancers: an address on this machine for each target proxy with a forwarding rule. */
export class LoadBalancers {
    readonly proxy: IdentityAwareProxy;
    private readonly fronts = new Map<string, Opened>();
    private readonly handler: RequestHandler;
    private looking: Promise<void> = Promise.resolve();
    private timer?: NodeJS.Timeout;

    constructor(private readonly options: LoadBalancersOptions) {
        const { cloud, router, tokens, terminal, groups, recorder } = options;
        this.proxy = new IdentityAwareProxy(cloud, tokens);
        this.handler = new RequestHandler({
            ...{ cloud, router, tokens, terminal, groups },
            proxy: this.proxy,
            policies: new SecurityPolicies(terminal),
            check: new InvokerCheck(cloud, tokens),
            routed: new RoutedRequests(cloud, router, recorder),
        });
    }

    /** The addresses on this machine by names such as `shop (https)`. */
    get addresses(): Record<string, string> {
        return Object.fromEntries([...this.fronts.values()].map(({ title, front }) => [title, front.url]));
    }

    /** The address on this machine of the load balancer that serves a host, by its routes or its address. */
    addressOf(host: string): string | undefined {
        const { cloud } = this.options;
        const found = [...this.fronts].find(
            ([target, { ip }]) => ip === host || hostsOf(urlMapOf(cloud, target)?.state ?? {}).includes(host),
        );
        return found?.[1].front.url;
    }

    /** Opens the addresses of what is deployed, and of what will be. */
    async start(): Promise<void> {
        await this.look();
        this.timer = setInterval(() => void this.look(), interval).unref();
    }

    async close(): Promise<void> {
        clearInterval(this.timer);
        await this.looking;
        await Promise.all([...this.fronts.values()].map(({ front }) => front.close()));
    }

    /** Compares the addresses with what is deployed, one look at a time. */
    private look(): Promise<void> {
        this.looking = this.looking.then(async () => {
            try {
                await this.update();
            } catch (error) {
                this.options.terminal.logOnce(`load balancers: ${(error as Error).message}`);
            }
        });
        return this.looking;
    }

    private async update(): Promise<void> {
        const rules = this.options.cloud.store
            .list("//compute.googleapis.com/", "forwardingRules")
            .filter(({ state }) => /\/targetHttps?Proxies\//.test(String(state.target)));
        // A rule for IPv6 has the target of the one for IPv4.
        const byTarget = new Map(
            [...rules].reverse().map((rule) => [fullName(pathOf(String(rule.state.target), rule.project, "")), rule]),
        );
        for (const [target, { front }] of this.fronts) {
            if (!byTarget.has(target)) {
                this.fronts.delete(target);
                await front.close();
            }
        }
        for (const [target, rule] of byTarget) {
            if (!this.fronts.has(target)) {
                await this.open(target, rule);
            }
        }
    }

    private async open(target: string, rule: Entry): Promise<void> {
        const { cloud, terminal } = this.options;
        const scheme = target.includes("/targetHttpsProxies/") ? "https" : "http";
        const title = this.titleOf(target, scheme);
        const failed = ({ status, reason }: OwnAnswer) => {
            if (reason !== "") {
                terminal.log(`${title}: ${status}: ${reason}`);
            }
        };
        const map = () => urlMapOf(cloud, target);
        const choose: Choose = async (incoming) => {
            const listener = { title, scheme, rule, map: map() } as const;
            return { ...this.handler.choose(listener, incoming), done: this.recording(target, listener) };
        };
        const front = await Front.open(target, choose, failed, (host) => this.isDomain(host));
        this.fronts.set(target, { front, title, ip: String(rule.state.ipAddress) });
        const hosts = hostsOf(map()?.state ?? {});
        terminal.log(`${title}: ${front.url}${hosts.length > 0 ? `, for ${hosts.join(", ")}` : ""}`);
    }

    /** Whether a name is one of a URL map or of a certificate. A redirect to HTTPS has a URL map without hosts. */
    private isDomain(host: string): boolean {
        const { cloud } = this.options;
        const maps = [...this.fronts.keys()].map((target) => urlMapOf(cloud, target)?.state ?? {});
        const certificates = [
            ...cloud.store.list("//compute.googleapis.com/", "sslCertificates"),
            ...cloud.store.list("//certificatemanager.googleapis.com/", "certificates"),
        ];
        const names: string[] = [
            ...maps.flatMap(hostsOf),
            ...certificates.flatMap(({ state }): string[] => Object(state.managed).domains ?? []),
        ];
        const domains = names.map((name) => withoutPort(name).toLowerCase());
        return domains.some((name) => (name.startsWith("*") ? host.endsWith(name.slice(1)) : host === name));
    }

    /** Records requests: https://docs.cloud.google.com/load-balancing/docs/https/https-logging-monitoring#monitoring-metrics */
    private recording(
        target: string,
        { rule, map }: Pick<Listener, "rule" | "map">,
    ): (status: number, ms: number) => void {
        const { recorder } = this.options;
        const { project, state } = rule;
        const [, region = "global"] = /\/regions\/([^/]+)\//.exec(rule.name) ?? [];
        const { type, start } =
            state.loadBalancingScheme === "INTERNAL_MANAGED"
                ? kinds.internal
                : region === "global"
                  ? kinds.global
                  : kinds.regional;
        const resource = {
            type,
            labels: {
                forwarding_rule_name: lastPart(rule.name),
                target_proxy_name: lastPart(target),
                url_map_name: map ? lastPart(map.name) : "",
                region,
            },
        };
        return (status, ms) => {
            const labels = {
                response_code: String(status),
                response_code_class: String(100 * Math.floor(status / 100)),
            };
            recorder.count({ project, metric: `${start}/request_count`, resource, labels });
            recorder.collect({ project, metric: `${start}/total_latencies`, resource, labels }, ms);
        };
    }

    /** The name of a proxy, with its place if there is another one of the same name. */
    private titleOf(target: string, scheme: string): string {
        const title = `${lastPart(target)} (${scheme})`;
        const isTaken = [...this.fronts.values()].some((other) => other.title === title);
        const [, place = ""] = /\/projects\/(.+)\/target/.exec(target) ?? [];
        return isTaken ? `${lastPart(target)} (${scheme}, ${place})` : title;
    }
}

/** The resource type of each kind of load balancer, and the start of its metrics. */
const kinds = {
    global: { type: "https_lb_rule", start: "loadbalancing.googleapis.com/https" },
    regional: {
        type: "http_external_regional_lb_rule",
        start: "loadbalancing.googleapis.com/https/external/regional",
    },
    internal: { type: "internal_http_lb_rule", start: "loadbalancing.googleapis.com/https/internal" },
} as const;

function urlMapOf(cloud: Cloud, target: string): (Entry & { state: Inputs }) | undefined {
    const proxy = cloud.store.read(target);
    return proxy && cloud.store.read(fullName(pathOf(String(proxy.state.urlMap), proxy.project, "")));
}
