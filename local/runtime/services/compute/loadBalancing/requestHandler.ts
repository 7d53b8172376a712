import { type Cloud, type Entry, type Inputs, isAllowedOn, lastPart } from "../../../../simulator";
import { fullName, pathOf } from "../../../../simulator/services/compute/names";
import { type Router, urlsOf } from "../../../emulator/routes";
import type { Terminal } from "../../../emulator/terminal";
import type { Tokens } from "../../../emulator/tokens";
import type { RoutedRequests } from "../../monitoring/requests";
import type { Requested as Incoming, Upstream } from "../../run/front";
import { type InvokerCheck, notFound, type OwnAnswer } from "../../run/invoker";
import { groupOf, type Target, targetOf, unavailable } from "./backends";
import { answerOfBucket } from "./bucket";
import { type GroupBackends, hasInstanceGroups } from "./groupBackends";
import {
    clientCacheControl,
    type Headers,
    passedHeaders,
    type Variables,
    withCustomHeaders,
    withRequestActions,
    withResponseActions,
} from "./headers";
import { type IdentityAwareProxy, withoutProxyHeaders } from "./identityProxy";
import { headerOf } from "./matching";
import type { ArmorRequest, SecurityPolicies } from "./securityPolicy";
import { upstreamOf } from "./upstream";
import { isBucket, type Route, routeOf, Split, type WeightedBackend } from "./urlMap";

/** What requests are handled with. */
export interface HandlerOptions {
    cloud: Cloud;
    router: Router;
    tokens: Tokens;
    terminal: Terminal;
    proxy: IdentityAwareProxy;
    policies: SecurityPolicies;
    check: InvokerCheck;
    routed: RoutedRequests;
    /** Groups of instances; undefined if they do not run. */
    groups?: GroupBackends;
}

/** What accepts a request. */
export interface Listener {
    /** The name in the terminal. */
    title: string;
    scheme: "http" | "https";
    rule: Entry;
    map: Entry | undefined;
}

/** Headers that say where a request comes from, as all clients are on this machine. They are not passed on. */
const clientHeaders = { ip: "x-local-client-ip", region: "x-local-client-region" };

/** Handles the requests to load balancers. */
export class RequestHandler {
    private readonly splits = new Map<string, Split>();

    constructor(private readonly options: HandlerOptions) {}

    /** Where a request goes, or the answer of the load balancer. */
    choose({ title, scheme, rule, map }: Listener, incoming: Incoming): Upstream | OwnAnswer {
        if (!map) {
            return notFound("the URL map does not exist");
        }
        const request = requestOf(scheme, incoming);
        const variables = variablesOf(request, rule);
        const route = routeOf(map.state, request);
        if (route.redirect) {
            const { status, location } = route.redirect;
            return { status, headers: { location }, body: "", reason: "" };
        }
        const backend = this.chosen(route.backends);
        const entry = backend && this.options.cloud.store.read(fullName(pathOf(backend.service, map.project, "")));
        if (!backend || !entry) {
            return notFound(`the backend '${lastPart(backend?.service ?? "")}' does not exist`);
        }
        const actions = [...(backend.headerAction ? [backend.headerAction] : []), ...route.headerActions];
        const answered = (headers: Headers, status: number) => answeredBy(entry, headers, status, actions, variables);
        if (isBucket(backend)) {
            const { method, headers } = request;
            const answer = answerOfBucket(this.options.cloud, entry, {
                method,
                path: route.path,
                range: headers.range,
            });
            return { ...answer, headers: answered(answer.headers ?? {}, answer.status) as Record<string, string> };
        }
        const isInternal = rule.state.loadBalancingScheme === "INTERNAL_MANAGED";
        return this.ofService(entry, { title, request, route, rule, actions, variables, isInternal, answered });
    }

    private chosen(backends: WeightedBackend[]): WeightedBackend | undefined {
        if (backends.length <= 1) {
            return backends[0];
        }
        const key = backends.map(({ service }) => service).join(" ");
        const split = this.splits.get(key) ?? new Split();
        this.splits.set(key, split);
        return split.choose(backends);
    }

    /**
     * Cloud Armor decides before Identity-Aware Proxy.
     * https://cloud.google.com/armor/docs/integrating-cloud-armor
     */
    private ofService(
        backend: Entry,
        { title, request, route, rule, actions, variables, isInternal, answered }: Passed,
    ): Upstream | OwnAnswer {
        const { cloud, policies, proxy, router, routed, terminal } = this.options;
        const { securityPolicy, iap, customRequestHeaders }: Inputs = backend.state;
        const policy = securityPolicy && cloud.store.read(fullName(pathOf(securityPolicy, backend.project, "")));
        const decided = policy ? policies.check(policy, backend.id, request) : { added: [] };
        if ("status" in decided) {
            return decided;
        }
        const admitted = iap?.enabled ? proxy.check(backend, request) : { headers: {} };
        if ("status" in admitted) {
            return admitted;
        }
        const passed = passedHeaders(request.headers, {
            host: route.host ?? request.host,
            scheme: request.scheme,
            client: request.client,
            address: String(rule.state.ipAddress),
        });
        const { [clientHeaders.ip]: _, [clientHeaders.region]: __, ...own } = passed;
        const ofArmor = { requestHeadersToAdds: decided.added.map((each) => ({ replace: true, ...each })) };
        const headers = {
            ...withCustomHeaders(
                withRequestActions(iap?.enabled ? withoutProxyHeaders(own) : own, [ofArmor, ...actions], variables),
                customRequestHeaders,
                variables,
            ),
            ...admitted.headers,
        };
        const to = { path: route.path, query: request.query, route };
        if (hasInstanceGroups(backend)) {
            return this.ofGroups(backend, to, headers, answered);
        }
        const group = groupOf(cloud, backend);
        const target = group
            ? targetOf(cloud, group, request, isInternal)
            : { ...unavailable, reason: `the backend service '${backend.state.name}' has no endpoint group` };
        if ("status" in target) {
            return target;
        }
        const address = router.addressOf(target.service, target.tag);
        if (address === undefined) {
            const name = lastPart(target.service.id);
            const reason = `no route for '${name}': run its code, and add --route ${name}=http://127.0.0.1:<port>`;
            terminal.logOnce(`${title}: ${reason}`);
            return { ...unavailable, reason: "" };
        }
        const caller = this.callerOf(target, address, backend, request);
        if ("status" in caller) {
            return caller;
        }
        const began = performance.now();
        return upstreamOf(address, to, { ...headers, ...caller.headers }, (own, status) => {
            routed.record(target.service, status, performance.now() - began);
            return answered(own, status);
        });
    }

    /** "The backend service timeout is a request/response timeout": `timeoutSec`, unless the route has another one. */
    private ofGroups(
        backend: Entry,
        to: { path: string; query: string; route: Route },
        headers: Headers,
        answered: (headers: Headers, status: number) => Headers,
    ): Upstream | OwnAnswer {
        const { timeoutSec = 30 }: Inputs = backend.state;
        const chosen = this.options.groups?.choose(backend);
        if (!chosen) {
            return { ...unavailable, reason: `the groups of the backend service '${backend.state.name}' do not run` };
        }
        if ("status" in chosen) {
            return chosen;
        }
        const route = { ...to.route, timeout: to.route.timeout ?? timeoutSec * 1000 };
        return { ...upstreamOf(chosen.address, { ...to, route }, headers, answered), release: chosen.release };
    }

    /**
     * The token of Identity-Aware Proxy for a Cloud Run service, or the answer for callers who may not invoke it. Running services check
     * this themselves.
     * https://cloud.google.com/iap/docs/enabling-cloud-run
     */
    private callerOf(
        { service, isAppEngine }: Target,
        address: string,
        backend: Entry,
        request: ArmorRequest,
    ): OwnAnswer | { headers: Headers } {
        const { cloud, check, router, tokens } = this.options;
        if (isAppEngine) {
            return { headers: {} };
        }
        if (!(backend.state.iap as Inputs | undefined)?.enabled) {
            const isOpen = router.isRun(service) || check.isPublic(service);
            const refusal = isOpen ? undefined : check.refuse(service, request.headers, request.path, []);
            return refusal ?? { headers: {} };
        }
        const agent = `service-${cloud.projects.number(backend.project)}@gcp-sa-iap.iam.gserviceaccount.com`;
        if (!cloud.iam.hasAccount(agent)) {
            // https://github.com/GoogleCloudPlatform/cloud-foundation-fabric/issues/1381
            return unprepared("The IAP service account is not provisioned", `${agent} does not exist`);
        }
        if (!check.isPublic(service) && !isAllowedOn(cloud, agent, "run.routes.invoke", service.name)) {
            // https://github.com/GoogleCloudPlatform/cloud-foundation-fabric/issues/1321
            const body = "IAP for Cloud Run app is not set up correctly.";
            return unprepared(body, `${agent} lacks run.routes.invoke on the service '${lastPart(service.id)}'`);
        }
        const [audience = address] = urlsOf(service.state);
        return { headers: { "x-serverless-authorization": `Bearer ${tokens.identity(agent, audience)}` } };
    }
}

interface Passed {
    title: string;
    request: ArmorRequest;
    route: Route;
    rule: Entry;
    actions: Inputs[];
    variables: Variables;
    isInternal: boolean;
    answered(headers: Headers, status: number): Headers;
}

const unprepared = (body: string, reason: string): OwnAnswer => ({
    status: 403,
    body,
    reason: `Identity-Aware Proxy: ${reason}`,
});

function requestOf(scheme: "http" | "https", { method = "GET", url = "/", headers, socket }: Incoming): ArmorRequest {
    const [path = "/", query = ""] = url.split(/\?(.*)/s);
    return {
        method,
        scheme,
        host: String(headers.host ?? headers[":authority"] ?? "").toLowerCase(),
        path,
        query,
        headers,
        client: headerOf(headers, clientHeaders.ip) ?? socket?.remoteAddress ?? "127.0.0.1",
        region: headerOf(headers, clientHeaders.region) ?? "",
    };
}

/** https://cloud.google.com/load-balancing/docs/https/custom-headers#variables */
const variablesOf = ({ client, region, scheme }: ArmorRequest, { state }: Entry): Variables => ({
    client_region: region,
    client_ip_address: client,
    client_encrypted: String(scheme === "https"),
    client_protocol: "HTTP/1.1",
    server_ip_address: String(state.ipAddress),
    server_port: String(state.portRange).split("-")[0] ?? "",
});

/** The headers of a response for the client. */
function answeredBy(
    { state }: Entry,
    headers: Headers,
    status: number,
    actions: Inputs[],
    variables: Variables,
): Headers {
    const { enableCdn, cdnPolicy, customResponseHeaders }: Inputs = state;
    const cached = enableCdn ? clientCacheControl(cdnPolicy ?? {}, headers, status) : headers;
    const own = withCustomHeaders(cached, customResponseHeaders, variables);
    return { ...withResponseActions(own, actions, variables), via: "1.1 google" };
}
